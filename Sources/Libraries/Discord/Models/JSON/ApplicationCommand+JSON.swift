public import JSON

extension ApplicationCommand: JSONDecodable {
    /// Reads a registered command; ids and name are needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(
            id: try json.require("id"),
            applicationID: try json.require("application_id"),
            guildID: json.id("guild_id"),
            definition: CommandDefinition(
                kind: ApplicationCommandKind(rawValue: json.number("type") ?? 1),
                name: try json.requireText("name"),
                description: json.text("description") ?? "",
                options: json.list("options"),
                defaultMemberPermissions: json.permissions("default_member_permissions")))
    }
}

extension CommandOption: JSONDecodable {
    /// Reads an option; kind and name are needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(
            kind: CommandOptionKind(rawValue: try json.requireNumber("type")),
            name: try json.requireText("name"),
            description: json.text("description") ?? "",
            isRequired: json.flag("required"),
            choices: json.list("choices"),
            options: json.list("options"),
            channelKinds: json["channel_types"]?.elements.compactMap(\.int).map(ChannelKind.init) ?? [],
            minimumValue: json["min_value"]?.double,
            maximumValue: json["max_value"]?.double,
            minimumLength: json.number("min_length"),
            maximumLength: json.number("max_length"),
            hasAutocomplete: json.flag("autocomplete"))
    }

    /// The option to register: only what differs from Discord's defaults.
    public var json: JSONValue {
        var object: JSONValue = [
            "type": .number(of: kind.rawValue), "name": .string(name), "description": .string(description),
        ]
        if isRequired { object["required"] = true }
        if !choices.isEmpty { object["choices"] = .array(choices.map(\.json)) }
        if !options.isEmpty { object["options"] = .array(options.map(\.json)) }
        if !channelKinds.isEmpty {
            object["channel_types"] = .array(channelKinds.map { .number(of: $0.rawValue) })
        }
        object["min_value"] = minimumValue.map(bound)
        object["max_value"] = maximumValue.map(bound)
        object["min_length"] = minimumLength.map(JSONValue.number(of:))
        object["max_length"] = maximumLength.map(JSONValue.number(of:))
        if hasAutocomplete { object["autocomplete"] = true }
        return object
    }

    /// Bounds of whole numbers must be whole themselves.
    private func bound(_ number: Double) -> JSONValue {
        guard kind == .integer, let whole = Int64(exactly: number.rounded()) else { return .number(number) }
        return .integer(whole)
    }
}

extension CommandChoice: JSONDecodable {
    /// Reads a choice; name and value are needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        guard let value = json["value"].flatMap(CommandInvocation.Value.init) else {
            throw DecodingFailure(path: "value")
        }
        self.init(name: try json.requireText("name"), value: value)
    }

    /// The choice to register or propose.
    public var json: JSONValue { ["name": .string(name), "value": value.json] }
}

extension CommandInvocation.Value {
    /// Reads a value; nil for null, arrays and objects.
    init?(_ json: JSONView) {
        if let text = json.string {
            self = .string(text)
        } else if let truth = json.bool {
            self = .boolean(truth)
        } else if let number = json.int {
            self = .integer(number)
        } else if let number = json.double {
            self = .number(number)
        } else {
            return nil
        }
    }

    fileprivate var json: JSONValue {
        switch self {
        case .string(let text): .string(text)
        case .integer(let number): .number(of: number)
        case .number(let number): .number(number)
        case .boolean(let truth): .bool(truth)
        }
    }
}

extension CommandDefinition {
    /// The body to register it.
    public var json: JSONValue {
        var object: JSONValue = ["type": .number(of: kind.rawValue), "name": .string(name)]
        if kind == .chatInput { object["description"] = .string(description) }
        if !options.isEmpty { object["options"] = .array(options.map(\.json)) }
        object["default_member_permissions"] = defaultMemberPermissions.map(JSONValue.permissions)
        return object
    }
}
