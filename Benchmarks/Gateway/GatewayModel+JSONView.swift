import JSON

/// Filling the model by walking a document.
extension Dispatch {
    init?(_ bytes: [UInt8]) throws {
        let root = try JSONDocument(parsing: bytes).root
        guard let data = root["d"] else { throw MissingField() }
        switch root["t"]?.string {
        case "MESSAGE_CREATE": self = .message(try Message(data))
        case "MESSAGE_REACTION_ADD": self = .reaction(try Reaction(data))
        case "GUILD_MEMBER_UPDATE": self = .memberUpdate(try Member(data))
        case "PRESENCE_UPDATE": self = .presence(try Presence(data))
        case "TYPING_START": self = .typing(try Typing(data))
        case "GUILD_CREATE": self = .guild(try Guild(data))
        default: return nil
        }
    }
}

extension JSONView {
    fileprivate func field<Value>(_ key: String, _ read: (JSONView) -> Value?) throws -> Value {
        guard let value = self[key].flatMap(read) else { throw MissingField() }
        return value
    }

    fileprivate func text(_ key: String) throws -> String { try field(key, \.string) }
    fileprivate func id(_ key: String) throws -> Identifier { try field(key, \.id) }
    fileprivate func list<Element>(_ key: String, _ make: (JSONView) throws -> Element) throws -> [Element] {
        try self[key]?.elements.map(make) ?? []
    }
    fileprivate var id: Identifier? { identifier.map(Identifier.init(number:)) }
}

extension User {
    fileprivate init(_ view: JSONView) throws {
        id = try view.id("id")
        username = try view.text("username")
        globalName = view["global_name"]?.string
        bot = view["bot"]?.bool
        avatar = view["avatar"]?.string
    }
}

extension Member {
    fileprivate init(_ view: JSONView) throws {
        user = try view["user"].map(User.init)
        nick = view["nick"]?.string
        roles = try view.list("roles") { role in
            guard let id = role.id else { throw MissingField() }
            return id
        }
        joinedAt = try view.text("joined_at")
    }
}

extension Message {
    fileprivate init(_ view: JSONView) throws {
        id = try view.id("id")
        channelID = try view.id("channel_id")
        guildID = view["guild_id"]?.id
        author = try User(view.field("author") { $0 })
        member = try view["member"].map(Member.init)
        content = try view.text("content")
        timestamp = try view.text("timestamp")
        mentions = try view.list("mentions", User.init)
        embeds = try view.list("embeds", Embed.init)
        attachments = try view.list("attachments", Attachment.init)
    }
}

extension Embed {
    fileprivate init(_ view: JSONView) throws {
        title = view["title"]?.string
        description = view["description"]?.string
        fields = try view.list("fields") { Field(name: try $0.text("name"), value: try $0.text("value")) }
    }
}

extension Attachment {
    fileprivate init(_ view: JSONView) throws {
        id = try view.id("id")
        filename = try view.text("filename")
        url = try view.text("url")
    }
}

extension Emoji {
    fileprivate init(_ view: JSONView) {
        id = view["id"]?.id
        name = view["name"]?.string
    }
}

extension Reaction {
    fileprivate init(_ view: JSONView) throws {
        userID = try view.id("user_id")
        channelID = try view.id("channel_id")
        messageID = try view.id("message_id")
        guildID = view["guild_id"]?.id
        emoji = Emoji(try view.field("emoji") { $0 })
    }
}

extension Presence {
    fileprivate init(_ view: JSONView) throws {
        userID = try view.field("user") { $0["id"]?.id }
        status = try view.text("status")
        activities = try view.list("activities") {
            Activity(name: try $0.text("name"), type: try $0.field("type", \.int))
        }
    }
}

extension Typing {
    fileprivate init(_ view: JSONView) throws {
        userID = try view.id("user_id")
        channelID = try view.id("channel_id")
        timestamp = try view.field("timestamp", \.int)
    }
}

extension Guild {
    fileprivate init(_ view: JSONView) throws {
        id = try view.id("id")
        name = try view.text("name")
        ownerID = try view.id("owner_id")
        roles = try view.list("roles", Role.init)
        channels = try view.list("channels", Channel.init)
        threads = try view.list("threads", Channel.init)
        members = try view.list("members", Member.init)
        emojis = try view.list("emojis", Emoji.init)
    }
}

extension Role {
    fileprivate init(_ view: JSONView) throws {
        id = try view.id("id")
        name = try view.text("name")
        permissions = try view.id("permissions")
        position = try view.field("position", \.int)
        color = try view.field("color", \.int)
    }
}

extension Channel {
    fileprivate init(_ view: JSONView) throws {
        id = try view.id("id")
        type = try view.field("type", \.int)
        name = try view.text("name")
        parentID = view["parent_id"]?.id
        position = view["position"]?.int
        overwrites = try view.list("permission_overwrites") {
            Overwrite(
                id: try $0.id("id"), type: try $0.field("type", \.int), allow: try $0.id("allow"),
                deny: try $0.id("deny"))
        }
    }
}
