import JSON
import Service
import Synchronization
import TestTools
import Testing
import WebSocketClient

@testable import Discord

@Suite("How the gateway comes back", .timeLimit(.minutes(2)))
struct GatewayReconnectTests {
    private static let garbage = ScriptedGateway.Script(Frame.hello, Frame.ready, "garbage")

    @Test("a server that greets and then talks nonsense is left alone for longer each time")
    func backOff() async throws {
        let server = ScriptedGateway(
            Self.garbage, Self.garbage, Self.garbage, Self.garbage, Self.garbage, Self.garbage, Self.garbage,
            Self.garbage)
        let running = RunningGateway(server)
        for (index, seconds) in [1, 2, 4, 8, 16, 32, 60].enumerated() {
            try await eventually("the wait") { running.time.isSlept(.seconds(seconds)) }
            #expect(server.addresses.count == index + 1)
            try await running.time.pass(.seconds(seconds))
        }
        try await running.receive(8)
        _ = await running.stop()
    }

    @Test("a resumed session that is lost again soon is resumed after the first wait, however often that happens")
    func resumedAgain() {
        var plan = ReconnectPlan()
        plan.begin()
        plan.becameReady(at: .origin, byResuming: false)
        plan.end(at: .origin + .seconds(1), wasResuming: false)
        for second in 2..<20 {
            #expect(plan.wait == ReconnectPlan.firstWait)
            plan.begin()
            plan.becameReady(at: .origin + .seconds(second), byResuming: true)
            plan.end(at: .origin + .seconds(second), wasResuming: true)
        }
        // Attempts that come to nothing make the waits grow all the same.
        plan.begin()
        plan.end(at: .origin + .seconds(21), wasResuming: true)
        #expect(plan.wait == ReconnectPlan.firstWait * 2)
    }

    @Test("after a session that stood, the next connection comes at once, and the waits begin anew")
    func stable() async throws {
        let server = ScriptedGateway(Self.garbage, .init(Frame.hello, Frame.resumed), .init(Frame.hello), .refused)
        let running = RunningGateway(server)
        try await running.time.pass(.seconds(1))
        try await running.receive(2)
        running.time.skip(.seconds(30))
        server.connections[1].end(4000)
        #expect(try await server.greeting(of: 2).operation == 6)
        server.connections[2].end(4000)
        try await running.time.pass(.seconds(1))
        try await running.time.pass(.seconds(2))
        _ = await running.stop()
    }

    @Test("a resume address that does not answer is left for the general one, and that for a new session")
    func resumeInVain() async throws {
        let server = ScriptedGateway(
            .refused, .init(Frame.hello, closeCode: 1006), .refused, .refused,
            .init(Frame.hello, closeCode: 4000), .refused, .init(Frame.hello, Frame.ready))
        let stored = GatewaySession(id: "old", sequence: 41, resumeURL: "wss://there.example/")
        let running = RunningGateway(server, resuming: stored)
        for seconds in [1, 2, 4, 8, 16, 32] { try await running.time.pass(.seconds(seconds)) }
        try await running.receive(1)
        let there = "wss://there.example/?v=10&encoding=json"
        let general = "wss://gateway.example/?v=10&encoding=json"
        #expect(server.addresses == [there, there, there, general, general, general, general])
        #expect(try await server.greeting(of: 1).operation == 6)
        #expect(try await server.greeting(of: 4).payload["d"]?["session_id"]?.string == "old")
        #expect(try await server.greeting(of: 6).operation == 2)
        _ = await running.stop()
    }

    @Test("while Discord as a whole cannot be reached, the session is kept")
    func outage() async throws {
        struct Offline: Error {}
        let calls = Mutex(0)
        let server = ScriptedGateway(.refused, .refused, .refused, .init(Frame.hello, Frame.resumed))
        let stored = GatewaySession(id: "old", sequence: 41, resumeURL: "wss://there.example/")
        let running = RunningGateway(server, resuming: stored) {
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            guard call > 6 else { throw Offline() }
            return GatewayInfo(url: "wss://gateway.example")
        }
        for seconds in [1, 2, 4, 8, 16, 32, 60, 60, 60] { try await running.time.pass(.seconds(seconds)) }
        try await running.receive(1)
        #expect(running.events == ["RESUMED"])
        #expect(try await server.greeting(of: 3).payload["d"]?["session_id"]?.string == "old")
        _ = await running.stop()
    }

    enum Moment: CaseIterable { case betweenConnections, opening, askingForTheAddress, afterInvalidSession, budget }

    @Test("a stop waits for no wait", arguments: Moment.allCases)
    func stop(moment: Moment) async throws {
        let scarce = GatewayInfo(url: "wss://gateway.example", sessionStartRemaining: 3)
        let asked = Mutex(false)
        let (script, info): (ScriptedGateway.Script, @Sendable () async throws -> GatewayInfo) =
            switch moment {
            case .betweenConnections: (.refused, { GatewayInfo(url: "wss://gateway.example") })
            case .opening: (.hanging, { GatewayInfo(url: "wss://gateway.example") })
            case .askingForTheAddress:
                (
                    .refused,
                    {
                        asked.withLock { $0 = true }
                        try await Task.sleep(for: .seconds(3600))
                        return scarce
                    }
                )
            case .afterInvalidSession:
                (
                    .init(Frame.hello, Frame.invalidSession(resumable: false)),
                    { GatewayInfo(url: "wss://gateway.example") }
                )
            case .budget: (.refused, { scarce })
            }
        let running = RunningGateway(ScriptedGateway(script), info: info)
        switch moment {
        case .betweenConnections: try await eventually("the wait") { running.time.isSlept(.seconds(1)) }
        case .opening: try await eventually("the opening") { running.server.addresses.count == 1 }
        case .askingForTheAddress: try await eventually("the question") { asked.withLock { $0 } }
        case .afterInvalidSession: try await eventually("the wait") { running.time.isSlept(.seconds(5)) }
        case .budget: try await eventually("the wait") { running.time.isSlept(.seconds(60)) }
        }
        await running.gateway.stop(resumable: true)
        #expect(await running.failure == nil)
        #expect(running.server.addresses.count <= 1)
    }
}

@Suite("The budget of identifies", .timeLimit(.minutes(2)))
struct IdentifyBudgetTests {
    private func errors(_ running: RunningGateway) -> Int {
        running.logs.records.count { $0.level == .error }
    }

    @Test("two IDENTIFYs are five seconds apart, however soon the second one is wanted")
    func concurrency() async throws {
        let server = ScriptedGateway(
            .init(Frame.hello, Frame.ready, closeCode: 4009), .init(Frame.hello, Frame.ready))
        let running = RunningGateway(server)
        try await running.time.pass(.seconds(1))
        try await running.time.pass(.seconds(4))
        #expect(try await server.greeting(of: 1).operation == 2)
        #expect(running.time.now == .origin + .seconds(5))
        _ = await running.stop()
    }

    @Test("with few sessions left there is a minute before each IDENTIFY, the first included, and one ERROR")
    func scarce() async throws {
        let info = Mutex(GatewayInfo(url: "wss://gateway.example", sessionStartRemaining: 49))
        let lost = ScriptedGateway.Script(Frame.hello, Frame.ready, closeCode: 4009)
        let server = ScriptedGateway(lost, lost, lost, lost, .init(Frame.hello, Frame.ready))
        let running = RunningGateway(server) { info.withLock { $0 } }
        try await running.time.pass(.seconds(60))
        try await running.time.pass(.seconds(1))
        try await running.time.pass(.seconds(59))
        try await running.receive(2)
        #expect(running.time.now == .origin + .seconds(120))
        #expect(errors(running) == 1)

        // Enough again, and then few again: that is news.
        info.withLock { $0.sessionStartRemaining = 1_000 }
        try await running.time.pass(.seconds(2))
        try await running.time.pass(.seconds(3))
        try await running.receive(3)
        info.withLock { $0.sessionStartRemaining = 49 }
        try await running.time.pass(.seconds(4))
        try await running.time.pass(.seconds(56))
        try await running.receive(4)
        #expect(errors(running) == 2)
        _ = await running.stop()
    }

    @Test("without any session left it waits for the new day, and looks again before it identifies")
    func exhausted() async throws {
        let info = Mutex(
            GatewayInfo(
                url: "wss://gateway.example", sessionStartRemaining: 0, sessionStartResetAfter: .seconds(7_200)))
        let server = ScriptedGateway(.init(Frame.hello, Frame.ready))
        let running = RunningGateway(server) { info.withLock { $0 } }
        try await running.time.pass(.seconds(7_200))
        try await eventually("the wait again") { running.time.durations.count == 2 }
        #expect(server.addresses.isEmpty)
        info.withLock { $0.sessionStartRemaining = 1_000 }
        try await running.time.pass(.seconds(7_200))
        try await running.receive(1)
        #expect(errors(running) == 1)
        _ = await running.stop()
    }

    @Test("processes that crash at READY, one after the other, use one session a minute at most")
    func crashLoop() async throws {
        var start = Timestamp.origin
        for _ in 0..<5 {
            let server = ScriptedGateway(.init(Frame.hello, Frame.ready))
            let running = RunningGateway(server) {
                GatewayInfo(url: "wss://gateway.example", sessionStartRemaining: 30)
            }
            try await running.time.pass(.seconds(60))
            try await running.receive(1)
            #expect(running.time.now - .origin >= .seconds(60))
            start = start + (running.time.now - .origin)
            _ = await running.stop(resumable: false)
        }
        #expect(start == .origin + .seconds(300))
    }

    @Test("a resume needs no session of the day")
    func resume() async throws {
        let server = ScriptedGateway(.init(Frame.hello, Frame.resumed))
        let stored = GatewaySession(id: "old", sequence: 41, resumeURL: "wss://there.example/")
        let running = RunningGateway(server, resuming: stored) {
            GatewayInfo(url: "wss://gateway.example", sessionStartRemaining: 0)
        }
        try await running.receive(1)
        #expect(errors(running) == 0)
        _ = await running.stop()
    }
}
