/// A moment in whole seconds, as ledgers keep it. Source: sheets chapter, sections 5.3 and 10.
public struct UTCTime: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Seconds since 1 January 1970, 00:00 UTC.
    public let secondsSince1970: Int

    static let secondsPerDay = 86_400

    /// A moment by its distance from 1 January 1970.
    public init(secondsSince1970: Int) {
        self.secondsSince1970 = secondsSince1970
    }

    /// The moment that a cell holds: `YYYY-MM-DDTHH:MM:SS±hh:mm`, with a blank for the `T`, without seconds, with a
    /// fraction (which is dropped), with `Z` or without any offset (UTC), or `YYYY/MM/DD HH:MM`; nil for anything else.
    public init?(cell text: some StringProtocol) {
        guard let written = Self.written(text) else { return nil }
        self = written.time
    }

    /// `2025-11-10T14:30:00+00:00`.
    public var description: String {
        let day = CalendarDay(containing: self)
        let second = secondsSince1970 - day.daysSince1970 * Self.secondsPerDay
        let parts = [second / 3600, second / 60 % 60, second % 60].map { CalendarDay.padded($0, to: 2) }
        return "\(day)T\(parts.joined(separator: ":"))+00:00"
    }

    /// Earlier moments come first.
    public static func < (left: UTCTime, right: UTCTime) -> Bool { left.secondsSince1970 < right.secondsSince1970 }

    /// The day that stands in a written time, whatever its offset.
    static func writtenDay(_ text: some StringProtocol) -> CalendarDay? { written(text)?.day }

    private static func written(_ text: some StringProtocol) -> (day: CalendarDay, time: UTCTime)? {
        let text = text.trimmed
        for separator: Unicode.Scalar in ["-", "/"] {
            var scanner = TextScanner(text)
            guard
                let day = CalendarDay.ordered(year: 4...4, part: 1...2, separator: separator, in: &scanner),
                scanner.take(anyOf: "T ") != nil, let clock = clock(in: &scanner), let offset = offset(in: &scanner),
                scanner.isAtEnd
            else { continue }
            return (day, UTCTime(secondsSince1970: day.daysSince1970 * secondsPerDay + clock - offset))
        }
        return nil
    }

    private static func clock(in scanner: inout TextScanner) -> Int? {
        guard let hour = scanner.number(digits: 1...2), hour < 24, scanner.take(":"),
            let minute = scanner.number(digits: 2...2), minute < 60
        else { return nil }
        guard scanner.take(":") else { return hour * 3600 + minute * 60 }
        guard let second = scanner.number(digits: 2...2), second < 60 else { return nil }
        if scanner.take("."), scanner.number(digits: 1...9) == nil { return nil }
        return hour * 3600 + minute * 60 + second
    }

    /// Seconds east of Greenwich; 0 where nothing is said, nil where something else stands.
    private static func offset(in scanner: inout TextScanner) -> Int? {
        if scanner.isAtEnd || scanner.take("Z") { return 0 }
        guard let sign = scanner.take(anyOf: "+-"), let hours = scanner.number(digits: 2...4) else { return nil }
        // `+0130` is one number, `+01:30` are two.
        let isCompact = hours > 99
        var minutes = isCompact ? hours % 100 : 0
        if !isCompact, scanner.take(":") {
            guard let written = scanner.number(digits: 2...2) else { return nil }
            minutes = written
        }
        let whole = isCompact ? hours / 100 : hours
        guard whole < 24, minutes < 60 else { return nil }
        return (whole * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }
}
