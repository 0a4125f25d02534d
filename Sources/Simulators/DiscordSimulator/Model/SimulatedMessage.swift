public import JSON
public import Service

/// A message as everyone who may see it sees it.
public struct SimulatedMessage: Sendable, Hashable {
    /// The message types that exist here, with Discord's numbers.
    public enum Kind: Int, Sendable, Hashable {
        case text = 0
        case channelNameChange = 4
        case pinned = 6
        case memberJoin = 7
        case threadCreated = 18
        case reply = 19
        case slashCommand = 20
        case threadStarter = 21
    }

    /// One emoji under the message with those who reacted, in order.
    public struct Reaction: Sendable, Hashable {
        /// The emoji.
        public var emoji: EmojiReference
        /// Who reacted, first one first.
        public var users: [WorldID]
    }

    /// Message flags that mean something here.
    public struct Flags: OptionSet, Sendable, Hashable {
        /// Raw bits as Discord writes them.
        public let rawValue: Int
        /// Wraps raw bits.
        public init(rawValue: Int) { self.rawValue = rawValue }
        /// `SUPPRESS_EMBEDS`
        public static let suppressEmbeds = Flags(rawValue: 1 << 2)
        /// `HAS_THREAD`
        public static let hasThread = Flags(rawValue: 1 << 5)
        /// `EPHEMERAL`
        public static let ephemeral = Flags(rawValue: 1 << 6)
        /// `LOADING`: a deferred answer that is not there yet.
        public static let loading = Flags(rawValue: 1 << 7)
        /// `SUPPRESS_NOTIFICATIONS`
        public static let suppressNotifications = Flags(rawValue: 1 << 12)
        /// `IS_COMPONENTS_V2`
        public static let componentsV2 = Flags(rawValue: 1 << 15)
    }

    /// Where the message came from when it answers an interaction.
    public struct InteractionSource: Sendable, Hashable {
        /// The interaction.
        public var id: WorldID
        /// Its type: 2 command, 3 component, 5 modal.
        public var type: Int
        /// The command's full name; empty for components and modals.
        public var name: String
        /// Who acted.
        public var userID: WorldID
        /// The message whose component was used.
        public var messageID: WorldID?
        /// Of a modal: the type of the interaction that opened it, and that interaction's id.
        public var opener: Opener?

        /// The interaction that opened a modal.
        public struct Opener: Sendable, Hashable {
            /// The interaction.
            public var id: WorldID
            /// Its type.
            public var type: Int
            /// The message whose component was used.
            public var messageID: WorldID?
        }
    }

    /// The message's id.
    public var id: WorldID
    /// What kind of message it is.
    public var kind: Kind
    /// Where it was sent.
    public var channelID: WorldID
    /// The guild; nil in direct messages.
    public var guildID: WorldID?
    /// Who sent it.
    public var author: WorldID
    /// The text.
    public var content: String
    /// Embeds as Discord shows them.
    public var embeds: [JSONValue]
    /// Components as Discord shows them, each with its `id`.
    public var components: [JSONValue]
    /// Files.
    public var attachments: [SimulatedAttachment]
    /// Flags.
    public var flags: Flags
    /// Reactions, first emoji first.
    public var reactions: [Reaction] = []
    /// The message replied to, or that a system message points at.
    public var reference: Reference?
    /// People named in the text, or in a reply, whom `allowed_mentions` did not exclude.
    public var mentionedUsers: [WorldID]
    /// Roles named in the text that `allowed_mentions` did not exclude.
    public var mentionedRoles: [WorldID]
    /// Whether `@everyone` or `@here` was meant and allowed.
    public var mentionsEveryone: Bool
    /// When the text was last changed.
    public var editedAt: Timestamp?
    /// When it was pinned; nil if it is not.
    public var pinnedAt: Timestamp?
    /// The nonce that its sender gave.
    public var nonce: JSONValue?
    /// The only person who sees it; nil for ordinary messages.
    public var ephemeralViewer: WorldID?
    /// The application that answered an interaction with it.
    public var applicationID: WorldID?
    /// The interaction that it answers.
    public var source: InteractionSource?

    /// A pointer to another message.
    public struct Reference: Sendable, Hashable {
        /// The channel of the message pointed at.
        public var channelID: WorldID
        /// The message pointed at; nil for a thread.
        public var messageID: WorldID?
    }

    /// When it was sent.
    public var sentAt: Timestamp { SnowflakeMint.instant(of: id) }
    /// Whether only one person sees it.
    public var isEphemeral: Bool { ephemeralViewer != nil }
    /// Whether it is pinned.
    public var isPinned: Bool { pinnedAt != nil }
}

/// A file of a message.
public struct SimulatedAttachment: Sendable, Hashable {
    /// The attachment's id.
    public var id: WorldID
    /// The file's name.
    public var filename: String
    /// The media type.
    public var contentType: String
    /// The alternative text.
    public var description: String?
    /// The file.
    public var bytes: [UInt8]
    /// Width and height of an image in pixels.
    public var size: PixelSize?
    /// Whether an embed or component shows it, so that it is not listed as a file of its own.
    public var isInline = false

    /// Width and height of an image.
    public struct PixelSize: Sendable, Hashable {
        /// Pixels across.
        public var width: Int
        /// Pixels down.
        public var height: Int
    }
}

/// A file to send.
public struct SimulatedUpload: Sendable, Hashable {
    /// The file's name.
    public var filename: String
    /// The media type; nil to derive it from the name.
    public var contentType: String?
    /// The file.
    public var bytes: [UInt8]
    /// The alternative text.
    public var description: String?

    /// A file to send.
    public init(filename: String, contentType: String? = nil, bytes: [UInt8], description: String? = nil) {
        self.filename = filename
        self.contentType = contentType
        self.bytes = bytes
        self.description = description
    }
}

/// A Unicode emoji or a custom one, as it stands in reactions, components and text.
public struct EmojiReference: Sendable, Hashable {
    /// The custom emoji's id; nil for Unicode.
    public var id: WorldID?
    /// The emoji itself, or the custom emoji's name.
    public var name: String
    /// Whether the custom emoji moves.
    public var isAnimated = false

    /// A Unicode or custom emoji.
    public init(id: WorldID? = nil, name: String, isAnimated: Bool = false) {
        self.id = id
        self.name = name
        self.isAnimated = isAnimated
    }

    /// Reads `🏆`, `name:id`, `<:name:id>` or `<a:name:id>`.
    public init(_ text: String) {
        var body = Substring(text)
        var animated = false
        if body.hasPrefix("<"), body.hasSuffix(">") {
            body = body.dropFirst().dropLast()
            animated = body.hasPrefix("a:")
            body = animated ? body.dropFirst(2) : body.drop { $0 == ":" }
        }
        let parts = body.split(separator: ":")
        if parts.count == 2, let id = WorldID(snowflake: String(parts[1])) {
            self.init(id: id, name: String(parts[0]), isAnimated: animated)
        } else {
            self.init(name: text)
        }
    }

    /// Reactions are told apart by the custom emoji's id alone, else by the emoji.
    public func isSame(as other: EmojiReference) -> Bool {
        id == nil && other.id == nil ? name == other.name : id == other.id
    }
}
