/// Days that somebody may mean who is typing a date: `friday`, `in 3 days`, `2026-03-2`.
///
/// Commands take `YYYY-MM-DD` only; offers are how that is filled in for people. Source: design, section 10.
///
/// ```swift
/// DayOffers.fitting("fri", on: today).map(\.label)   // ["Friday, 2026-03-20 (in 4 days)", …]
/// ```
public enum DayOffers {
    /// One day with what people read of it.
    public struct Offer: Sendable, Hashable {
        /// The day.
        public var day: CalendarDay
        /// Weekday, date and distance.
        public var label: String
    }

    /// The farthest that is offered: a year.
    private static let horizon = 366
    /// What is offered for nothing typed: today, the week that follows, and the weeks after that.
    private static let usual = Array(0...7) + [10, 14, 21, 28]
    private static let most = 25

    /// The days from `today` on that what is typed may mean, likeliest first.
    public static func fitting(_ typed: String, on today: CalendarDay) -> [Offer] {
        let text = typed.trimmed.lowercased()
        var distances = text.isEmpty ? usual : dated(text, today) + relative(text) + named(text, today)
        var seen: Set<Int> = []
        distances.removeAll { !(0...horizon).contains($0) || !seen.insert($0).inserted }
        return distances.prefix(most).map { Offer(day: today + $0, label: label(today + $0, $0)) }
    }

    // MARK: Reading

    /// A date, or the beginning of one.
    private static func dated(_ text: String, _ today: CalendarDay) -> [Int] {
        if let day = CalendarDay(typed: text) { return [day.daysSince1970 - today.daysSince1970] }
        // A lone number is a distance before it is the beginning of a year.
        guard text.contains("-") || text.count == 4 else { return [] }
        return (0...horizon).filter { (today + $0).description.hasPrefix(text) }
    }

    /// `in 3 days`, `2 weeks`, `+3`, `3`.
    private static func relative(_ text: String) -> [Int] {
        var words = text.split(whereSeparator: \.isWhitespace)[...]
        if words.first == "in" { words = words.dropFirst() }
        guard let first = words.popFirst() else { return [1, 2, 3, 7, 14] }
        let isSpelled = first == "a" || first == "one"
        let digits = first.drop { $0 == "+" }.prefix { $0.isASCII && $0.isNumber }
        let count: Int? = isSpelled ? 1 : digits.count <= 3 ? Int(digits) : nil
        guard let count else { return [] }
        let behind = isSpelled ? "" : first.drop { $0 == "+" }.dropFirst(digits.count)
        let unit = behind + (words.first ?? "")
        if unit.isEmpty { return [count, count * 7] }
        if "days".hasPrefix(unit) { return [count] }
        if "weeks".hasPrefix(unit) { return [count * 7] }
        return []
    }

    /// `today`, `tomorrow`, `fri`, `next friday`.
    private static func named(_ text: String, _ today: CalendarDay) -> [Int] {
        var distances = [("today", 0), ("tomorrow", 1), ("next week", 7)].filter { $0.0.hasPrefix(text) }.map(\.1)
        let name = text.hasPrefix("next ") ? text.dropFirst("next ".count).trimmed : text[...]
        let later = text.hasPrefix("next ") ? 7 : 0
        for (weekday, spelled) in weekdays.enumerated() where spelled.lowercased().hasPrefix(name) {
            let next = (weekday - today.weekday + 7) % 7
            let first = next == 0 ? 7 : next
            distances += later == 0 ? [first, first + 7] : [first + later, first]
        }
        return distances
    }

    // MARK: Showing

    private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    private static func label(_ day: CalendarDay, _ distance: Int) -> String {
        let away =
            switch distance {
            case 0: "today"
            case 1: "tomorrow"
            default: "in \(distance) days"
            }
        return "\(weekdays[day.weekday]), \(day) (\(away))"
    }
}

extension CalendarDay {
    /// The day of the week, from Monday, which is 0.
    var weekday: Int {
        // The first of January 1970 was a Thursday.
        let day = (daysSince1970 + 3) % 7
        return day < 0 ? day + 7 : day
    }
}
