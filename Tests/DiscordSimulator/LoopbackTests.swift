import HTTPClient
import JSON
import Service
import Testing

@testable import DiscordSimulator

@Suite("Over HTTP", .timeLimit(.minutes(1)))
struct LoopbackTests {
    /// Runs a simulator for the time of a test.
    private func withSimulator(
        strict: Bool = true,
        _ body: (Simulator, @escaping @Sendable (HTTPMethod, String, JSONValue?) async throws -> HTTPResponse)
            async throws -> Void
    ) async throws {
        let simulator = Simulator(
            world: TestWorld.blueprint(), options: .init(enforcesRateLimits: strict), calendar: CalendarTime(),
            transport: TransportTime())
        let client = HTTPClient()
        let urls = try await simulator.start()
        do {
            try await body(simulator) { method, path, json in
                try await client.send(
                    HTTPRequest(
                        method, urls.api + path, headers: ["Authorization": "Bot \(TestWorld.token)"],
                        body: json.map { .bytes($0.encoded(), contentType: "application/json") } ?? .none))
            }
        } catch {
            await client.shutdown()
            await simulator.stop()
            throw error
        }
        await client.shutdown()
        await simulator.stop()
    }

    @Test("a bot writes, a person reads it and answers, the bot reads that")
    func conversation() async throws {
        try await withSimulator { simulator, send in
            let sent = try await send(.post, "/channels/\(TestWorld.general)/messages", ["content": "hello"])
            #expect(sent.status == 200)
            #expect(sent.headers["X-RateLimit-Remaining"] == "4")
            let bram = simulator.person(TestWorld.bram)
            let seen = try await bram.awaitsMessage(in: TestWorld.general, from: TestWorld.bot)
            try await bram.replies("hi", to: seen)
            let page = try await send(.get, "/channels/\(TestWorld.general)/messages?limit=1", nil)
            let newest = try JSONValue(parsing: page.body)[0]
            #expect(newest?["content"]?.string == "hi")
            #expect(newest?["referenced_message"]?["content"]?.string == "hello")
            #expect(simulator.requests.matching("POST", "/channels/{channel_id}/messages").count == 1)
        }
    }

    @Test("wrong token, unknown path, wrong method, broken body")
    func refusals() async throws {
        try await withSimulator { _, send in
            let requests: [(HTTPMethod, String, Int)] = [
                (.get, "/nowhere", 404), (.put, "/users/@me", 405), (.get, "/channels/x/messages", 400),
            ]
            for (method, path, status) in requests {
                let response = try await send(method, path, nil)
                #expect(response.status == status)
            }
        }
    }

    @Test("the sixth message within five seconds is refused with the time to wait")
    func rateLimit() async throws {
        try await withSimulator { _, send in
            var answers: [HTTPResponse] = []
            for number in 0..<6 {
                answers.append(
                    try await send(.post, "/channels/\(TestWorld.general)/messages", ["content": "\(number)"]))
            }
            #expect(answers.map(\.status) == [200, 200, 200, 200, 200, 429])
            let body = try JSONValue(parsing: answers[5].body)
            let wait = try #require(body["retry_after"]?.double)
            #expect(wait > 0 && wait <= 5 && body["global"]?.bool == false)
        }
    }

    @Test("faults: refused before, lost after applying, broken off in the body")
    func faults() async throws {
        try await withSimulator { simulator, send in
            let path = "/channels/\(TestWorld.general)/messages"
            simulator.faults.fail("POST", "/channels/{channel_id}/messages", with: .serverError(502))
            #expect(try await send(.post, path, ["content": "a"]).status == 502)
            simulator.faults.fail("POST", with: .rateLimited(after: 1.5, scope: .global, hasHeader: false))
            let limited = try await send(.post, path, ["content": "b"])
            #expect(limited.status == 429 && limited.headers["Retry-After"] == nil)
            for fault in [RequestFault.lostAfterApplying, .resetInBody] {
                simulator.faults.fail("POST", with: fault)
                await #expect(throws: HTTPError.self) { try await send(.post, path, ["content": "c"]) }
            }
            #expect(await simulator.snapshot().messages(in: TestWorld.general).map(\.content) == ["c", "c"])
        }
    }

    @Test("crests are PNG images, always the same ones")
    func crest() {
        let image = CrestPainter.png(for: SimulatedEmoji(id: 1, name: "WKAS", isAnimated: false))
        #expect(MediaType.pixelSize(of: image) == SimulatedAttachment.PixelSize(width: 128, height: 128))
        #expect(image == CrestPainter.png(for: SimulatedEmoji(id: 2, name: "WKAS", isAnimated: false)))
        #expect(image != CrestPainter.png(for: SimulatedEmoji(id: 1, name: "WKBR", isAnimated: false)))
    }
}
