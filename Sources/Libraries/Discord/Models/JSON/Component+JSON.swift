public import JSON

extension Component: JSONDecodable {
    /// Reads a component; its kind is needed. A kind or content that is not modelled gives ``unknown(kind:children:)``.
    public init(_ json: JSONView) throws(DecodingFailure) {
        let number = try json.requireNumber("type")
        self =
            ComponentKind(rawValue: number).flatMap { try? Component(json, kind: $0) }
            ?? .unknown(kind: number, children: Self.unknownChildren(of: json))
    }

    private init(_ json: JSONView, kind: ComponentKind) throws(DecodingFailure) {
        switch kind {
        case .actionRow: self = .actionRow(ActionRow(components: json.list("components")))
        case .button: self = .button(Button(reading: json))
        case .textInput: self = .textInput(try TextInput(reading: json))
        case .text: self = .text(try json.requireText("content"))
        case .stringSelect, .userSelect, .roleSelect, .mentionableSelect, .channelSelect:
            self = .select(try SelectMenu(reading: json, kind: kind))
        case .label:
            self = .label(
                ComponentLabel(
                    label: json.text("label") ?? "", description: json.text("description"),
                    component: try json.require("component")))
        }
    }

    /// Containers and sections hold components, and may have one beside them.
    private static func unknownChildren(of json: JSONView) -> [Component] {
        let inside: [Component] = json.list("components")
        let beside: Component? = json.object("accessory") ?? json.object("component")
        return inside + (beside.map { [$0] } ?? [])
    }

    /// The component to send. One that is not modelled becomes its number alone, which Discord refuses; limits say so
    /// before.
    public var json: JSONValue {
        switch self {
        case .actionRow(let row):
            ["type": 1, "components": .array(row.components.map(\.json))]
        case .button(let button): button.json
        case .select(let select): select.json
        case .textInput(let input): input.json
        case .label(let label): label.json
        case .text(let content): ["type": 10, "content": .string(content)]
        case .unknown(let kind, _): ["type": .number(of: kind)]
        }
    }
}

/// Discord's numbers of the kinds that are modelled. Source: Discord documentation, "Component Types".
enum ComponentKind: Int {
    case actionRow = 1
    case button = 2
    case stringSelect = 3
    case textInput = 4
    case userSelect = 5
    case roleSelect = 6
    case mentionableSelect = 7
    case channelSelect = 8
    case text = 10
    case label = 18
}

extension Button {
    fileprivate init(reading json: JSONView) {
        self.init(
            style: Style(rawValue: json.number("style") ?? 2),
            label: json.text("label"),
            emoji: json.object("emoji"),
            customID: json.text("custom_id"),
            url: json.text("url"),
            isDisabled: json.flag("disabled"))
    }

    fileprivate var json: JSONValue {
        var object: JSONValue = ["type": 2, "style": .number(of: style.rawValue)]
        object["label"] = label.map(JSONValue.string)
        object["emoji"] = emoji?.componentJSON
        object["custom_id"] = customID.map(JSONValue.string)
        object["url"] = url.map(JSONValue.string)
        if isDisabled { object["disabled"] = true }
        return object
    }
}

extension SelectMenu {
    fileprivate init(reading json: JSONView, kind: ComponentKind) throws(DecodingFailure) {
        let choices: Choices
        switch kind {
        case .userSelect: choices = .users
        case .roleSelect: choices = .roles
        case .mentionableSelect: choices = .mentionables
        case .channelSelect:
            choices = .channels(json["channel_types"]?.elements.compactMap(\.int).map(ChannelKind.init) ?? [])
        default: choices = .options(json["options"]?.elements.compactMap(SelectOption.init(reading:)) ?? [])
        }
        self.init(
            customID: try json.requireText("custom_id"),
            choices: choices,
            placeholder: json.text("placeholder"),
            minimumValues: json.number("min_values") ?? 1,
            maximumValues: json.number("max_values") ?? 1,
            isDisabled: json.flag("disabled"),
            defaultValues: json["default_values"]?.elements.compactMap(DefaultValue.init(reading:)) ?? [],
            isRequired: json["required"]?.bool)
    }

    fileprivate var json: JSONValue {
        var object: JSONValue = ["type": .number(of: kind.rawValue), "custom_id": .string(customID)]
        switch choices {
        case .options(let options): object["options"] = .array(options.map(\.json))
        case .channels(let kinds) where !kinds.isEmpty:
            object["channel_types"] = .array(kinds.map { .number(of: $0.rawValue) })
        case .users, .roles, .mentionables, .channels: break
        }
        object["placeholder"] = placeholder.map(JSONValue.string)
        object["min_values"] = .number(of: minimumValues)
        object["max_values"] = .number(of: maximumValues)
        if isDisabled { object["disabled"] = true }
        if !defaultValues.isEmpty { object["default_values"] = .array(defaultValues.map(\.json)) }
        object["required"] = isRequired.map(JSONValue.bool)
        return object
    }

    private var kind: ComponentKind {
        switch choices {
        case .options: .stringSelect
        case .users: .userSelect
        case .roles: .roleSelect
        case .mentionables: .mentionableSelect
        case .channels: .channelSelect
        }
    }
}

extension SelectMenu.DefaultValue {
    fileprivate init?(reading json: JSONView) {
        guard let id = json["id"]?.identifier.map(Snowflake.init(rawValue:)) else { return nil }
        switch json.text("type") {
        case "user": self = .user(UserID(rawValue: id))
        case "role": self = .role(RoleID(rawValue: id))
        case "channel": self = .channel(ChannelID(rawValue: id))
        default: return nil
        }
    }

    fileprivate var json: JSONValue {
        switch self {
        case .user(let id): ["type": "user", "id": .id(id)]
        case .role(let id): ["type": "role", "id": .id(id)]
        case .channel(let id): ["type": "channel", "id": .id(id)]
        }
    }
}

extension SelectOption {
    fileprivate init?(reading json: JSONView) {
        guard let value = json.text("value") else { return nil }
        self.init(
            label: json.text("label") ?? value,
            value: value,
            description: json.text("description"),
            emoji: json.object("emoji"),
            isDefault: json.flag("default"))
    }

    fileprivate var json: JSONValue {
        var object: JSONValue = ["label": .string(label), "value": .string(value)]
        object["description"] = description.map(JSONValue.string)
        object["emoji"] = emoji?.componentJSON
        if isDefault { object["default"] = true }
        return object
    }
}

extension TextInput {
    fileprivate init(reading json: JSONView) throws(DecodingFailure) {
        self.init(
            customID: try json.requireText("custom_id"),
            style: Style(rawValue: json.number("style") ?? 1),
            label: json.text("label"),
            minimumLength: json.number("min_length"),
            maximumLength: json.number("max_length"),
            isRequired: json["required"]?.bool ?? true,
            value: json.text("value"),
            placeholder: json.text("placeholder"))
    }

    fileprivate var json: JSONValue {
        var object: JSONValue = [
            "type": 4, "custom_id": .string(customID), "style": .number(of: style.rawValue),
        ]
        object["label"] = label.map(JSONValue.string)
        object["min_length"] = minimumLength.map(JSONValue.number(of:))
        object["max_length"] = maximumLength.map(JSONValue.number(of:))
        object["required"] = .bool(isRequired)
        object["value"] = value.map(JSONValue.string)
        object["placeholder"] = placeholder.map(JSONValue.string)
        return object
    }
}

extension ComponentLabel {
    fileprivate var json: JSONValue {
        var object: JSONValue = ["type": 18, "label": .string(label), "component": component.json]
        object["description"] = description.map(JSONValue.string)
        return object
    }
}

extension PartialEmoji {
    /// As components carry it when sent: whether it moves is Discord's to know.
    fileprivate var componentJSON: JSONValue {
        var object: JSONValue = ["name": .string(name ?? "_")]
        object["id"] = id.map(JSONValue.id)
        return object
    }
}
