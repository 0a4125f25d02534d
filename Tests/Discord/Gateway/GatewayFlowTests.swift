import JSON
import Service
import Synchronization
import Testing
import WebSocketClient

@testable import Discord

/// A gateway made of scripts: one list of frames per connection, with the close code that follows, if any.
private final class ScriptedTransport: GatewayTransport {
    struct Script: Sendable {
        var frames: [String]
        var closeCode: UInt16?
    }

    struct Sent: Sendable {
        var connection: Int
        var url: String
        var payload: JSONValue
    }

    struct Exhausted: Error {}

    private let scripts: [Script]
    private let opened = Mutex(0)
    let sent: AsyncStream<Sent>
    private let recorder: AsyncStream<Sent>.Continuation

    init(_ scripts: [Script]) {
        self.scripts = scripts
        (sent, recorder) = AsyncStream.makeStream(of: Sent.self)
    }

    func open(_ url: String, deadline: Duration) async throws -> any WebSocketConnection {
        let index = opened.withLock { count in
            defer { count += 1 }
            return count
        }
        guard index < scripts.count else { throw Exhausted() }
        return ScriptedConnection(scripts[index]) { [recorder] text in
            guard let payload = (try? JSONDocument(parsing: text))?.root.value else { return }
            recorder.yield(Sent(connection: index, url: url, payload: payload))
        }
    }
}

private final class ScriptedConnection: WebSocketConnection {
    private let messages: AsyncStream<WebSocketMessage>
    private let source: AsyncStream<WebSocketMessage>.Continuation
    private let ending: Mutex<WebSocketClose?>
    private let record: @Sendable (String) -> Void

    init(_ script: ScriptedTransport.Script, record: @escaping @Sendable (String) -> Void) {
        self.record = record
        (messages, source) = AsyncStream.makeStream(of: WebSocketMessage.self)
        ending = Mutex(script.closeCode.map { WebSocketClose(code: $0, reason: "", initiatedByPeer: true) })
        script.frames.forEach { source.yield(.text($0)) }
        if script.closeCode != nil { source.finish() }
    }

    func receive() async throws -> WebSocketMessage? { await messages.first { _ in true } }
    func send(_ message: WebSocketMessage) async throws {
        if case .text(let text) = message { record(text) }
    }
    func ping() async throws {}
    func close(code: UInt16, reason: String) async {
        ending.withLock { $0 = $0 ?? WebSocketClose(code: code, reason: reason, initiatedByPeer: false) }
        source.finish()
    }
    func abort() async { source.finish() }
    var closure: WebSocketClose? { ending.withLock { $0 } }
}

@Suite("A session with the gateway", .timeLimit(.minutes(1)))
struct GatewayFlowTests {
    private static let hello = #"{"op":10,"d":{"heartbeat_interval":41250}}"#
    private static let ready =
        #"{"op":0,"s":1,"t":"READY","d":{"session_id":"abc","resume_gateway_url":"wss://resume.example?r=1"}}"#
    private static let event = #"{"op":0,"s":2,"t":"TYPING_START","d":{}}"#

    private func gateway(_ transport: ScriptedTransport, resuming: GatewaySession? = nil, time: any TimeSource)
        -> Gateway
    {
        Gateway(
            .init(token: "secret", intents: [.guilds, .messageContent], compression: .none, libraryName: "test") {
                GatewayInfo(url: "wss://gateway.example")
            }, resuming: resuming, transport: transport, time: time, logger: .silent, random: { $0.upperBound })
    }

    @Test(
        "what ends a connection decides how the next one greets",
        arguments: [
            (nil as UInt16?, #"{"op":7,"d":null}"#, 6), (4000, nil, 6), (4008, nil, 6), (1006, nil, 6), (1000, nil, 2),
            (1001, nil, 2), (4007, nil, 2), (4009, nil, 2), (nil, "garbage", 6),
        ] as [(UInt16?, String?, Int)])
    func greeting(code: UInt16?, lastFrame: String?, operation: Int) async throws {
        let frames = [Self.hello, Self.ready, Self.event] + [lastFrame].compactMap { $0 }
        let transport = ScriptedTransport([.init(frames: frames, closeCode: code), .init(frames: [Self.hello])])
        let gateway = gateway(transport, time: ManualTime(start: .origin))
        let running = Task { try await gateway.run { _ in } }
        let second = try #require(await transport.sent.first { $0.connection == 1 })
        running.cancel()
        #expect(second.payload["op"]?.int == operation)
        if operation == 6 {
            #expect(second.url == "wss://resume.example?r=1&v=10&encoding=json")
            #expect(second.payload["d"]?["seq"]?.int == 2)
            #expect(second.payload["d"]?["session_id"]?.string == "abc")
        } else {
            #expect(second.url == "wss://gateway.example/?v=10&encoding=json")
            #expect(second.payload["d"]?["intents"]?.int == 1 | 1 << 15)
        }
        _ = await running.result
    }

    @Test("an invalid session waits, then resumes or identifies", arguments: [(true, 6), (false, 2)])
    func invalidSession(isResumable: Bool, operation: Int) async throws {
        let invalid = #"{"op":9,"d":\#(isResumable)}"#
        let transport = ScriptedTransport([
            .init(frames: [Self.hello, Self.ready, invalid]), .init(frames: [Self.hello]),
        ])
        let time = ManualTime(start: .origin)
        let running = Task { [gateway = gateway(transport, time: time)] in try await gateway.run { _ in } }
        let mover = Task {
            // The wait of up to five seconds is one of the sleepers.
            while !Task.isCancelled {
                await time.advance(by: .seconds(1))
                await Task.yield()
            }
        }
        let second = try #require(await transport.sent.first { $0.connection == 1 })
        mover.cancel()
        running.cancel()
        #expect(second.payload["op"]?.int == operation)
        _ = await running.result
    }

    @Test(
        "a code that only a person can mend ends it all",
        arguments: [
            (4004, .authenticationFailed), (4010, .invalidShard), (4011, .shardingRequired), (4012, .invalidVersion),
            (4013, .invalidIntents), (4014, .disallowedIntents(["Message Content"])),
        ] as [(UInt16, GatewayFailure)])
    func fatal(code: UInt16, failure: GatewayFailure) async {
        let transport = ScriptedTransport([.init(frames: [Self.hello], closeCode: code)])
        let gateway = gateway(transport, time: ManualTime(start: .origin))
        await #expect(throws: failure) { try await gateway.run { _ in } }
    }

    @Test("a stored session is resumed by a fresh process, at its own place")
    func storedSession() async throws {
        let stored = GatewaySession(id: "old", sequence: 41, resumeURL: "wss://there.example/?z=2&v=9")
        let transport = ScriptedTransport([.init(frames: [Self.hello])])
        let gateway = gateway(transport, resuming: stored, time: ManualTime(start: .origin))
        let running = Task { try await gateway.run { _ in } }
        let first = try #require(await transport.sent.first { _ in true })
        #expect(first.url == "wss://there.example/?z=2&v=10&encoding=json")
        #expect(first.payload["op"]?.int == 6 && first.payload["d"]?["seq"]?.int == 41)
        #expect(await gateway.stop(resumable: true) == stored)
        running.cancel()
        _ = await running.result
    }

    @Test("a heartbeat is sent when asked for, with the last sequence")
    func heartbeatRequest() async throws {
        let transport = ScriptedTransport([.init(frames: [Self.hello, Self.ready, Self.event, #"{"op":1,"d":null}"#])])
        let gateway = gateway(transport, time: ManualTime(start: .origin))
        let running = Task { try await gateway.run { _ in } }
        let beat = try #require(await transport.sent.first { $0.payload["op"]?.int == 1 })
        #expect(beat.payload["d"]?.int == 2)
        running.cancel()
        _ = await running.result
    }
}
