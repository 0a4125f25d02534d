import JSON
import Service
import TestTools
import Testing
import WebSocketClient

@testable import DiscordSimulator

@Suite("The gateway under random frames", .timeLimit(.minutes(isSoaking ? 10 : 2)))
struct GatewayAttackTests {
    private static let payloads: [String] = [
        #"{"op":1,"d":null}"#, #"{"op":1,"d":251}"#, #"{"op":1,"d":"x"}"#, #"{"op":2}"#, #"{"op":2,"d":[]}"#,
        #"{"op":2,"d":{"token":"wrong","intents":1,"properties":{}}}"#,
        #"{"op":2,"d":{"token":"\#(TestWorld.token)","intents":65535,"properties":{"os":"x"}}}"#,
        #"{"op":2,"d":{"token":"\#(TestWorld.token)","intents":-1,"properties":{"os":"x"}}}"#,
        #"{"op":2,"d":{"token":"\#(TestWorld.token)","intents":1e99,"shard":[7,0]}}"#,
        #"{"op":6,"d":{"token":"\#(TestWorld.token)","session_id":"x","seq":-1}}"#, #"{"op":6,"d":7}"#,
        #"{"op":8,"d":{"guild_id":"1","query":"","limit":-1}}"#, #"{"op":8,"d":{"guild_id":[],"user_ids":{}}}"#,
        #"{"op":3,"d":{"status":7}}"#, #"{"op":4,"d":{}}"#, #"{"op":-9223372036854775808}"#, #"{"op":1.5}"#,
        #"{"op":99,"d":{}}"#, "{", "[]", "null", "", #"{"op":1,"d":"# + String(repeating: "[", count: 3000),
        #"{"op":1,"d":""# + String(repeating: "x", count: 5000) + #""}"#,
    ]

    @Test("no frame of a client crashes or hangs it or fills its memory, and a good bot is served afterwards")
    func random() async throws {
        let clock = AdjustableClock(TransportTime())
        let simulator = Simulator(world: TestWorld.blueprint(), calendar: CalendarTime(), transport: clock)
        let urls = try await simulator.start()
        let port = try #require(urls.gateway.split(separator: ":").last.flatMap { Int($0.prefix { $0 != "/" }) })
        var frames = RandomFrames(seed: 5, isMasked: true, texts: Self.payloads)
        let memory = residentMemory()
        var left = isSoaking ? 10_000 : 1000
        while left > 0 {
            let client = try RawClient(port: port)
            try await client.open("/gateway/?v=10&encoding=json")
            try await play(&frames, &left, on: client)
            await client.close(abruptly: left % 2 == 0)
        }
        #expect(isAddressSanitized || residentMemory() - memory < 100 << 20)

        let client = WebSocketClient()
        let bot = try await client.connect(to: urls.gateway + "/?v=10&encoding=json")
        let identify: JSONValue = [
            "op": 2, "d": ["token": .string(TestWorld.token), "intents": 1, "properties": ["os": "linux"]],
        ]
        try await bot.send(.text(identify.text))
        var isReady = false
        while !isReady, case .text(let text) = try await bot.receive() {
            let event = try JSONValue(parsing: text)
            isReady = event["t"]?.string == "READY"
            guard event["op"] == 9 else { continue }
            // One of the random frames has identified the same bot less than this ago.
            clock.adjust(by: GatewayHub.identifyInterval)
            try await bot.send(.text(identify.text))
        }
        #expect(isReady)
        await client.shutdown()
        await simulator.stop()
    }

    /// Sends frames on one connection until the server closes it or one cannot be followed by another, each time waiting
    /// for what the server makes of it.
    private func play(_ frames: inout RandomFrames, _ left: inout Int, on client: RawClient) async throws {
        while left > 0 {
            left -= 1
            let frame = frames.next()
            let ping = Array("random \(left)".utf8)
            do {
                try await client.send(frame.bytes)
                guard frame.isWhole else { return }
                try await client.send(RawClient.Frame(opcode: 9, payload: ping))
                var answer: RawClient.Frame
                repeat {
                    answer = try await client.frame()
                    if answer.opcode == 8 { return }
                } while answer.opcode != 10 || answer.payload != ping
            } catch RawClient.Failure.reset {
                return
            } catch RawClient.Failure.ended {
                return
            }
        }
    }
}
