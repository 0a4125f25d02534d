public import Service

/// A change of a field that can be empty.
public enum FieldEdit<Value: Sendable & Hashable>: Sendable, Hashable {
    /// The field stays as it is.
    case keep
    /// The field becomes empty.
    case clear
    /// The field gets a value.
    case set(Value)
}

/// A thread to open. Source: Discord documentation, "Start Thread from Message", "Start Thread without Message".
public struct ThreadPayload: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Minutes without activity after which Discord archives it: 60, 1440, 4320 or 10080; nil: the parent's default.
    public var autoArchiveMinutes: Int?
    /// Slow mode in seconds.
    public var rateLimitPerUser: Int?
    /// Kind of a thread without a first message; not sent for one that starts from a message.
    public var kind: ChannelKind
    /// Whether members who do not manage threads may add others; private threads only.
    public var isInvitable: Bool?
    /// Makes one from its fields.
    public init(
        name: String,
        autoArchiveMinutes: Int? = nil,
        rateLimitPerUser: Int? = nil,
        kind: ChannelKind = .publicThread,
        isInvitable: Bool? = nil
    ) {
        self.name = name
        self.autoArchiveMinutes = autoArchiveMinutes
        self.rateLimitPerUser = rateLimitPerUser
        self.kind = kind
        self.isInvitable = isInvitable
    }
}

/// A channel to create. Source: Discord documentation, "Create Guild Channel".
public struct ChannelPayload: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// What it is.
    public var kind: ChannelKind
    /// Its topic.
    public var topic: String?
    /// Its category.
    public var parentID: ChannelID?
    /// Its permissions.
    public var overwrites: [PermissionOverwrite]
    /// Slow mode in seconds.
    public var rateLimitPerUser: Int?
    /// Place among its siblings.
    public var position: Int?
    /// Makes one from its fields.
    public init(
        name: String,
        kind: ChannelKind = .text,
        topic: String? = nil,
        parentID: ChannelID? = nil,
        overwrites: [PermissionOverwrite] = [],
        rateLimitPerUser: Int? = nil,
        position: Int? = nil
    ) {
        self.name = name
        self.kind = kind
        self.topic = topic
        self.parentID = parentID
        self.overwrites = overwrites
        self.rateLimitPerUser = rateLimitPerUser
        self.position = position
    }
}

/// A change of a channel or thread: what is nil or `.keep` stays. Source: Discord documentation, "Modify Channel".
public struct ChannelEdit: Sendable, Hashable {
    /// New name. A thread or channel can be renamed twice in ten minutes.
    public var name: String?
    /// New topic.
    public var topic: FieldEdit<String>
    /// New place among its siblings.
    public var position: Int?
    /// New category.
    public var parentID: FieldEdit<ChannelID>
    /// All its permissions.
    public var overwrites: [PermissionOverwrite]?
    /// New slow mode in seconds; zero ends it.
    public var rateLimitPerUser: Int?
    /// Archives or reopens a thread.
    public var isArchived: Bool?
    /// Locks or unlocks a thread.
    public var isLocked: Bool?
    /// Whether members may add others to a private thread.
    public var isInvitable: Bool?
    /// Minutes without activity after which Discord archives a thread.
    public var autoArchiveMinutes: Int?
    /// Tags of a thread in a forum.
    public var appliedTags: [ForumTagID]?
    /// Makes one from its fields.
    public init(
        name: String? = nil,
        topic: FieldEdit<String> = .keep,
        position: Int? = nil,
        parentID: FieldEdit<ChannelID> = .keep,
        overwrites: [PermissionOverwrite]? = nil,
        rateLimitPerUser: Int? = nil,
        isArchived: Bool? = nil,
        isLocked: Bool? = nil,
        isInvitable: Bool? = nil,
        autoArchiveMinutes: Int? = nil,
        appliedTags: [ForumTagID]? = nil
    ) {
        self.name = name
        self.topic = topic
        self.position = position
        self.parentID = parentID
        self.overwrites = overwrites
        self.rateLimitPerUser = rateLimitPerUser
        self.isArchived = isArchived
        self.isLocked = isLocked
        self.isInvitable = isInvitable
        self.autoArchiveMinutes = autoArchiveMinutes
        self.appliedTags = appliedTags
    }
}

/// A change of a member: what is nil or `.keep` stays. Source: Discord documentation, "Modify Guild Member".
public struct MemberEdit: Sendable, Hashable {
    /// New nickname.
    public var nickname: FieldEdit<String>
    /// All roles.
    public var roles: [RoleID]?
    /// New end of a timeout, at most 28 days ahead.
    public var timedOutUntil: FieldEdit<Timestamp>
    /// Makes one from its fields.
    public init(
        nickname: FieldEdit<String> = .keep,
        roles: [RoleID]? = nil,
        timedOutUntil: FieldEdit<Timestamp> = .keep
    ) {
        self.nickname = nickname
        self.roles = roles
        self.timedOutUntil = timedOutUntil
    }
}

/// An emoji to create. Source: Discord documentation, "Create Guild Emoji".
public struct EmojiPayload: Sendable, Hashable {
    /// Its name: letters, digits and underscores.
    public var name: String
    /// The image file, at most 256 KiB.
    public var image: [UInt8]
    /// Media type of the image, as in `image/png`.
    public var contentType: String
    /// Roles that may use it; empty: all.
    public var roles: [RoleID]
    /// Makes one from its fields.
    public init(
        name: String,
        image: [UInt8] = [],
        contentType: String,
        roles: [RoleID] = []
    ) {
        self.name = name
        self.image = image
        self.contentType = contentType
        self.roles = roles
    }
}
