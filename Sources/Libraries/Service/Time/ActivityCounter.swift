import Synchronization

/// Counts work in progress, so that something else can wait until there is none.
///
/// Handlers, requests and queues report here; ``ManualTime`` moves on only when the count is zero.
public final class ActivityCounter: Sendable {
    private struct State {
        var count = 0
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// A counter at zero.
    public init() {}

    /// How many pieces of work are in progress.
    public var count: Int {
        state.withLock { $0.count }
    }

    /// Notes that a piece of work has begun; each call needs one ``end()``.
    public func begin() {
        state.withLock { $0.count += 1 }
    }

    /// Notes that a piece of work has ended.
    public func end() {
        let released = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            assert(state.count > 0, "end() without begin()")
            state.count = max(0, state.count - 1)
            guard state.count == 0 else { return [] }
            defer { state.waiters.removeAll() }
            return Array(state.waiters.values)
        }
        for waiter in released { waiter.resume() }
    }

    /// Runs `body` as one piece of work.
    public func track<Result>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        begin()
        defer { end() }
        return try await body()
    }

    /// Returns when the count is zero, or when the waiting task is cancelled.
    public func waitUntilIdle() async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard state.count > 0, !Task.isCancelled else { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }
}
