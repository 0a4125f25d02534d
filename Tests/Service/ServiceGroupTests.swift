import Glibc
import Synchronization
import Testing

@testable import Service

@Suite("ServiceGroup", .timeLimit(.minutes(1)))
struct ServiceGroupTests {
    final class Notes: Sendable {
        private let notes = Mutex<[String]>([])
        func add(_ note: String) { notes.withLock { $0.append(note) } }
        var all: [String] { notes.withLock { $0 } }
    }

    @Test("parts start in order and stop in reverse, once")
    func order() async throws {
        let notes = Notes()
        let group = ServiceGroup(log: .silent)
        for name in ["journal", "web", "gateway"] {
            try await group.start(name) {
                notes.add("+" + name)
            } stop: {
                notes.add("-" + name)
            }
        }
        let report = await group.stop(within: .seconds(10))
        #expect(notes.all == ["+journal", "+web", "+gateway", "-gateway", "-web", "-journal"])
        #expect(report == .init(stopped: ["gateway", "web", "journal"], cutOff: []))
        #expect(await group.stop(within: .seconds(10)) == report)
        #expect(notes.all.count == 6)
    }

    @Test("a part that hangs is cut off after its budget, cancelled and named; the next ones still stop")
    func cutOff() async throws {
        let clock = ManualTime(start: .origin)
        let logs = LogMemory()
        let notes = Notes()
        let group = ServiceGroup(log: Logger("group", sink: logs, time: clock), clock: clock)
        try await group.start("journal") {
        } stop: {
            notes.add("journal")
        }
        for name in ["slow", "slower"] {
            try await group.start(name, stopBudget: .seconds(3)) {
            } stop: {
                try? await Task.sleep(for: .seconds(3600))
                notes.add("\(name) \(Task.isCancelled)")
            }
        }
        let stop = Task { await group.stop(within: .seconds(4)) }
        await clock.waitForSleepers(1)
        await clock.advance(by: .seconds(3))
        await clock.waitForSleepers(1)
        #expect(clock.nextDeadline == .origin + .seconds(4), "what is left of the overall budget")
        await clock.advance(by: .seconds(1))
        let report = await stop.value
        #expect(report == .init(stopped: ["journal"], cutOff: ["slower", "slow"]))
        #expect(logs.records.filter { $0.level == .warning }.map { $0["service"] } == ["slower", "slow"])
        #expect(notes.all.contains("journal"))
    }

    @Test("a part that fails to start does not belong to the group")
    func failedStart() async throws {
        struct Failure: Error {}
        let notes = Notes()
        let group = ServiceGroup(log: .silent)
        try await group.start("a") {
        } stop: {
            notes.add("a")
        }
        await #expect(throws: Failure.self) {
            try await group.start("b") {
                throw Failure()
            } stop: {
                notes.add("b")
            }
        }
        await group.stop(within: .seconds(1))
        #expect(notes.all == ["a"])
        await #expect(throws: CancellationError.self) {
            try await group.start("c") {
            } stop: {
            }
        }
    }

    @Test("a termination signal arrives as a value, and the sequence ends when defaults are restored")
    func signals() async {
        let signals = TerminationSignals.install()
        kill(getpid(), SIGTERM)
        var iterator = signals.makeAsyncIterator()
        #expect(await iterator.next() == .terminate)
        TerminationSignals.restoreDefaults()
        #expect(await iterator.next() == nil)
    }
}
