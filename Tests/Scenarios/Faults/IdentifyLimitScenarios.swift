import DiscordSimulator
import JSON
import Service
import Synchronization
import Testing
import WebSocketClient

/// The sessions that Discord lets a bot start in a day are used up.
@Suite("The day's sessions", .timeLimit(.minutes(3)))
struct IdentifyLimitScenarios {
    /// What is left of the day when the bot starts.
    private static let rest = Duration.seconds(90)

    @Test("with none left the bot says so once, connects to nothing until the new day, and then serves")
    func spent() async throws {
        let time = ManualTime(start: Timestamp(milliseconds: 0))
        let greetings = Mutex(0)
        var scenery = Scenery(transport: time)
        scenery.world.limitIdentifies(of: SampleGuild.bot, to: 1)
        scenery.options.observer = { event in
            guard case .payloadLeaves(let payload) = event, (try? JSONValue(parsing: payload))?["op"] == 10 else {
                return
            }
            greetings.withLock { $0 += 1 }
        }
        try await Stage.play(
            on: scenery, waitsUntilReady: false,
            prepare: { stage in
                try await stage.startsSession()
                await time.advance(by: .seconds(86_400) - Self.rest)
            }
        ) { stage in
            try await stage.logs("few gateway sessions left for today")
            await time.advance(by: Self.rest - .seconds(1))
            #expect(greetings.withLock { $0 } == 1, "only the session before the bot's")
            #expect(try await stage.get("/ready").json["ok"]?.bool == false)
            while await stage.log.first(
                within: .milliseconds(50), where: { $0.message == "Guild allow-list verified" })
                == nil
            {
                await time.advance(by: .seconds(5))
            }
            #expect(greetings.withLock { $0 } == 2)
            let complaints = stage.log.records.filter { $0.level >= .error }
            #expect(complaints.map(\.message) == ["few gateway sessions left for today"])
            #expect(complaints.first?["remaining"] == .int(0))
            #expect(complaints.first?["reset_after_ms"] == .milliseconds(Self.rest))
            let questions = Questions(stage)
            try await questions.ask("WKAS")
            try await questions.areAnsweredOnce()
        }
    }
}

extension Stage {
    /// Starts a session with the bot's token, and ends it.
    fileprivate func startsSession() async throws {
        let client = WebSocketClient()
        let connection = try await client.connect(to: "ws://127.0.0.1:\(simulatorPort())/gateway/?v=10&encoding=json")
        let identify: JSONValue = [
            "op": 2, "d": ["token": .string(SampleGuild.botToken), "intents": 1, "properties": ["os": "linux"]],
        ]
        try await connection.send(.text(identify.text))
        while case .text(let text)? = try await connection.receive(),
            try JSONValue(parsing: text)["t"]?.string != "READY"
        {}
        await connection.close(code: 1000, reason: "")
        await client.shutdown()
    }
}
