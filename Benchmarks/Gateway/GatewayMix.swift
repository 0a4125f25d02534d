import JSON

/// What a gateway connection of a lively guild carries, with all the fields that nobody reads, as Discord sends them.
///
/// Shares of the events by type are those of a guild with presences switched on: half presences, then messages and typing.
/// Sources of the shapes: Discord's documentation, "Gateway Events" and the resource pages.
struct GatewayMix: Sendable {
    /// Dispatches as they arrive, all but the guild.
    let events: [[UInt8]]
    /// The dispatch that describes a whole guild at the start.
    let guild: [UInt8]
    /// The trees of `events`, to be encoded again.
    let trees: [JSONValue]

    var eventBytes: Int { events.reduce(0) { $0 + $1.count } }

    static let standard = GatewayMix(seed: 2026, count: 1000)

    /// Those of `events` that are messages.
    var messages: [[UInt8]] {
        zip(trees, events).filter { $0.0["t"]?.string == "MESSAGE_CREATE" }.map(\.1)
    }

    /// So many messages, spread over channels.
    static func messages(count: Int, channels: UInt64) -> [[UInt8]] {
        var writer = GatewayWriter(seed: 7)
        return (0..<count).map { index in
            writer.messageCreate(in: 1_100_000_000_000_000_000 + UInt64(index) % channels).encoded()
        }
    }

    /// The chunks of a guild's member list, 1,000 members each, nobody twice.
    static func memberChunks(count: Int) -> [[UInt8]] {
        var writer = GatewayWriter(seed: 11)
        return (0..<count).map { writer.membersChunk(index: $0, of: count).encoded() }
    }

    private init(seed: UInt64, count: Int) {
        var writer = GatewayWriter(seed: seed)
        trees = (0..<count).map { _ in writer.event() }
        events = trees.map { $0.encoded() }
        guild = writer.guildCreate(members: 400, channels: 90, roles: 60, emojis: 80).encoded()
    }
}

/// Makes up dispatches.
private struct GatewayWriter {
    private var random: SplitMix
    private var sequence: Int64 = 1

    init(seed: UInt64) {
        random = SplitMix(seed: seed)
    }

    mutating func event() -> JSONValue {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<48: dispatch("PRESENCE_UPDATE", presence())
        case 48..<68: dispatch("TYPING_START", typing())
        case 68..<90: dispatch("MESSAGE_CREATE", message())
        case 90..<96: dispatch("MESSAGE_REACTION_ADD", reaction())
        default: dispatch("GUILD_MEMBER_UPDATE", memberUpdate())
        }
    }

    mutating func guildCreate(members: Int, channels: Int, roles: Int, emojis: Int) -> JSONValue {
        dispatch(
            "GUILD_CREATE",
            [
                "id": guildID, "name": "Ravenholm Clans", "icon": hash(), "splash": nil, "owner_id": id(),
                "afk_timeout": 300, "verification_level": 2, "features": ["COMMUNITY", "NEWS", "ANIMATED_ICON"],
                "mfa_level": 0, "premium_tier": 2, "preferred_locale": "en-US", "nsfw_level": 0, "member_count": 400,
                "large": false, "unavailable": false, "joined_at": timestamp(), "stickers": [], "voice_states": [],
                "roles": list(roles) { $0.role() }, "channels": list(channels) { $0.channel() },
                "members": list(members) { $0.member(withUser: true) }, "emojis": list(emojis) { $0.emoji() },
                "presences": [], "threads": list(20) { $0.thread() },
            ])
    }

    mutating func messageCreate(in channel: UInt64) -> JSONValue {
        var message = message()
        message["channel_id"] = .string(String(channel))
        return dispatch("MESSAGE_CREATE", message)
    }

    mutating func membersChunk(index: Int, of count: Int) -> JSONValue {
        dispatch(
            "GUILD_MEMBERS_CHUNK",
            [
                "guild_id": guildID, "chunk_index": .integer(Int64(index)), "chunk_count": .integer(Int64(count)),
                "members": list(1000) { $0.member(withUser: true) },
            ])
    }

    private mutating func dispatch(_ type: String, _ data: JSONValue) -> JSONValue {
        sequence += 1
        return ["t": .string(type), "s": .integer(sequence), "op": 0, "d": data]
    }

    private mutating func message() -> JSONValue {
        var message: JSONValue = [
            "type": 0, "tts": false, "timestamp": timestamp(), "pinned": false, "nonce": id(),
            "mentions": list(chance(20) ? 1 : 0) { $0.user() }, "mention_roles": [], "mention_everyone": false,
            "member": member(withUser: false), "id": id(), "flags": 0, "embeds": [], "edited_timestamp": nil,
            "content": .string(sentence()), "components": [], "channel_type": 0, "channel_id": id(),
            "author": user(), "attachments": [], "guild_id": guildID,
        ]
        if chance(15) { message["embeds"] = list(2) { $0.embed() } }
        if chance(10) { message["message_reference"] = ["type": 0, "message_id": id(), "channel_id": id()] }
        if chance(10) {
            message["attachments"] = [
                [
                    "id": id(), "filename": "screenshot.png", "size": 482_193, "width": 1920, "height": 1080,
                    "url": .string("https://cdn.example.org/attachments/\(hashText())/screenshot.png"),
                    "proxy_url": .string("https://media.example.org/attachments/\(hashText())/screenshot.png"),
                    "content_type": "image/png",
                ]
            ]
        }
        return message
    }

    private mutating func embed() -> JSONValue {
        [
            "type": "rich", "title": .string(sentence()), "description": .string(sentence() + "\n" + sentence()),
            "color": 2_003_199, "timestamp": timestamp(), "content_scan_version": 1,
            "fields": list(4) { ["name": .string($0.word()), "value": .string($0.sentence()), "inline": true] },
            "footer": ["text": .string(sentence())],
        ]
    }

    private mutating func reaction() -> JSONValue {
        [
            "user_id": id(), "type": 0, "message_id": id(), "message_author_id": id(),
            "member": member(withUser: true), "emoji": ["name": "💡", "id": nil], "channel_id": id(), "burst": false,
            "guild_id": guildID,
        ]
    }

    private mutating func memberUpdate() -> JSONValue {
        var update = member(withUser: true)
        update["guild_id"] = guildID
        return update
    }

    private mutating func presence() -> JSONValue {
        [
            "user": ["id": id()], "status": chance(50) ? "online" : "idle", "guild_id": guildID,
            "client_status": ["desktop": "online", "mobile": "idle"], "broadcast": nil,
            "activities": list(Int.random(in: 0...2, using: &random)) {
                [
                    "type": 0, "name": .string($0.word()), "id": $0.hash(), "application_id": $0.id(),
                    "created_at": 1_764_085_000_123, "timestamps": ["start": 1_764_084_000_000],
                    "details": .string($0.sentence()), "state": "In party", "flags": 1,
                    "assets": ["large_text": .string($0.word()), "large_image": $0.id()],
                    "party": ["id": $0.hash(), "size": [1, 4]],
                ]
            },
        ]
    }

    private mutating func typing() -> JSONValue {
        [
            "user_id": id(), "timestamp": 1_764_085_000, "member": member(withUser: true), "channel_id": id(),
            "guild_id": guildID,
        ]
    }

    private mutating func user() -> JSONValue {
        let name = word()
        return [
            "username": .string(name.lowercased()), "public_flags": 0, "primary_guild": nil, "id": id(),
            "global_name": .string(name), "discriminator": "0", "collectibles": nil, "clan": nil, "bot": false,
            "avatar_decoration_data": nil, "avatar": hash(), "display_name_styles": nil,
        ]
    }

    private mutating func member(withUser: Bool) -> JSONValue {
        var member: JSONValue = [
            "roles": list(Int.random(in: 1...9, using: &random)) { $0.id() }, "premium_since": nil, "pending": false,
            "nick": chance(60) ? .string(word() + " 🛡️") : nil, "mute": false, "joined_at": timestamp(), "flags": 0,
            "deaf": false, "communication_disabled_until": nil, "banner": nil, "avatar": nil,
        ]
        if withUser { member["user"] = user() }
        return member
    }

    private mutating func role() -> JSONValue {
        [
            "id": id(), "name": .string(word()), "color": 15_844_367, "hoist": false, "icon": nil, "unicode_emoji": nil,
            "position": .integer(Int64.random(in: 1...60, using: &random)), "permissions": "2248473465835073",
            "colors": ["primary_color": 15_844_367, "secondary_color": nil, "tertiary_color": nil], "managed": false,
            "mentionable": true, "flags": 0,
        ]
    }

    private mutating func channel() -> JSONValue {
        [
            "id": id(), "type": 0, "name": .string(word().lowercased()), "position": 7, "parent_id": id(), "flags": 0,
            "topic": .string(sentence()), "nsfw": false, "rate_limit_per_user": 0, "last_message_id": id(),
            "permission_overwrites": list(Int.random(in: 1...6, using: &random)) {
                ["id": $0.id(), "type": 0, "allow": "1049600", "deny": "2048"]
            },
        ]
    }

    private mutating func thread() -> JSONValue {
        [
            "id": id(), "type": 11, "name": .string("W0412-\(word())"), "parent_id": id(), "owner_id": id(),
            "guild_id": guildID, "message_count": 12, "member_count": 3, "last_message_id": id(), "flags": 0,
            "thread_metadata": [
                "archived": false, "auto_archive_duration": 4320, "locked": false, "archive_timestamp": timestamp(),
            ],
        ]
    }

    private mutating func emoji() -> JSONValue {
        [
            "id": id(), "name": .string(word()), "roles": [], "require_colons": true, "managed": false,
            "animated": false, "available": true,
        ]
    }
}

extension GatewayWriter {
    private static let words = [
        "Aurora", "seat", "raid", "tonight", "Vikingar", "please", "the", "bracket", "is", "ready", "who", "joins",
        "Müller", "recruit", "and", "welcome", "to", "Ravenholm", "score", "12.5M", "🏆", "we", "need", "two", "more",
        "\"quoted\"", "naïve", "list:\n- one", "<@123456789012345678>", "日本語",
    ]

    private var guildID: JSONValue { "1057241845519843348" }

    private mutating func list(_ count: Int, _ element: (inout Self) -> JSONValue) -> JSONValue {
        .array((0..<count).map { _ in element(&self) })
    }

    private mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    private mutating func id() -> JSONValue {
        .string(String(UInt64.random(in: 1_000_000_000_000_000_000...1_499_999_999_999_999_999, using: &random)))
    }

    private mutating func hash() -> JSONValue {
        .string(hashText())
    }

    private mutating func hashText() -> String {
        String(random.next() | 1 << 63, radix: 16) + String(random.next() | 1 << 63, radix: 16)
    }

    private mutating func timestamp() -> JSONValue {
        "2026-11-\(Int.random(in: 10...28, using: &random))T18:0\(Int.random(in: 0...9, using: &random)):12.345000+00:00"
    }

    private mutating func word() -> String {
        Self.words.randomElement(using: &random) ?? ""
    }

    private mutating func sentence() -> String {
        (0..<Int.random(in: 2...24, using: &random)).map { _ in word() }.joined(separator: " ")
    }
}
