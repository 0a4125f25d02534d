/// A new session. Source: Discord documentation, Events, "Ready".
public struct Ready: Sendable, Hashable {
    /// The bot's own user.
    public var user: User
    /// The guilds that follow, none of them loaded yet.
    public var guilds: [UnavailableGuild]
    /// Names the session when resuming it.
    public var sessionID: String
    /// Where to connect to resume it.
    public var resumeURL: String
    /// The bot's application.
    public var applicationID: ApplicationID
    /// Makes one from its fields.
    public init(
        user: User,
        guilds: [UnavailableGuild] = [],
        sessionID: String,
        resumeURL: String,
        applicationID: ApplicationID
    ) {
        self.user = user
        self.guilds = guilds
        self.sessionID = sessionID
        self.resumeURL = resumeURL
        self.applicationID = applicationID
    }
}

/// A part of the members asked for. Source: Discord documentation, Events, "Guild Members Chunk".
public struct MembersChunk: Sendable, Hashable {
    /// The guild.
    public var guildID: GuildID
    /// Members found.
    public var members: [Member]
    /// Number of this part, from 0.
    public var index: Int
    /// How many parts there are.
    public var count: Int
    /// Ids asked for that are no members.
    public var notFound: [UserID]
    /// The nonce of the request.
    public var nonce: String?
    /// Makes one from its fields.
    public init(
        guildID: GuildID,
        members: [Member] = [],
        index: Int = 0,
        count: Int = 1,
        notFound: [UserID] = [],
        nonce: String? = nil
    ) {
        self.guildID = guildID
        self.members = members
        self.index = index
        self.count = count
        self.notFound = notFound
        self.nonce = nonce
    }

    /// Whether this is the last part.
    public var isLast: Bool { index + 1 >= count }
}

/// A thread that was deleted.
public struct ThreadDeletion: Sendable, Hashable {
    /// The thread.
    public var id: ChannelID
    /// Its guild.
    public var guildID: GuildID
    /// The channel it was in.
    public var parentID: ChannelID?
    /// What it was.
    public var kind: ChannelKind
    /// Makes one from its fields.
    public init(
        id: ChannelID,
        guildID: GuildID,
        parentID: ChannelID? = nil,
        kind: ChannelKind
    ) {
        self.id = id
        self.guildID = guildID
        self.parentID = parentID
        self.kind = kind
    }
}

/// Active threads of channels that the bot came to see. Source: Discord documentation, Events, "Thread List Sync".
public struct ThreadListSync: Sendable, Hashable {
    /// The guild.
    public var guildID: GuildID
    /// The channels concerned, including those without threads; nil: the whole guild.
    public var channelIDs: [ChannelID]?
    /// Every active thread of these channels.
    public var threads: [Channel]
    /// The bot's own memberships in them.
    public var members: [ThreadMember]
    /// Makes one from its fields.
    public init(
        guildID: GuildID,
        channelIDs: [ChannelID]? = nil,
        threads: [Channel] = [],
        members: [ThreadMember] = []
    ) {
        self.guildID = guildID
        self.channelIDs = channelIDs
        self.threads = threads
        self.members = members
    }
}

/// Who was added to a thread and removed from it. Source: Discord documentation, Events, "Thread Members Update".
public struct ThreadMembersUpdate: Sendable, Hashable {
    /// The thread.
    public var threadID: ChannelID
    /// Its guild.
    public var guildID: GuildID
    /// About how many members it has now.
    public var memberCount: Int?
    /// Who was added.
    public var added: [ThreadMember]
    /// Who was removed.
    public var removed: [UserID]
    /// Makes one from its fields.
    public init(
        threadID: ChannelID,
        guildID: GuildID,
        memberCount: Int? = nil,
        added: [ThreadMember] = [],
        removed: [UserID] = []
    ) {
        self.threadID = threadID
        self.guildID = guildID
        self.memberCount = memberCount
        self.added = added
        self.removed = removed
    }
}

/// A message that changed. Discord sends it whole, but may also send an embed that it made from a link by itself.
public struct MessageUpdate: Sendable, Hashable {
    /// The message's id.
    public var id: MessageID
    /// Where it is.
    public var channelID: ChannelID
    /// The guild.
    public var guildID: GuildID?
    /// The message as it is now, where Discord sent it whole.
    public var message: Message?
    /// Makes one from its fields.
    public init(
        id: MessageID,
        channelID: ChannelID,
        guildID: GuildID? = nil,
        message: Message? = nil
    ) {
        self.id = id
        self.channelID = channelID
        self.guildID = guildID
        self.message = message
    }
}

/// Messages that were deleted.
public struct MessageDeletion: Sendable, Hashable {
    /// The messages.
    public var ids: [MessageID]
    /// Where they were.
    public var channelID: ChannelID
    /// The guild.
    public var guildID: GuildID?
    /// Makes one from its fields.
    public init(
        ids: [MessageID] = [],
        channelID: ChannelID,
        guildID: GuildID? = nil
    ) {
        self.ids = ids
        self.channelID = channelID
        self.guildID = guildID
    }
}

/// A reaction that somebody added or removed. Source: Discord documentation, Events, "Message Reaction Add".
public struct ReactionChange: Sendable, Hashable {
    /// Whose reaction it is.
    public var userID: UserID
    /// Where the message is.
    public var channelID: ChannelID
    /// The message.
    public var messageID: MessageID
    /// The guild.
    public var guildID: GuildID?
    /// The emoji.
    public var emoji: PartialEmoji
    /// Who reacted, as member; only when one is added in a guild.
    public var member: Member?
    /// Who wrote the message; only when one is added.
    public var messageAuthorID: UserID?
    /// Makes one from its fields.
    public init(
        userID: UserID,
        channelID: ChannelID,
        messageID: MessageID,
        guildID: GuildID? = nil,
        emoji: PartialEmoji,
        member: Member? = nil,
        messageAuthorID: UserID? = nil
    ) {
        self.userID = userID
        self.channelID = channelID
        self.messageID = messageID
        self.guildID = guildID
        self.emoji = emoji
        self.member = member
        self.messageAuthorID = messageAuthorID
    }
}

/// Reactions that somebody removed from a message, whoever added them.
public struct ReactionClearing: Sendable, Hashable {
    /// Where the message is.
    public var channelID: ChannelID
    /// The message.
    public var messageID: MessageID
    /// The guild.
    public var guildID: GuildID?
    /// The only emoji concerned; nil: all of them.
    public var emoji: PartialEmoji?
    /// Makes one from its fields.
    public init(
        channelID: ChannelID,
        messageID: MessageID,
        guildID: GuildID? = nil,
        emoji: PartialEmoji? = nil
    ) {
        self.channelID = channelID
        self.messageID = messageID
        self.guildID = guildID
        self.emoji = emoji
    }
}
