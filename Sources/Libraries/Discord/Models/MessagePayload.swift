/// A message to send. Nobody is ever pinged unless ``allowedMentions`` says so, as it is always sent.
/// Source: Discord documentation, Resources, "Create Message".
///
/// ```swift
/// var payload = MessagePayload(content: "Your seat is held, <@\(recruit)>")
/// payload.allowedMentions = .users([recruit])
/// ```
public struct MessagePayload: Sendable, Hashable {
    /// Text, up to 2000 characters.
    public var content: String?
    /// Up to ten embeds.
    public var embeds: [Embed]
    /// Rows of buttons and menus.
    public var components: [Component]
    /// Who may be pinged; nobody by default.
    public var allowedMentions: AllowedMentions
    /// Files to send along.
    public var files: [FileUpload]
    /// Identifies the message, so that sending it again within minutes gives the first one back.
    public var nonce: String?
    /// Whether Discord checks the nonce against recent messages of the bot; ignored without one.
    public var enforcesNonce: Bool
    /// The message it answers.
    public var reply: Reply?
    /// Properties: of those of messages, a bot may set ephemeral (interactions only) and the two suppressions.
    public var flags: MessageFlags
    /// Makes one from its fields.
    public init(
        content: String? = nil,
        embeds: [Embed] = [],
        components: [Component] = [],
        allowedMentions: AllowedMentions = .none,
        files: [FileUpload] = [],
        nonce: String? = nil,
        enforcesNonce: Bool = true,
        reply: Reply? = nil,
        flags: MessageFlags = []
    ) {
        self.content = content
        self.embeds = embeds
        self.components = components
        self.allowedMentions = allowedMentions
        self.files = files
        self.nonce = nonce
        self.enforcesNonce = enforcesNonce
        self.reply = reply
        self.flags = flags
    }

    /// A message that this one answers.
    public struct Reply: Sendable, Hashable {
        /// The message.
        public var messageID: MessageID
        /// Whether sending fails when it no longer exists; otherwise the message is sent as no answer.
        public var failsIfMissing: Bool
        /// Makes one from its fields.
        public init(
            messageID: MessageID,
            failsIfMissing: Bool = false
        ) {
            self.messageID = messageID
            self.failsIfMissing = failsIfMissing
        }
    }
}

/// A change of a message: what is nil stays. Source: Discord documentation, Resources, "Edit Message".
public struct MessageEdit: Sendable, Hashable {
    /// New text; empty removes it.
    public var content: String?
    /// New embeds; empty removes them.
    public var embeds: [Embed]?
    /// New components; empty removes them.
    public var components: [Component]?
    /// Who may be pinged; nobody by default. Sent with every edit.
    public var allowedMentions: AllowedMentions
    /// Files to add.
    public var files: [FileUpload]
    /// Files of the message to keep. Nil keeps all, unless files are added: what an edit that adds files does not list
    /// is removed.
    public var keptAttachments: [AttachmentID]?
    /// New flags; only the suppression of embeds can be changed.
    public var flags: MessageFlags?
    /// Makes one from its fields.
    public init(
        content: String? = nil,
        embeds: [Embed]? = nil,
        components: [Component]? = nil,
        allowedMentions: AllowedMentions = .none,
        files: [FileUpload] = [],
        keptAttachments: [AttachmentID]? = nil,
        flags: MessageFlags? = nil
    ) {
        self.content = content
        self.embeds = embeds
        self.components = components
        self.allowedMentions = allowedMentions
        self.files = files
        self.keptAttachments = keptAttachments
        self.flags = flags
    }
}

/// A file to send with a message.
public struct FileUpload: Sendable, Hashable {
    /// Its name, by which embeds of the same message can show it: `attachment://<name>`.
    public var filename: String
    /// Media type; nil lets Discord guess from the name.
    public var contentType: String?
    /// Its content.
    public var bytes: [UInt8]
    /// Text shown for those who cannot see it.
    public var description: String?
    /// Makes an upload.
    public init(
        filename: String,
        contentType: String? = nil,
        bytes: [UInt8] = [],
        description: String? = nil
    ) {
        self.filename = filename
        self.contentType = contentType
        self.bytes = bytes
        self.description = description
    }

    /// Address of the file inside the message that carries it.
    public var url: String { "attachment://\(filename)" }
}

/// Who a message may ping, whatever its text says. Source: Discord documentation, "Allowed Mentions Object".
public struct AllowedMentions: Sendable, Hashable {
    /// Whether all users mentioned are pinged; excludes ``users``.
    public var allUsers: Bool
    /// Whether all roles mentioned are pinged; excludes ``roles``.
    public var allRoles: Bool
    /// Whether `@everyone` and `@here` ping.
    public var everyone: Bool
    /// The only users pinged.
    public var users: [UserID]
    /// The only roles pinged.
    public var roles: [RoleID]
    /// Whether the author of the message answered is pinged.
    public var repliedUser: Bool
    /// Makes one from its fields.
    public init(
        allUsers: Bool = false,
        allRoles: Bool = false,
        everyone: Bool = false,
        users: [UserID] = [],
        roles: [RoleID] = [],
        repliedUser: Bool = false
    ) {
        self.allUsers = allUsers
        self.allRoles = allRoles
        self.everyone = everyone
        self.users = users
        self.roles = roles
        self.repliedUser = repliedUser
    }

    /// Nobody.
    public static let none = AllowedMentions()

    /// Only these users.
    public static func users(_ users: [UserID]) -> AllowedMentions {
        AllowedMentions(users: users)
    }

    /// Only these roles.
    public static func roles(_ roles: [RoleID]) -> AllowedMentions {
        AllowedMentions(roles: roles)
    }
}
