/// A day of the calendar, in UTC. Source: placement chapter, sections 3.2 and 17.3; sheets chapter, section 10.
///
/// ```swift
/// let until = CalendarDay(typed: "2026-03-20")   // what a person must type
/// let cell = CalendarDay(cell: "20/03/2026")     // what a ledger may hold
/// ```
public struct CalendarDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Days since 1 January 1970.
    public let daysSince1970: Int

    /// A day by its distance from 1 January 1970.
    public init(daysSince1970: Int) {
        self.daysSince1970 = daysSince1970
    }

    /// A day of the years 1 to 9999; nil where the calendar has no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.length(ofMonth: month, in: year)
        else { return nil }
        daysSince1970 = Self.days(year: year, month: month, day: day)
    }

    /// The day in which a moment lies.
    public init(containing moment: UTCTime) {
        daysSince1970 = moment.secondsSince1970.flooredQuotient(by: UTCTime.secondsPerDay)
    }

    /// The day that a person typed: `YYYY-MM-DD` with all digits, nothing else around it but blanks.
    public init?(typed text: some StringProtocol) {
        var scanner = TextScanner(text.trimmed)
        guard let day = Self.ordered(year: 4...4, part: 2...2, separator: "-", in: &scanner), scanner.isAtEnd else {
            return nil
        }
        self = day
    }

    /// The day that a cell of a ledger holds: a `Z` counts for nothing, then `YYYY-MM-DD`, `YYYY/MM/DD`, `DD/MM/YYYY`,
    /// `MM/DD/YYYY` in this order, else the day of an ISO 8601 time; nil for anything else.
    public init?(cell text: some StringProtocol) {
        let text = String(text.trimmed.filter { $0 != "Z" })
        for separator: Unicode.Scalar in ["-", "/"] {
            var scanner = TextScanner(text)
            if let day = Self.ordered(year: 4...4, part: 1...2, separator: separator, in: &scanner), scanner.isAtEnd {
                self = day
                return
            }
        }
        if let day = Self.slashed(text) ?? Self.compact(text) ?? UTCTime.writtenDay(text) {
            self = day
        } else {
            return nil
        }
    }

    /// `YYYY-MM-DD`.
    public var description: String {
        let (year, month, day) = civil
        return "\(Self.padded(year, to: 4))-\(Self.padded(month, to: 2))-\(Self.padded(day, to: 2))"
    }

    /// Earlier days come first.
    public static func < (left: CalendarDay, right: CalendarDay) -> Bool { left.daysSince1970 < right.daysSince1970 }

    /// The day so many days later.
    public static func + (day: CalendarDay, days: Int) -> CalendarDay {
        CalendarDay(daysSince1970: day.daysSince1970 + days)
    }

    /// A moment of this day.
    public func at(hour: Int) -> UTCTime {
        UTCTime(secondsSince1970: daysSince1970 * UTCTime.secondsPerDay + hour * 3600)
    }

    static func padded(_ number: Int, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Year, month and day in this order, with one separator.
    static func ordered(
        year: ClosedRange<Int>, part: ClosedRange<Int>, separator: Unicode.Scalar, in scanner: inout TextScanner
    ) -> CalendarDay? {
        guard let year = scanner.number(digits: year), scanner.take(separator),
            let month = scanner.number(digits: part), scanner.take(separator),
            let day = scanner.number(digits: part)
        else { return nil }
        return CalendarDay(year: year, month: month, day: day)
    }

    /// `DD/MM/YYYY`, else `MM/DD/YYYY`.
    private static func slashed(_ text: String) -> CalendarDay? {
        var scanner = TextScanner(text)
        guard let first = scanner.number(digits: 1...2), scanner.take("/"),
            let second = scanner.number(digits: 1...2), scanner.take("/"),
            let year = scanner.number(digits: 4...4), scanner.isAtEnd
        else { return nil }
        return CalendarDay(year: year, month: second, day: first)
            ?? CalendarDay(year: year, month: first, day: second)
    }

    /// `YYYYMMDD`, the basic form of ISO 8601.
    private static func compact(_ text: String) -> CalendarDay? {
        var scanner = TextScanner(text)
        guard let number = scanner.number(digits: 8...8), scanner.isAtEnd else { return nil }
        return CalendarDay(year: number / 10_000, month: number / 100 % 100, day: number % 100)
    }

    private static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // A year is counted from March here, so that the leap day is its last; an era is 400 years, 146,097 days.
    // Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".

    private static func days(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = year.flooredQuotient(by: 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private var civil: (year: Int, month: Int, day: Int) {
        let days = daysSince1970 + 719_468
        let era = days.flooredQuotient(by: 146_097)
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let year = era * 400 + yearOfEra + (month >= 10 ? 1 : 0)
        return (year, month < 10 ? month + 3 : month - 9, dayOfYear - (153 * month + 2) / 5 + 1)
    }
}

extension Int {
    /// The quotient rounded towards minus infinity, by a positive divisor.
    func flooredQuotient(by divisor: Int) -> Int {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
