import JSON
import Service
import TestTools
import Testing
import WebSocketClient

@testable import Discord

@Suite("A session with the gateway", .timeLimit(.minutes(2)))
struct GatewayFlowTests {
    struct Ending: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var code: UInt16?
        var lastFrame: String?
        /// 6 resumes, 2 identifies.
        var operation: Int
        /// Waits before the next connection.
        var waits: [Duration] = [.seconds(1)]

        static func code(_ code: UInt16, _ operation: Int) -> Ending {
            // What identifies again keeps the distance between two IDENTIFYs, four seconds after the wait of one.
            Ending(
                testDescription: "\(code)", code: code, operation: operation,
                waits: operation == 6 ? [.seconds(1)] : [.seconds(1), .seconds(4)])
        }
    }

    /// Source: Discord documentation, "Gateway Close Event Codes".
    static let endings: [Ending] =
        [1006, 4000, 4001, 4002, 4005, 4008, 4999].map { .code($0, 6) }
        + [1000, 1001, 4003, 4006, 4007, 4009].map { .code($0, 2) } + [
            Ending(testDescription: "reconnect requested", lastFrame: Frame.reconnect, operation: 6),
            Ending(testDescription: "garbage", lastFrame: "garbage", operation: 6),
            Ending(
                testDescription: "session invalid, but resumable",
                lastFrame: Frame.invalidSession(resumable: true), operation: 6, waits: [.seconds(5)]),
            Ending(
                testDescription: "session invalid",
                lastFrame: Frame.invalidSession(resumable: false), operation: 2, waits: [.seconds(5)]),
        ]

    @Test("what ends a connection decides how the next one greets, and where", arguments: endings)
    func greeting(ending: Ending) async throws {
        var first = ScriptedGateway.Script(Frame.hello, Frame.ready, Frame.event, closeCode: ending.code)
        if let frame = ending.lastFrame { first.messages.append(.text(frame)) }
        let running = RunningGateway(ScriptedGateway(first, .init(Frame.hello)))
        for wait in ending.waits { try await running.time.pass(wait) }
        let second = try await running.server.greeting(of: 1)
        #expect(second.operation == ending.operation)
        if ending.operation == 6 {
            #expect(second.url == "wss://resume.example?r=1&v=10&encoding=json")
            #expect(second.payload["d"]?["seq"]?.int == 2)
            #expect(second.payload["d"]?["session_id"]?.string == "abc")
        } else {
            #expect(second.url == "wss://gateway.example/?v=10&encoding=json")
            #expect(second.payload["d"]?["intents"]?.int == 1 | 1 << 15)
        }
        #expect(running.events == ["READY", "TYPING_START"])
        _ = await running.stop()
    }

    @Test(
        "a code that only a person can mend ends it all, and says what to do",
        arguments: [
            (4004, .authenticationFailed, "token"), (4010, .invalidShard, "shard"),
            (4011, .shardingRequired, "too many servers"), (4012, .invalidVersion, "update"),
            (4013, .invalidIntents, "update"),
            (4014, .disallowedIntents(["Message Content"]), "in the developer portal (4014): Message Content"),
        ] as [(UInt16, GatewayFailure, String)])
    func fatal(code: UInt16, failure: GatewayFailure, advice: String) async {
        let running = RunningGateway(ScriptedGateway(.init(Frame.hello, closeCode: code), .init(Frame.hello)))
        #expect(await running.failure == failure)
        #expect(failure.description.contains(advice) && failure.description.contains("\(code)"))
        #expect(running.server.addresses.count == 1)
    }

    @Test("a token that is refused before there is a connection ends it all as well")
    func refusedToken() async {
        let running = RunningGateway(ScriptedGateway()) {
            throw GatewayFailure.authenticationFailed
        }
        #expect(await running.failure == .authenticationFailed)
        #expect(running.server.addresses.isEmpty)
    }

    @Test("a connection that drops in the middle of its events goes on behind the last one, and loses none")
    func droppedMidStream() async throws {
        let server = ScriptedGateway(
            .init(Frame.hello, Frame.ready, Frame.event),
            .init(Frame.hello, #"{"op":0,"s":3,"t":"CHANNEL_CREATE","d":{}}"#, #"{"op":0,"s":4,"t":"RESUMED","d":{}}"#))
        let running = RunningGateway(server)
        try await running.receive(2)
        server.connections[0].end(1006)
        try await running.time.pass(.seconds(1))
        try await running.receive(4)
        #expect(running.events == ["READY", "TYPING_START", "CHANNEL_CREATE", "RESUMED"])
        #expect(try await server.greeting(of: 1).payload["d"]?["seq"]?.int == 2)
        #expect(await running.stop()?.sequence == 4)
    }

    @Test("a stored session is resumed by a fresh process, at its own place")
    func storedSession() async throws {
        let stored = GatewaySession(id: "old", sequence: 41, resumeURL: "wss://there.example/?z=2&v=9")
        let running = RunningGateway(ScriptedGateway(.init(Frame.hello)), resuming: stored)
        let first = try await running.server.greeting(of: 0)
        #expect(first.url == "wss://there.example/?z=2&v=10&encoding=json")
        #expect(first.operation == 6 && first.payload["d"]?["seq"]?.int == 41)
        #expect(await running.stop() == stored)
    }

    @Test("a stored session that was lost while the process was down is replaced by a new one")
    func lostWhileDown() async throws {
        let stored = GatewaySession(id: "old", sequence: 41, resumeURL: "wss://there.example")
        let server = ScriptedGateway(
            .init(Frame.hello, Frame.invalidSession(resumable: false)), .init(Frame.hello, Frame.ready))
        let running = RunningGateway(server, resuming: stored)
        #expect(try await server.greeting(of: 0).operation == 6)
        try await running.time.pass(.seconds(5))
        let second = try await server.greeting(of: 1)
        #expect(second.operation == 2 && second.url.hasPrefix("wss://gateway.example/"))
        try await running.receive(1)
        #expect(await running.stop()?.id == "abc")
    }

    @Test("a stop with code 1000 leaves no session to resume", arguments: [true, false])
    func stop(resumable: Bool) async throws {
        let running = RunningGateway(ScriptedGateway(.init(Frame.hello, Frame.ready)))
        try await running.receive(1)
        let left = await running.stop(resumable: resumable)
        #expect(left?.id == (resumable ? "abc" : nil))
        #expect(running.server.connections[0].closure?.code == (resumable ? 4000 : 1000))
    }
}

@Suite("Heartbeats of the gateway", .timeLimit(.minutes(2)))
struct GatewayHeartbeatTests {
    @Test("a heartbeat is sent when asked for, with the last sequence")
    func requested() async throws {
        let running = RunningGateway(
            ScriptedGateway(.init(Frame.hello, Frame.ready, Frame.event, #"{"op":1,"d":null}"#)))
        let beat = try await running.server.first("a heartbeat") { $0.operation == 1 }
        #expect(beat.payload["d"]?.int == 2)
        _ = await running.stop()
    }

    @Test("heartbeats follow the interval, and their answers measure the latency")
    func regular() async throws {
        let server = ScriptedGateway(.init(Frame.hello, Frame.ready))
        let running = RunningGateway(server)
        try await running.receive(1)
        for count in 1...3 {
            try await running.time.pass(RunningGateway.heartbeat)
            try await eventually("heartbeat \(count)") { server.sent.count { $0.operation == 1 } == count }
            // HELLO, READY, and an acknowledgement of each.
            try await running.take(frames: 2 + count)
        }
        #expect(server.addresses.count == 1)
        #expect(await running.gateway.latency == .zero)
        _ = await running.stop()
    }

    @Test("a heartbeat that nobody acknowledges ends the connection, and the session is resumed")
    func zombie() async throws {
        let server = ScriptedGateway(
            .init(Frame.hello, Frame.ready, acknowledges: false), .init(Frame.hello, Frame.resumed))
        let running = RunningGateway(server)
        try await running.receive(1)
        try await running.time.pass(RunningGateway.heartbeat)
        _ = try await server.first("a heartbeat") { $0.operation == 1 }
        try await running.time.pass(RunningGateway.heartbeat)
        // The session stood long enough to be gone back to at once.
        #expect(try await server.greeting(of: 1).operation == 6)
        #expect(server.connections[0].closure?.code == 4000)
        try await running.receive(2)
        _ = await running.stop()
    }

    @Test(
        "a connection that takes no heartbeat is dropped, and the session is resumed",
        arguments: [ScriptedGateway.Script.Heartbeats.stuck, .refused])
    func untaken(heartbeats: ScriptedGateway.Script.Heartbeats) async throws {
        var deaf = ScriptedGateway.Script(Frame.hello, Frame.ready)
        deaf.heartbeats = heartbeats
        let server = ScriptedGateway(deaf, .init(Frame.hello, Frame.resumed))
        let running = RunningGateway(server)
        try await running.receive(1)
        try await running.time.pass(RunningGateway.heartbeat)
        if heartbeats == .stuck { try await running.time.pass(.seconds(10)) }
        #expect(try await server.greeting(of: 1).operation == 6)
        try await running.receive(2)
        _ = await running.stop()
    }

    @Test("a second HELLO starts neither a second heartbeat nor a second greeting")
    func secondHello() async throws {
        let server = ScriptedGateway(.init(Frame.hello, Frame.hello, Frame.ready, Frame.hello, Frame.event))
        let running = RunningGateway(server)
        try await running.receive(2)
        try await eventually("the heartbeat") { running.time.isSlept(RunningGateway.heartbeat) }
        #expect(running.time.durations.count { $0 == RunningGateway.heartbeat } == 1)
        #expect(server.sent.count { $0.operation == 2 } == 1)
        _ = await running.stop()
    }

    @Test("a connection without HELLO, and a greeting without answer, are given up", arguments: [false, true])
    func silence(saysHello: Bool) async throws {
        let first = saysHello ? ScriptedGateway.Script(Frame.hello) : .init()
        let server = ScriptedGateway(first, .init(Frame.hello, Frame.ready))
        let running = RunningGateway(server)
        if saysHello { _ = try await server.greeting(of: 0) }
        try await running.time.pass(saysHello ? .seconds(45) : .seconds(20))
        try await running.time.pass(.seconds(1))
        try await running.receive(1)
        #expect(server.addresses.count == 2)
        _ = await running.stop()
    }
}
