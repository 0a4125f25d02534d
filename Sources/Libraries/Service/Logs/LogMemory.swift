import Synchronization

/// A sink that keeps records, for tests: look at ``records``, or wait for one with ``first(within:where:)``.
public final class LogMemory: LogSink {
    private struct Waiter {
        let id: Int
        let matches: @Sendable (LogRecord) -> Bool
        let continuation: CheckedContinuation<LogRecord?, Never>
    }

    private struct State {
        var records: [LogRecord] = []
        var nextID = 0
        var waiters: [Waiter] = []
    }

    private let state = Mutex(State())
    private let limit: Int

    /// A memory that keeps the newest `limit` records.
    public init(limit: Int = 100_000) {
        self.limit = limit
    }

    /// All records so far, oldest first.
    public var records: [LogRecord] {
        state.withLock { $0.records }
    }

    /// The messages of all records so far, oldest first.
    public var messages: [String] {
        records.map(\.message)
    }

    /// Keeps a record and hands it to those who wait for it.
    public func write(_ record: LogRecord) {
        let satisfied = state.withLock { state -> [Waiter] in
            state.records.append(record)
            if state.records.count > limit { state.records.removeFirst(state.records.count - limit) }
            let satisfied = state.waiters.filter { $0.matches(record) }
            state.waiters.removeAll { waiter in satisfied.contains { $0.id == waiter.id } }
            return satisfied
        }
        for waiter in satisfied { waiter.continuation.resume(returning: record) }
    }

    /// The first record that matches, past or to come; nil if there was none within `deadline` of real time.
    public func first(
        within deadline: Duration = .seconds(10),
        where matches: @escaping @Sendable (LogRecord) -> Bool
    ) async -> LogRecord? {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enum Outcome { case found(LogRecord), waits, cancelled }
                let outcome = state.withLock { state -> Outcome in
                    if let record = state.records.first(where: matches) { return .found(record) }
                    if Task.isCancelled { return .cancelled }
                    state.waiters.append(Waiter(id: id, matches: matches, continuation: continuation))
                    return .waits
                }
                switch outcome {
                case .found(let record): continuation.resume(returning: record)
                case .cancelled: continuation.resume(returning: nil)
                case .waits:
                    Task {
                        try? await Task.sleep(for: deadline)
                        giveUp(id)
                    }
                }
            }
        } onCancel: {
            giveUp(id)
        }
    }

    private func giveUp(_ id: Int) {
        let waiter = state.withLock { state in
            state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
        }
        waiter?.continuation.resume(returning: nil)
    }
}
