import Discord
import Service
import Testing

@testable import Bot

@Suite("Conversations", .timeLimit(.minutes(1)))
struct ConversationTests {
    private static let place = Conversations.Place(channel: 50, user: 11)

    /// A prompt that notes what it hears.
    private func prompt(_ heard: Notes<String>) -> Conversations.Prompt {
        Conversations.Prompt { message, _, _ in
            heard.add(message.content)
        } ended: {
            heard.add("ended \($0)")
        }
    }

    @Test("the person's next message in the channel is the answer, and no listener hears it; the one after is none")
    func answer() async throws {
        try await Kernel.run { kernel in
            let (heard, overheard) = (Notes<String>(), Notes<String>())
            let dispatcher = try kernel.dispatcher([
                StubFeature(
                    commands: [.stub("clan") { _, _ in overheard.add("command") }],
                    listeners: [.hears { overheard.add($0) }])
            ])
            kernel.conversations.ask(Self.place, prompt(heard))
            await dispatcher.deliver(
                try Kernel.message(1, "from another", by: Kernel.staff), try Kernel.message(2, "elsewhere", in: 51),
                try Kernel.message(3, "!clan"), try Kernel.message(4, "friday"), try Kernel.message(5, "later"))
            #expect(heard.all == ["friday"])
            #expect(Set(overheard.all) == ["from another", "elsewhere", "command", "later"])
        }
    }

    @Test(
        "what begins with the prefix or a mention of the bot is no answer, whether or not it calls a command",
        arguments: ["!nosuch command", " !nosuch", "! no seat", "!", "<@99> hello", "<@!99>"])
    func addressed(text: String) async throws {
        try await Kernel.run { kernel in
            let (heard, overheard) = (Notes<String>(), Notes<String>())
            let dispatcher = try kernel.dispatcher([StubFeature(listeners: [.hears { overheard.add($0) }])])
            kernel.conversations.ask(Self.place, prompt(heard))
            await dispatcher.deliver(try Kernel.message(1, text), try Kernel.message(2, "so be it!"))
            #expect(heard.all == ["so be it!"])
            #expect(overheard.all == [text])
        }
    }

    @Test("who says nothing for 300 seconds is told once; a new question gives new time")
    func silence() async throws {
        try await Kernel.run { kernel in
            let heard = Notes<String>()
            kernel.conversations.ask(Self.place, prompt(heard))
            await kernel.calendar.waitForSleepers(1)
            await kernel.calendar.advance(by: .seconds(299))
            kernel.conversations.ask(Self.place, prompt(heard))
            await kernel.calendar.waitForSleepers(1)
            await kernel.calendar.advance(by: .seconds(299))
            #expect(heard.all.isEmpty && kernel.conversations.isOpen(Self.place))
            await kernel.calendar.advance(by: .seconds(2))
            #expect(heard.all == ["ended timedOut"])
            #expect(!kernel.conversations.isOpen(Self.place))
        }
    }

    @Test("a process that stops tells everybody who is being asked, and asks nobody any more")
    func stop() async throws {
        try await Kernel.run { kernel in
            let heard = Notes<String>()
            kernel.conversations.ask(Self.place, prompt(heard))
            await kernel.conversations.stop()
            #expect(heard.all == ["ended stopped"])
            kernel.conversations.ask(Self.place, prompt(heard))
            #expect(!kernel.conversations.isOpen(Self.place))
        }
    }

    @Test("an answer that cannot be dealt with ends in one sentence")
    func failure() async throws {
        struct Fault: Error {}
        try await Kernel.run { kernel in
            let dispatcher = try kernel.dispatcher([StubFeature()])
            kernel.conversations.ask(
                Self.place,
                Conversations.Prompt { _, _, _ in
                    throw Refusal("Not so.", result: .usage)
                } ended: { _ in
                })
            await dispatcher.deliver(try Kernel.message(1, "x"))
            kernel.conversations.ask(
                Self.place,
                Conversations.Prompt { _, _, _ in
                    throw Fault()
                } ended: { _ in
                })
            await dispatcher.deliver(try Kernel.message(2, "y"), from: 2)
            #expect(kernel.discord.texts.first == "Not so.")
            #expect(kernel.discord.texts.count == 2)
        }
    }
}
