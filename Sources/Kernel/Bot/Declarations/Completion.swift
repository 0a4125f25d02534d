public import Discord
public import Service

/// What is offered while an argument of a slash command is being typed.
///
/// Offers are a help, not a rule: what was typed is taken as it stands if nothing is chosen. At most 25 are shown, each cut
/// to 100 characters; they must be there within two seconds. Source: design, section 10; Discord documentation,
/// "Autocomplete".
///
/// ```swift
/// Argument("clan", .word, completes: .matching { _ in try await roster.clans().map { … } })
/// ```
public struct Completion: Sendable {
    /// One offer.
    public struct Choice: Sendable, Hashable {
        /// What people see.
        public var label: String
        /// What is filled in.
        public var value: String

        /// An offer; by default people see what is filled in.
        public init(_ value: String, label: String? = nil) {
            self.value = value
            self.label = label ?? value
        }
    }

    /// What is known while somebody types.
    public struct Request: Sendable {
        /// What stands in the option so far.
        public var typed: String
        /// The other options that were filled in, by the names of the arguments.
        public var given: [String: String]
        /// Who types.
        public var caller: Caller
        /// The server; nil in direct messages.
        public var guildID: GuildID?
        /// The channel or thread.
        public var channelID: ChannelID
        /// When it was typed, in calendar time.
        public var at: Timestamp

        /// Describes a moment of typing.
        public init(
            typed: String, given: [String: String] = [:], caller: Caller, guildID: GuildID?, channelID: ChannelID,
            at: Timestamp
        ) {
            self.typed = typed
            self.given = given
            self.caller = caller
            self.guildID = guildID
            self.channelID = channelID
            self.at = at
        }
    }

    /// Gives what fits a moment of typing; from memory, since a person waits with every letter.
    public typealias Source = @Sendable (Request) async throws -> [Choice]

    /// The only values that there are; empty where offers are asked for.
    public let fixed: [Choice]
    let source: Source

    private init(fixed: [Choice], source: @escaping Source) {
        self.fixed = fixed
        self.source = source
    }

    /// Offers what `source` gives, in its order.
    public init(_ source: @escaping Source) {
        self.init(fixed: [], source: source)
    }

    /// Offers those of a list that fit what is typed: first what begins with it, then what has a word that does, then what
    /// contains it.
    public static func matching(_ list: @escaping Source) -> Completion {
        Completion { request in try await fitting(request.typed, list(request)) }
    }

    /// Offers the same for the last of several words, and keeps those before it.
    public static func matchingLastWord(_ list: @escaping Source) -> Completion {
        Completion { request in
            let start = request.typed.lastIndex { $0.isWhitespace || $0 == "," }
            let kept = start.map { request.typed[...$0] } ?? ""
            let last = start.map { request.typed[request.typed.index(after: $0)...] } ?? request.typed[...]
            let taken = Set(kept.split { $0.isWhitespace || $0 == "," }.map { $0.lowercased() })
            return try await fitting(String(last), list(request)).filter { !taken.contains($0.value.lowercased()) }
                .map { Choice(kept + $0.value, label: kept + $0.label) }
        }
    }

    /// The only values that there are, at most 25; Discord takes no other.
    public static func only(_ choices: [Choice]) -> Completion {
        Completion(fixed: choices) { fitting($0.typed, choices) }
    }

    static func fitting(_ typed: String, _ choices: [Choice]) -> [Choice] {
        let typed = typed.trimmingWhitespace().lowercased()
        guard !typed.isEmpty else { return choices }
        let ranked = choices.enumerated().compactMap { index, choice -> (rank: Int, index: Int)? in
            let ranks = [choice.value, choice.label].compactMap { rank(of: $0.lowercased(), typed) }
            return ranks.min().map { ($0, index) }
        }
        return ranked.sorted { $0 < $1 }.map { choices[$0.index] }
    }

    private static func rank(of text: String, _ typed: String) -> Int? {
        if text.hasPrefix(typed) { return 0 }
        guard let found = text.firstRange(of: typed) else { return nil }
        let isWord = { (index: String.Index) in
            let before = text[text.index(before: index)]
            return !before.isLetter && !before.isNumber
        }
        if isWord(found.lowerBound) || text.ranges(of: typed).contains(where: { isWord($0.lowerBound) }) { return 1 }
        return 2
    }
}
