import Discord
import HTTPClient
import JSON
import Service
import Testing

@testable import Bot

@Suite("Dispatcher: interactions", .timeLimit(.minutes(1)))
struct InteractionTests {
    private static func feature(
        _ answer: ComponentHandler.Answer = .deferUpdate, access: AccessRule = .anyone, gate: Gate = .always,
        run: @escaping ComponentHandler.Handler = { _, _, _ in }
    ) -> StubFeature {
        StubFeature(
            gate: gate, components: [ComponentHandler("seat", version: 2, access: access, answer: answer, run: run)])
    }

    @Test("a press is acknowledged, handled once with its fields, and answered by a follow-up")
    func press() async throws {
        try await Kernel.run { kernel in
            let seen = Notes<ComponentID>()
            let dispatcher = try kernel.dispatcher([
                Self.feature { id, _, responder in
                    seen.add(id)
                    try await responder.reply("held")
                }
            ])
            let press = try kernel.press("seat@2:WKBR:2026-03-20")
            await dispatcher.deliver(press)
            #expect(seen.all == [ComponentID("seat", version: 2, fields: ["WKBR", "2026-03-20"])])
            let paths = kernel.discord.requests.map(\.path)
            #expect(paths.count == 2)
            #expect(paths.first?.hasSuffix("/tok/callback") == true)
            #expect(kernel.discord.requests.first?.body["type"]?.int == 6)
            #expect(kernel.discord.requests.last?.content == "held")
            await dispatcher.deliver(press, from: 2)
            #expect(seen.all.count == 1)
        }
    }

    @Test("an acknowledgement waits for nothing that runs in the channel")
    func acknowledgedOnArrival() async throws {
        try await Kernel.run { kernel in
            let (door, acknowledged) = (Door(), Door())
            kernel.discord.answers { request in
                if request.path.hasSuffix("/callback") { acknowledged.open() }
                return nil
            }
            let seen = Notes<String>()
            let dispatcher = try kernel.dispatcher([
                StubFeature(
                    components: [
                        ComponentHandler("seat", access: .anyone, answer: .deferUpdate) { _, _, _ in seen.add("seat") }
                    ],
                    listeners: [
                        .hears { _ in
                            await door.pass()
                            seen.add("message")
                        }
                    ])
            ])
            await dispatcher.deliver(try Kernel.message(1, "slow"), try kernel.press("seat"), waits: false)
            await acknowledged.pass()
            #expect(seen.all.isEmpty)
            door.open()
            await dispatcher.waitUntilIdle()
            #expect(seen.all == ["message", "seat"])
        }
    }

    @Test("a modal opens on arrival, beside a lane that is busy")
    func modal() async throws {
        try await Kernel.run { kernel in
            let (door, opened) = (Door(), Door())
            let dispatcher = try kernel.dispatcher([
                StubFeature(
                    components: [
                        ComponentHandler("seat", access: .anyone, answer: .modal) { _, _, _ in opened.open() }
                    ], listeners: [.hears { _ in await door.pass() }])
            ])
            await dispatcher.deliver(try Kernel.message(1, "slow"), try kernel.press("seat"), waits: false)
            await opened.pass()
            #expect(dispatcher.running == ["message"])
            door.open()
            await dispatcher.waitUntilIdle()
        }
    }

    @Test("what would open a modal and refuses says so to the presser alone")
    func modalRefused() async throws {
        try await Kernel.run { kernel in
            let dispatcher = try kernel.dispatcher([
                StubFeature(components: [
                    ComponentHandler("seat", access: .anyone, answer: .modal) { _, _, _ in
                        throw Refusal("It is settled.", result: .usage)
                    }
                ])
            ])
            await dispatcher.deliver(try kernel.press("seat"))
            let answer = try #require(kernel.discord.requests.first)
            #expect(kernel.discord.requests.count == 1 && answer.content == "It is settled.")
            #expect(answer.body["type"]?.int == 4 && answer.body["data"]?["flags"]?.int == 64)
        }
    }

    @Test(
        "what cannot be used is refused in one sentence that only the presser sees, and does not run",
        arguments: [
            ("gone", AccessRule.anyone, Gate.always, "This control is no longer in use."),
            ("seat@3", .anyone, .always, "This control belongs to a newer version; please try again later."),
            ("seat", .staff, .always, "Staff only."),
            ("seat", .anyone, .toggle("closed"), "This feature is disabled."),
        ])
    func refusals(customID: String, access: AccessRule, gate: Gate, sentence: String) async throws {
        try await Kernel.run { kernel in
            let seen = Notes<ComponentID>()
            let dispatcher = try kernel.dispatcher([
                Self.feature(access: access, gate: gate) { id, _, _ in seen.add(id) }
            ])
            await dispatcher.deliver(try kernel.press(customID))
            #expect(seen.all.isEmpty)
            #expect(kernel.discord.requests.map(\.content) == [sentence])
            #expect(kernel.discord.requests.first?.body["data"]?["flags"]?.int == 64)
        }
    }

    @Test("an interaction is handled however old this machine's clock makes it look", arguments: [-3600, 0, 3, 3600])
    func wrongClock(seconds: Int) async throws {
        try await Kernel.run { kernel in
            let seen = Notes<ComponentID>()
            let dispatcher = try kernel.dispatcher([Self.feature { id, _, _ in seen.add(id) }])
            await dispatcher.deliver(try kernel.press("seat", age: .seconds(seconds)))
            #expect(seen.all == [ComponentID("seat")])
        }
    }

    @Test(
        "a handler does not run where the acknowledgement was refused; one that came too late is no fault",
        arguments: [
            (404, 10062, "interaction dropped", LogLevel.info), (403, 50001, "interaction not acknowledged", .warning),
        ])
    func refusedAcknowledgement(status: Int, code: Int, line: String, level: LogLevel) async throws {
        try await Kernel.run { kernel in
            kernel.discord.answers { request in
                request.path.hasSuffix("/callback") ? .refusal(status, code: code, "refused") : nil
            }
            let seen = Notes<ComponentID>()
            let dispatcher = try kernel.dispatcher([Self.feature { id, _, _ in seen.add(id) }])
            #expect(await dispatcher.deliver(try kernel.press("seat")) == [1])
            #expect(seen.all.isEmpty)
            #expect(kernel.log.records.first { $0.message == line }?.level == level)
        }
    }

    @Test("a refusal that comes too late is no fault")
    func lateRefusal() async throws {
        try await Kernel.run { kernel in
            kernel.discord.answers { _ in .refusal(404, code: 10062, "Unknown interaction") }
            let dispatcher = try kernel.dispatcher([Self.feature()])
            #expect(await dispatcher.deliver(try kernel.press("gone")) == [1])
            #expect(kernel.log.messages.contains("interaction dropped"))
            #expect(!kernel.log.records.contains { $0.level > .info })
        }
    }

    @Test("a handler that throws is logged, and the presser gets one sentence")
    func throwing() async throws {
        try await Kernel.run { kernel in
            struct Broken: Error {}
            let dispatcher = try kernel.dispatcher([
                Self.feature(.deferReply(isEphemeral: true)) { _, _, _ in throw Broken() }
            ])
            await dispatcher.deliver(try kernel.press("seat"))
            let error = try #require(kernel.log.records.first { $0.level == .error })
            #expect(error.message == "Unhandled exception in seat")
            #expect(kernel.discord.requests.last?.content == Dispatcher.apology(trace: error.trace))
            #expect(kernel.discord.requests.last?.method == .patch)
        }
    }
}
