import Synchronization

/// A time source that moves only when it is told to; for tests and simulations.
///
/// ```swift
/// let time = ManualTime(start: .origin)
/// let bell = Task { try await time.sleep(for: .seconds(30)) }
/// await time.waitForSleepers(1)
/// await time.advance(by: .seconds(60))   // the bell has rung, at 30 s
/// ```
public final class ManualTime: TimeSource {
    private struct Sleeper {
        let id: Int
        let deadline: Timestamp
        /// Whether the deadline is one of `steadyNow`, which setting the clock leaves as it is.
        let isSteady: Bool
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Onlooker {
        let count: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var steadyNow: Timestamp
        /// By how much the clock was set forward, in sum.
        var shift = Duration.zero
        var nextID = 0
        var sleepers: [Sleeper] = []
        var onlookers: [Onlooker] = []

        var now: Timestamp { steadyNow + shift }

        func steadyDeadline(of sleeper: Sleeper) -> Timestamp {
            sleeper.isSteady ? sleeper.deadline : sleeper.deadline - shift
        }
    }

    /// How often in a row the process must look idle before time goes on. A task that was just released is between its
    /// sleep and its next `begin()` for a few turns of the thread pool.
    private static let quietTurns = 24
    /// How often at most time waits for a thread of the process that has work and, on a machine that is busy with other
    /// things, no processor.
    private static let threadLooks = 300

    private let state: Mutex<State>
    private let activity: ActivityCounter?

    /// A source that shows `start`. With `activity`, time moves only while its count is zero.
    public init(start: Timestamp, activity: ActivityCounter? = nil) {
        self.state = Mutex(State(steadyNow: start))
        self.activity = activity
    }

    /// The time that was last set.
    public var now: Timestamp {
        state.withLock { $0.now }
    }

    /// The time that was last set, as if the clock had never been ``set(by:)``.
    public var steadyNow: Timestamp {
        state.withLock { $0.steadyNow }
    }

    /// How many tasks sleep at present.
    public var sleeperCount: Int {
        state.withLock { $0.sleepers.count }
    }

    /// The earliest deadline of all sleepers.
    public var nextDeadline: Timestamp? {
        state.withLock { state in
            state.sleepers.map { state.steadyDeadline(of: $0) }.min().map { $0 + state.shift }
        }
    }

    /// Sets the clock forward, or back by a negative duration, as an administrator does: `now` jumps, no time passes.
    public func set(by jump: Duration) async {
        state.withLock { $0.shift += jump }
        await advance(by: .zero)
    }

    /// Returns when time has been advanced to `deadline`.
    public func sleep(until deadline: Timestamp) async throws {
        try await sleep(until: deadline, isSteady: false)
    }

    /// Returns when time has been advanced by `duration`.
    public func sleep(for duration: Duration) async throws {
        try await sleep(until: steadyNow + duration, isSteady: true)
    }

    private func sleep(until deadline: Timestamp, isSteady: Bool) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                register(Sleeper(id: id, deadline: deadline, isSteady: isSteady, continuation: continuation))
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.sleepers.firstIndex { $0.id == id }.map { state.sleepers.remove(at: $0) }
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Moves time to `target`, releasing those who sleep until then one at a time in the order of their deadlines. After
    /// each release time stands still until the released task and all that it set off has come to rest, so that what it
    /// schedules takes its place in the order. Never moves backwards.
    public func advance(to target: Timestamp) async {
        await settle()
        while let sleeper = nextSleeper(upTo: target) {
            sleeper.continuation.resume()
            await settle()
        }
        state.withLock { $0.steadyNow = max($0.steadyNow, target - $0.shift) }
        await settle()
    }

    /// Moves time forward by `duration`; see ``advance(to:)``.
    public func advance(by duration: Duration) async {
        await advance(to: now + duration)
    }

    /// Returns once at least `count` tasks sleep.
    public func waitForSleepers(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard state.sleepers.count < count else { return true }
                state.onlookers.append(Onlooker(count: count, continuation: continuation))
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    private func register(_ sleeper: Sleeper) {
        enum Outcome { case sleeps([Onlooker]), due, cancelled }
        let outcome = state.withLock { state -> Outcome in
            if Task.isCancelled { return .cancelled }
            if state.steadyDeadline(of: sleeper) <= state.steadyNow { return .due }
            state.sleepers.append(sleeper)
            let count = state.sleepers.count
            let satisfied = state.onlookers.filter { $0.count <= count }
            state.onlookers.removeAll { $0.count <= count }
            return .sleeps(satisfied)
        }
        switch outcome {
        case .sleeps(let onlookers): for onlooker in onlookers { onlooker.continuation.resume() }
        case .due: sleeper.continuation.resume()
        case .cancelled: sleeper.continuation.resume(throwing: CancellationError())
        }
    }

    /// Takes the sleeper with the earliest deadline, the one that came first among equals, and sets the time to it.
    private func nextSleeper(upTo target: Timestamp) -> Sleeper? {
        state.withLock { state in
            let next = state.sleepers.indices.min { left, right in
                let (a, b) = (state.sleepers[left], state.sleepers[right])
                let (first, second) = (state.steadyDeadline(of: a), state.steadyDeadline(of: b))
                return first != second ? first < second : a.id < b.id
            }
            guard let next else { return nil }
            let deadline = state.steadyDeadline(of: state.sleepers[next])
            guard deadline <= target - state.shift else { return nil }
            state.steadyNow = max(state.steadyNow, deadline)
            return state.sleepers.remove(at: next)
        }
    }

    private func settle() async {
        var (quiet, looks) = (0, 0)
        while quiet < Self.quietTurns, !Task.isCancelled {
            await Task.yield()
            if let activity, activity.count > 0 {
                await activity.waitUntilIdle()
                quiet = 0
            } else {
                quiet += 1
                if quiet == Self.quietTurns, looks < Self.threadLooks, !ThreadStates.othersSleep {
                    looks += 1
                    quiet = 0
                }
            }
        }
    }
}
