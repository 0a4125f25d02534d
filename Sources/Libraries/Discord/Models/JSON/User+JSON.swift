public import JSON

extension User: JSONDecodable {
    /// Reads a user; the id is needed. A partial user without name is shown by its number.
    public init(_ json: JSONView) throws(DecodingFailure) {
        let id: UserID = try json.require("id")
        self.init(
            id: id,
            username: json.text("username") ?? id.description,
            globalName: json.text("global_name"),
            discriminator: json.text("discriminator") ?? "0",
            avatar: json.text("avatar"),
            isBot: json.flag("bot"),
            isSystem: json.flag("system"))
    }
}

extension Member: JSONDecodable {
    /// Reads a member that carries its user.
    public init(_ json: JSONView) throws(DecodingFailure) {
        let user: User = try json.require("user")
        self.init(json, user: user)
    }

    /// Reads a member whose user Discord tells beside it, as in messages and resolved data.
    public init(_ json: JSONView, user: User) {
        self.init(
            user: user,
            nickname: json.text("nick"),
            avatar: json.text("avatar"),
            roles: json.ids("roles"),
            joinedAt: json.instant("joined_at"),
            timedOutUntil: json.instant("communication_disabled_until"),
            isPending: json.flag("pending"),
            permissions: json.permissions("permissions"))
    }
}

extension Role: JSONDecodable {
    /// Reads a role; id and name are needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(
            id: try json.require("id"),
            name: try json.requireText("name"),
            color: json["colors"]?.number("primary_color") ?? json.number("color") ?? 0,
            isHoisted: json.flag("hoist"),
            icon: json.text("icon"),
            unicodeEmoji: json.text("unicode_emoji"),
            position: json.number("position") ?? 0,
            permissions: json.permissions("permissions") ?? [],
            isManaged: json.flag("managed"),
            isMentionable: json.flag("mentionable"),
            botID: json["tags"]?.id("bot_id"))
    }
}

extension Emoji: JSONDecodable {
    /// Reads a guild's emoji; id and name are needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(
            id: try json.require("id"),
            name: try json.requireText("name"),
            roles: json.ids("roles"),
            user: json.object("user"),
            isAnimated: json.flag("animated"),
            isAvailable: json["available"]?.bool ?? true,
            isManaged: json.flag("managed"))
    }
}

extension PartialEmoji: JSONDecodable {
    /// Reads an emoji; id or name is needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(id: json.id("id"), name: json.text("name"), isAnimated: json.flag("animated"))
        if id == nil, name == nil { throw DecodingFailure(path: "name") }
    }
}
