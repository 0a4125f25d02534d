import TimeZones

/// Five fields that say in which minutes, UTC, something happens: minute, hour, day, month, weekday.
///
/// Numbers, lists (`,`), ranges (`-`) and steps (`*/n`, `a-b/n`); no names. Sunday is 0 and 7. Where both day and weekday
/// are restricted a match of either counts, as Vixie cron has it. What cannot be read is refused: a field never widens by
/// itself. Source: runtime chapter, section 12.2, item B21.
///
/// ```swift
/// let cron = try CronExpression("0 10 1 * 1")   // at 10:00 on the first of a month, and on Mondays
/// cron.next(after: .now)
/// ```
public struct CronExpression: Sendable, Hashable, CustomStringConvertible {
    /// Why a text is no expression.
    public struct Malformed: Error, Sendable, Hashable, CustomStringConvertible {
        /// One line for operators.
        public let description: String
    }

    /// How far ahead a match is looked for: 29 February may be eight years away, once in a century.
    private static let horizonInDays = 8 * 366 + 1

    /// The text as it was written.
    public let description: String
    private let minutes, hours, days, months, weekdays: Set<Int>
    private let isAnyDay, isAnyWeekday: Bool

    /// Reads an expression.
    public init(_ text: String) throws(Malformed) {
        let fields = text.split(whereSeparator: \.isWhitespace)
        guard fields.count == 5 else {
            throw Malformed(description: "cron expression must have exactly 5 fields")
        }
        description = fields.joined(separator: " ")
        minutes = try Self.values(fields[0], in: 0...59, "minute")
        hours = try Self.values(fields[1], in: 0...23, "hour")
        days = try Self.values(fields[2], in: 1...31, "day")
        months = try Self.values(fields[3], in: 1...12, "month")
        weekdays = Set(try Self.values(fields[4], in: 0...7, "weekday").map { $0 % 7 })
        isAnyDay = fields[2] == "*"
        isAnyWeekday = fields[4] == "*"
    }

    /// The first minute after a point of calendar time that matches; nil if none ever does, as on 30 February.
    public func next(after time: Timestamp) -> Timestamp? {
        let start = CivilTime(secondsSinceEpoch: Int(time.sinceOrigin.components.seconds))
        let firstDay = start.date.daysSinceEpoch
        for day in firstDay...firstDay + Self.horizonInDays where matches(CivilDate(daysSinceEpoch: day)) {
            for hour in hours.sorted() {
                for minute in minutes.sorted() {
                    let candidate = Timestamp(sinceOrigin: .seconds(day * 86_400 + hour * 3600 + minute * 60))
                    if candidate > time { return candidate }
                }
            }
        }
        return nil
    }

    private func matches(_ date: CivilDate) -> Bool {
        guard months.contains(date.month) else { return false }
        let (day, weekday) = (days.contains(date.day), weekdays.contains(date.weekday))
        if isAnyDay { return isAnyWeekday || weekday }
        return isAnyWeekday ? day : day || weekday
    }

    private static func values(
        _ field: Substring, in bounds: ClosedRange<Int>, _ name: String
    ) throws(Malformed) -> Set<Int> {
        let malformed = Malformed(description: "cron field \(name) '\(field)' is not valid")
        var values: Set<Int> = []
        for item in field.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = item.split(separator: "/", omittingEmptySubsequences: false)
            guard let range = parts.first, parts.count <= 2 else { throw malformed }
            guard let covered = covered(range, bounds) else { throw malformed }
            guard parts.count == 2 else {
                values.formUnion(covered)
                continue
            }
            // A step needs something to step over.
            guard range == "*" || range.contains("-"), let step = number(parts[1]), step > 0 else { throw malformed }
            values.formUnion(stride(from: covered.lowerBound, through: covered.upperBound, by: step))
        }
        return values
    }

    private static func covered(_ range: Substring, _ bounds: ClosedRange<Int>) -> ClosedRange<Int>? {
        if range == "*" { return bounds }
        let ends = range.split(separator: "-", omittingEmptySubsequences: false).map(number)
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else { return nil }
        guard first <= last, bounds.contains(first), bounds.contains(last) else { return nil }
        return first...last
    }

    private static func number(_ text: Substring) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
