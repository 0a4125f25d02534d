import Service
import Synchronization

/// When the last of several callers gives up, in transport time.
final class SharedDeadline: Sendable {
    private let latest: Mutex<Timestamp>

    init(_ time: Timestamp) { latest = Mutex(time) }

    /// The latest time so far.
    var time: Timestamp { latest.withLock { $0 } }

    /// Somebody waits longer.
    func extend(to time: Timestamp) { latest.withLock { $0 = max($0, time) } }
}

/// A call in flight whose outcome several callers wait for. It is cancelled when the last of them has gone.
final class SharedCall<Answer: Sendable>: Sendable {
    private let outcome: Awaitable<Result<Answer, WorkbookError>?>
    private let task: Task<Void, Never>
    /// How many wait for the outcome.
    let callers = Awaitable(1)

    /// Begins a call for a first caller, who must ask for ``value(until:_:)``.
    init(_ body: @escaping @Sendable () async throws(WorkbookError) -> Answer) {
        let outcome = Awaitable<Result<Answer, WorkbookError>?>(nil)
        self.outcome = outcome
        task = Task {
            let result: Result<Answer, WorkbookError>
            do throws(WorkbookError) { result = .success(try await body()) } catch { result = .failure(error) }
            outcome.withLock { $0 = result }
        }
    }

    /// Whether further callers may still join.
    var isJoinable: Bool {
        callers.withLock { $0 > 0 } && outcome.withLock { $0 == nil }
    }

    /// Counts a further caller, who must ask for ``value(until:_:)``; false if the call is over or was given up.
    func join() -> Bool {
        guard outcome.withLock({ $0 == nil }) else { return false }
        return callers.withLock { callers in
            guard callers > 0 else { return false }
            callers += 1
            return true
        }
    }

    /// The outcome, for one of the callers; each asks once.
    ///
    /// - Throws: the call's error, `cancelled` if the caller was cancelled, `transient` if `deadline` passed first.
    func value(until deadline: Timestamp, _ time: any TimeSource) async throws(WorkbookError) -> Answer {
        defer {
            let isLast = callers.withLock { callers in
                callers -= 1
                return callers == 0
            }
            if isLast { task.cancel() }
        }
        await outcome.until(deadline, time) { $0 != nil }
        if Task.isCancelled { throw .cancelled }
        guard let result = outcome.withLock({ $0 }) else { throw .transient("no answer in time") }
        return try result.get()
    }
}
