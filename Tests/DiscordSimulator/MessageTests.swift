import JSON
import Service
import Testing

@testable import DiscordSimulator

@Suite("Messages")
struct MessageTests {
    private let path = "/channels/\(TestWorld.general)/messages"

    @Test(
        "what Discord refuses in a message",
        arguments: [
            (["content": ""], 50006), (["content": "   "], 50006), (["embeds": [[:]]], 50006),
            (["content": .string(String(repeating: "x", count: 2001))], 50035),
            (["embeds": [["title": .string(String(repeating: "x", count: 257))]]], 50035),
            (["embeds": [["fields": [["name": "", "value": "x"]]]]], 50035),
            (["embeds": [["description": "x", "image": ["url": "ftp://x/y"]]]], 50035),
            (["embeds": .array(Array(repeating: ["description": "x"], count: 11))], 50035),
            (
                [
                    "embeds": .array(
                        Array(repeating: ["description": .string(String(repeating: "x", count: 3001))], count: 2))
                ], 50035
            ),
            (["content": "x", "components": [["type": 2, "style": 1, "custom_id": "a", "label": "A"]]], 50035),
            (["content": "x", "nonce": .string(String(repeating: "n", count: 26))], 50035),
            (["content": "x", "message_reference": ["message_id": "5"]], 50035),
            (["content": "x", "attachments": [["id": 0, "filename": "a.png"]]], 50035),
            (["content": "x", "allowed_mentions": ["parse": ["users"], "users": ["5"]]], 50035),
            (["content": "x", "flags": 32768, "components": []], 50035),
        ] as [(JSONValue, Int)])
    func refusals(body: JSONValue, code: Int) {
        var state = TestWorld.state()
        #expect(errorCode { () throws(APIError) in _ = try state.call("POST", path, body) } == code)
        #expect(state.messages(in: TestWorld.general).isEmpty)
    }

    @Test("errors of a form name the field by its path")
    func errorPath() throws {
        var state = TestWorld.state()
        let error = #expect(throws: APIError.self) {
            try state.call("POST", path, ["embeds": [["title": "t", "fields": [["name": "n", "value": ""]]]]])
        }
        let leaf = error?.body["errors"]?["embeds"]?["0"]?["fields"]?["0"]?["value"]?["_errors"]?[0]
        #expect(leaf?["code"]?.string == "BASE_TYPE_REQUIRED")
    }

    @Test("a repeated enforced nonce returns the first message, until it is forgotten")
    func nonce() throws {
        var state = TestWorld.state()
        let body: JSONValue = ["content": "once", "nonce": "abc", "enforce_nonce": true]
        let first = try state.call("POST", path, body)
        let second = try state.call("POST", path, body)
        #expect(first?["id"] == second?["id"])
        state.now += .seconds(301)
        let third = try state.call("POST", path, body)
        #expect(third?["id"] != first?["id"])
        #expect(state.messages(in: TestWorld.general).count == 2)
    }

    @Test("only people who may see the channel are pinged, and only as far as the sender allowed")
    func notifications() throws {
        var state = TestWorld.state()
        let text = "<@\(TestWorld.bram)> <@\(TestWorld.cora)> <@&\(TestWorld.staff)>"
        let open = try state.call("POST", path, ["content": "<@\(TestWorld.bram)> <@&\(TestWorld.staff)>"])
        let openID = try #require(open?["id"]?.snowflake)
        #expect(state.notifications[openID] == [TestWorld.bram, TestWorld.dain])
        let quiet = try state.call("POST", path, ["content": .string(text), "allowed_mentions": ["parse": []]])
        #expect(state.notifications[try #require(quiet?["id"]?.snowflake)] == [])
    }

    @Test("nobody edits or deletes the messages of others without the permission")
    func others() throws {
        var state = TestWorld.state()
        let message = try state.say("mine")
        #expect(
            errorCode { () throws(APIError) in _ = try state.call("PATCH", "\(path)/\(message.id)", ["content": "x"]) }
                == 50005)
        #expect(errorCode { () throws(APIError) in _ = try state.call("DELETE", "\(path)/\(message.id)") } == 50013)
        #expect(errorCode { () throws(APIError) in _ = try state.call("DELETE", "\(path)/77") } == 10008)
        #expect(
            errorCode { () throws(APIError) in _ = try state.call("GET", "/channels/\(TestWorld.hidden)/messages") }
                == 50001)
        #expect(errorCode { () throws(APIError) in _ = try state.call("GET", "/channels/12345/messages") } == 10003)
    }

    @Test("messages older than fourteen days cannot be deleted in bulk")
    func bulkDelete() throws {
        var state = TestWorld.state(botPermissions: .manageMessages)
        let ids = try (0..<3).map { try state.say("m\($0)").id }
        let body: JSONValue = ["messages": .array(ids.map { .id($0) })]
        state.now += .seconds(15 * 86_400)
        #expect(errorCode { () throws(APIError) in _ = try state.call("POST", "\(path)/bulk-delete", body) } == 50034)
        state.now = TestWorld.start
        let garbled: JSONValue = ["messages": .array(ids.map { .id($0) } + ["none"])]
        #expect(
            errorCode { () throws(APIError) in _ = try state.call("POST", "\(path)/bulk-delete", garbled) } == 50035)
        state.pendingEvents = []
        _ = try state.call("POST", "\(path)/bulk-delete", body)
        #expect(state.messages(in: TestWorld.general).isEmpty)
        let seen = state.pendingEvents.lazy.compactMap { PersonEvent($0, seenBy: TestWorld.cora, in: state) }.first
        guard case .messagesDeleted(TestWorld.general, ids)? = seen else {
            Issue.record("Cora did not see all messages go")
            return
        }
    }

    @Test("pages of messages", arguments: [("before", [1, 0]), ("after", [4, 3]), ("around", [2, 1])])
    func paging(direction: String, expected: [Int]) throws {
        var state = TestWorld.state()
        let ids = try (0..<5).map { try state.say("m\($0)").id }
        let page = try state.call(
            "GET", path, query: [(direction, String(ids[2])), ("limit", "2")])
        #expect(page?.elements.compactMap { $0["content"]?.string } == expected.map { "m\($0)" })
    }

    @Test("a file shown by an embed is no attachment of its own, and is found under its address")
    func inlineFile() throws {
        var state = TestWorld.state()
        let upload = IndexedUpload(index: "0", filename: "map.png", contentType: "image/png", bytes: [1, 2, 3])
        let message = try state.call(
            "POST", path,
            [
                "attachments": [["id": 0, "filename": "map.png"]],
                "embeds": [["title": "Map", "image": ["url": "attachment://map.png"]]],
            ], uploads: [upload])
        #expect(message?["attachments"] == [])
        #expect(message?["embeds"]?[0]?["image"]?["url"]?.string?.hasSuffix("/map.png") == true)
        let stored = try #require(state.messages(in: TestWorld.general).first?.attachments.first)
        #expect(state.attachment(stored.id, in: TestWorld.general)?.bytes == [1, 2, 3])
    }

    @Test("a bot without the content intent reads nothing but what mentions it")
    func contentIntent() throws {
        var state = TestWorld.state()
        _ = try state.say("secret")
        _ = try state.say("hi <@\(TestWorld.otherBot)>")
        let page = try state.call("GET", path, as: TestWorld.otherBot)
        #expect(page?.elements.map { $0["content"]?.string } == ["hi <@\(TestWorld.otherBot)>", ""])
    }

    @Test("reactions: unknown emoji, the right to add, removal")
    func reactions() throws {
        var state = TestWorld.state()
        let message = try state.say("vote")
        let base = "\(path)/\(message.id)/reactions"
        #expect(errorCode { () throws(APIError) in _ = try state.call("PUT", "\(base)/nonsense/@me") } == 10014)
        #expect(errorCode { () throws(APIError) in _ = try state.call("PUT", "\(base)/crest:4711/@me") } == 10014)
        _ = try state.call("PUT", "\(base)/👍/@me")
        _ = try state.call("PUT", "\(base)/crest:1040/@me")
        let shown = try state.call("GET", "\(path)/\(message.id)")
        #expect(shown?["reactions"]?.elements.map { $0["me"]?.bool } == [true, true])
        _ = try state.call("DELETE", "\(base)/👍/@me")
        #expect(state.message(message.id, in: TestWorld.general)?.reactions.count == 1)
    }
}
