/// The groups of events that a session asks for. Source: Discord documentation, Gateway, "List of Intents".
public struct GatewayIntents: OptionSet, Sendable, Hashable {
    /// The bits as Discord counts them.
    public var rawValue: Int

    /// Takes bits as they are.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Guilds, roles, channels and threads.
    public static let guilds = GatewayIntents(rawValue: 1 << 0)
    /// Joins, updates and leaves of members; privileged.
    public static let guildMembers = GatewayIntents(rawValue: 1 << 1)
    /// Bans and the audit log.
    public static let guildModeration = GatewayIntents(rawValue: 1 << 2)
    /// Emoji and stickers.
    public static let guildExpressions = GatewayIntents(rawValue: 1 << 3)
    /// Presences; privileged.
    public static let guildPresences = GatewayIntents(rawValue: 1 << 8)
    /// Messages in guilds.
    public static let guildMessages = GatewayIntents(rawValue: 1 << 9)
    /// Reactions in guilds.
    public static let guildMessageReactions = GatewayIntents(rawValue: 1 << 10)
    /// Messages in direct channels.
    public static let directMessages = GatewayIntents(rawValue: 1 << 12)
    /// Reactions in direct channels.
    public static let directMessageReactions = GatewayIntents(rawValue: 1 << 13)
    /// The text of messages; privileged.
    public static let messageContent = GatewayIntents(rawValue: 1 << 15)

    /// The names of the contained intents that must be enabled in the developer portal.
    var privilegedNames: [String] {
        [(Self.guildMembers, "Server Members"), (.guildPresences, "Presence"), (.messageContent, "Message Content")]
            .filter { contains($0.0) }.map(\.1)
    }
}
