import JSON
import Service
import TestTools
import Testing
import WebSocketClient

@testable import Discord

@Suite("The client of a hostile gateway", .timeLimit(.minutes(isSoaking ? 10 : 2)))
struct GatewayAttackTests {
    private static let honestReady =
        #"{"op":0,"s":1,"t":"READY","d":{"session_id":"honest","resume_gateway_url":"wss://resume.example"}}"#
    private static let least = "-9223372036854775808"
    private static let greatest = "9223372036854775807"

    @Test("whatever well-formed payloads say, nothing traps, and an honest gateway is served afterwards")
    func random() async throws {
        let perConnection = 100
        let connections = (isSoaking ? 100_000 : 10_000) / perConnection
        var frames = HostileFrames(seed: 9)
        var scripts: [ScriptedGateway.Script] = []
        for number in 0..<connections {
            // One greeting is honest, so that what follows can mean something.
            let first = number % 2 == 0 ? [Frame.hello, Frame.ready] : [frames.hello()]
            let texts = first + (0..<perConnection).map { _ in frames.next() }
            let isClosed = number % 4 == 3
            for text in texts {
                #expect(throws: Never.self, "\(text) is JSON") { try JSONDocument(parsing: text) }
            }
            var script = ScriptedGateway.Script(messages: (texts + (isClosed ? [] : [frames.last()])).map { .text($0) })
            if isClosed { script.closeCode = [1000, 1006, 4000, 4007, 4009][number / 4 % 5] }
            scripts.append(script)
        }
        scripts.append(.init(Frame.hello, Frame.invalidSession(resumable: false)))
        scripts.append(.init(Frame.hello, Self.honestReady, Frame.event))
        let store = GuildViewStore(options: .init(maximumMembers: 3, maximumArchivedThreads: 2))
        let running = RunningGateway(
            ScriptedGateway(scripts: scripts),
            onDispatch: { dispatch in
                guard let event = try? GatewayEvent(name: dispatch.name, body: dispatch.body) else { return }
                store.apply(event)
            })
        for number in 0...connections {
            try await eventually("the end of connection \(number)") { running.endings == number + 1 }
            // The minute in which the commands sent so far count.
            running.time.skip(.seconds(60))
            try await eventually("connection \(number + 1)") {
                // All waits but those for what a new connection says.
                if running.server.addresses.count == number + 1 {
                    running.time.pass(allBut: [.seconds(10), .seconds(20), .seconds(45)])
                }
                return running.server.addresses.count > number + 1
            }
        }
        #expect(running.events.count > connections * perConnection / 4, "what is hostile is looked at")
        let honest = GatewaySession(id: "honest", sequence: 2, resumeURL: "wss://resume.example")
        try await eventually("the honest session") { await running.gateway.checkpoint == honest }
        #expect(running.events.suffix(2) == ["READY", "TYPING_START"])
        _ = await running.stop()
    }

    @Test(
        "a dispatch with a sequence that no session has is none",
        arguments: [least, "-1", "0", "null", #""1""#, "1e308"])
    func sequence(text: String) async throws {
        let ready = Frame.ready.replacing(#""s":1"#, with: #""s":\#(text)"#)
        let event = Frame.event.replacing(#""s":2"#, with: #""s":\#(text)"#)
        let running = RunningGateway(ScriptedGateway(.init(Frame.hello, ready, event, Frame.ready, event, Frame.event)))
        try await running.receive(2)
        try await eventually("the checkpoint") { await running.gateway.checkpoint?.sequence == 2 }
        #expect(running.events == ["READY", "TYPING_START"])
        _ = await running.stop()
    }

    @Test("a sequence far ahead of the others counts no longer than until the next one")
    func jump() async throws {
        let jump = Frame.event.replacing(#""s":2"#, with: #""s":\#(Self.greatest)"#)
        let running = RunningGateway(ScriptedGateway(.init(Frame.hello, Frame.ready, jump, Frame.event)))
        try await running.receive(3)
        try await eventually("the checkpoint") { await running.gateway.checkpoint?.sequence == 2 }
        _ = await running.stop()
    }

    @Test("a READY that says too little is no answer to the greeting", arguments: ["session_id", "resume_gateway_url"])
    func ready(missing key: String) async throws {
        let ready = Frame.ready.replacing(key, with: "x")
        let server = ScriptedGateway(
            .init(Frame.hello, ready, Frame.event, Frame.resumed), .init(Frame.hello, Frame.ready))
        let running = RunningGateway(server)
        _ = try await server.greeting(of: 0)
        try await running.time.pass(.seconds(45))
        try await running.time.pass(.seconds(1))
        try await running.receive(1)
        #expect(running.events == ["READY"])
        _ = await running.stop()
    }

    @Test(
        "whatever interval a greeting names, there are heartbeats, and not too many",
        arguments: [
            (greatest, .seconds(86_400)), (least, .seconds(1)), ("0", .seconds(1)), ("1e308", .milliseconds(41_250)),
            (#""41250""#, .milliseconds(41_250)), ("[]", .milliseconds(41_250)), ("1000", .seconds(1)),
        ] as [(String, Duration)])
    func interval(text: String, beats: Duration) async throws {
        let hello = Frame.hello.replacing("41250", with: text)
        let server = ScriptedGateway(.init(hello, Frame.ready))
        let running = RunningGateway(server)
        try await running.receive(1)
        for count in 1...2 {
            try await running.time.pass(beats)
            try await eventually("heartbeat \(count)") { server.sent.count { $0.operation == 1 } == count }
            try await running.take(frames: 2 + count)
        }
        _ = await running.stop()
    }
}
