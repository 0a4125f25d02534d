public import Service

/// What a message is. Source: Discord documentation, Resources, "Message Types".
public struct MessageKind: OpenEnumeration {
    /// Discord's number.
    public var rawValue: Int

    /// Takes any number.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Written by somebody.
    public static let regular = MessageKind(rawValue: 0)
    /// Notice that somebody was added to a thread or group.
    public static let recipientAdd = MessageKind(rawValue: 1)
    /// Notice that somebody was removed from a thread or group.
    public static let recipientRemove = MessageKind(rawValue: 2)
    /// Notice that a channel or thread was renamed.
    public static let channelNameChange = MessageKind(rawValue: 4)
    /// Notice that a message was pinned.
    public static let pinned = MessageKind(rawValue: 6)
    /// Notice that somebody joined.
    public static let memberJoin = MessageKind(rawValue: 7)
    /// Notice that a thread was created.
    public static let threadCreated = MessageKind(rawValue: 18)
    /// Answer to another message.
    public static let reply = MessageKind(rawValue: 19)
    /// Answer to a slash command.
    public static let chatInputCommand = MessageKind(rawValue: 20)
    /// The message a thread was started from, seen from inside the thread.
    public static let threadStarter = MessageKind(rawValue: 21)
    /// Answer to a command of the context menu.
    public static let contextMenuCommand = MessageKind(rawValue: 23)

    /// Whether a person or bot wrote it, so that it has content of its own and can be deleted like any other.
    public var isWritten: Bool {
        self == .regular || self == .reply || self == .chatInputCommand || self == .contextMenuCommand
    }
}

/// Properties of a message. Source: Discord documentation, Resources, "Message Flags".
public struct MessageFlags: OptionSet, Sendable, Hashable {
    /// The bits.
    public var rawValue: Int

    /// Takes any bits.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Links in it are not embedded.
    public static let suppressEmbeds = MessageFlags(rawValue: 1 << 2)
    /// A thread was started from it.
    public static let hasThread = MessageFlags(rawValue: 1 << 5)
    /// Only the person who used the interaction sees it.
    public static let ephemeral = MessageFlags(rawValue: 1 << 6)
    /// The bot is said to be thinking.
    public static let loading = MessageFlags(rawValue: 1 << 7)
    /// It notifies nobody.
    public static let suppressNotifications = MessageFlags(rawValue: 1 << 12)
    /// It is a voice message.
    public static let isVoiceMessage = MessageFlags(rawValue: 1 << 13)
    /// It is made of components only, without content or embeds.
    public static let isComponentsV2 = MessageFlags(rawValue: 1 << 15)
}

/// A message. Source: Discord documentation, Resources, "Message".
public struct Message: Sendable, Hashable, Identifiable {
    /// The message's id.
    public var id: MessageID
    /// Where it is.
    public var channelID: ChannelID
    /// The guild; gateway events carry it, answers of the REST API do not.
    public var guildID: GuildID?
    /// Who wrote it; for a webhook's message, a user made of its name and id.
    public var author: User
    /// The author as member; gateway events carry it.
    public var member: Member?
    /// Its text; empty without the message content intent.
    public var content: String
    /// When it was sent.
    public var timestamp: Timestamp
    /// When it was last edited.
    public var editedAt: Timestamp?
    /// What it is.
    public var kind: MessageKind
    /// Its properties.
    public var flags: MessageFlags
    /// Users mentioned.
    public var mentions: [User]
    /// Those of the mentioned users that came with their membership; gateway events only.
    public var mentionedMembers: [Member]
    /// Roles mentioned.
    public var mentionedRoles: [RoleID]
    /// Whether it mentions `@everyone` or `@here`.
    public var mentionsEveryone: Bool
    /// Files.
    public var attachments: [Attachment]
    /// Embeds.
    public var embeds: [Embed]
    /// Buttons, selects and the like.
    public var components: [Component]
    /// Reactions with their counts.
    public var reactions: [Reaction]
    /// Stickers sent with it.
    public var stickers: [StickerItem]
    /// What it answers, forwards or announces.
    public var reference: MessageReference?
    /// The value with which it was sent; only shortly after sending.
    public var nonce: String?
    /// The webhook or application that sent it.
    public var webhookID: WebhookID?
    /// The application that sent it.
    public var applicationID: ApplicationID?
    /// Whether it is pinned.
    public var isPinned: Bool
    /// The interaction that it answers.
    public var interaction: InteractionMetadata?
    /// The thread started from it.
    public var thread: Channel?
    /// Makes one from its fields.
    public init(
        id: MessageID,
        channelID: ChannelID,
        guildID: GuildID? = nil,
        author: User,
        member: Member? = nil,
        content: String = "",
        timestamp: Timestamp,
        editedAt: Timestamp? = nil,
        kind: MessageKind = .regular,
        flags: MessageFlags = [],
        mentions: [User] = [],
        mentionedMembers: [Member] = [],
        mentionedRoles: [RoleID] = [],
        mentionsEveryone: Bool = false,
        attachments: [Attachment] = [],
        embeds: [Embed] = [],
        components: [Component] = [],
        reactions: [Reaction] = [],
        stickers: [StickerItem] = [],
        reference: MessageReference? = nil,
        nonce: String? = nil,
        webhookID: WebhookID? = nil,
        applicationID: ApplicationID? = nil,
        isPinned: Bool = false,
        interaction: InteractionMetadata? = nil,
        thread: Channel? = nil
    ) {
        self.id = id
        self.channelID = channelID
        self.guildID = guildID
        self.author = author
        self.member = member
        self.content = content
        self.timestamp = timestamp
        self.editedAt = editedAt
        self.kind = kind
        self.flags = flags
        self.mentions = mentions
        self.mentionedMembers = mentionedMembers
        self.mentionedRoles = mentionedRoles
        self.mentionsEveryone = mentionsEveryone
        self.attachments = attachments
        self.embeds = embeds
        self.components = components
        self.reactions = reactions
        self.stickers = stickers
        self.reference = reference
        self.nonce = nonce
        self.webhookID = webhookID
        self.applicationID = applicationID
        self.isPinned = isPinned
        self.interaction = interaction
        self.thread = thread
    }

    /// Address of the message in Discord's client.
    public var link: String {
        "https://discord.com/channels/\(guildID?.description ?? "@me")/\(channelID)/\(id)"
    }
}

/// What a message answers, forwards or announces. Source: Discord documentation, "Message Reference Structure".
public struct MessageReference: Sendable, Hashable {
    /// The message.
    public var messageID: MessageID?
    /// Its channel; may be left out when sending an answer.
    public var channelID: ChannelID?
    /// Its guild.
    public var guildID: GuildID?
    /// Makes one from its fields.
    public init(
        messageID: MessageID? = nil,
        channelID: ChannelID? = nil,
        guildID: GuildID? = nil
    ) {
        self.messageID = messageID
        self.channelID = channelID
        self.guildID = guildID
    }
}

/// The interaction that a message answers. Source: Discord documentation, "Message Interaction Metadata".
public struct InteractionMetadata: Sendable, Hashable {
    /// The interaction.
    public var id: InteractionID
    /// What it was.
    public var kind: InteractionKind
    /// Who used it.
    public var user: User?
    /// Makes one from its fields.
    public init(
        id: InteractionID,
        kind: InteractionKind,
        user: User? = nil
    ) {
        self.id = id
        self.kind = kind
        self.user = user
    }
}

/// A sticker as messages carry it.
public struct StickerItem: Sendable, Hashable, Identifiable {
    /// The sticker's id.
    public var id: StickerID
    /// Its name.
    public var name: String
    /// Makes one from its fields.
    public init(
        id: StickerID,
        name: String
    ) {
        self.id = id
        self.name = name
    }
}

/// How often a message got one emoji. Source: Discord documentation, Resources, "Reaction Object".
public struct Reaction: Sendable, Hashable {
    /// The emoji.
    public var emoji: PartialEmoji
    /// How many members used it.
    public var count: Int
    /// Whether the bot is one of them.
    public var isOwn: Bool
    /// Makes one from its fields.
    public init(
        emoji: PartialEmoji,
        count: Int,
        isOwn: Bool = false
    ) {
        self.emoji = emoji
        self.count = count
        self.isOwn = isOwn
    }
}

/// A file of a message. Source: Discord documentation, Resources, "Attachment Object".
public struct Attachment: Sendable, Hashable, Identifiable {
    /// Identifies it within the message.
    public var id: AttachmentID
    /// Its name.
    public var filename: String
    /// Text shown for those who cannot see it.
    public var description: String?
    /// Media type, as in `image/png`.
    public var contentType: String?
    /// Bytes.
    public var size: Int
    /// Where it can be fetched, for a limited time.
    public var url: String
    /// The same through Discord's image proxy.
    public var proxyURL: String?
    /// Pixels, for images and videos.
    public var width: Int?
    /// Pixels, for images and videos.
    public var height: Int?
    /// Whether it vanishes with its ephemeral message.
    public var isEphemeral: Bool
    /// Makes one from its fields.
    public init(
        id: AttachmentID,
        filename: String,
        description: String? = nil,
        contentType: String? = nil,
        size: Int = 0,
        url: String,
        proxyURL: String? = nil,
        width: Int? = nil,
        height: Int? = nil,
        isEphemeral: Bool = false
    ) {
        self.id = id
        self.filename = filename
        self.description = description
        self.contentType = contentType
        self.size = size
        self.url = url
        self.proxyURL = proxyURL
        self.width = width
        self.height = height
        self.isEphemeral = isEphemeral
    }
}
