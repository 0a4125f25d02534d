/// What somebody did. Source: Discord documentation, "Receiving and Responding", "Interaction Type".
public struct InteractionKind: OpenEnumeration {
    /// Discord's number.
    public var rawValue: Int

    /// Takes any number.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Discord asks whether an endpoint is alive.
    public static let ping = InteractionKind(rawValue: 1)
    /// A command was sent.
    public static let command = InteractionKind(rawValue: 2)
    /// A button was pressed, or a menu used.
    public static let component = InteractionKind(rawValue: 3)
    /// A command is being typed, and asks for proposals.
    public static let autocomplete = InteractionKind(rawValue: 4)
    /// A modal was sent.
    public static let modal = InteractionKind(rawValue: 5)
}

/// One use of a command, component or modal. Source: Discord documentation, "Interaction Object".
public struct Interaction: Sendable, Hashable, Identifiable {
    /// What was used, and how.
    public enum Content: Sendable, Hashable {
        /// Discord asks whether an endpoint is alive.
        case ping
        /// A command was sent.
        case command(CommandInvocation)
        /// A button was pressed, or a menu used.
        case component(ComponentInvocation)
        /// A command is being typed; the option in question is focused.
        case autocomplete(CommandInvocation)
        /// A modal was sent.
        case modal(ModalSubmission)
        /// Something this library does not model.
        case unknown(InteractionKind)
    }

    /// The interaction's id; its timestamp is when the three seconds to answer began.
    public var id: InteractionID
    /// The application it is for.
    public var applicationID: ApplicationID
    /// What was used, and how.
    public var content: Content
    /// Authorizes answers for fifteen minutes; a secret until then.
    public var token: String
    /// The guild; nil in direct messages.
    public var guildID: GuildID?
    /// The channel.
    public var channelID: ChannelID?
    /// The channel, partially.
    public var channel: Channel?
    /// Who used it, as member of the guild; with their permissions in the channel.
    public var member: Member?
    /// Who used it.
    public var user: User
    /// The message with the component, or from which the modal was opened.
    public var message: Message?
    /// What the bot may do in the channel.
    public var applicationPermissions: Permissions?
    /// The language of the person, as in `en-US`.
    public var locale: String?
    /// The language of the guild.
    public var guildLocale: String?
    /// Makes one from its fields.
    public init(
        id: InteractionID,
        applicationID: ApplicationID,
        content: Content,
        token: String,
        guildID: GuildID? = nil,
        channelID: ChannelID? = nil,
        channel: Channel? = nil,
        member: Member? = nil,
        user: User,
        message: Message? = nil,
        applicationPermissions: Permissions? = nil,
        locale: String? = nil,
        guildLocale: String? = nil
    ) {
        self.id = id
        self.applicationID = applicationID
        self.content = content
        self.token = token
        self.guildID = guildID
        self.channelID = channelID
        self.channel = channel
        self.member = member
        self.user = user
        self.message = message
        self.applicationPermissions = applicationPermissions
        self.locale = locale
        self.guildLocale = guildLocale
    }
}

/// A command with its options. Source: Discord documentation, "Application Command Data Structure".
public struct CommandInvocation: Sendable, Hashable {
    /// The command's id.
    public var id: CommandID
    /// The command's name.
    public var name: String
    /// What kind of command it is.
    public var kind: ApplicationCommandKind
    /// Options as sent; subcommands hold theirs.
    public var options: [Option]
    /// The user or message of a context menu's command.
    public var targetID: Snowflake?
    /// Objects named by the options.
    public var resolved: ResolvedObjects
    /// Makes one from its fields.
    public init(
        id: CommandID,
        name: String,
        kind: ApplicationCommandKind = .chatInput,
        options: [Option] = [],
        targetID: Snowflake? = nil,
        resolved: ResolvedObjects = ResolvedObjects()
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.options = options
        self.targetID = targetID
        self.resolved = resolved
    }

    /// One option, or a subcommand with its own.
    public struct Option: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// What kind of option it is.
        public var kind: CommandOptionKind
        /// Its value; nil for subcommands and their groups.
        public var value: Value?
        /// Options of a subcommand.
        public var options: [Option]
        /// Whether this is the option being typed.
        public var isFocused: Bool
        /// Makes one from its fields.
        public init(
            name: String,
            kind: CommandOptionKind,
            value: Value? = nil,
            options: [Option] = [],
            isFocused: Bool = false
        ) {
            self.name = name
            self.kind = kind
            self.value = value
            self.options = options
            self.isFocused = isFocused
        }
    }

    /// Value of an option; ids of users, roles, channels and the like come as text.
    public enum Value: Sendable, Hashable {
        /// Text, or an id.
        case string(String)
        /// A whole number.
        case integer(Int)
        /// A number.
        case number(Double)
        /// A truth value.
        case boolean(Bool)
    }

    /// Names of command, group and subcommand, as in `["perm", "bot", "list"]`.
    public var path: [String] {
        var names = [name]
        var level = options
        while let inner = level.first, inner.kind == .subcommand || inner.kind == .subcommandGroup {
            names.append(inner.name)
            level = inner.options
        }
        return names
    }

    /// Options of the innermost subcommand, or of the command itself.
    public var arguments: [Option] {
        var level = options
        while let inner = level.first, inner.kind == .subcommand || inner.kind == .subcommandGroup {
            level = inner.options
        }
        return level
    }

    /// The value of an argument.
    public subscript(_ name: String) -> Value? {
        arguments.first { $0.name == name }?.value
    }

    /// The argument being typed, in an autocomplete interaction.
    public var focused: Option? { arguments.first(where: \.isFocused) }
}

extension CommandInvocation.Value {
    /// The value as text, whatever its type.
    public var text: String {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .boolean(let truth): truth ? "true" : "false"
        }
    }
}

/// A button pressed or a menu used. Source: Discord documentation, "Message Component Data Structure".
public struct ComponentInvocation: Sendable, Hashable {
    /// The custom id given when the component was sent.
    public var customID: String
    /// Discord's number of the component's kind: 2 for buttons, 3 and 5 to 8 for menus.
    public var componentKind: Int
    /// What was chosen: values of options, or ids.
    public var values: [String]
    /// Users, roles and channels chosen.
    public var resolved: ResolvedObjects
    /// Makes one from its fields.
    public init(
        customID: String,
        componentKind: Int,
        values: [String] = [],
        resolved: ResolvedObjects = ResolvedObjects()
    ) {
        self.customID = customID
        self.componentKind = componentKind
        self.values = values
        self.resolved = resolved
    }
}

/// A modal sent. Source: Discord documentation, "Modal Submit Data Structure".
public struct ModalSubmission: Sendable, Hashable {
    /// The custom id given when the modal was opened.
    public var customID: String
    /// The inputs: what was typed or chosen, by custom id.
    public var fields: [Field]
    /// Users, roles and channels chosen.
    public var resolved: ResolvedObjects
    /// Makes one from its fields.
    public init(
        customID: String,
        fields: [Field] = [],
        resolved: ResolvedObjects = ResolvedObjects()
    ) {
        self.customID = customID
        self.fields = fields
        self.resolved = resolved
    }

    /// One input.
    public struct Field: Sendable, Hashable {
        /// The input's custom id.
        public var customID: String
        /// One text for a text input, what was chosen for a menu.
        public var values: [String]
        /// Makes one from its fields.
        public init(
            customID: String,
            values: [String] = []
        ) {
            self.customID = customID
            self.values = values
        }
    }

    /// The text of an input, or the first choice of a menu.
    public subscript(_ customID: String) -> String? {
        fields.first { $0.customID == customID }?.values.first
    }
}

/// Objects that an interaction names by id. Source: Discord documentation, "Resolved Data Structure".
public struct ResolvedObjects: Sendable, Hashable {
    /// Users.
    public var users: [UserID: User]
    /// Members, their users filled in.
    public var members: [UserID: Member]
    /// Roles.
    public var roles: [RoleID: Role]
    /// Channels, partially.
    public var channels: [ChannelID: Channel]
    /// Messages.
    public var messages: [MessageID: Message]
    /// Files.
    public var attachments: [AttachmentID: Attachment]
    /// Makes one from its fields.
    public init(
        users: [UserID: User] = [:],
        members: [UserID: Member] = [:],
        roles: [RoleID: Role] = [:],
        channels: [ChannelID: Channel] = [:],
        messages: [MessageID: Message] = [:],
        attachments: [AttachmentID: Attachment] = [:]
    ) {
        self.users = users
        self.members = members
        self.roles = roles
        self.channels = channels
        self.messages = messages
        self.attachments = attachments
    }
}
