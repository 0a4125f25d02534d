public import JSON

extension Message: JSONDecodable {
    /// Reads a message; id, channel and author are needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        let id: MessageID = try json.require("id")
        let author: User = try json.require("author")
        let guild: GuildID? = json.id("guild_id")
        let thread: Channel? = json.object("thread")
        self.init(
            id: id,
            channelID: try json.require("channel_id"),
            guildID: guild,
            author: author,
            member: json["member"].flatMap { $0.kind == .object ? Member($0, user: author) : nil },
            content: json.text("content") ?? "",
            timestamp: json.instant("timestamp") ?? id.timestamp,
            editedAt: json.instant("edited_timestamp"),
            kind: MessageKind(rawValue: json.number("type") ?? 0),
            flags: MessageFlags(rawValue: json.number("flags") ?? 0),
            mentions: json.list("mentions"),
            mentionedMembers: Self.mentionedMembers(of: json),
            mentionedRoles: json.ids("mention_roles"),
            mentionsEveryone: json.flag("mention_everyone"),
            attachments: json.list("attachments"),
            embeds: json.list("embeds"),
            components: json.list("components"),
            reactions: json.list("reactions"),
            stickers: json.list("sticker_items"),
            reference: json.object("message_reference"),
            nonce: json.text("nonce") ?? json["nonce"]?.uint64.map(String.init),
            webhookID: json.id("webhook_id"),
            applicationID: json.id("application_id"),
            isPinned: json.flag("pinned"),
            interaction: json.object("interaction_metadata") ?? json.object("interaction"),
            thread: thread?.inside(guild))
    }

    /// Gateway events put the membership of a mentioned user inside the user.
    private static func mentionedMembers(of json: JSONView) -> [Member] {
        guard let mentions = json["mentions"] else { return [] }
        return mentions.elements.compactMap { mention in
            guard let member = mention["member"], member.kind == .object, let user = try? User(mention) else {
                return nil
            }
            return Member(member, user: user)
        }
    }
}

extension MessageReference: JSONDecodable {
    /// Reads a reference; nothing is needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(messageID: json.id("message_id"), channelID: json.id("channel_id"), guildID: json.id("guild_id"))
    }
}

extension InteractionMetadata: JSONDecodable {
    /// Reads what a message tells of an interaction; the id is needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(
            id: try json.require("id"),
            kind: InteractionKind(rawValue: json.number("type") ?? 0),
            user: json.object("user"))
    }
}

extension StickerItem: JSONDecodable {
    /// Reads a sticker; the id is needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(id: try json.require("id"), name: json.text("name") ?? "")
    }
}

extension Reaction: JSONDecodable {
    /// Reads a reaction; the emoji is needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(emoji: try json.require("emoji"), count: json.number("count") ?? 1, isOwn: json.flag("me"))
    }
}

extension Attachment: JSONDecodable {
    /// Reads a file; id and address are needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(
            id: try json.require("id"),
            filename: json.text("filename") ?? "file",
            description: json.text("description"),
            contentType: json.text("content_type"),
            size: json.number("size") ?? 0,
            url: try json.requireText("url"),
            proxyURL: json.text("proxy_url"),
            width: json.number("width"),
            height: json.number("height"),
            isEphemeral: json.flag("ephemeral"))
    }
}
