import Discord
import JSON
import Testing

@Suite("Events of the gateway")
struct GatewayEventTests {
    private static func event(_ name: String, _ body: String) throws -> GatewayEvent {
        try GatewayEvent(name: name, body: JSONDocument(parsing: body).root)
    }

    private static let ready = """
        {"v": 10, "user": \(Samples.user), "guilds": [{"id": "1", "unavailable": true}], "session_id": "s",
         "resume_gateway_url": "wss://example.org/?v=10", "shard": [0, 1], "application": {"id": "99", "flags": 0}}
        """

    @Test(
        "every event knows its guild and channel",
        arguments: [
            ("READY", ready, nil, nil),
            ("RESUMED", "{}", nil, nil),
            ("USER_UPDATE", Samples.user, nil, nil),
            ("GUILD_CREATE", Samples.guild, 1, nil),
            ("GUILD_CREATE", #"{"id": "1", "unavailable": true}"#, 1, nil),
            ("GUILD_UPDATE", Samples.guild, 1, nil),
            ("GUILD_DELETE", #"{"id": "1"}"#, 1, nil),
            ("GUILD_EMOJIS_UPDATE", #"{"guild_id": "1", "emojis": [\#(Samples.emoji)]}"#, 1, nil),
            ("GUILD_ROLE_CREATE", #"{"guild_id": "1", "role": \#(Samples.role)}"#, 1, nil),
            ("GUILD_ROLE_UPDATE", #"{"guild_id": "1", "role": \#(Samples.role)}"#, 1, nil),
            ("GUILD_ROLE_DELETE", #"{"guild_id": "1", "role_id": "100"}"#, 1, nil),
            ("GUILD_MEMBER_ADD", #"{"guild_id": "1", "user": \#(Samples.user), "roles": []}"#, 1, nil),
            ("GUILD_MEMBER_UPDATE", #"{"guild_id": "1", "user": \#(Samples.user), "roles": []}"#, 1, nil),
            ("GUILD_MEMBER_REMOVE", #"{"guild_id": "1", "user": \#(Samples.user)}"#, 1, nil),
            ("GUILD_MEMBERS_CHUNK", #"{"guild_id": "1", "members": [\#(Samples.member)], "not_found": ["7"]}"#, 1, nil),
            ("CHANNEL_CREATE", Samples.channel, 1, 50),
            ("CHANNEL_UPDATE", Samples.channel, 1, 50),
            ("CHANNEL_DELETE", Samples.channel, 1, 50),
            ("THREAD_CREATE", Samples.thread, 1, 60),
            ("THREAD_UPDATE", Samples.thread, 1, 60),
            ("THREAD_DELETE", #"{"id": "60", "guild_id": "1", "parent_id": "50", "type": 11}"#, 1, 60),
            ("THREAD_LIST_SYNC", #"{"guild_id": "1", "channel_ids": ["50"], "threads": [], "members": []}"#, 1, nil),
            ("THREAD_MEMBER_UPDATE", #"{"id": "60", "guild_id": "1", "user_id": "99"}"#, 1, 60),
            ("THREAD_MEMBERS_UPDATE", #"{"id": "60", "guild_id": "1", "removed_member_ids": ["7"]}"#, 1, 60),
            ("MESSAGE_CREATE", Samples.message, 1, 50),
            ("MESSAGE_UPDATE", #"{"id": "300", "channel_id": "50", "guild_id": "1", "embeds": []}"#, 1, 50),
            ("MESSAGE_DELETE", #"{"id": "300", "channel_id": "50", "guild_id": "1"}"#, 1, 50),
            ("MESSAGE_DELETE_BULK", #"{"ids": ["300", "301"], "channel_id": "50", "guild_id": "1"}"#, 1, 50),
            ("MESSAGE_REACTION_ADD", reaction, 1, 50),
            ("MESSAGE_REACTION_REMOVE", reaction, 1, 50),
            ("MESSAGE_REACTION_REMOVE_ALL", reaction, 1, 50),
            ("MESSAGE_REACTION_REMOVE_EMOJI", reaction, 1, 50),
            ("INTERACTION_CREATE", Samples.press, 1, 50),
        ] as [(String, String, GuildID?, ChannelID?)])
    func keys(name: String, body: String, guild: GuildID?, channel: ChannelID?) throws {
        let event = try Self.event(name, body)
        #expect(event.guildID == guild && event.channelID == channel)
        #expect(GatewayEvent.decodesBody(of: name))
        if case .other = event { Issue.record("\(name) was not decoded") }
    }

    private static let reaction = """
        {"user_id": "11", "channel_id": "50", "message_id": "300", "guild_id": "1", "member": \(Samples.member),
         "emoji": {"id": "200", "name": "seat"}, "message_author_id": "12", "burst": false, "type": 0}
        """

    @Test("every decoded event is in the table above")
    func complete() {
        #expect(GatewayEvent.decodedNames.count == 32)
    }

    @Test("READY gives what resuming needs")
    func readyFields() throws {
        guard case .ready(let ready) = try Self.event("READY", Self.ready) else { Issue.record("not ready"); return }
        #expect(ready.sessionID == "s" && ready.resumeURL == "wss://example.org/?v=10" && ready.applicationID == 99)
        #expect(ready.guilds == [UnavailableGuild(id: 1, isUnavailable: true)])
    }

    @Test("an event without a case is named, and its body not read")
    func other() throws {
        #expect(try Self.event("TYPING_START", "17") == .other(name: "TYPING_START"))
        #expect(!GatewayEvent.decodesBody(of: "TYPING_START"))
    }

    @Test("an event that says nothing is a failure that names what is missing")
    func failure() {
        #expect(throws: DecodingFailure(path: "MESSAGE_CREATE.author.id")) {
            try Self.event("MESSAGE_CREATE", #"{"id": "1", "channel_id": "2", "author": {}}"#)
        }
    }

    @Test("a message's update carries the message only if it is whole")
    func updates() throws {
        guard case .messageUpdate(let whole) = try Self.event("MESSAGE_UPDATE", Samples.message),
            case .messageUpdate(let part) = try Self.event("MESSAGE_UPDATE", #"{"id": "1", "channel_id": "2"}"#)
        else { Issue.record("no updates"); return }
        #expect(whole.message?.content == "!clan AAA <@12>" && part.message == nil)
    }
}
