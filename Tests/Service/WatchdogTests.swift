import Service
import Synchronization
import Testing

@Suite("Heartbeat")
struct HeartbeatTests {
    @Test("ages count from the last sign of life, and an outage from its first disconnect")
    func ages() async {
        let time = ManualTime(start: .origin)
        let heartbeat = Heartbeat(time: time)
        await time.advance(by: .seconds(5))
        #expect(
            heartbeat.snapshot
                == .init(
                    isConnected: false, lastEventAge: .seconds(5), lastReadyAge: nil, disconnectAge: nil,
                    processAge: .seconds(5)))
        heartbeat.connected()
        heartbeat.ready()
        await time.advance(by: .seconds(3))
        heartbeat.touch()
        await time.advance(by: .seconds(1))
        #expect(heartbeat.snapshot.lastEventAge == .seconds(1))
        #expect(heartbeat.snapshot.lastReadyAge == .seconds(4))
        heartbeat.disconnected()
        await time.advance(by: .seconds(10))
        heartbeat.disconnected()
        #expect(heartbeat.snapshot.disconnectAge == .seconds(10))
        heartbeat.connected()
        #expect(heartbeat.snapshot.disconnectAge == nil)
    }
}

@Suite("Watchdog", .timeLimit(.minutes(1)))
struct WatchdogTests {
    struct Case: Sendable {
        var name: String
        var isConnected = true
        var age = 0.0
        var wasReady = true
        var outage: Double?
        var processAge = 5000.0
        var latency: Double? = 0.2
        var verdict: WatchdogCheck.Verdict
    }

    static let zombie = "[watchdog] zombie: age=1300.4>1110, since_ok=190.4, latency="
    static let cases: [Case] = [
        Case(name: "fresh", age: 12.34, verdict: .healthy("[watchdog] heartbeat ok (age=12.3, latency=0.2)")),
        Case(
            name: "fresh, latency unknown", age: 1110, latency: nil,
            verdict: .healthy("[watchdog] heartbeat ok (age=1110.0, latency=None)")),
        Case(
            name: "old, latency fine", age: 1300.4, latency: 10,
            verdict: .healthy(
                "[watchdog] heartbeat old but latency healthy (age=1300.4, latency=10.0) — skipping restart")),
        Case(name: "zombie", age: 1300.4, latency: nil, verdict: .exit(zombie + "None — exiting")),
        Case(name: "zombie, slow", age: 1300.4, latency: 10.5, verdict: .exit(zombie + "10.5 — exiting")),
        Case(name: "zombie, negative", age: 1300.4, latency: -1, verdict: .exit(zombie + "None — exiting")),
        Case(name: "zombie, not a number", age: 1300.4, latency: .nan, verdict: .exit(zombie + "None — exiting")),
        Case(name: "zombie, infinite", age: 1300.4, latency: .infinity, verdict: .exit(zombie + "None — exiting")),
        Case(name: "short outage", isConnected: false, age: 2000, outage: 1110, verdict: .quiet),
        Case(
            name: "long outage", isConnected: false, outage: 1200,
            verdict: .exit("[watchdog] disconnected for 1200.0s (limit=1110s) — exiting")),
        Case(
            name: "outage of unknown beginning", isConnected: false, age: 1110.1,
            verdict: .exit("[watchdog] disconnected for 1110.1s (limit=1110s) — exiting")),
        Case(name: "login in time", age: 1, wasReady: false, processAge: 1110, verdict: .quiet),
        Case(
            name: "login hangs although connected", age: 1, wasReady: false, processAge: 1111,
            verdict: .exit("[watchdog] disconnected for 1111.0s (limit=1110s) — exiting")),
    ]

    @Test("each state leads to its line", arguments: cases)
    func states(_ state: Case) {
        var check = WatchdogCheck(thresholds: .production, now: .origin)
        let snapshot = Heartbeat.Snapshot(
            isConnected: state.isConnected, lastEventAge: .milliseconds(Int(state.age * 1000)),
            lastReadyAge: state.wasReady ? .seconds(3) : nil,
            disconnectAge: state.outage.map { .milliseconds(Int($0 * 1000)) },
            processAge: .milliseconds(Int(state.processAge * 1000)))
        let verdict = check.judge(snapshot, latency: state.latency, now: .origin + .milliseconds(190_400))
        #expect(verdict == state.verdict, "\(state.name)")
    }

    @Test("healthy lines come once per 600 s, and a suppressed one does not move the window")
    func throttle() {
        var check = WatchdogCheck(thresholds: .production, now: .origin)
        let old = Heartbeat.Snapshot(
            isConnected: true, lastEventAge: .seconds(2000), lastReadyAge: .zero, disconnectAge: nil, processAge: .zero)
        let printed = stride(from: 0, through: 1200, by: 100).filter { second in
            check.judge(old, latency: 0.2, now: .origin + .seconds(second)) != .quiet
        }
        #expect(printed == [0, 600, 1200])
    }

    @Test("thresholds that make no sense are clamped")
    func clamping() {
        let clamped = WatchdogThresholds(interval: .zero, stall: .seconds(1), disconnectGrace: .seconds(-1)).clamped
        #expect(clamped == WatchdogThresholds(interval: .seconds(5), stall: .seconds(5), disconnectGrace: .seconds(5)))
        #expect(WatchdogThresholds.production.clamped == .production)
    }

    @Test("the loop says that it runs, survives a failing probe, and ends the process once")
    func loop() async {
        struct ProbeFailure: Error, CustomStringConvertible { var description: String { "no gateway" } }
        let time = ManualTime(start: .origin)
        let memory = LogMemory()
        let log = Logger("system.watchdog", sink: memory, time: time)
        let heartbeat = Heartbeat(time: time)
        let probes = Mutex(0)
        let exits = Mutex<[Timestamp]>([])
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        let watchdog = Watchdog(
            thresholds: { .nonProduction }, heartbeat: heartbeat, time: time, log: log,
            runtimeLog: log.named("runtime"),
            latency: {
                if probes.withLock({
                    $0 += 1; return $0
                }) == 2 {
                    throw ProbeFailure()
                }
                return nil
            },
            exit: {
                exits.withLock { $0.append(time.now) }
                end.yield()
            })
        heartbeat.ready()
        await watchdog.start()
        #expect(await watchdog.start() == .nonProduction)
        // The loop is asleep again before time goes on.
        for step in [5, 60, 60, 60, 60] {
            await time.waitForSleepers(1)
            await time.advance(by: .seconds(step))
        }
        _ = await ended.first { _ in true }
        await time.advance(by: .seconds(600))
        #expect(
            memory.messages == [
                "watchdog loop started",
                "[watchdog] active: stall_after=210s, interval=60s, disconnect_grace=210s",
                "[watchdog] heartbeat ok (age=5.0, latency=None)",
                "[watchdog] error during probe: no gateway",
                "[watchdog] zombie: age=245.0>210, since_ok=60.0, latency=None — exiting",
            ])
        #expect(exits.withLock { $0 } == [.origin + .seconds(245)])
        #expect(memory.records.last?.level == .error)
    }

    @Test("thresholds that change are told once, and the next check comes when it is due by them")
    func changed() async {
        let time = ManualTime(start: .origin)
        let memory = LogMemory()
        let log = Logger("system.watchdog", sink: memory, time: time)
        let heartbeat = Heartbeat(time: time)
        let thresholds = Mutex(WatchdogThresholds.production)
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        let watchdog = Watchdog(
            thresholds: { thresholds.withLock { $0 } }, heartbeat: heartbeat, time: time, log: log,
            runtimeLog: log.named("runtime"), latency: { nil }, exit: { end.yield() })
        heartbeat.ready()
        await watchdog.start()
        await time.waitForSleepers(1)
        await time.advance(by: .seconds(20))
        await time.waitForSleepers(1)
        thresholds.withLock {
            $0 = WatchdogThresholds(interval: .seconds(10), stall: .seconds(25), disconnectGrace: .seconds(25))
        }
        await watchdog.replan()
        await watchdog.replan()
        // The last check was at 5 s: by an interval of ten the next is due, by one of 360 it would be at 365 s.
        await time.waitForSleepers(1)
        await time.advance(by: .seconds(10))
        _ = await ended.first { _ in true }
        #expect(
            memory.messages.dropFirst() == [
                "[watchdog] active: stall_after=1110s, interval=360s, disconnect_grace=1110s",
                "[watchdog] heartbeat ok (age=5.0, latency=None)",
                "[watchdog] active: stall_after=25s, interval=10s, disconnect_grace=25s",
                "[watchdog] zombie: age=30.0>25, since_ok=10.0, latency=None — exiting",
            ])
    }
}
