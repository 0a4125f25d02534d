import DiscordSimulator
import HTTPClient
import JSON
import Service
import Testing

/// After each fault the bot is ready again by itself, and what people asked meanwhile has one answer; where Discord keeps
/// nothing for a bot without a session, the scenario says so.
@Suite("Faults of the gateway")
struct GatewayFaultScenarios {
    /// A fault after which the session goes on.
    struct Interruption: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var strike: @Sendable (FaultInjector) async -> Void

        init(_ testDescription: String, _ strike: @escaping @Sendable (FaultInjector) async -> Void) {
            self.testDescription = testDescription
            self.strike = strike
        }

        /// A close with a code.
        static func close(_ code: UInt16) -> Interruption {
            Interruption("the connection is closed with \(code)") { await $0.closeGateway(code: code) }
        }
    }

    static let interruptions: [Interruption] = [
        Interruption("the connection is reset") { await $0.dropGateway() },
        Interruption("Discord asks for a new connection") { await $0.requestReconnect() },
        Interruption("the session is called invalid, but can be resumed") {
            await $0.invalidateSession(resumable: true)
        },
        .close(4000), .close(4001), .close(4002), .close(4005), .close(4008),
    ]

    @Test("an interrupted session is resumed, and each question has one answer", arguments: interruptions)
    func resumed(interruption: Interruption) async throws {
        try await Stage.play { stage in
            let questions = Questions(stage)
            try await questions.ask("WKAS")
            try await questions.ping()
            await interruption.strike(stage.simulator.faults)
            try await questions.ask("WKBR")
            try await questions.ping()
            try await questions.areAnswered()
            try await questions.ask("WKCT")
            try await questions.areAnsweredOnce()
            #expect(stage.log.messages.count { $0.hasPrefix("Bot ready as") } == 1)
            #expect(try await stage.get("/ready").json["ok"]?.bool == true)
        }
    }

    @Test("a stream of questions loses none when its connection is reset again and again")
    func droppedMidStream() async throws {
        try await Stage.play { stage in
            let channels = [SampleGuild.hearth, SampleGuild.shardsAndMercy]
            var streams: [Questions] = []
            for channel in channels { streams.append(Questions(stage, in: channel)) }
            for tag in ["WKAS", "WKBR", "WKFH"] {
                for questions in streams { try await questions.ask(tag) }
                await stage.simulator.faults.dropGateway()
                for questions in streams { try await questions.ping() }
            }
            for questions in streams { try await questions.areAnsweredOnce() }
        }
    }

    /// A fault after which a new session is opened.
    static let endings: [Interruption] = [
        Interruption("the session is called invalid for good") { await $0.invalidateSession(resumable: false) },
        Interruption("the session is lost with its connection") { await $0.loseSessions() },
        .close(1000), .close(4003), .close(4006), .close(4007), .close(4009),
    ]

    @Test(
        "after the end of its session the bot opens a new one and answers again, and what was in hand has one answer",
        arguments: endings)
    func identified(ending: Interruption) async throws {
        try await Stage.play { stage in
            let streams = [SampleGuild.hearth, SampleGuild.shardsAndMercy].map { Questions(stage, in: $0) }
            let hold = RequestHold()
            for channel in [SampleGuild.hearth, SampleGuild.shardsAndMercy] {
                stage.simulator.faults.fail("POST", path: "/channels/\(channel)/messages", with: .held(hold))
            }
            for questions in streams {
                try await questions.ask("WKAS")
                // Waits behind the card that is on its way.
                try await questions.ask("WKCT")
            }
            try #require(await hold.holds(streams.count))
            await ending.strike(stage.simulator.faults)
            let ends = ["gateway connection ended", "gateway session invalid"]
            _ = try #require(await stage.log.first { ends.contains($0.message) })
            hold.letGo()
            try await stage.logs("Guild allow-list verified", times: 2)
            for questions in streams {
                try await questions.ask("WKBR")
                try await questions.ping()
                try await questions.areAnsweredOnce()
            }
            #expect(try await stage.get("/ready").json["ok"]?.bool == true)
        }
    }

    @Test("a question that is asked while no session exists has no answer, and the next one has")
    func askedWithoutSession() async throws {
        try await Stage.play { stage in
            let questions = Questions(stage)
            try await questions.ask("WKAS")
            try await questions.areAnswered()
            // Discord replays nothing that it did not keep for a session.
            await stage.simulator.faults.loseSessions()
            try await questions.askInVain("WKFH")
            try await stage.logs("Guild allow-list verified", times: 2)
            try await questions.ask("WKBR")
            try await questions.areAnsweredOnce()
        }
    }

    @Test("a session that is lost while the bot is down is replaced by a new one")
    func lostWhileDown() async throws {
        try await Stage.play { stage in
            let questions = Questions(stage)
            try await questions.ask("WKAS")
            try await questions.areAnswered()
            await stage.stopBot()
            await stage.simulator.faults.loseSessions()
            try await questions.askInVain("WKFH")
            try await stage.startBot(waitsUntilReady: false)
            try await stage.logs("Guild allow-list verified", times: 2)
            await stage.waitUntilReady()
            try await questions.ask("WKBR")
            try await questions.areAnsweredOnce()
        }
    }

    @Test("a connection that swallows everything is noticed by its heartbeat, and nothing is lost")
    func blackHole() async throws {
        var options = Simulator.Options()
        options.heartbeatInterval = .seconds(2)
        try await Stage.play(on: Scenery(options: options)) { stage in
            let questions = Questions(stage)
            try await questions.ask("WKAS")
            try await questions.areAnswered()
            await stage.simulator.faults.silenceGateway()
            try await questions.ask("WKBR")
            try await questions.ping()
            try await stage.logs("gateway heartbeat not acknowledged")
            try await questions.areAnsweredOnce()
            #expect(stage.log.messages.count { $0.hasPrefix("Bot ready as") } == 1)
        }
    }

    @Test("heartbeats without acknowledgement end a connection that still delivers")
    func unacknowledged() async throws {
        var options = Simulator.Options()
        options.heartbeatInterval = .seconds(2)
        try await Stage.play(on: Scenery(options: options)) { stage in
            let questions = Questions(stage)
            await stage.simulator.faults.ignoreHeartbeats(true)
            try await questions.ask("WKAS")
            try await stage.logs("gateway heartbeat not acknowledged")
            try await questions.ask("WKBR")
            await stage.simulator.faults.ignoreHeartbeats(false)
            try await questions.areAnsweredOnce()
            #expect(stage.log.messages.count { $0.hasPrefix("Bot ready as") } == 1)
        }
    }

    /// A close code after which only a person can help, and what that person is told.
    static let fatalCodes: [(code: UInt16, sentence: String)] = [
        (
            4004,
            "Discord refused the bot token (401 or 4004): reset it in the developer portal and start with the new one."
        ),
        (4010, "Discord refused the shard (4010): this program runs unsharded and needs an update."),
        (
            4011,
            "The bot is in too many servers for one connection (4011): remove it from servers that it does not serve."
        ),
        (4012, "Discord no longer speaks this gateway version (4012): update this program."),
        (4013, "Discord does not know the requested intents (4013): update this program."),
        (
            4014,
            "Enable these privileged intents for the bot in the developer portal (4014): Server Members, Message Content."
        ),
    ]

    @Test("a refusal that only a person can mend ends the bot with a sentence", arguments: fatalCodes)
    func fatal(code: UInt16, sentence: String) async throws {
        try await Stage.play { stage in
            let questions = Questions(stage)
            try await questions.ask("WKAS")
            try await questions.areAnswered()
            await stage.simulator.faults.closeGateway(code: code)
            #expect(try await stage.ending() == sentence)
            let messages = await stage.botMessages(stage.person(331), in: SampleGuild.hearth)
            #expect(messages.count == 1)
        }
    }
}
