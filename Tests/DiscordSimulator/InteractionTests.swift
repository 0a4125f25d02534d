import JSON
import Service
import Testing

@testable import DiscordSimulator

@Suite("Interactions")
struct InteractionTests {
    private static let buttons: JSONValue = [
        ["type": 1, "components": [["type": 2, "style": 1, "custom_id": "go", "label": "Go"]]]
    ]

    private func panel(_ state: inout WorldState) throws -> SimulatedMessage {
        let body: JSONValue = ["content": "panel", "components": Self.buttons]
        let sent = try state.call("POST", "/channels/\(TestWorld.general)/messages", body)
        let id = try #require(sent?["id"]?.snowflake)
        return try #require(state.message(id, in: TestWorld.general))
    }

    private func click(_ state: inout WorldState) throws -> SimulatedInteraction {
        let panel = try panel(&state)
        return try state.click("go", on: panel.id, in: TestWorld.general, by: TestWorld.bram)
    }

    private func answer(_ state: inout WorldState, _ click: SimulatedInteraction, _ body: JSONValue) throws(APIError) {
        _ = try state.call("POST", "/interactions/\(click.id)/\(click.token)/callback", body)
    }

    @Test("an interaction has one initial response")
    func once() throws {
        var state = TestWorld.state()
        let click = try click(&state)
        try answer(&state, click, ["type": 4, "data": ["content": "hello", "flags": 64]])
        #expect(
            errorCode { () throws(APIError) in try answer(&state, click, ["type": 4, "data": ["content": "again"]]) }
                == 40060)
        guard case .message(let message) = state.answer(to: click.id) else {
            Issue.record("no message")
            return
        }
        #expect(message.isEphemeral && state.canSee(message, TestWorld.bram) && !state.canSee(message, TestWorld.cora))
    }

    @Test("after three seconds nobody is there to answer")
    func tooLate() throws {
        var state = TestWorld.state()
        let click = try click(&state)
        state.transportNow += .milliseconds(3001)
        #expect(errorCode { () throws(APIError) in try answer(&state, click, ["type": 6]) } == 10062)
        #expect(state.answer(to: click.id) == .failed)
    }

    @Test("a deferred answer appears with its edit, and the token dies after fifteen minutes")
    func deferred() throws {
        var state = TestWorld.state()
        let click = try click(&state)
        try answer(&state, click, ["type": 5])
        #expect(state.answer(to: click.id) == nil)
        let path = "/webhooks/\(TestWorld.bot)/\(click.token)/messages/@original"
        _ = try state.call("PATCH", path, ["content": "done"])
        guard case .message(let message) = state.answer(to: click.id) else {
            Issue.record("no message")
            return
        }
        #expect(message.content == "done")
        state.now += .seconds(900)
        #expect(errorCode { () throws(APIError) in _ = try state.call("PATCH", path, ["content": "late"]) } == 50027)
    }

    @Test("a form opens, is checked and sent; a form cannot answer a form")
    func modal() throws {
        var state = TestWorld.state()
        let click = try click(&state)
        let input: JSONValue = ["type": 4, "custom_id": "why", "style": 1, "label": "Why?", "max_length": 5]
        let modal: JSONValue = [
            "type": 9,
            "data": ["custom_id": "form", "title": "Form", "components": [["type": 1, "components": [input]]]],
        ]
        try answer(&state, click, modal)
        guard case .modal(let form) = state.answer(to: click.id) else {
            Issue.record("no form")
            return
        }
        #expect(
            errorCode { () throws(APIError) in _ = try state.submit(form, ["why": "too long"], by: TestWorld.bram) }
                == 50035)
        let submission = try state.submit(form, ["why": "so"], by: TestWorld.bram)
        #expect(submission.data["components"]?[0]?["components"]?[0]?["value"]?.string == "so")
        #expect(errorCode { () throws(APIError) in try answer(&state, submission, modal) } == 50035)
        try answer(&state, submission, ["type": 7, "data": ["content": "changed", "components": []]])
        #expect(state.message(try #require(click.messageID), in: TestWorld.general)?.content == "changed")
    }

    @Test("commands: registering keeps ids, running resolves options, autocomplete answers choices")
    func commands() throws {
        var state = TestWorld.state()
        let path = "/applications/\(TestWorld.bot)/guilds/\(TestWorld.guild)/commands"
        let command: JSONValue = [
            "name": "clan", "description": "Shows a clan",
            "options": [["type": 3, "name": "tag", "description": "Tag", "required": true, "autocomplete": true]],
        ]
        let first = try state.call("PUT", path, [command])
        let second = try state.call("PUT", path, [command])
        #expect(first == second)
        let explicitNull = try state.call("PUT", path, [command.merging(["integration_types": nil])])
        #expect(explicitNull?[0]?["integration_types"] == [0])
        #expect(errorCode { () throws(APIError) in _ = try state.call("PUT", path, [command, command]) } == 50035)
        #expect(
            errorCode { () throws(APIError) in
                _ = try state.call("POST", path, ["name": "Bad Name", "description": "x"])
            } == 50035)
        #expect(
            errorCode { () throws(APIError) in _ = try state.run("clan", [:], in: TestWorld.general, by: TestWorld.bram)
            } == 50035)
        let use = try state.run("clan", ["tag": "AAA"], in: TestWorld.general, by: TestWorld.bram)
        #expect(use.data["options"]?[0]?["value"]?.string == "AAA")
        let typed = try state.run("clan", ["tag": "A"], focused: "tag", in: TestWorld.general, by: TestWorld.bram)
        try answer(&state, typed, ["type": 8, "data": ["choices": [["name": "A", "value": "a"]]]])
        #expect(state.answer(to: typed.id) == .choices([SimulatedChoice(name: "A", value: "a")]))
    }

    @Test(
        "an option takes what its kind and its bounds allow",
        arguments: [
            ("text", "ab", true), ("text", "a", false), ("text", 5, false), ("count", 3, true), ("count", 0, false),
            ("count", 11, false), ("count", 1.5, false), ("share", 0.5, true), ("share", "half", false),
            ("really", true, true), ("really", "yes", false), ("stage", "late", true), ("stage", "never", false),
            ("who", .string("\(TestWorld.ayla)"), true), ("who", "Ayla", false),
        ] as [(String, JSONValue, Bool)])
    func values(option: String, value: JSONValue, isTaken: Bool) throws {
        var state = TestWorld.state()
        let options: [JSONValue] = [
            ["type": 3, "name": "text", "description": "x", "min_length": 2],
            ["type": 4, "name": "count", "description": "x", "min_value": 1, "max_value": 10],
            ["type": 10, "name": "share", "description": "x"], ["type": 5, "name": "really", "description": "x"],
            ["type": 3, "name": "stage", "description": "x", "choices": [["name": "Late", "value": "late"]]],
            ["type": 6, "name": "who", "description": "x"],
        ]
        let command: JSONValue = ["name": "try", "description": "x", "options": .array(options)]
        _ = try state.call("PUT", "/applications/\(TestWorld.bot)/guilds/\(TestWorld.guild)/commands", [command])
        let code = errorCode { () throws(APIError) in
            _ = try state.run("try", [option: value], in: TestWorld.general, by: TestWorld.bram)
        }
        #expect(code == (isTaken ? nil : 50035))
    }

    @Test("a person is offered the commands that are theirs to use, subcommands one by one")
    func offered() throws {
        var state = TestWorld.state()
        let path = "/applications/\(TestWorld.bot)/guilds/\(TestWorld.guild)/commands"
        let leaf: JSONValue = ["type": 1, "name": "panel", "description": "Opens the panel"]
        let group: JSONValue = ["type": 2, "name": "mercy", "description": "Counters", "options": [leaf]]
        let shards: JSONValue = ["name": "shards", "description": "Shards", "options": [leaf, group]]
        let closed: JSONValue = ["name": "close", "description": "Closes", "default_member_permissions": "0"]
        _ = try state.call("PUT", path, [shards, closed])
        let names = { (person: WorldID) in
            state.offeredCommands(to: person, in: TestWorld.general).map(\.words)
        }
        #expect(names(TestWorld.bram) == ["shards mercy panel", "shards panel"])
        #expect(names(TestWorld.ayla) == ["close", "shards mercy panel", "shards panel"])
        #expect(
            state.offeredCommands(to: TestWorld.bram, in: TestWorld.general).first?.description == "Opens the panel")
    }
}
