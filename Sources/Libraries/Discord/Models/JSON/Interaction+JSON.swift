public import JSON

extension Interaction: JSONDecodable {
    /// Reads an interaction; ids, kind, token and (but for a ping) its user are needed, and the data of its kind.
    public init(_ json: JSONView) throws(DecodingFailure) {
        let kind = InteractionKind(rawValue: try json.requireNumber("type"))
        let guild: GuildID? = json.id("guild_id")
        let member: Member? = json.object("member")
        let applicationID: ApplicationID = try json.require("application_id")
        let user: User
        if let known = member?.user ?? json.object("user") {
            user = known
        } else if kind == .ping {
            // Nobody pings: Discord itself does, for the application's own endpoint.
            user = User(id: UserID(rawValue: applicationID.rawValue), username: "ping", isSystem: true)
        } else {
            throw DecodingFailure(path: "user")
        }
        let channel: Channel? = json.object("channel")
        self.init(
            id: try json.require("id"),
            applicationID: applicationID,
            content: try Content(json["data"], kind: kind),
            token: try json.requireText("token"),
            guildID: guild,
            channelID: json.id("channel_id") ?? channel?.id,
            channel: channel?.inside(guild),
            member: member,
            user: user,
            message: json.object("message"),
            applicationPermissions: json.permissions("app_permissions"),
            locale: json.text("locale"),
            guildLocale: json.text("guild_locale"))
    }
}

extension Interaction.Content {
    fileprivate init(_ data: JSONView?, kind: InteractionKind) throws(DecodingFailure) {
        switch kind {
        case .ping: self = .ping
        case .command: self = .command(try Self.read(data))
        case .component: self = .component(try Self.read(data))
        case .autocomplete: self = .autocomplete(try Self.read(data))
        case .modal: self = .modal(try Self.read(data))
        default: self = .unknown(kind)
        }
    }

    private static func read<Model: JSONDecodable>(_ data: JSONView?) throws(DecodingFailure) -> Model {
        guard let data else { throw DecodingFailure(path: "data") }
        do {
            return try Model(data)
        } catch {
            throw DecodingFailure(path: "data.\(error.path)")
        }
    }
}

extension CommandInvocation: JSONDecodable {
    /// Reads a command's use; id and name are needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(
            id: try json.require("id"),
            name: try json.requireText("name"),
            kind: ApplicationCommandKind(rawValue: json.number("type") ?? 1),
            options: json.list("options"),
            targetID: json["target_id"]?.identifier.map(Snowflake.init(rawValue:)),
            resolved: json["resolved"].map(ResolvedObjects.init) ?? ResolvedObjects())
    }
}

extension CommandInvocation.Option: JSONDecodable {
    /// Reads an option; name and kind are needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(
            name: try json.requireText("name"),
            kind: CommandOptionKind(rawValue: try json.requireNumber("type")),
            value: json["value"].flatMap(CommandInvocation.Value.init),
            options: json.list("options"),
            isFocused: json.flag("focused"))
    }
}

extension ComponentInvocation: JSONDecodable {
    /// Reads a component's use; the custom id is needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(
            customID: try json.requireText("custom_id"),
            componentKind: json.number("component_type") ?? 0,
            values: json.texts("values"),
            resolved: json["resolved"].map(ResolvedObjects.init) ?? ResolvedObjects())
    }
}

extension ModalSubmission: JSONDecodable {
    /// Reads a modal; the custom id is needed. Inputs are found in rows and in labels.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(
            customID: try json.requireText("custom_id"),
            fields: json["components"].map(Self.fields) ?? [],
            resolved: json["resolved"].map(ResolvedObjects.init) ?? ResolvedObjects())
    }

    private static func fields(in components: JSONView) -> [Field] {
        components.elements.flatMap { component -> [Field] in
            if let customID = component.text("custom_id") {
                return [
                    Field(customID: customID, values: component.text("value").map { [$0] } ?? component.texts("values"))
                ]
            }
            if let inner = component["component"] {
                guard let customID = inner.text("custom_id") else { return [] }
                return [Field(customID: customID, values: inner.text("value").map { [$0] } ?? inner.texts("values"))]
            }
            return component["components"].map(fields) ?? []
        }
    }
}

extension ResolvedObjects {
    init(_ json: JSONView) {
        let users: [UserID: User] = json.table("users") { _, view in try? User(view) }
        self.init(
            users: users,
            members: json.table("members") { id, view in users[id].map { Member(view, user: $0) } },
            roles: json.table("roles") { _, view in try? Role(view) },
            channels: json.table("channels") { _, view in try? Channel(view) },
            messages: json.table("messages") { _, view in try? Message(view) },
            attachments: json.table("attachments") { _, view in try? Attachment(view) })
    }
}
