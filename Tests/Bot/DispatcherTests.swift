import Discord
import HTTPClient
import JSON
import Journal
import Service
import Synchronization
import TestTools
import Testing

@testable import Bot

@Suite("Dispatcher: messages and reactions", .timeLimit(.minutes(1)))
struct DispatcherTests {
    struct Broken: Error {}

    @Test("an event that is delivered twice is handled once, and finished both times")
    func once() async throws {
        try await Kernel.run { kernel in
            let heard = Notes<String>()
            let dispatcher = try kernel.dispatcher([StubFeature(listeners: [.hears { heard.add($0) }])])
            let message = try Kernel.message(1, "hello")
            #expect(await dispatcher.deliver(message, message) == [1, 2])
            #expect(heard.all == ["hello"])
        }
    }

    @Test("a reaction has no id of its own: its place in the session tells a repetition from a second one")
    func reactions() async throws {
        try await Kernel.run { kernel in
            let heard = Notes<MessageID>()
            let listener = Listener(
                "flip", access: .anyone, on: .reactionAdded { change, _, _ in heard.add(change.messageID) })
            let dispatcher = try kernel.dispatcher([StubFeature(listeners: [listener])])
            let reaction = try Kernel.reaction()
            await dispatcher.deliver(reaction, from: 4)
            await dispatcher.deliver(reaction, from: 4)
            #expect(heard.all.count == 1)
            await dispatcher.deliver(reaction, from: 5)
            #expect(heard.all.count == 2)
        }
    }

    @Test(
        "answers of a feature that masks them are masked in texts, embeds, edits and refusals, and no others",
        arguments: [true, false])
    func masked(isMasked: Bool) async throws {
        try await Kernel.run { kernel in
            let embed = Embed(title: "secret", description: "the secret")
            let command = Command.stub("tell") { _, responder in
                try await responder.reply(MessagePayload(content: "a secret", embeds: [embed]))
                try await responder.edit(7, MessageEdit(content: "a secret", embeds: [embed]))
                throw Refusal("no secret", result: .error)
            }
            let features = [StubFeature(hasMaskedAnswers: isMasked, commands: [command])]
            let catalog = try CommandCatalog(features, masking: { $0.replacing("secret", with: "***") })
            let dispatcher = Dispatcher(features: features, catalog: catalog, bot: 99, services: kernel.services)
            await dispatcher.deliver(try Kernel.message(1, "!tell"))
            let sent = kernel.discord.requests.filter { $0.method == .post || $0.method == .patch }.map(\.body.text)
            #expect(sent.count == 3)
            for text in sent {
                #expect(text.contains(isMasked ? "***" : "secret") && text.contains("secret") != isMasked)
            }
        }
    }

    @Test("an event that an earlier process handled is not handled again")
    func restart() async throws {
        try await Kernel.run { kernel in
            let heard = Notes<String>()
            let features = [StubFeature(listeners: [.hears { heard.add($0) }])]
            try await kernel.dispatcher(features).deliver(Kernel.message(1, "hello"))
            await kernel.journal.close()
            let journal = try await Journal.open(directory: kernel.folder.path, time: kernel.calendar, logger: .silent)
            let services = kernel.services(logChannel: kernel.services.logChannel, journal: journal)
            let next = try kernel.dispatcher(features, services: services)
            await next.deliver(try Kernel.message(1, "hello"), try Kernel.message(2, "new"))
            await journal.close()
            #expect(heard.all == ["hello", "new"])
        }
    }

    @Test("without a journal an event is handled all the same, with a warning")
    func withoutJournal() async throws {
        try await Kernel.run { kernel in
            let heard = Notes<String>()
            let dispatcher = try kernel.dispatcher([StubFeature(listeners: [.hears { heard.add($0) }])])
            await kernel.journal.close()
            await dispatcher.deliver(try Kernel.message(1, "hello"))
            #expect(heard.all == ["hello"])
            #expect(kernel.log.records.contains { $0.level == .warning && $0.message == "event key not recorded" })
        }
    }

    @Test("events of servers outside the allow-list are dropped and finished, direct messages are not")
    func allowList() async throws {
        try await Kernel.run { kernel in
            kernel.settings.withLock { $0.allowedGuilds = [1] }
            let heard = Notes<String>()
            let dispatcher = try kernel.dispatcher([StubFeature(listeners: [.hears { heard.add($0) }])])
            let finished = await dispatcher.deliver(
                try Kernel.message(1, "foreign", guild: 2), try Kernel.message(2, "home"),
                try Kernel.message(3, "direct", in: 60, guild: nil))
            #expect(finished == [1, 2, 3])
            #expect(Set(heard.all) == ["home", "direct"])
        }
    }

    @Test("messages of one thread are handled in their order, those of another beside them")
    func lanes() async throws {
        try await Kernel.run { kernel in
            let (door, other) = (Door(), Door())
            let heard = Notes<String>()
            let dispatcher = try kernel.dispatcher([
                StubFeature(listeners: [
                    .hears { text in
                        if text == "first" { await door.pass() }
                        heard.add(text)
                        if text == "elsewhere" { other.open() }
                    }
                ])
            ])
            await dispatcher.deliver(
                try Kernel.message(1, "first"), try Kernel.message(2, "second"), try Kernel.message(3, "third"),
                try Kernel.message(4, "elsewhere", in: 51), waits: false)
            await other.pass()
            #expect(heard.all == ["elsewhere"])
            door.open()
            await dispatcher.waitUntilIdle()
            #expect(heard.all == ["elsewhere", "first", "second", "third"])
        }
    }

    @Test("a listener that throws is logged once, and neither the next listener nor the lane stops")
    func throwingListener() async throws {
        try await Kernel.run { kernel in
            let heard = Notes<String>()
            let dispatcher = try kernel.dispatcher([
                StubFeature(
                    name: "bad",
                    listeners: [.hears("breaks") { text in if text == "one" { throw Broken() } }]),
                StubFeature(name: "good", listeners: [.hears { heard.add($0) }]),
            ])
            #expect(await dispatcher.deliver(try Kernel.message(1, "one"), try Kernel.message(2, "two")) == [1, 2])
            #expect(heard.all == ["one", "two"])
            let errors = kernel.log.records.filter { $0.level == .error }
            #expect(errors.map(\.message) == ["Unhandled exception in breaks"])
            #expect(errors.allSatisfy { !$0.trace.isEmpty && $0.error != nil })
        }
    }

    @Test("a command that throws costs one error line, one sentence with its trace, and one post for operators")
    func throwingCommand() async throws {
        try await Kernel.run { kernel in
            let logChannel = LogChannel(
                rest: kernel.rest, destination: { ChannelID(integerLiteral: Kernel.logChannel) }, redactor: Redactor(),
                logger: .silent, time: TransportTime(), activity: kernel.activity)
            let services = kernel.services(logChannel: logChannel)
            let dispatcher = try kernel.dispatcher(
                [StubFeature(commands: [.stub("boom") { _, _ in throw Broken() }, .stub("fine")])], services: services)
            await dispatcher.deliver(try Kernel.message(1, "!boom"), try Kernel.message(2, "!fine"), waits: false)
            await dispatcher.waitUntilIdle()
            logChannel.open()
            await logChannel.flush()

            let errors = kernel.log.records.filter { $0.level == .error }
            let trace = try #require(errors.first?.trace)
            #expect(errors.map(\.message) == ["cmd error: cmd=boom user=11 err=Broken: Broken()"])
            #expect(kernel.discord.texts.first == Dispatcher.apology(trace: trace))
            #expect(
                kernel.discord.texts.last
                    == "⚠️ **Command error** — cmd=boom • user=Nick 11 • reason=Broken: Broken() • trace=\(trace)")
            #expect(kernel.discord.texts.count == 2)
            let outcomes = kernel.log.messages.filter { $0.hasPrefix("[command]") }
            #expect(outcomes.map { $0.contains("result=error") } == [true, false])
        }
    }

    @Test("a message that names a command is a command and nothing else; bots call none")
    func intake() async throws {
        try await Kernel.run { kernel in
            let (heard, run) = (Notes<String>(), Notes<String>())
            let dispatcher = try kernel.dispatcher([
                StubFeature(
                    commands: [.stub("clan") { invocation, _ in run.add(invocation.line.text) }],
                    listeners: [.hears { heard.add($0) }])
            ])
            await dispatcher.deliver(
                try Kernel.message(1, "!clan WKAS"), try Kernel.message(2, "!unknown"),
                try Kernel.message(3, "!clan by a bot", by: 77, isBot: true),
                try Kernel.message(4, "its own", by: 99, isBot: true))
            #expect(run.all == ["WKAS"])
            #expect(heard.all == ["!unknown", "!clan by a bot"])
        }
    }

    @Test("a feature behind a closed gate hears nothing, and its command says that it is disabled")
    func closedGate() async throws {
        try await Kernel.run { kernel in
            let heard = Notes<String>()
            let dispatcher = try kernel.dispatcher([
                StubFeature(
                    gate: .toggle("closed"), commands: [.stub("clan") { _, _ in heard.add("ran") }],
                    listeners: [.hears { heard.add($0) }])
            ])
            await dispatcher.deliver(
                try Kernel.message(1, "hello"), try Kernel.message(2, "!clan"),
                try Kernel.message(3, "!clan", by: Kernel.admin))
            #expect(heard.all.isEmpty)
            #expect(
                kernel.discord.texts == [
                    "This feature is disabled.", "This feature is disabled (toggle `closed`).",
                ])
        }
    }

    @Test(
        "who may not use a command is told so and it does not run",
        arguments: [
            (AccessRule.staff, Kernel.member, "Staff only."), (.admin, Kernel.staff, "Admins only."),
            (.recruiter(refusal: "Recruiters only, sorry."), Kernel.staff, "Recruiters only, sorry."),
            (.staff, Kernel.staff, nil), (.admin, Kernel.admin, nil), (.staff, Kernel.admin, nil),
            (.recruiter(refusal: ""), Kernel.recruiter, nil), (.server, Kernel.member, nil),
        ] as [(AccessRule, UInt64, String?)])
    func access(rule: AccessRule, person: UInt64, refusal: String?) async throws {
        try await Kernel.run { kernel in
            let run = Notes<Bool>()
            let dispatcher = try kernel.dispatcher([
                StubFeature(
                    commands: [.stub("clan", access: rule) { _, _ in run.add(true) }],
                    listeners: [.hears(access: rule) { _ in run.add(false) }])
            ])
            await dispatcher.deliver(
                try Kernel.message(1, "!clan", by: person), try Kernel.message(2, "hi", by: person))
            #expect(run.all == (refusal == nil ? [true, false] : []))
            #expect(kernel.discord.texts == [refusal].compactMap { $0 })
        }
    }

    @Test(
        "a line that cannot be read is refused in one sentence, and nothing runs",
        arguments: [
            ("!hold", "Usage: `!hold <count>` — say how many."),
            ("!hold many", "Usage: `!hold <count>` — count is a whole number."),
            ("!hold \"1", "Usage: `!hold <count>` — a quotation mark is not closed."),
            ("!hold 1 --now", "⚠️ Unknown flag: --now"),
            ("!hold 1 --\(String(repeating: "x", count: 20))\(String(repeating: "-y", count: 60))", nil),
        ] as [(String, String?)])
    func unreadable(text: String, refusal: String?) async throws {
        try await Kernel.run { kernel in
            let run = Notes<Bool>()
            var command = Command.stub("hold") { _, _ in run.add(true) }
            command.usage = "hold <count>"
            command.arguments = [Argument("count", .integer, orSay: "say how many.")]
            let dispatcher = try kernel.dispatcher([StubFeature(commands: [command])])
            await dispatcher.deliver(try Kernel.message(1, text))
            #expect(run.all.isEmpty)
            let answer = try #require(kernel.discord.texts.first)
            if let refusal { #expect(answer == refusal) }
            #expect(answer.count <= 120)
            #expect(kernel.log.messages.contains { $0.contains("cmd=hold") && $0.contains("result=usage") })
        }
    }

    @Test("answers are replies that ping nobody, and their nonces are the same for a repeated event")
    func replies() async throws {
        try await Kernel.run { kernel in
            let dispatcher = try kernel.dispatcher([
                StubFeature(commands: [.stub("say") { _, responder in try await responder.reply("@everyone hi") }])
            ])
            await dispatcher.deliver(try Kernel.message(1, "!say"))
            let reply = try #require(kernel.discord.messages.first)
            #expect(reply.body["allowed_mentions"]?["parse"]?.elements == [])
            #expect(reply.body["message_reference"]?["message_id"]?.string == "1")
            #expect(reply.body["enforce_nonce"]?.bool == true)
            #expect(reply.body["nonce"]?.string == Nonce.derived(from: "message:1", step: "reply"))
        }
    }

    @Test("an answer that is too long for Discord is cut, not refused")
    func longAnswer() async throws {
        try await Kernel.run { kernel in
            let dispatcher = try kernel.dispatcher([
                StubFeature(commands: [
                    .stub("say") { _, responder in try await responder.reply(String(repeating: "x", count: 5000)) }
                ])
            ])
            await dispatcher.deliver(try Kernel.message(1, "!say"))
            #expect(kernel.discord.texts == [String(repeating: "x", count: 1999) + "…"])
        }
    }

    @Test("a closed dispatcher lets go of an event that waits for room, unfinished")
    func closed() async throws {
        try await Kernel.run { kernel in
            let door = Door()
            let dispatcher = try kernel.dispatcher([StubFeature(listeners: [.hears { _ in await door.pass() }])])
            let finished = Notes<UInt64>()
            let reader = Task {
                for id in UInt64(1)...300 {
                    let event = try Kernel.message(id, "x")
                    await dispatcher.accept(
                        .init(event: event, position: "s:\(id)", arrivedAt: TransportTime().now) { finished.add(id) })
                }
            }
            try await eventually("the lane and its queue are full") { kernel.activity.count >= 258 }
            dispatcher.close()
            try await reader.value
            door.open()
            await dispatcher.waitUntilIdle()
            #expect(finished.all == Array(1...257))
            #expect(kernel.activity.count == 0)
        }
    }
}
