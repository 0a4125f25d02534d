/// What Discord knows of the bot's application. Source: Discord documentation, Resources, "Application Object".
public struct Application: Sendable, Hashable, Identifiable {
    /// The application's id.
    public var id: ApplicationID
    /// Its name.
    public var name: String
    /// What was switched on for it in the developer portal.
    public var flags: ApplicationFlags

    /// Describes an application.
    public init(id: ApplicationID, name: String, flags: ApplicationFlags) {
        self.id = id
        self.name = name
        self.flags = flags
    }
}

/// Source: Discord documentation, Resources, "Application Flags".
public struct ApplicationFlags: OptionSet, Sendable, Hashable {
    /// The bits.
    public var rawValue: UInt64

    /// Takes any bits.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Members of any number of guilds may be asked for.
    public static let guildMembers = ApplicationFlags(rawValue: 1 << 14)
    /// As ``guildMembers``, for an application in fewer than a hundred guilds.
    public static let guildMembersLimited = ApplicationFlags(rawValue: 1 << 15)
    /// Texts of messages may be read in any number of guilds.
    public static let messageContent = ApplicationFlags(rawValue: 1 << 18)
    /// As ``messageContent``, for an application in fewer than a hundred guilds.
    public static let messageContentLimited = ApplicationFlags(rawValue: 1 << 19)

    /// Whether the gateway intent for members may be used.
    public var allowsGuildMembers: Bool { !isDisjoint(with: [.guildMembers, .guildMembersLimited]) }
    /// Whether the gateway intent for the texts of messages may be used.
    public var allowsMessageContent: Bool { !isDisjoint(with: [.messageContent, .messageContentLimited]) }
}
