import Service
import Synchronization
import Testing

@Suite("Scheduler", .timeLimit(.minutes(1)))
struct SchedulerTests {
    private static let quarter = Duration.seconds(900)

    let activity: ActivityCounter
    let time: ManualTime
    let scheduler: Scheduler
    let runs = Runs()

    /// When work ran, and for which slot.
    final class Runs: Sendable {
        private let entries = Mutex<[(slot: Timestamp, at: Timestamp)]>([])
        func note(_ slot: Timestamp, at now: Timestamp) { entries.withLock { $0.append((slot, now)) } }
        var slots: [Int64] { entries.withLock { $0.map { $0.slot.milliseconds / 1000 } } }
        var instants: [Int64] { entries.withLock { $0.map { $0.at.milliseconds / 1000 } } }
    }

    init() {
        activity = ActivityCounter()
        time = ManualTime(start: .origin + .seconds(10), activity: activity)
        // A delay that changes from run to run: all of it, then none.
        let turn = Mutex(0)
        scheduler = Scheduler(calendar: time, activity: activity) { range in
            turn.withLock { turn in
                turn += 1
                return turn % 2 == 1 ? range.upperBound : range.lowerBound
            }
        }
    }

    @Test("jitter comes after the slot and never brings two runs closer than the interval less the jitter")
    func jitter() async {
        await scheduler.add("sweep", schedule: { .every(Self.quarter) }, jitter: .small) { [time, runs] slot in
            runs.note(slot, at: time.now)
        }
        await time.advance(by: .seconds(4 * 900))
        #expect(runs.slots == [900, 1800, 2700, 3600])
        #expect(runs.instants == [945, 1800, 2745, 3600])
        let gaps = zip(runs.instants.dropFirst(), runs.instants).map { $0 - $1 }
        #expect(gaps.allSatisfy { $0 >= 14 * 60 })
        await scheduler.stop()
    }

    @Test("slots that pass while a run is in progress are left out, and no run overlaps itself")
    func longRun() async {
        await scheduler.add("slow", schedule: { .every(Self.quarter) }) { [time, runs, activity] slot in
            runs.note(slot, at: time.now)
            // What sleeps is no work in progress.
            activity.end()
            try? await time.sleep(for: .seconds(2000))
            activity.begin()
        }
        await time.advance(by: .seconds(5000))
        #expect(runs.slots == [900, 3600])
        #expect(await scheduler.next(of: "slow") == .origin + .seconds(4500))
        await scheduler.stop()
    }

    @Test("a clock that is set back repeats no slot, and one that is set forward runs what is due once")
    func setClock() async {
        await scheduler.add("sweep", schedule: { .every(Self.quarter) }) { [time, runs] slot in
            runs.note(slot, at: time.now)
        }
        await time.advance(by: .seconds(1000))
        #expect(runs.slots == [900])
        await time.set(by: .seconds(-500))
        await time.advance(by: .seconds(600))
        #expect(runs.slots == [900])
        await time.set(by: .seconds(7200))
        await time.advance(by: .zero)
        #expect(runs.slots == [900, 1800])
        #expect(await scheduler.next(of: "sweep") == .origin + .seconds(9000))
        await scheduler.stop()
    }

    @Test("a changed schedule counts after a replan, without making up for slots of the past")
    func replan() async {
        let interval = Mutex(Duration.seconds(86_400))
        await scheduler.add("sweep", schedule: { .every(interval.withLock { $0 }) }) { [time, runs] slot in
            runs.note(slot, at: time.now)
        }
        await time.advance(by: .seconds(40_000))
        interval.withLock { $0 = .seconds(3600) }
        await scheduler.replan()
        await time.advance(by: .seconds(3600))
        #expect(runs.slots == [43_200])
        await scheduler.stop()
    }

    @Test("work without a schedule waits for one")
    func unscheduled() async {
        let isOn = Mutex(false)
        await scheduler.add("sweep", schedule: { isOn.withLock { $0 } ? .every(Self.quarter) : nil }) {
            [time, runs] slot in
            runs.note(slot, at: time.now)
        }
        #expect(await scheduler.next(of: "sweep") == nil)
        await time.advance(by: .seconds(10_000))
        isOn.withLock { $0 = true }
        await scheduler.replan()
        await time.advance(by: .seconds(900))
        #expect(runs.slots == [10_800])
        await scheduler.stop()
    }

    @Test("a missed slot is served before the next one, once")
    func missed() async {
        await scheduler.add("sweep", schedule: { .every(Self.quarter) }) { [time, runs] slot in
            runs.note(slot, at: time.now)
        }
        await time.advance(by: .zero)
        await scheduler.catchUp("sweep", on: .origin)
        await time.advance(by: .seconds(900))
        #expect(runs.slots == [0, 900])
        #expect(runs.instants == [10, 900])
        await scheduler.stop()
    }

    @Test("a name registers once, and a stopped scheduler takes nothing")
    func names() async {
        #expect(await scheduler.add("sweep", schedule: { nil }) { _ in })
        #expect(await !scheduler.add("sweep", schedule: { nil }) { _ in })
        await scheduler.stop()
        #expect(await !scheduler.add("other", schedule: { nil }) { _ in })
    }
}
