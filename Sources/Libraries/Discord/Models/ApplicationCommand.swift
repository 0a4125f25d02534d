/// Where a command appears. Source: Discord documentation, "Application Command Types".
public struct ApplicationCommandKind: OpenEnumeration {
    /// Discord's number.
    public var rawValue: Int

    /// Takes any number.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// Typed after a slash.
    public static let chatInput = ApplicationCommandKind(rawValue: 1)
    /// In the context menu of a user.
    public static let user = ApplicationCommandKind(rawValue: 2)
    /// In the context menu of a message.
    public static let message = ApplicationCommandKind(rawValue: 3)
}

/// What an option takes. Source: Discord documentation, "Application Command Option Type".
public struct CommandOptionKind: OpenEnumeration {
    /// Discord's number.
    public var rawValue: Int

    /// Takes any number.
    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// A command within a command.
    public static let subcommand = CommandOptionKind(rawValue: 1)
    /// A group of subcommands.
    public static let subcommandGroup = CommandOptionKind(rawValue: 2)
    /// Text.
    public static let string = CommandOptionKind(rawValue: 3)
    /// A whole number.
    public static let integer = CommandOptionKind(rawValue: 4)
    /// True or false.
    public static let boolean = CommandOptionKind(rawValue: 5)
    /// A user.
    public static let user = CommandOptionKind(rawValue: 6)
    /// A channel or category.
    public static let channel = CommandOptionKind(rawValue: 7)
    /// A role.
    public static let role = CommandOptionKind(rawValue: 8)
    /// A user or role.
    public static let mentionable = CommandOptionKind(rawValue: 9)
    /// A number.
    public static let number = CommandOptionKind(rawValue: 10)
    /// A file.
    public static let attachment = CommandOptionKind(rawValue: 11)
}

/// A registered command. Source: Discord documentation, "Application Command Object".
public struct ApplicationCommand: Sendable, Hashable, Identifiable {
    /// The command's id.
    public var id: CommandID
    /// The application that owns it.
    public var applicationID: ApplicationID
    /// The guild it is registered in; nil for all.
    public var guildID: GuildID?
    /// What was registered.
    public var definition: CommandDefinition
    /// Makes one from its fields.
    public init(
        id: CommandID,
        applicationID: ApplicationID,
        guildID: GuildID? = nil,
        definition: CommandDefinition
    ) {
        self.id = id
        self.applicationID = applicationID
        self.guildID = guildID
        self.definition = definition
    }

    /// The command in a message's text, ready to be used by a click; subcommands are separated by spaces.
    public func mention(subcommand: String? = nil) -> String {
        let path = subcommand.map { "\(definition.name) \($0)" } ?? definition.name
        return "</\(path):\(id)>"
    }
}

/// A command to register. Equal definitions need no new registration.
public struct CommandDefinition: Sendable, Hashable {
    /// Where it appears.
    public var kind: ApplicationCommandKind
    /// Its name.
    public var name: String
    /// What it does; empty for context menus.
    public var description: String
    /// Its options, the required ones first.
    public var options: [CommandOption]
    /// Who sees it unless the guild decides otherwise; nil: all, empty: administrators.
    public var defaultMemberPermissions: Permissions?
    /// Makes one from its fields.
    public init(
        kind: ApplicationCommandKind = .chatInput,
        name: String,
        description: String = "",
        options: [CommandOption] = [],
        defaultMemberPermissions: Permissions? = nil
    ) {
        self.kind = kind
        self.name = name
        self.description = description
        self.options = options
        self.defaultMemberPermissions = defaultMemberPermissions
    }
}

/// An option of a command. Source: Discord documentation, "Application Command Option Structure".
public struct CommandOption: Sendable, Hashable {
    /// What it takes.
    public var kind: CommandOptionKind
    /// Its name.
    public var name: String
    /// What it is for.
    public var description: String
    /// Whether it must be given.
    public var isRequired: Bool
    /// The only values allowed; empty: any.
    public var choices: [CommandChoice]
    /// Options of a subcommand, subcommands of a group.
    public var options: [CommandOption]
    /// Channels offered; empty: all kinds.
    public var channelKinds: [ChannelKind]
    /// The least number allowed.
    public var minimumValue: Double?
    /// The greatest number allowed.
    public var maximumValue: Double?
    /// The fewest characters allowed.
    public var minimumLength: Int?
    /// The most characters allowed.
    public var maximumLength: Int?
    /// Whether proposals are asked of the bot while the option is typed.
    public var hasAutocomplete: Bool
    /// Makes one from its fields.
    public init(
        kind: CommandOptionKind,
        name: String,
        description: String,
        isRequired: Bool = false,
        choices: [CommandChoice] = [],
        options: [CommandOption] = [],
        channelKinds: [ChannelKind] = [],
        minimumValue: Double? = nil,
        maximumValue: Double? = nil,
        minimumLength: Int? = nil,
        maximumLength: Int? = nil,
        hasAutocomplete: Bool = false
    ) {
        self.kind = kind
        self.name = name
        self.description = description
        self.isRequired = isRequired
        self.choices = choices
        self.options = options
        self.channelKinds = channelKinds
        self.minimumValue = minimumValue
        self.maximumValue = maximumValue
        self.minimumLength = minimumLength
        self.maximumLength = maximumLength
        self.hasAutocomplete = hasAutocomplete
    }
}

/// A value offered for an option, fixed or as proposal.
public struct CommandChoice: Sendable, Hashable {
    /// What people see.
    public var name: String
    /// What the command gets.
    public var value: CommandInvocation.Value
    /// Makes one from its fields.
    public init(
        name: String,
        value: CommandInvocation.Value
    ) {
        self.name = name
        self.value = value
    }
}
