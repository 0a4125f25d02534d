public import JSON

extension GatewayEvent {
    /// Whether events of this name are decoded; the bodies of others need not even be parsed.
    public static func decodesBody(of name: String) -> Bool { readers[name] != nil }

    /// Names of all events that are decoded.
    public static var decodedNames: [String] { readers.keys.sorted() }

    /// Reads a dispatch. Events without a case become ``other(name:)``.
    /// - Parameters:
    ///   - name: the dispatch's `t`, as in `MESSAGE_CREATE`.
    ///   - body: its `d`.
    /// - Throws: when a part is missing without which the event says nothing; the path begins with the name.
    public init(name: String, body: JSONView) throws(DecodingFailure) {
        guard let read = Self.readers[name] else {
            self = .other(name: name)
            return
        }
        do {
            self = try read(body)
        } catch {
            throw DecodingFailure(path: "\(name).\(error.path)")
        }
    }

    private typealias Reader = @Sendable (JSONView) throws(DecodingFailure) -> GatewayEvent

    private static let readers: [String: Reader] =
        sessionReaders
        .merging(guildReaders) { first, _ in first }
        .merging(channelReaders) { first, _ in first }
        .merging(messageReaders) { first, _ in first }

    private static let sessionReaders: [String: Reader] = [
        "READY": { (d) throws(DecodingFailure) in .ready(try Ready(d)) },
        "RESUMED": { (_) throws(DecodingFailure) in .resumed },
        "INTERACTION_CREATE": { (d) throws(DecodingFailure) in .interactionCreate(try Interaction(d)) },
        "USER_UPDATE": { (d) throws(DecodingFailure) in .userUpdate(try User(d)) },
    ]

    private static let guildReaders: [String: Reader] = [
        "GUILD_CREATE": { (d) throws(DecodingFailure) in
            d.flag("unavailable") ? .guildDelete(try UnavailableGuild(d)) : .guildCreate(try Guild(d))
        },
        "GUILD_UPDATE": { (d) throws(DecodingFailure) in .guildUpdate(try Guild(d)) },
        "GUILD_DELETE": { (d) throws(DecodingFailure) in .guildDelete(try UnavailableGuild(d)) },
        "GUILD_EMOJIS_UPDATE": { (d) throws(DecodingFailure) in
            .emojisUpdate(try d.require("emojis"), guild: try d.require("guild_id"))
        },
        "GUILD_ROLE_CREATE": { (d) throws(DecodingFailure) in
            .roleCreate(try d.require("role"), guild: try d.require("guild_id"))
        },
        "GUILD_ROLE_UPDATE": { (d) throws(DecodingFailure) in
            .roleUpdate(try d.require("role"), guild: try d.require("guild_id"))
        },
        "GUILD_ROLE_DELETE": { (d) throws(DecodingFailure) in
            .roleDelete(try d.require("role_id"), guild: try d.require("guild_id"))
        },
        "GUILD_MEMBER_ADD": { (d) throws(DecodingFailure) in
            .memberAdd(try Member(d), guild: try d.require("guild_id"))
        },
        "GUILD_MEMBER_UPDATE": { (d) throws(DecodingFailure) in
            .memberUpdate(try Member(d), guild: try d.require("guild_id"))
        },
        "GUILD_MEMBER_REMOVE": { (d) throws(DecodingFailure) in
            .memberRemove(try d.require("user"), guild: try d.require("guild_id"))
        },
        "GUILD_MEMBERS_CHUNK": { (d) throws(DecodingFailure) in .membersChunk(try MembersChunk(d)) },
    ]

    private static let channelReaders: [String: Reader] = [
        "CHANNEL_CREATE": { (d) throws(DecodingFailure) in .channelCreate(try Channel(d)) },
        "CHANNEL_UPDATE": { (d) throws(DecodingFailure) in .channelUpdate(try Channel(d)) },
        "CHANNEL_DELETE": { (d) throws(DecodingFailure) in .channelDelete(try Channel(d)) },
        "THREAD_CREATE": { (d) throws(DecodingFailure) in
            .threadCreate(try Channel(d), isNew: d.flag("newly_created"))
        },
        "THREAD_UPDATE": { (d) throws(DecodingFailure) in .threadUpdate(try Channel(d)) },
        "THREAD_DELETE": { (d) throws(DecodingFailure) in .threadDelete(try ThreadDeletion(d)) },
        "THREAD_LIST_SYNC": { (d) throws(DecodingFailure) in .threadListSync(try ThreadListSync(d)) },
        "THREAD_MEMBER_UPDATE": { (d) throws(DecodingFailure) in
            .threadMemberUpdate(try ThreadMember(d), guild: try d.require("guild_id"))
        },
        "THREAD_MEMBERS_UPDATE": { (d) throws(DecodingFailure) in
            .threadMembersUpdate(try ThreadMembersUpdate(d))
        },
    ]

    private static let messageReaders: [String: Reader] = [
        "MESSAGE_CREATE": { (d) throws(DecodingFailure) in .messageCreate(try Message(d)) },
        "MESSAGE_UPDATE": { (d) throws(DecodingFailure) in .messageUpdate(try MessageUpdate(d)) },
        "MESSAGE_DELETE": { (d) throws(DecodingFailure) in
            .messageDelete(
                MessageDeletion(
                    ids: [try d.require("id")], channelID: try d.require("channel_id"), guildID: d.id("guild_id")))
        },
        "MESSAGE_DELETE_BULK": { (d) throws(DecodingFailure) in
            .messageDelete(
                MessageDeletion(
                    ids: d.ids("ids"), channelID: try d.require("channel_id"), guildID: d.id("guild_id")))
        },
        "MESSAGE_REACTION_ADD": { (d) throws(DecodingFailure) in .reactionAdd(try ReactionChange(d)) },
        "MESSAGE_REACTION_REMOVE": { (d) throws(DecodingFailure) in .reactionRemove(try ReactionChange(d)) },
        "MESSAGE_REACTION_REMOVE_ALL": { (d) throws(DecodingFailure) in .reactionClear(try ReactionClearing(d)) },
        "MESSAGE_REACTION_REMOVE_EMOJI": { (d) throws(DecodingFailure) in .reactionClear(try ReactionClearing(d)) },
    ]
}

extension Ready: JSONDecodable {
    /// Reads the body of READY.
    public init(_ json: JSONView) throws(DecodingFailure) {
        let user: User = try json.require("user")
        self.init(
            user: user,
            guilds: json.list("guilds"),
            sessionID: try json.requireText("session_id"),
            resumeURL: try json.requireText("resume_gateway_url"),
            // A bot's application has, but for very old ones, the number of its user.
            applicationID: json["application"]?.id("id") ?? ApplicationID(rawValue: user.id.rawValue))
    }
}

extension MembersChunk: JSONDecodable {
    /// Reads the body of GUILD_MEMBERS_CHUNK.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(
            guildID: try json.require("guild_id"),
            members: json.list("members"),
            index: json.number("chunk_index") ?? 0,
            count: json.number("chunk_count") ?? 1,
            notFound: json.ids("not_found"),
            nonce: json.text("nonce"))
    }
}

extension ThreadDeletion: JSONDecodable {
    /// Reads the body of THREAD_DELETE.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(
            id: try json.require("id"),
            guildID: try json.require("guild_id"),
            parentID: json.id("parent_id"),
            kind: ChannelKind(rawValue: json.number("type") ?? ChannelKind.publicThread.rawValue))
    }
}

extension ThreadListSync: JSONDecodable {
    /// Reads the body of THREAD_LIST_SYNC.
    public init(_ json: JSONView) throws(DecodingFailure) {
        let guild: GuildID = try json.require("guild_id")
        let threads: [Channel] = json.list("threads")
        self.init(
            guildID: guild,
            channelIDs: json["channel_ids"].flatMap { $0.kind == .array ? json.ids("channel_ids") : nil },
            threads: threads.map { $0.inside(guild) },
            members: json.list("members"))
    }
}

extension ThreadMembersUpdate: JSONDecodable {
    /// Reads the body of THREAD_MEMBERS_UPDATE.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(
            threadID: try json.require("id"),
            guildID: try json.require("guild_id"),
            memberCount: json.number("member_count"),
            added: json.list("added_members"),
            removed: json.ids("removed_member_ids"))
    }
}

extension MessageUpdate: JSONDecodable {
    /// Reads the body of MESSAGE_UPDATE; the message is whole if it carries its author.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(
            id: try json.require("id"),
            channelID: try json.require("channel_id"),
            guildID: json.id("guild_id"),
            message: try? Message(json))
    }
}

extension ReactionChange: JSONDecodable {
    /// Reads the body of MESSAGE_REACTION_ADD and MESSAGE_REACTION_REMOVE.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(
            userID: try json.require("user_id"),
            channelID: try json.require("channel_id"),
            messageID: try json.require("message_id"),
            guildID: json.id("guild_id"),
            emoji: try json.require("emoji"),
            member: json.object("member"),
            messageAuthorID: json.id("message_author_id"))
    }
}

extension ReactionClearing: JSONDecodable {
    /// Reads the body of MESSAGE_REACTION_REMOVE_ALL and MESSAGE_REACTION_REMOVE_EMOJI.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(
            channelID: try json.require("channel_id"),
            messageID: try json.require("message_id"),
            guildID: json.id("guild_id"),
            emoji: json.object("emoji"))
    }
}
