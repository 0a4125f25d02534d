import JSON
import Service
import TestTools
import Testing
import WebSocketClient

@testable import DiscordSimulator

/// A gateway client that does nothing by itself.
private struct GatewayClient {
    let connection: any WebSocketConnection

    func next() async throws -> JSONValue? {
        guard let message = try await connection.receive() else { return nil }
        guard case .text(let text) = message else { return nil }
        return try JSONValue(parsing: text)
    }

    /// The next dispatch with a name; others are passed over. Nil once the socket is closed.
    func dispatch(_ name: String) async throws -> JSONValue? {
        while let payload = try await next() {
            if payload["t"]?.string == name { return payload }
        }
        return nil
    }

    func send(_ op: Int, _ data: JSONValue) async throws {
        let payload: JSONValue = ["op": .int(op), "d": data]
        try await connection.send(.text(payload.text))
    }

    func identify(token: String = TestWorld.token, intents: Int = 0xFFFF) async throws {
        try await send(2, ["token": .string(token), "intents": .int(intents), "properties": ["os": "linux"]])
    }

    func resume(_ session: String, _ sequence: Int) async throws {
        try await send(6, ["token": .string(TestWorld.token), "session_id": .string(session), "seq": .int(sequence)])
    }

    /// Reads until the socket is closed, and gives the code.
    func closeCode() async throws -> UInt16? {
        while try await connection.receive() != nil {}
        return await connection.closure?.code
    }
}

@Suite("The gateway", .timeLimit(.minutes(1)))
struct GatewayTests {
    private func withGateway(
        transport: any TimeSource = TransportTime(),
        _ body: (Simulator, @escaping @Sendable (String) async throws -> GatewayClient) async throws -> Void
    ) async throws {
        let simulator = Simulator(world: TestWorld.blueprint(), calendar: CalendarTime(), transport: transport)
        let client = WebSocketClient()
        let urls = try await simulator.start()
        var failure: (any Error)?
        do {
            try await body(simulator) { query in
                GatewayClient(
                    connection: try await client.connect(
                        to: urls.gateway + "/?v=10&encoding=json" + query, headers: [], deadline: .seconds(5)))
            }
        } catch { failure = error }
        await client.shutdown()
        await simulator.stop()
        if let failure { throw failure }
    }

    @Test("READY names unavailable guilds, GUILD_CREATE has only the bot as member, chunks bring the rest")
    func start() async throws {
        try await withGateway { _, connect in
            let client = try await connect("")
            let hello = try await client.next()
            #expect(hello?["op"]?.int == 10 && hello?["d"]?["heartbeat_interval"]?.int == 41_250)
            try await client.identify()
            let ready = try await client.dispatch("READY")
            #expect(ready?["d"]?["guilds"] == [["id": .id(TestWorld.guild), "unavailable": true]])
            try await client.send(1, .null)
            try await client.send(8, ["guild_id": .id(TestWorld.guild), "query": "", "limit": 0, "nonce": "n"])
            let guild = try await client.dispatch("GUILD_CREATE")
            #expect(guild?["s"]?.int == 2 && guild?["d"]?["channels"]?.elements.count == 3)
            let acknowledgement = try await client.next()
            #expect(acknowledgement?["op"]?.int == 11)
            let chunk = try await client.dispatch("GUILD_MEMBERS_CHUNK")
            #expect(chunk?["d"]?["members"]?.elements.count == 6 && chunk?["d"]?["nonce"]?.string == "n")
        }
    }

    @Test(
        "close codes",
        arguments: [
            (#"{"op":2,"d":{"token":"wrong","intents":1,"properties":{"os":"x"}}}"#, 4004),
            (#"{"op":2,"d":{"token":"test-token","intents":268435456,"properties":{"os":"x"}}}"#, 4013),
            (#"{"op":2,"d":{"token":"blind-token","intents":2,"properties":{"os":"x"}}}"#, 4014),
            (#"{"op":3,"d":{"status":"online"}}"#, 4003), (#"{"op":77,"d":null}"#, 4001), ("not json", 4002),
        ] as [(String, UInt16)])
    func closeCodes(payload: String, code: UInt16) async throws {
        try await withGateway { _, connect in
            let client = try await connect("")
            try await client.connection.send(.text(payload))
            let closed = try await client.closeCode()
            #expect(closed == code)
        }
    }

    @Test("a dropped session is resumed with what it missed, without READY")
    func resume() async throws {
        try await withGateway { simulator, connect in
            let first = try await connect("")
            try await first.identify()
            let ready = try await first.dispatch("READY")
            let session = try #require(ready?["d"]?["session_id"]?.string)
            _ = try await first.dispatch("GUILD_CREATE")
            await simulator.faults.dropGateway()
            while (try? await first.connection.receive()) ?? nil != nil {}
            try await simulator.person(TestWorld.bram).says("missed", in: TestWorld.general)
            let second = try await connect("")
            try await second.resume(session, 2)
            let missed = try await second.dispatch("MESSAGE_CREATE")
            #expect(missed?["s"]?.int == 3 && missed?["d"]?["content"]?.string == "missed")
            let resumed = try await second.next()
            #expect(resumed?["t"]?.string == "RESUMED")
        }
    }

    @Test("a session that was closed with 1000, or is older than three minutes, is invalid", arguments: [true, false])
    func lost(closes: Bool) async throws {
        let transport = ManualTime(start: .origin)
        try await withGateway(transport: transport) { simulator, connect in
            let first = try await connect("")
            try await first.identify()
            let session = try #require(try await first.dispatch("READY")?["d"]?["session_id"]?.string)
            _ = try await first.dispatch("GUILD_CREATE")
            if closes {
                await first.connection.close(code: 1000, reason: "")
            } else {
                await simulator.faults.dropGateway()
            }
            // The server notices in its own time that a socket is gone.
            try await eventually("the socket is gone") {
                await simulator.world.transact(withGateway: { _, hub in hub.outlets(of: nil).isEmpty })
            }
            if !closes { await transport.advance(by: .seconds(181)) }
            let second = try await connect("")
            _ = try await second.next()
            try await second.resume(session, 2)
            let answer = try await second.next()
            #expect(answer?["op"]?.int == 9 && answer?["d"]?.bool == false)
        }
    }

    @Test("two IDENTIFYs within five seconds are one too many")
    func identifyRate() async throws {
        try await withGateway { _, connect in
            let first = try await connect("")
            try await first.identify()
            _ = try await first.dispatch("READY")
            let second = try await connect("")
            _ = try await second.next()
            try await second.identify()
            let answer = try await second.next()
            #expect(answer?["op"]?.int == 9)
        }
    }

    @Test("without the content intent texts are blank; without the messages intent nothing comes")
    func intents() async throws {
        try await withGateway { simulator, connect in
            let blind = try await connect("")
            try await blind.identify(token: "blind-token", intents: 1 | 1 << 9)
            _ = try await blind.dispatch("GUILD_CREATE")
            let deaf = try await connect("")
            try await deaf.identify(intents: 1 | 1 << 10)
            _ = try await deaf.dispatch("GUILD_CREATE")
            let bram = simulator.person(TestWorld.bram)
            let message = try await bram.says("secret", in: TestWorld.general)
            try await bram.reacts(with: "👍", to: message)
            let seen = try await blind.dispatch("MESSAGE_CREATE")
            #expect(seen?["d"]?["content"]?.string == "" && seen?["d"]?["author"]?["id"] == .id(TestWorld.bram))
            let next = try await deaf.next()
            #expect(next?["t"]?.string == "MESSAGE_REACTION_ADD")
        }
    }

    @Test("a click reaches the bot, and unanswered fails after three seconds of transport time")
    func unansweredClick() async throws {
        let transport = ManualTime(start: .origin)
        let simulator = Simulator(world: TestWorld.blueprint(), calendar: CalendarTime(), transport: transport)
        let bot = simulator.person(TestWorld.bot)
        let panel = try await bot.says("panel", in: TestWorld.general)
        let interaction = try await simulator.world.transact { state throws(APIError) in
            try state.begin(
                .component, of: TestWorld.bot, by: TestWorld.bram, in: panel.channelID, data: ["custom_id": "x"],
                messageID: panel.id)
        }
        await transport.waitForSleepers(1)
        await transport.advance(by: .seconds(4))
        let answer = try await simulator.eventually("the failure") { $0.answer(to: interaction.id) }
        #expect(answer == .failed)
        await simulator.stop()
    }

    @Test("each zlib-stream message ends with a sync flush")
    func zlibStream() {
        let stream = ZlibStream()
        for text in ["{\"op\":10}", String(repeating: "a long payload ", count: 20_000)] {
            let message = stream.compress(Array(text.utf8))
            #expect(message?.suffix(4) == [0, 0, 0xFF, 0xFF])
        }
    }
}
