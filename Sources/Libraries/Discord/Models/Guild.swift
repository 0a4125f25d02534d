/// A guild. What GUILD_CREATE adds (channels, threads, members) is empty in answers of the REST API.
/// Source: Discord documentation, Resources, "Guild".
public struct Guild: Sendable, Hashable, Identifiable {
    /// The guild's id.
    public var id: GuildID
    /// Its name.
    public var name: String
    /// Hash of its icon.
    public var icon: String?
    /// Who owns it.
    public var ownerID: UserID
    /// Every role, `@everyone` included.
    public var roles: [Role]
    /// Custom emoji.
    public var emojis: [Emoji]
    /// Features that Discord switched on, by name.
    public var features: [String]
    /// Where Discord posts its notices.
    public var systemChannelID: ChannelID?
    /// The language of the guild, as in `en-US`.
    public var preferredLocale: String
    /// Level of boosts, 0 to 3.
    public var premiumTier: Int
    /// How many members it has, where Discord tells.
    public var memberCount: Int?
    /// Whether Discord counts it as large, so that members come only by request.
    public var isLarge: Bool
    /// Channels, in GUILD_CREATE only.
    public var channels: [Channel]
    /// Active threads that the bot may see, in GUILD_CREATE only.
    public var threads: [Channel]
    /// Some members, in GUILD_CREATE only; without the presence intent just the bot and those in voice channels.
    public var members: [Member]
    /// Makes one from its fields.
    public init(
        id: GuildID,
        name: String,
        icon: String? = nil,
        ownerID: UserID,
        roles: [Role] = [],
        emojis: [Emoji] = [],
        features: [String] = [],
        systemChannelID: ChannelID? = nil,
        preferredLocale: String = "en-US",
        premiumTier: Int = 0,
        memberCount: Int? = nil,
        isLarge: Bool = false,
        channels: [Channel] = [],
        threads: [Channel] = [],
        members: [Member] = []
    ) {
        self.id = id
        self.name = name
        self.icon = icon
        self.ownerID = ownerID
        self.roles = roles
        self.emojis = emojis
        self.features = features
        self.systemChannelID = systemChannelID
        self.preferredLocale = preferredLocale
        self.premiumTier = premiumTier
        self.memberCount = memberCount
        self.isLarge = isLarge
        self.channels = channels
        self.threads = threads
        self.members = members
    }
}

/// A guild of which nothing but the id is known: not yet loaded, struck by an outage, or left.
public struct UnavailableGuild: Sendable, Hashable, Identifiable {
    /// The guild's id.
    public var id: GuildID
    /// Whether an outage is the cause; in GUILD_DELETE, false says that the bot has left.
    public var isUnavailable: Bool
    /// Makes one from its fields.
    public init(
        id: GuildID,
        isUnavailable: Bool = false
    ) {
        self.id = id
        self.isUnavailable = isUnavailable
    }
}
