import DiscordSimulator
import Service
import Synchronization
import TestTools
import Testing

/// Each fault of a request costs time at most: what people asked has one answer.
@Suite("Faults of requests")
struct RequestFaultScenarios {
    /// A fault that strikes requests of one kind.
    struct Strike: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var method = "POST"
        var template = Self.messages
        var times = 1
        var fault: RequestFault

        static let messages = "/channels/{channel_id}/messages"
    }

    private static let reaction = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me"
    private static let message = "/channels/{channel_id}/messages/{message_id}"

    static let strikes: [Strike] = [
        Strike(
            testDescription: "a rate limit with Retry-After", times: 2, fault: .rateLimited(after: 0.4, scope: .user)),
        Strike(
            testDescription: "a rate limit without Retry-After", times: 2,
            fault: .rateLimited(after: 0.4, scope: .user, hasHeader: false)),
        Strike(
            testDescription: "a rate limit that others have used up", times: 2,
            fault: .rateLimited(after: 0.4, scope: .shared)),
        Strike(testDescription: "the global rate limit", fault: .rateLimited(after: 0.4, scope: .global)),
        Strike(testDescription: "a burst of 502", times: 4, fault: .serverError(502)),
        Strike(
            testDescription: "503 for a reaction", method: "PUT", template: reaction, times: 2, fault: .serverError(503)
        ),
        Strike(testDescription: "500 for a deletion", method: "DELETE", template: message, fault: .serverError(500)),
        Strike(testDescription: "an answer that breaks off in its body", fault: .resetInBody),
        Strike(
            testDescription: "a message that is posted, and the connection lost before the answer", times: 2,
            fault: .lostAfterApplying),
        Strike(
            testDescription: "a connection that is lost before the message is posted", times: 2,
            fault: .lostBeforeApplying),
        Strike(
            testDescription: "a reaction that is set, and the connection lost before the answer", method: "PUT",
            template: reaction, fault: .lostAfterApplying),
        Strike(
            testDescription: "a deletion that is done, and the connection lost before the answer", method: "DELETE",
            template: message, fault: .lostAfterApplying),
        Strike(testDescription: "a slow answer", fault: .slow(.seconds(3))),
    ]

    @Test("a struck request is repeated without doing anything twice", arguments: strikes)
    func struck(strike: Strike) async throws {
        try await Stage.play { stage in
            let questions = Questions(stage)
            stage.simulator.faults.fail(strike.method, strike.template, times: strike.times, with: strike.fault)
            try await questions.ask("WKAS")
            try await questions.ask("WKCT")
            try await questions.areAnsweredOnce()
            let member = stage.person(331)
            let left = await member.seesMessages(in: SampleGuild.hearth).filter { $0.content.hasPrefix("!clan") }
            #expect(left.isEmpty, "what called the cards is deleted")
        }
    }

    @Test("a request whose body breaks off on its way is sent again, and posted once")
    func cutWhileSending() async throws {
        try await Stage.play(startsBot: false) { stage in
            let wire = try CuttingWire(to: stage.simulatorPort())
            defer { wire.close() }
            try await stage.startBot(["DISCORD_API_BASE_URL": "http://127.0.0.1:\(wire.port)/api/v10"])
            let questions = Questions(stage)
            // The card carries a crest, so that its body comes in several pieces.
            wire.cutNextRequest(containing: "POST /api/v10/channels", after: 2_000)
            try await questions.ask("WKAS")
            try await questions.ask("WKBR")
            try await questions.areAnsweredOnce()
            #expect(wire.cuts == 1)
        }
    }

    @Test("a burst of 502 that is longer than a caller's patience costs half a minute, and the question is answered")
    func longBurst() async throws {
        let time = ManualTime(start: Timestamp(milliseconds: 0))
        try await Stage.play(on: Scenery(transport: time)) { stage in
            let path = "/channels/\(SampleGuild.hearth)/messages"
            stage.simulator.faults.fail("POST", path: path, times: 12, with: .serverError(502))
            let questions = Questions(stage)
            try await questions.ask("WKAS")
            for count in 1...12 {
                var repetition = await stage.repetition(count)
                while repetition == nil {
                    await time.advance(by: .milliseconds(250))
                    repetition = await stage.repetition(count)
                }
                // Time goes on only where the bot waits for it: all attempts are to fall into one minute.
                guard case .double(let wait)? = repetition?["wait_ms"] else { throw NeverHappened(what: "a wait") }
                await time.advance(by: .milliseconds(wait))
            }
            let flow = Task { while !Task.isCancelled { await time.advance(by: .milliseconds(250)) } }
            try await questions.areAnswered()
            flow.cancel()
            await flow.value
            try await questions.ask("WKBR")
            try await questions.areAnsweredOnce()
            #expect(stage.simulator.requests.all.count { $0.path == path && $0.status == 502 } == 12)
        }
    }

    @Test("one slow channel does not keep another one waiting")
    func slowChannel() async throws {
        try await Stage.play { stage in
            let slow = Questions(stage)
            let quick = Questions(stage, in: SampleGuild.shardsAndMercy)
            stage.simulator.faults.fail(
                "POST", path: "/channels/\(SampleGuild.hearth)/messages", with: .slow(.seconds(6)))
            try await slow.ask("WKAS")
            try await quick.ask("WKBR")
            try await quick.areAnsweredOnce()
            let waiting = await stage.botMessages(stage.person(331), in: SampleGuild.hearth)
            #expect(waiting.isEmpty, "the slow answer is still on its way")
            try await slow.areAnsweredOnce()
        }
    }

    @Test("a bot that starts while Discord answers 502 is ready by itself once it does not")
    func startDuringOutage() async throws {
        try await Stage.play(
            waitsUntilReady: false,
            prepare: { $0.simulator.faults.fail("GET", "/gateway/bot", times: 4, with: .serverError(502)) }
        ) { stage in
            await stage.waitUntilReady()
            let questions = Questions(stage)
            try await questions.ask("WKAS")
            try await questions.areAnsweredOnce()
        }
    }
}

extension Stage {
    /// The line about a request that is sent again, by its number; nil if it is not there within a moment.
    fileprivate func repetition(_ number: Int) async -> LogRecord? {
        let seen = Mutex(0)
        return await log.first(within: .milliseconds(250)) { record in
            guard record.message == "request repeated" else { return false }
            return seen.withLock { seen in
                seen += 1
                return seen == number
            }
        }
    }
}
