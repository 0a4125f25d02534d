import Service
import Testing

@testable import Bot

@Suite("Cooldowns")
struct CooldownTests {
    private static func command(
        _ name: String, _ scope: Cooldown.Scope, sharing: String? = nil, _ ran: Notes<String>
    ) -> Command {
        var command = Command.stub(name) { invocation, _ in
            if invocation.line.words == ["bad"] { throw Refusal("bad", result: .usage) }
            ran.add("\(name) \(invocation.caller.id)")
        }
        command.cooldown = Cooldown(sharing ?? name, .seconds(2), per: scope) { $0.words != ["free"] }
        return command
    }

    @Test(
        "a counter is each person's, a server's or everybody's",
        arguments: [
            (Cooldown.Scope.user, ["go 11", "go 12"]), (.server, ["go 11", "go 11"]), (.process, ["go 11"]),
        ] as [(Cooldown.Scope, [String])])
    func scopes(scope: Cooldown.Scope, expected: [String]) async throws {
        try await Kernel.run { kernel in
            let ran = Notes<String>()
            let dispatcher = try kernel.dispatcher([StubFeature(commands: [Self.command("go", scope, ran)])])
            await dispatcher.deliver(
                try Kernel.message(1, "!go"), try Kernel.message(2, "!go"),
                try Kernel.message(3, "!go", by: Kernel.admin), try Kernel.message(4, "!go", guild: nil))
            #expect(ran.all == expected)
        }
    }

    @Test("the sentence counts down in whole seconds, and is said once to each person in a window")
    func sentence() async throws {
        try await Kernel.run { kernel in
            let ran = Notes<String>()
            let dispatcher = try kernel.dispatcher([StubFeature(commands: [Self.command("go", .server, ran)])])
            await dispatcher.deliver(try Kernel.message(1, "!go"))
            await kernel.calendar.advance(by: .milliseconds(400))
            await dispatcher.deliver(try Kernel.message(2, "!go"), try Kernel.message(3, "!go"))
            await kernel.calendar.advance(by: .milliseconds(1_590))
            await dispatcher.deliver(try Kernel.message(4, "!go", by: Kernel.admin))
            #expect(
                kernel.discord.texts == [
                    "That was just done; it can be done again in 2 seconds.",
                    "That was just done; it can be done again in 1 second.",
                ])
            #expect(kernel.log.messages.count { $0.contains("result=cooldown") } == 3)
            await kernel.calendar.advance(by: .milliseconds(10))
            await dispatcher.deliver(try Kernel.message(5, "!go"), try Kernel.message(6, "!go"))
            #expect(ran.all.count == 2)
            #expect(kernel.discord.texts.count == 3)
        }
    }

    @Test("what is refused does not count, and neither does a form that has no cooldown")
    func refusals() async throws {
        try await Kernel.run { kernel in
            let ran = Notes<String>()
            let dispatcher = try kernel.dispatcher([StubFeature(commands: [Self.command("go", .user, ran)])])
            await dispatcher.deliver(
                try Kernel.message(1, "!go bad"), try Kernel.message(2, "!go --what"),
                try Kernel.message(3, "!go free"),
                try Kernel.message(4, "!go"), try Kernel.message(5, "!go free"))
            #expect(ran.all.count == 3)
            #expect(kernel.discord.texts == ["bad", "⚠️ Unknown flag: --what"])
        }
    }

    @Test("commands that name one counter share it")
    func shared() async throws {
        try await Kernel.run { kernel in
            let ran = Notes<String>()
            let dispatcher = try kernel.dispatcher([
                StubFeature(commands: [
                    Self.command("go", .user, ran), Self.command("walk", .user, sharing: "go", ran),
                ])
            ])
            await dispatcher.deliver(try Kernel.message(1, "!go"), try Kernel.message(2, "!walk"))
            #expect(ran.all == ["go 11"])
        }
    }
}
