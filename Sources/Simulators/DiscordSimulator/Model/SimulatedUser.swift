public import Service

/// An account: a person or a bot.
public struct SimulatedUser: Sendable, Hashable {
    /// The account's id.
    public var id: WorldID
    /// The unique lower-case account name.
    public var name: String
    /// The display name (`global_name`).
    public var displayName: String?
    /// Whether the account belongs to an application.
    public var isBot: Bool

    /// An account.
    public init(id: WorldID, name: String, displayName: String? = nil, isBot: Bool = false) {
        self.id = id
        self.name = name
        self.displayName = displayName
        self.isBot = isBot
    }

    /// The name that people read: the display name, else the account name.
    public var shownName: String { displayName ?? name }
}

/// A user's membership in a guild.
public struct SimulatedMember: Sendable, Hashable {
    /// The member's account.
    public var userID: WorldID
    /// The name that replaces the display name in this guild.
    public var nick: String?
    /// Roles held, without `@everyone`.
    public var roles: Set<WorldID>
    /// When the member joined.
    public var joinedAt: Timestamp
}

/// A bot's application: its token and what its owner allowed it in the developer portal.
public struct SimulatedApplication: Sendable, Hashable {
    /// The privileged gateway intents that are switched on for the application.
    public struct PrivilegedIntents: OptionSet, Sendable, Hashable {
        /// Raw bits.
        public let rawValue: Int
        /// Wraps raw bits.
        public init(rawValue: Int) { self.rawValue = rawValue }
        /// `GUILD_MEMBERS`
        public static let members = PrivilegedIntents(rawValue: 1)
        /// `GUILD_PRESENCES`
        public static let presences = PrivilegedIntents(rawValue: 2)
        /// `MESSAGE_CONTENT`
        public static let messageContent = PrivilegedIntents(rawValue: 4)
    }

    /// The application's id, which is also its bot user's id.
    public var id: WorldID
    /// The name shown with commands.
    public var name: String
    /// The bot's token.
    public var token: String
    /// The person who owns the application.
    public var ownerID: WorldID
    /// Which privileged intents an IDENTIFY may ask for.
    public var privilegedIntents: PrivilegedIntents
    /// How many IDENTIFYs a day has (`session_start_limit.total`).
    public var identifyLimit = 1000
}
