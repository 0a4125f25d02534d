import Synchronization

/// A value behind a lock, of which tasks can await a condition.
///
/// ```swift
/// let free = Awaitable(4)
/// await free.until { $0 > 0 }
/// ```
public final class Awaitable<Value: Sendable>: Sendable {
    private struct Waiter {
        let condition: @Sendable (Value) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var value: Value
        var nextID = 0
        var waiters: [Int: Waiter] = [:]

        /// Takes those whose condition is met.
        mutating func ready() -> [CheckedContinuation<Void, Never>] {
            guard !waiters.isEmpty else { return [] }
            let met = waiters.compactMap { id, waiter in waiter.condition(value) ? id : nil }
            return met.compactMap { waiters.removeValue(forKey: $0)?.continuation }
        }
    }

    private let state: Mutex<State>

    /// A value that nobody waits for yet.
    public init(_ value: Value) {
        state = Mutex(State(value: value))
    }

    /// Reads or changes the value; then those go on whose condition is met. `body` must return at once.
    public func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        let (result, ready) = state.withLock { state in
            let result = body(&state.value)
            return (result, state.ready())
        }
        for continuation in ready { continuation.resume() }
        return result
    }

    /// Returns once the condition was met, at a deadline, or when the waiting task is cancelled, as
    /// ``until(_:)`` does; true if the condition is met then. `time` is what the deadline is measured by.
    @discardableResult
    public func until(
        _ deadline: Timestamp, _ time: any TimeSource, _ condition: @escaping @Sendable (Value) -> Bool
    ) async -> Bool {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.until(condition) }
            group.addTask { try? await time.sleep(until: deadline) }
            await group.next()
            group.cancelAll()
        }
        return withLock { condition($0) }
    }

    /// Returns once the condition was met, or when the waiting task is cancelled. The value may have changed again by
    /// then: whoever needs it as it was met looks again. Conditions are judged under the lock and must return at once.
    public func until(_ condition: @escaping @Sendable (Value) -> Bool) async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard !Task.isCancelled, !condition(state.value) else { return true }
                    state.waiters[id] = Waiter(condition: condition, continuation: continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
        }
    }
}
