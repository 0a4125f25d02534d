public import Service

/// What a channel is. Source: Discord documentation, Resources, "Channel Types".
public struct ChannelKind: OpenEnumeration {
    /// Discord's number.
    public var rawValue: Int

    /// Takes any number.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Text channel of a guild.
    public static let text = ChannelKind(rawValue: 0)
    /// Direct messages between two users.
    public static let direct = ChannelKind(rawValue: 1)
    /// Voice channel of a guild.
    public static let voice = ChannelKind(rawValue: 2)
    /// Direct messages between several users.
    public static let groupDirect = ChannelKind(rawValue: 3)
    /// Category that holds channels.
    public static let category = ChannelKind(rawValue: 4)
    /// Announcement channel of a guild.
    public static let announcement = ChannelKind(rawValue: 5)
    /// Thread in an announcement channel.
    public static let announcementThread = ChannelKind(rawValue: 10)
    /// Thread that all who see its parent may see.
    public static let publicThread = ChannelKind(rawValue: 11)
    /// Thread for its members and those who manage threads.
    public static let privateThread = ChannelKind(rawValue: 12)
    /// Stage channel.
    public static let stage = ChannelKind(rawValue: 13)
    /// Directory of a hub.
    public static let directory = ChannelKind(rawValue: 14)
    /// Channel made of threads only.
    public static let forum = ChannelKind(rawValue: 15)
    /// Forum of pictures.
    public static let media = ChannelKind(rawValue: 16)

    /// Whether this is a thread of any kind.
    public var isThread: Bool {
        self == .publicThread || self == .privateThread || self == .announcementThread
    }

    /// Whether members speak in it rather than write; it has a text chat too.
    public var isVoice: Bool { self == .voice || self == .stage }

    /// Whether it holds posts, each a thread, and no messages of its own.
    public var isForum: Bool { self == .forum || self == .media }
}

/// A channel of any kind, threads and direct messages included; fields that a kind does not have are nil or empty.
/// Source: Discord documentation, Resources, "Channel".
public struct Channel: Sendable, Hashable, Identifiable {
    /// The channel's id.
    public var id: ChannelID
    /// What it is.
    public var kind: ChannelKind
    /// The guild; nil for direct messages. Filled in from the surrounding event where Discord leaves it out.
    public var guildID: GuildID?
    /// The name; nil for direct messages.
    public var name: String?
    /// Topic, or a forum's guidelines.
    public var topic: String?
    /// Place among its siblings; equal positions are ordered by id.
    public var position: Int
    /// Category of a channel, or the channel of a thread.
    public var parentID: ChannelID?
    /// Permissions that differ from the roles'. Threads have none: they follow their parent.
    public var overwrites: [PermissionOverwrite]
    /// Slow mode in seconds.
    public var rateLimitPerUser: Int
    /// The last message (in a forum: the last thread), which may since have been deleted.
    public var lastMessageID: MessageID?
    /// Whether it is marked as for adults.
    public var isNSFW: Bool
    /// Who opened the thread.
    public var ownerID: UserID?
    /// State of a thread; nil for everything else.
    public var thread: ThreadMetadata?
    /// Messages in a thread, without its first one.
    public var messageCount: Int?
    /// About how many members a thread has; Discord stops counting at 50.
    public var memberCount: Int?
    /// The bot's own membership in a thread, where Discord tells.
    public var ownThreadMember: ThreadMember?
    /// Tags of a thread in a forum.
    public var appliedTags: [ForumTagID]
    /// The other side of direct messages.
    public var recipients: [User]
    /// The bot's permissions in it; only interactions carry them.
    public var permissions: Permissions?
    /// Bits that Discord documents as channel flags.
    public var flags: Int
    /// Makes one from its fields.
    public init(
        id: ChannelID,
        kind: ChannelKind,
        guildID: GuildID? = nil,
        name: String? = nil,
        topic: String? = nil,
        position: Int = 0,
        parentID: ChannelID? = nil,
        overwrites: [PermissionOverwrite] = [],
        rateLimitPerUser: Int = 0,
        lastMessageID: MessageID? = nil,
        isNSFW: Bool = false,
        ownerID: UserID? = nil,
        thread: ThreadMetadata? = nil,
        messageCount: Int? = nil,
        memberCount: Int? = nil,
        ownThreadMember: ThreadMember? = nil,
        appliedTags: [ForumTagID] = [],
        recipients: [User] = [],
        permissions: Permissions? = nil,
        flags: Int = 0
    ) {
        self.id = id
        self.kind = kind
        self.guildID = guildID
        self.name = name
        self.topic = topic
        self.position = position
        self.parentID = parentID
        self.overwrites = overwrites
        self.rateLimitPerUser = rateLimitPerUser
        self.lastMessageID = lastMessageID
        self.isNSFW = isNSFW
        self.ownerID = ownerID
        self.thread = thread
        self.messageCount = messageCount
        self.memberCount = memberCount
        self.ownThreadMember = ownThreadMember
        self.appliedTags = appliedTags
        self.recipients = recipients
        self.permissions = permissions
        self.flags = flags
    }

    /// Whether this is a thread of any kind.
    public var isThread: Bool { kind.isThread }

    /// The channel in a message's text.
    public var mention: String { "<#\(id)>" }
}

/// State of a thread. Source: Discord documentation, Resources, "Thread Metadata Object".
public struct ThreadMetadata: Sendable, Hashable {
    /// Whether it is archived: hidden from the list, opened again by a message.
    public var isArchived: Bool
    /// Whether only those who manage threads may open it again.
    public var isLocked: Bool
    /// Whether members who do not manage threads may add others; private threads only.
    public var isInvitable: Bool?
    /// Minutes without activity after which Discord archives it: 60, 1440, 4320 or 10080.
    public var autoArchiveMinutes: Int
    /// When the archived state last changed.
    public var archiveTimestamp: Timestamp?
    /// When it was created; absent for threads older than 2022.
    public var createdAt: Timestamp?
    /// Makes one from its fields.
    public init(
        isArchived: Bool = false,
        isLocked: Bool = false,
        isInvitable: Bool? = nil,
        autoArchiveMinutes: Int = 1440,
        archiveTimestamp: Timestamp? = nil,
        createdAt: Timestamp? = nil
    ) {
        self.isArchived = isArchived
        self.isLocked = isLocked
        self.isInvitable = isInvitable
        self.autoArchiveMinutes = autoArchiveMinutes
        self.archiveTimestamp = archiveTimestamp
        self.createdAt = createdAt
    }
}

/// Membership in a thread. Source: Discord documentation, Resources, "Thread Member Object".
public struct ThreadMember: Sendable, Hashable {
    /// The thread, where Discord tells.
    public var threadID: ChannelID?
    /// The member, where Discord tells; nil means the bot.
    public var userID: UserID?
    /// When they joined the thread.
    public var joinedAt: Timestamp?
    /// The guild member, where Discord tells.
    public var member: Member?
    /// Makes one from its fields.
    public init(
        threadID: ChannelID? = nil,
        userID: UserID? = nil,
        joinedAt: Timestamp? = nil,
        member: Member? = nil
    ) {
        self.threadID = threadID
        self.userID = userID
        self.joinedAt = joinedAt
        self.member = member
    }
}

/// Permissions of one role or member in one channel. Source: Discord documentation, Resources, "Overwrite Object".
public struct PermissionOverwrite: Sendable, Hashable {
    /// For whom it is.
    public enum Target: Sendable, Hashable {
        /// All members with a role; the role with the guild's own number is `@everyone`.
        case role(RoleID)
        /// One member.
        case member(UserID)
    }

    /// For whom it is.
    public var target: Target
    /// What it grants.
    public var allow: Permissions
    /// What it takes away.
    public var deny: Permissions
    /// Makes one from its fields.
    public init(
        target: Target,
        allow: Permissions = [],
        deny: Permissions = []
    ) {
        self.target = target
        self.allow = allow
        self.deny = deny
    }
}
