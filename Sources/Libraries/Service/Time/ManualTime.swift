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
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct Onlooker {
        let count: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now: Timestamp
        var nextID = 0
        var sleepers: [Sleeper] = []
        var onlookers: [Onlooker] = []
    }

    /// How often in a row the process must look idle before time goes on. A task that was just released is between its
    /// sleep and its next `begin()` for a few turns of the thread pool.
    private static let quietTurns = 24

    private let state: Mutex<State>
    private let activity: ActivityCounter?

    /// A source that shows `start`. With `activity`, time moves only while its count is zero.
    public init(start: Timestamp, activity: ActivityCounter? = nil) {
        self.state = Mutex(State(now: start))
        self.activity = activity
    }

    /// The time that was last set.
    public var now: Timestamp {
        state.withLock { $0.now }
    }

    /// How many tasks sleep at present.
    public var sleeperCount: Int {
        state.withLock { $0.sleepers.count }
    }

    /// The earliest deadline of all sleepers.
    public var nextDeadline: Timestamp? {
        state.withLock { $0.sleepers.map(\.deadline).min() }
    }

    /// Returns when time has been advanced to `deadline`.
    public func sleep(until deadline: Timestamp) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                register(Sleeper(id: id, deadline: deadline, continuation: continuation))
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
        state.withLock { $0.now = max($0.now, target) }
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
            if sleeper.deadline <= state.now { return .due }
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
                return a.deadline != b.deadline ? a.deadline < b.deadline : a.id < b.id
            }
            guard let next, state.sleepers[next].deadline <= target else { return nil }
            let sleeper = state.sleepers.remove(at: next)
            state.now = max(state.now, sleeper.deadline)
            return sleeper
        }
    }

    private func settle() async {
        var quiet = 0
        while quiet < Self.quietTurns, !Task.isCancelled {
            await Task.yield()
            if let activity, activity.count > 0 {
                await activity.waitUntilIdle()
                quiet = 0
            } else {
                quiet += 1
            }
        }
    }
}
