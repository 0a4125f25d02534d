import Cluster
import Discord

/// What `!reserve` knows and asks next: a value that answers change, without a clock, a sheet or a channel.
///
/// ```swift
/// var dialogue = ReserveDialogue(label: "WKAS", tag: tag, isFull: false)
/// dialogue.answer("<@900000000000000301>", on: today)   // .named(id): look whether they are here and hold no seat
/// dialogue.accept(id, isMember: true)                    // now asks for the date
/// ```
///
/// Source: placement chapter, sections 5.2 and 17.2.
struct ReserveDialogue: Sendable, Hashable {
    /// What is asked.
    enum Question: Sendable, Hashable {
        case recruit
        /// Whether a seat shall be held for somebody who is not in the server.
        case stranger(UserID)
        case date
        case reason
        case confirmation
        /// What shall be changed.
        case change
    }

    /// What follows from an answer.
    enum Reaction: Sendable, Hashable {
        /// The next question.
        case asks
        /// The same question again, because the answer was none.
        case asksAgain
        /// Somebody was named of whom nothing is known yet.
        case named(UserID)
        /// The person at the keyboard wants it for somebody who is not in the server.
        case vouched(UserID)
        /// Nothing is to be saved.
        case cancelled
        /// Everything was said and confirmed.
        case saves
    }

    /// The tag as the roster writes it.
    let label: String
    let tag: ClanTag
    /// Whether a reason must be given, because no seat is free.
    private(set) var isFull: Bool
    private(set) var recruit: UserID?
    private(set) var until: CalendarDay?
    private(set) var reason = ""
    private(set) var question = Question.recruit
    /// Whether the present recruit question follows from a wish to change.
    private(set) var isChanging = false

    init(label: String, tag: ClanTag, isFull: Bool) {
        self.label = label
        self.tag = tag
        self.isFull = isFull
    }

    /// Takes what a person wrote.
    /// - Parameter today: the day in UTC.
    mutating func answer(_ text: String, on today: CalendarDay) -> Reaction {
        let text = String(text.withoutBlanksAround)
        let word = text.lowercased()
        if word == "cancel" { return .cancelled }
        switch question {
        case .recruit:
            return Self.person(in: text).map { .named($0) } ?? .asksAgain
        case .stranger(let id):
            if let other = Self.person(in: text) { return .named(other) }
            switch word {
            case "yes", "y": return .vouched(id)
            case "no", "n":
                question = .recruit
                return .asks
            default: return .asksAgain
            }
        case .date:
            guard let day = CalendarDay(typed: text), day >= today else { return .asksAgain }
            until = day
            return goOn()
        case .reason:
            guard !text.isEmpty else { return .asksAgain }
            reason = String(text.prefix(Self.longestReason))
            return goOn()
        case .confirmation:
            switch word {
            case "yes", "y": return .saves
            case "no", "n": return .cancelled
            case "change", "c":
                question = .change
                return .asks
            default: return .asksAgain
            }
        case .change:
            isChanging = true
            if word.contains("user") {
                question = .recruit
                return .asks
            }
            guard word.contains("date") else { return .asksAgain }
            question = .date
            return .asks
        }
    }

    /// Takes a person of whom everything is known, and goes on.
    mutating func accept(_ id: UserID) {
        recruit = id
        _ = goOn()
    }

    /// Asks whether a seat shall be held for somebody who is not in the server.
    mutating func doubt(_ id: UserID) { question = .stranger(id) }

    /// Asks for a reason: the last seat went to somebody else meanwhile.
    mutating func becomeFull() {
        isFull = true
        _ = goOn()
    }

    /// Asks for another date: the day passed meanwhile.
    mutating func becomeLate() {
        until = nil
        _ = goOn()
    }

    /// What is to be saved; nil as long as something is missing.
    var request: HoldRequest? {
        guard let recruit, let until else { return nil }
        return HoldRequest(label: label, tag: tag, recruit: recruit, until: until, reason: reason)
    }

    private mutating func goOn() -> Reaction {
        switch (recruit, until) {
        case (nil, _): question = .recruit
        case (_, nil): question = .date
        default: question = isFull && reason.isEmpty ? .reason : .confirmation
        }
        return .asks
    }

    /// The first person mentioned, or the id that the message consists of.
    private static func person(in text: String) -> UserID? {
        for case .user(let id) in Mention.all(in: text) { return id }
        return UserID(reference: text)
    }

    /// A note that fits a cell, the confirmation and the log.
    static let longestReason = 300
}
