import Service
import Synchronization
import TestTools

@testable import Discord

/// A time in which every sleep lasts until the test ends it, and moves the clock to its end.
///
/// A test says which waits are over by how long they are: `try await time.pass(.seconds(1))`. So nothing depends on who
/// came to rest when.
final class NapTime: TimeSource {
    private struct Nap {
        var id: Int
        var duration: Duration
        var deadline: Timestamp
        var continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Timestamp.origin
        var lastID = 0
        var naps: [Nap] = []
        /// Of all sleeps so far.
        var durations: [Duration] = []
    }

    private let state = Mutex(State())

    var now: Timestamp { state.withLock { $0.now } }
    /// How long the sleeps so far were meant to last, in the order in which they began.
    var durations: [Duration] { state.withLock { $0.durations } }

    func sleep(until deadline: Timestamp) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome = state.withLock { state -> Result<Void, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    let duration = deadline - state.now
                    if duration <= .zero { return .success(()) }
                    state.durations.append(duration)
                    state.naps.append(Nap(id: id, duration: duration, deadline: deadline, continuation: continuation))
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let nap = state.withLock { state in
                state.naps.firstIndex { $0.id == id }.map { state.naps.remove(at: $0) }
            }
            nap?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Whether somebody sleeps for so long.
    func isSlept(_ duration: Duration) -> Bool {
        state.withLock { $0.naps.contains { Self.isSame($0.duration, duration) } }
    }

    /// Ends a sleep of this length, as soon as there is one.
    func pass(_ duration: Duration) async throws {
        try await eventually("a sleep of \(duration)") { isSlept(duration) }
        let nap = state.withLock { state -> Nap? in
            guard let index = state.naps.firstIndex(where: { Self.isSame($0.duration, duration) }) else { return nil }
            state.now = max(state.now, state.naps[index].deadline)
            return state.naps.remove(at: index)
        }
        guard let nap else { throw NeverHappened(what: "a sleep of \(duration)") }
        nap.continuation.resume()
    }

    /// Ends every sleep that is of none of these lengths.
    func pass(allBut lengths: [Duration]) {
        let over = state.withLock { state in
            let over = state.naps.filter { nap in !lengths.contains { Self.isSame($0, nap.duration) } }
            state.naps.removeAll { nap in over.contains { $0.id == nap.id } }
            state.now = over.reduce(state.now) { max($0, $1.deadline) }
            return over
        }
        for nap in over { nap.continuation.resume() }
    }

    /// Moves the clock without waking anybody, as if time went by while nothing was due.
    func skip(_ duration: Duration) {
        state.withLock { $0.now = $0.now + duration }
    }

    /// Lengths come out of floating-point arithmetic.
    private static func isSame(_ left: Duration, _ right: Duration) -> Bool {
        max(left, right) - min(left, right) < .microseconds(1)
    }
}
