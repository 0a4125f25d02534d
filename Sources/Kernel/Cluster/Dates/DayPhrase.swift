/// A day in the words of people, for lists of offers: `today`, `friday`, `in 3 days`. Days are days in UTC.
///
/// ```swift
/// DayPhrase.offers(for: "fri", from: monday)    // friday, in four days
/// ```
///
/// Source: design, section 10.
public struct DayPhrase: Sendable, Hashable {
    /// The words.
    public let words: String
    /// The day that they mean.
    public let day: CalendarDay

    private static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    private static let usual = [1, 2, 3, 5, 7, 10, 14, 21, 28]
    private static let farthest = 365

    /// What a person who typed so much may mean, the nearest first; a date that was typed in full is offered as it is.
    /// - Parameter today: what the words are counted from; nothing earlier is offered.
    public static func offers(for typed: String, from today: CalendarDay) -> [DayPhrase] {
        let typed = typed.trimmed.lowercased()
        if let day = CalendarDay(typed: typed) {
            return day < today ? [] : [DayPhrase(words: words(for: day, from: today), day: day)]
        }
        let number = typed.split(whereSeparator: { !$0.isASCII || !$0.isNumber }).first.flatMap { Int($0) }
        let counted = number.map { $0 >= 1 && $0 <= farthest ? [$0] : [] } ?? usual
        let named =
            [DayPhrase(words: "today", day: today), DayPhrase(words: "tomorrow", day: today + 1)]
            + (1...7).map { DayPhrase(words: weekday(of: today + $0), day: today + $0) }
            + counted.map { DayPhrase(words: $0 == 1 ? "in 1 day" : "in \($0) days", day: today + $0) }
            + [DayPhrase(words: "next week", day: today + 7)]
        return named.filter { phrase in
            typed.isEmpty || phrase.words.hasPrefix(typed) || phrase.day.description.hasPrefix(typed)
                || number.map { phrase.words.hasPrefix("in \($0) ") } ?? false
        }
    }

    private static func words(for day: CalendarDay, from today: CalendarDay) -> String {
        switch day.daysSince1970 - today.daysSince1970 {
        case 0: "today"
        case 1: "tomorrow"
        case let days: "\(weekday(of: day)), in \(days) days"
        }
    }

    /// 1 January 1970 was a Thursday.
    private static func weekday(of day: CalendarDay) -> String {
        weekdays[(((day.daysSince1970 + 3) % 7) + 7) % 7]
    }
}
