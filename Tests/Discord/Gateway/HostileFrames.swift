import TestTools

/// Payloads of a gateway that are JSON and have the shape of Discord's, but not its values: the same for the same seed.
struct HostileFrames {
    /// Values that no field of a payload has, or only one of another kind.
    private static let values =
        [
            "0", "-0", "1", "-1", "2", "9223372036854775807", "-9223372036854775808", "9223372036854775808",
            "18446744073709551615", "1e308", "-1e308", "1e-320", "0.5", "1.0", "4294967296",
            "true", "false", "null", #""""#, #""0""#, #""-1""#, #""18446744073709551615""#, #""18446744073709551616""#,
            #""9999-12-31T23:59:59.999999+00:00""#, #""0000-00-00T99:99:99-99:99""#, #""\u0000\ud83d\ude00""#, "[]",
            "{}",
            "[[]]", "[{}]", "[null,1,{}]", #"{"id":"1"}"#, #"{"0":{"id":-1}}"#,
        ] + [
            #""\#(String(repeating: "x", count: 3000))""#,
            String(repeating: "[", count: 200) + String(repeating: "]", count: 200),
        ]

    /// What is right about a dispatch, by its name; a wrong value of the same key before it counts more.
    private static let bodies = [
        ("GUILD_CREATE", Samples.guild), ("GUILD_UPDATE", Samples.guild), ("GUILD_DELETE", Samples.guild),
        ("CHANNEL_CREATE", Samples.channel), ("CHANNEL_UPDATE", Samples.channel), ("CHANNEL_DELETE", Samples.channel),
        ("THREAD_CREATE", Samples.thread), ("THREAD_UPDATE", Samples.thread), ("THREAD_DELETE", Samples.thread),
        ("MESSAGE_CREATE", Samples.message), ("MESSAGE_UPDATE", Samples.message), ("MESSAGE_DELETE", Samples.message),
        ("INTERACTION_CREATE", Samples.command), ("INTERACTION_CREATE", Samples.press),
        ("INTERACTION_CREATE", Samples.modal), ("INTERACTION_CREATE", Samples.autocomplete),
        ("GUILD_MEMBER_ADD", #"{"guild_id":"1",\#(Samples.member.dropFirst())"#),
        ("GUILD_MEMBER_UPDATE", #"{"guild_id":"1",\#(Samples.member.dropFirst())"#),
        ("GUILD_ROLE_UPDATE", #"{"guild_id":"1","role":\#(Samples.role)}"#),
        ("GUILD_MEMBERS_CHUNK", #"{"guild_id":"1","members":[\#(Samples.member)],"chunk_index":0,"chunk_count":1}"#),
        ("MESSAGE_REACTION_ADD", #"{"user_id":"11","channel_id":"50","message_id":"300","emoji":{"name":"🔥"}}"#),
        ("USER_UPDATE", Samples.user), ("RESUMED", "{}"), ("TYPING_START", "{}"),
    ]

    private static let keys = [
        "id", "guild_id", "channel_id", "user", "user_id", "author", "member", "members", "message_id", "type", "name",
        "roles", "role", "role_id", "emoji", "emojis", "ids", "session_id", "resume_gateway_url", "guilds",
        "application",
        "unavailable", "channels", "threads", "thread_metadata", "parent_id", "owner_id", "permission_overwrites",
        "content", "timestamp", "embeds", "components", "data", "token", "chunk_index", "chunk_count", "nonce",
        "not_found", "channel_ids", "added_members", "removed_member_ids", "member_count", "position", "permissions",
        "mentions", "username", "message", "newly_created", "heartbeat_interval",
    ]

    private var generator: SplitMix

    init(seed: UInt64) {
        generator = SplitMix(seed: seed)
    }

    /// A greeting with any interval.
    mutating func hello() -> String {
        chance(4) ? #"{"op":10}"# : #"{"op":10,"d":{"heartbeat_interval":\#(value())}}"#
    }

    /// A payload after which the connection goes on.
    mutating func next() -> String {
        switch Int.random(in: 0..<20, using: &generator) {
        case 0: return #"{"op":1,"d":\#(value())}"#
        case 1: return hello()
        case 2: return #"{"op":11,"d":\#(value())}"#
        case 3: return ready()
        case 4:
            // Neither a request for a new connection nor the end of the session.
            let operation = value()
            return ["7", "9"].contains(operation) ? "{}" : #"{"op":\#(operation),"s":\#(value()),"d":\#(value())}"#
        case 5: return chance(2) ? value() : #"{"t":"READY"}"#
        case 6: return #"{"op":0,"s":\#(sequence()),"t":\#(value()),"d":\#(value())}"#
        default: return dispatch()
        }
    }

    /// A payload that ends the connection.
    mutating func last() -> String {
        chance(2) ? #"{"op":7,"d":\#(value())}"# : #"{"op":9,"d":\#(value())}"#
    }

    private mutating func ready() -> String {
        var fields = [
            #""session_id":"s\#(Int.random(in: 0...9, using: &generator))""#, #""resume_gateway_url":"wss://a""#,
        ]
        fields += [#""user":{"id":"99","username":"bot"}"#, #""guilds":[{"id":"1","unavailable":true}]"#]
        for index in fields.indices where chance(4) {
            fields[index] = #""\#(Self.keys.randomElement(using: &generator)!)":\#(value())"#
        }
        return #"{"op":0,"s":\#(sequence()),"t":"READY","d":{\#(fields.joined(separator: ","))}}"#
    }

    private mutating func sequence() -> String { chance(3) ? value() : "\(Int.random(in: 1...50, using: &generator))" }

    private mutating func dispatch() -> String {
        let (name, right) = Self.bodies.randomElement(using: &generator)!
        let wrong = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
            #""\#(Self.keys.randomElement(using: &generator)!)":\#(value())"#
        }
        let fields = right.dropFirst().dropLast().trimmingPrefix(while: \.isWhitespace)
        let body =
            chance(10) ? value() : "{\((wrong + (fields.isEmpty ? [] : [String(fields)])).joined(separator: ","))}"
        return #"{"op":0,"s":\#(sequence()),"t":"\#(name)","d":\#(body)}"#
    }

    private mutating func value() -> String { Self.values.randomElement(using: &generator)! }

    /// True once in so many times.
    private mutating func chance(_ times: Int) -> Bool { Int.random(in: 0..<times, using: &generator) == 0 }
}
