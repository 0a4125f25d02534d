/// An interactive or structural part of a message or modal. Source: Discord documentation, "Component Reference".
public enum Component: Sendable, Hashable {
    /// A row of up to five buttons, or one select, or (in modals) one text input.
    case actionRow(ActionRow)
    /// A button.
    case button(Button)
    /// A menu of texts, users, roles or channels.
    case select(SelectMenu)
    /// A text input of a modal.
    case textInput(TextInput)
    /// A label around one input of a modal.
    case label(ComponentLabel)
    /// Formatted text.
    case text(String)
    /// Something this library does not model, by Discord's number, with the components inside it.
    case unknown(kind: Int, children: [Component])
}

extension Component {
    /// A row of buttons.
    public static func row(_ buttons: Button...) -> Component {
        .actionRow(ActionRow(components: buttons.map(Component.button)))
    }

    /// A row that holds one select.
    public static func row(_ select: SelectMenu) -> Component {
        .actionRow(ActionRow(components: [.select(select)]))
    }

    /// A row that holds one text input, for a modal.
    public static func row(_ input: TextInput) -> Component {
        .actionRow(ActionRow(components: [.textInput(input)]))
    }

    /// The components directly inside this one.
    public var children: [Component] {
        switch self {
        case .actionRow(let row): row.components
        case .label(let label): [label.component]
        case .unknown(_, let children): children
        case .button, .select, .textInput, .text: []
        }
    }

    /// The custom id, for the kinds that have one.
    public var customID: String? {
        switch self {
        case .button(let button): button.customID
        case .select(let select): select.customID
        case .textInput(let input): input.customID
        case .actionRow, .label, .text, .unknown: nil
        }
    }
}

extension Sequence<Component> {
    /// Every component at every depth, parents before children.
    public var flattened: [Component] {
        flatMap { [$0] + $0.children.flattened }
    }
}

/// A row of components.
public struct ActionRow: Sendable, Hashable {
    /// Up to five buttons, or one select, or one text input.
    public var components: [Component]
    /// Makes a row.
    public init(
        components: [Component] = []
    ) {
        self.components = components
    }
}

/// A button. Source: Discord documentation, "Component Reference", "Button".
public struct Button: Sendable, Hashable {
    /// How it looks.
    public struct Style: OpenEnumeration {
        /// Discord's number.
        public var rawValue: Int

        /// Takes any number.
        public init(rawValue: Int) {
            self.rawValue = rawValue
        }

        /// The one to press.
        public static let primary = Style(rawValue: 1)
        /// One among others.
        public static let secondary = Style(rawValue: 2)
        /// Confirms.
        public static let success = Style(rawValue: 3)
        /// Destroys.
        public static let danger = Style(rawValue: 4)
        /// Leads to an address; sends no interaction.
        public static let link = Style(rawValue: 5)
        /// Sells something.
        public static let premium = Style(rawValue: 6)
    }

    /// How it looks.
    public var style: Style
    /// Its text.
    public var label: String?
    /// Emoji before the text.
    public var emoji: PartialEmoji?
    /// Comes back in the interaction; nil for links.
    public var customID: String?
    /// Where a link leads.
    public var url: String?
    /// Whether it cannot be pressed.
    public var isDisabled: Bool
    /// Makes one from its fields.
    public init(
        style: Style,
        label: String? = nil,
        emoji: PartialEmoji? = nil,
        customID: String? = nil,
        url: String? = nil,
        isDisabled: Bool = false
    ) {
        self.style = style
        self.label = label
        self.emoji = emoji
        self.customID = customID
        self.url = url
        self.isDisabled = isDisabled
    }

    /// A button that sends an interaction.
    public init(
        _ style: Style, _ label: String?, emoji: PartialEmoji? = nil, customID: String, isDisabled: Bool = false
    ) {
        self.init(style: style, label: label, emoji: emoji, customID: customID, isDisabled: isDisabled)
    }

    /// A button that leads to an address.
    public static func link(_ label: String, to url: String, emoji: PartialEmoji? = nil) -> Button {
        Button(style: .link, label: label, emoji: emoji, url: url)
    }
}

/// A menu. Source: Discord documentation, "Component Reference", "String Select" and those after it.
public struct SelectMenu: Sendable, Hashable {
    /// What is chosen.
    public enum Choices: Sendable, Hashable {
        /// One of up to 25 given texts.
        case options([SelectOption])
        /// Members of the guild.
        case users
        /// Roles of the guild.
        case roles
        /// Members and roles.
        case mentionables
        /// Channels of the kinds given; empty: all kinds.
        case channels([ChannelKind])
    }

    /// What is selected before anybody touches the menu; for menus that are not made of options.
    public enum DefaultValue: Sendable, Hashable {
        /// A user.
        case user(UserID)
        /// A role.
        case role(RoleID)
        /// A channel.
        case channel(ChannelID)
    }

    /// Comes back in the interaction.
    public var customID: String
    /// What is chosen.
    public var choices: Choices
    /// Text shown while nothing is chosen.
    public var placeholder: String?
    /// The fewest that must be chosen.
    public var minimumValues: Int
    /// The most that can be chosen.
    public var maximumValues: Int
    /// Whether it cannot be used.
    public var isDisabled: Bool
    /// What is selected from the start.
    public var defaultValues: [DefaultValue]
    /// Whether a modal cannot be sent without it; only in modals.
    public var isRequired: Bool?
    /// Makes one from its fields.
    public init(
        customID: String,
        choices: Choices,
        placeholder: String? = nil,
        minimumValues: Int = 1,
        maximumValues: Int = 1,
        isDisabled: Bool = false,
        defaultValues: [DefaultValue] = [],
        isRequired: Bool? = nil
    ) {
        self.customID = customID
        self.choices = choices
        self.placeholder = placeholder
        self.minimumValues = minimumValues
        self.maximumValues = maximumValues
        self.isDisabled = isDisabled
        self.defaultValues = defaultValues
        self.isRequired = isRequired
    }
}

/// One line of a menu of texts.
public struct SelectOption: Sendable, Hashable {
    /// What people see.
    public var label: String
    /// What comes back.
    public var value: String
    /// A second, smaller line.
    public var description: String?
    /// Emoji before the label.
    public var emoji: PartialEmoji?
    /// Whether it is selected from the start.
    public var isDefault: Bool
    /// Makes one from its fields.
    public init(
        label: String,
        value: String,
        description: String? = nil,
        emoji: PartialEmoji? = nil,
        isDefault: Bool = false
    ) {
        self.label = label
        self.value = value
        self.description = description
        self.emoji = emoji
        self.isDefault = isDefault
    }
}

/// A text input of a modal. Source: Discord documentation, "Component Reference", "Text Input".
public struct TextInput: Sendable, Hashable {
    /// How many lines it has.
    public struct Style: OpenEnumeration {
        /// Discord's number.
        public var rawValue: Int

        /// Takes any number.
        public init(rawValue: Int) {
            self.rawValue = rawValue
        }

        /// One line.
        public static let short = Style(rawValue: 1)
        /// Several lines.
        public static let paragraph = Style(rawValue: 2)
    }

    /// Comes back with the modal.
    public var customID: String
    /// How many lines it has.
    public var style: Style
    /// Its heading; nil inside a ``ComponentLabel``.
    public var label: String?
    /// The fewest characters.
    public var minimumLength: Int?
    /// The most characters.
    public var maximumLength: Int?
    /// Whether it must be filled in.
    public var isRequired: Bool
    /// Its text at the start; in a submitted modal, what was typed.
    public var value: String?
    /// Grey text while it is empty.
    public var placeholder: String?
    /// Makes one from its fields.
    public init(
        customID: String,
        style: Style = .short,
        label: String? = nil,
        minimumLength: Int? = nil,
        maximumLength: Int? = nil,
        isRequired: Bool = true,
        value: String? = nil,
        placeholder: String? = nil
    ) {
        self.customID = customID
        self.style = style
        self.label = label
        self.minimumLength = minimumLength
        self.maximumLength = maximumLength
        self.isRequired = isRequired
        self.value = value
        self.placeholder = placeholder
    }
}

/// Heading and explanation around one input of a modal. Source: Discord documentation, "Component Reference", "Label".
public struct ComponentLabel: Sendable, Hashable {
    /// The heading.
    public var label: String
    /// Explanation below it.
    public var description: String?
    /// The input.
    public var component: Component {
        get { content[0] }
        set { content = [newValue] }
    }
    /// Holds exactly one component: an array breaks the recursion of value types.
    private var content: [Component]

    /// Puts a label around an input.
    public init(label: String, description: String? = nil, component: Component) {
        self.label = label
        self.description = description
        content = [component]
    }
}
