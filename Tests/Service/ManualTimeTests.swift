import Service
import Synchronization
import Testing

@Suite("ManualTime", .timeLimit(.minutes(1)))
struct ManualTimeTests {
    final class Notes: Sendable {
        private let notes = Mutex<[String]>([])
        func add(_ note: String) { notes.withLock { $0.append(note) } }
        var all: [String] { notes.withLock { $0 } }
    }

    @Test("sleepers wake in the order of their deadlines and see the time of their own deadline")
    func order() async throws {
        let time = ManualTime(start: .origin)
        let notes = Notes()
        for seconds in [30, 10, 20] {
            Task {
                try await time.sleep(for: .seconds(seconds))
                notes.add("\(seconds)@\(Int(time.now.seconds))")
            }
        }
        await time.waitForSleepers(3)
        await time.advance(by: .seconds(25))
        #expect(notes.all == ["10@10", "20@20"])
        #expect(time.now == .origin + .seconds(25))
        await time.advance(by: .seconds(25))
        #expect(notes.all == ["10@10", "20@20", "30@30"])
    }

    @Test("a loop that sleeps again inside one advance wakes for every slot")
    func repeated() async throws {
        let time = ManualTime(start: .origin)
        let notes = Notes()
        let ticker = Task {
            while true {
                try await time.sleep(for: .seconds(60))
                notes.add("\(Int(time.now.seconds))")
            }
        }
        await time.waitForSleepers(1)
        await time.advance(by: .seconds(300))
        #expect(notes.all == ["60", "120", "180", "240", "300"])
        ticker.cancel()
        await #expect(throws: CancellationError.self) { try await ticker.value }
        #expect(time.sleeperCount == 0)
    }

    @Test("time stands still until the work that a sleeper set off is done")
    func waitsForActivity() async throws {
        let activity = ActivityCounter()
        let time = ManualTime(start: .origin, activity: activity)
        let notes = Notes()
        let thread = DedicatedThread(name: "slow")
        Task {
            try await time.sleep(for: .seconds(1))
            try await activity.track {
                // Outside the pool, so that only the counter tells that something is going on.
                try await thread.run { for _ in 0..<200_000 { _ = notes.all.count } }
                notes.add("work ends at \(Int(time.now.seconds))")
            }
        }
        Task {
            try await time.sleep(for: .seconds(2))
            notes.add("second at \(Int(time.now.seconds))")
        }
        await time.waitForSleepers(2)
        await time.advance(by: .seconds(10))
        #expect(notes.all == ["work ends at 1", "second at 2"])
        await thread.stopAndWait()
    }

    @Test("a cancelled sleeper throws and is never released")
    func cancellation() async {
        let time = ManualTime(start: .origin)
        let sleeper = Task { try await time.sleep(for: .seconds(1)) }
        await time.waitForSleepers(1)
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
        await time.advance(by: .seconds(2))
        #expect(time.sleeperCount == 0)
    }

    @Test("setting the clock moves dates and no durations")
    func setClock() async {
        let time = ManualTime(start: .origin + .seconds(7200))
        let notes = Notes()
        Task {
            try await time.sleep(for: .seconds(60))
            notes.add("60 s at \(Int(time.now.seconds))")
        }
        Task {
            try await time.sleep(until: .origin + .seconds(7230))
            notes.add("date at \(Int(time.now.seconds))")
        }
        await time.waitForSleepers(2)
        await time.set(by: .seconds(-3600))
        #expect(time.now == .origin + .seconds(3600))
        #expect(time.steadyNow == .origin + .seconds(7200))
        await time.advance(by: .seconds(60))
        #expect(notes.all == ["60 s at 3660"])
        await time.set(by: .seconds(3600))
        #expect(notes.all == ["60 s at 3660", "date at 7260"])
    }

    @Test("the wall clock measures durations on a clock that never jumps")
    func calendarDurations() {
        let before = TransportTime().now
        let steady = CalendarTime().steadyNow
        #expect(before <= steady && steady <= TransportTime().now)
        #expect(CalendarTime().now - steady > .seconds(365 * 24 * 3600))
    }

    @Test("time never moves backwards")
    func monotonic() async {
        let time = ManualTime(start: .origin + .seconds(10))
        await time.advance(to: .origin)
        #expect(time.now == .origin + .seconds(10))
    }
}

@Suite("ActivityCounter", .timeLimit(.minutes(1)))
struct ActivityCounterTests {
    @Test("waiters are released when the last piece of work ends, also one that failed")
    func idle() async {
        struct Failure: Error {}
        let activity = ActivityCounter()
        await activity.waitUntilIdle()
        activity.begin()
        activity.begin()
        let waiter = Task { await activity.waitUntilIdle() }
        activity.end()
        #expect(activity.count == 1)
        activity.end()
        await waiter.value
        await #expect(throws: Failure.self) { try await activity.track { throw Failure() } }
        #expect(activity.count == 0)
    }

    @Test("a cancelled waiter returns although work goes on")
    func cancellation() async {
        let activity = ActivityCounter()
        activity.begin()
        let waiter = Task { await activity.waitUntilIdle() }
        waiter.cancel()
        await waiter.value
        #expect(activity.count == 1)
    }
}
