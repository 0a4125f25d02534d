import Discord
import HTTPClient
import JSON
import Service
import Testing

@testable import Bot

@Suite("Dispatcher: slash commands", .timeLimit(.minutes(1)))
struct SlashDispatchTests {
    /// A slash command as Discord tells of it.
    private static func use(
        _ name: String, _ options: String = "[]", by user: UInt64 = Kernel.member, id: Int = 700, isTyping: Bool = false
    ) throws -> GatewayEvent {
        let role = [Kernel.admin: "\"100\"", Kernel.recruiter: "\"102\""][user] ?? ""
        return try Kernel.event(
            "INTERACTION_CREATE",
            """
            {"id": "\(id)", "application_id": "98", "type": \(isTyping ? 4 : 2), "token": "tok", "guild_id": "1",
             "channel_id": "50",
             "member": {"user": {"id": "\(user)", "username": "person"}, "roles": [\(role)],
                "joined_at": "2024-02-29T12:00:00+00:00"},
             "data": {"id": "5", "name": "\(name)", "type": 1, "options": \(options)}}
            """)
    }

    private static let tag = #"[{"name": "tag", "type": 3, "value": "WKAS"}]"#

    /// What was sent in answer: method, the last part of the path, the text, and whether only the caller sees it.
    private static func answers(_ kernel: Kernel) -> [String] {
        kernel.discord.requests.map { request in
            let flags = (request.body["data"] ?? request.body)["flags"]?.int ?? 0
            let end = request.path.split(separator: "/").last.map(String.init) ?? ""
            return "\(request.method) \(end.prefix { $0 != "?" })\(flags == 64 ? " (private)" : "")"
                + (request.content.map { ": \($0)" } ?? "")
        }
    }

    private static func command(
        access: AccessRule = .anyone, cooldown: Cooldown? = nil, slash: SlashForm = .derived,
        run: @escaping Command.Handler
    ) -> Command {
        var command = Command.stub("clan", access: access, run: run)
        command.arguments = [
            Argument("tag", .word, orSay: "name a clan.", completes: .matching { _ in [.init("WKAS"), .init("WKBR")] })
        ]
        command.cooldown = cooldown
        command.slash = slash
        return command
    }

    private static func echo(_ invocation: Invocation, _ responder: Responder) async throws {
        try await responder.reply("card \(invocation.line.text("tag") ?? "-")")
    }

    @Test("a slash command is acknowledged, runs once, fills its answer, and is logged like a typed one")
    func runs() async throws {
        try await Kernel.run { kernel in
            let dispatcher = try kernel.dispatcher([StubFeature(commands: [Self.command(run: Self.echo)])])
            let use = try Self.use("clan", Self.tag)
            await dispatcher.deliver(use)
            #expect(Self.answers(kernel) == ["post callback", "patch @original: card WKAS"])
            #expect(kernel.discord.requests[0].body["type"]?.int == 5)
            let line = try #require(kernel.log.messages.first { $0.hasPrefix("[command]") })
            #expect(line.hasPrefix("[command] cmd=clan user=11 guild=1 channel=50 result=ok ms="))
            await dispatcher.deliver(use, from: 2)
            #expect(kernel.log.messages.count { $0.hasPrefix("[command]") } == 1)
        }
    }

    @Test("an answer for the caller alone is promised as such, and so is all that follows")
    func personal() async throws {
        try await Kernel.run { kernel in
            let dispatcher = try kernel.dispatcher([
                StubFeature(commands: [
                    Self.command(slash: .personal) { _, responder in
                        try await responder.reply("one")
                        try await responder.post(MessagePayload(content: "two"))
                    }
                ])
            ])
            await dispatcher.deliver(try Self.use("clan", Self.tag))
            #expect(
                Self.answers(kernel) == [
                    "post callback (private)", "patch @original: one", "post tok (private): two",
                ])
        }
    }

    @Test(
        "what is bound to be refused is refused privately, and logged like a typed refusal",
        arguments: [
            (AccessRule.staff, Gate.always, SlashDispatchTests.tag, "Staff only.", "denied"),
            (.anyone, .toggle("closed"), SlashDispatchTests.tag, "This feature is disabled.", "disabled"),
            (.anyone, .always, "[]", "Usage: `!clan` — name a clan.", "usage"),
        ])
    func refused(access: AccessRule, gate: Gate, options: String, sentence: String, result: String) async throws {
        try await Kernel.run { kernel in
            let dispatcher = try kernel.dispatcher([
                StubFeature(gate: gate, commands: [Self.command(access: access, run: Self.echo)])
            ])
            await dispatcher.deliver(try Self.use("clan", options))
            #expect(Self.answers(kernel) == ["post callback (private)", "patch @original: \(sentence)"])
            #expect(kernel.log.messages.contains { $0.contains("cmd=clan") && $0.contains("result=\(result)") })
        }
    }

    @Test("a cooldown counts typed and slash uses together, and its sentence is private")
    func cooldown() async throws {
        try await Kernel.run { kernel in
            let command = Self.command(cooldown: Cooldown("clan", .seconds(30), per: .user), run: Self.echo)
            let dispatcher = try kernel.dispatcher([StubFeature(commands: [command])])
            await dispatcher.deliver(try Kernel.message(1, "!clan WKAS"))
            await dispatcher.deliver(try Self.use("clan", Self.tag), from: 2)
            let answers = Self.answers(kernel)
            #expect(answers.count == 3 && answers[1] == "post callback (private)")
            #expect(answers[2] == "patch @original: That was just done; it can be done again in 30 seconds.")
        }
    }

    @Test("a refusal that comes out later replaces the public promise by a private sentence")
    func lateRefusal() async throws {
        try await Kernel.run { kernel in
            let dispatcher = try kernel.dispatcher([
                StubFeature(commands: [
                    Self.command { _, _ in throw Refusal("Clan data is still warming up.", result: .error) }
                ])
            ])
            await dispatcher.deliver(try Self.use("clan", Self.tag))
            #expect(
                Self.answers(kernel) == [
                    "post callback", "delete @original", "post tok (private): Clan data is still warming up.",
                ])
        }
    }

    @Test("a handler that answers nothing takes its promise back")
    func silent() async throws {
        try await Kernel.run { kernel in
            let dispatcher = try kernel.dispatcher([StubFeature(commands: [Self.command { _, _ in }])])
            await dispatcher.deliver(try Self.use("clan", Self.tag))
            #expect(Self.answers(kernel) == ["post callback", "delete @original"])
        }
    }

    @Test("a command that is gone says so")
    func unknown() async throws {
        try await Kernel.run { kernel in
            let dispatcher = try kernel.dispatcher([StubFeature()])
            await dispatcher.deliver(try Self.use("clan"))
            #expect(Self.answers(kernel) == ["post callback (private): This command is no longer in use."])
        }
    }

    @Test("a command that asks opens one modal for what is missing, and runs if nothing is")
    func asks() async throws {
        try await Kernel.run { kernel in
            let form = SlashForm(asks: { invocation in
                guard invocation.line.text("tag") == nil else { return nil }
                let input = TextInput(customID: "tag", label: "Clan")
                return ModalPayload(
                    customID: "clan.ask", title: "Clan",
                    components: [.actionRow(ActionRow(components: [.textInput(input)]))])
            })
            let command = Self.command(slash: form, run: Self.echo)
            let dispatcher = try kernel.dispatcher([StubFeature(commands: [command])])
            await dispatcher.deliver(try Self.use("clan"))
            await dispatcher.deliver(try Self.use("clan", Self.tag, id: 701), from: 2)
            #expect(kernel.discord.requests.first?.body["type"]?.int == 9)
            #expect(Self.answers(kernel) == ["post callback", "post callback", "patch @original: card WKAS"])
            #expect(kernel.log.messages.count { $0.contains("cmd=clan") && $0.contains("result=ok") } == 2)
        }
    }

    @Test("a person who types is offered what fits; one who may not run the command is offered nothing")
    func typing() async throws {
        try await Kernel.run { kernel in
            let command = Self.command(access: .recruiter(refusal: "Recruiters only."), run: Self.echo)
            let dispatcher = try kernel.dispatcher([StubFeature(commands: [command])])
            let typed = #"[{"name": "tag", "type": 3, "value": "wkb", "focused": true}]"#
            await dispatcher.deliver(
                try Self.use("clan", typed, by: Kernel.recruiter, isTyping: true),
                try Self.use("clan", typed, id: 701, isTyping: true))
            let bodies = kernel.discord.requests.map(\.body)
            #expect(Set(bodies.compactMap { $0["type"]?.int }) == [8])
            let counts = bodies.map { $0["data"]?["choices"]?.elements.count ?? -1 }
            #expect(counts.sorted() == [0, 1])
            let offer = try #require(bodies.first { $0["data"]?["choices"]?.elements.isEmpty == false })
            #expect(offer["data"]?["choices"]?.elements.first == ["name": "WKBR", "value": "WKBR"])
        }
    }
}
