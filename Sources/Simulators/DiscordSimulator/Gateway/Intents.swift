/// Which events a session asked for.
///
/// Source: Discord, *Gateway*, "List of Intents".
struct Intents: OptionSet, Sendable {
    let rawValue: Int

    static let guilds = Intents(rawValue: 1 << 0)
    static let members = Intents(rawValue: 1 << 1)
    static let moderation = Intents(rawValue: 1 << 2)
    static let expressions = Intents(rawValue: 1 << 3)
    static let presences = Intents(rawValue: 1 << 8)
    static let messages = Intents(rawValue: 1 << 9)
    static let reactions = Intents(rawValue: 1 << 10)
    static let typing = Intents(rawValue: 1 << 11)
    static let directMessages = Intents(rawValue: 1 << 12)
    static let directReactions = Intents(rawValue: 1 << 13)
    static let directTyping = Intents(rawValue: 1 << 14)
    static let messageContent = Intents(rawValue: 1 << 15)

    /// Every bit that Discord names.
    private static let known = Intents(
        rawValue: (1 << 17) - 1 | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25)

    /// Whether no bit is set that Discord does not name.
    var isValid: Bool { Self.known.isSuperset(of: self) }

    /// The privileged intents among them.
    var privileged: SimulatedApplication.PrivilegedIntents {
        var privileged: SimulatedApplication.PrivilegedIntents = []
        if contains(.members) { privileged.insert(.members) }
        if contains(.presences) { privileged.insert(.presences) }
        if contains(.messageContent) { privileged.insert(.messageContent) }
        return privileged
    }
}
