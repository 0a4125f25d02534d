import Synchronization

/// The long-lived parts of a process: started one after the other, stopped in reverse, each within a budget.
///
/// ```swift
/// let group = ServiceGroup(log: log)
/// try await group.start("journal") { try await journal.open() } stop: { await journal.close() }
/// try await group.start("gateway", stopBudget: .seconds(2)) { … } stop: { … }
/// let report = await group.stop(within: .seconds(10))
/// ```
public actor ServiceGroup {
    /// How a stop went.
    public struct StopReport: Sendable, Equatable {
        /// The parts that stopped in time, in the order in which they were stopped.
        public var stopped: [String] = []
        /// The parts that were still stopping when their time was over.
        public var cutOff: [String] = []
    }

    private struct Member {
        let name: String
        let stopBudget: Duration
        let stop: @Sendable () async -> Void
    }

    /// What every part gets even when those before it have used up all the time: enough to close a file.
    public static let leastBudget = Duration.milliseconds(200)

    private let log: Logger
    private let clock: any TimeSource
    private var members: [Member] = []
    private var stopping: Task<StopReport, Never>?

    /// An empty group; `clock` is transport time.
    public init(log: Logger, clock: any TimeSource = TransportTime()) {
        self.log = log
        self.clock = clock
    }

    /// Starts a part and remembers how it is stopped. If it throws, or if the group is already stopping, the part does
    /// not belong to the group, and those before it are the caller's to stop by ``stop(within:)``.
    public func start(
        _ name: String,
        stopBudget: Duration = .seconds(5),
        _ start: @Sendable () async throws -> Void = {},
        stop: @escaping @Sendable () async -> Void
    ) async throws {
        guard stopping == nil else { throw CancellationError() }
        let began = clock.now
        try await start()
        guard stopping == nil else {
            await stop()
            throw CancellationError()
        }
        members.append(Member(name: name, stopBudget: stopBudget, stop: stop))
        log.debug("service started", ["service": .string(name), "ms": .milliseconds(clock.now - began)])
    }

    /// Stops all parts, the one that was started last first. A part that needs longer than its own budget, or than what
    /// is left of the overall one, is cancelled and left behind, and the next one is stopped. Calling again gives the
    /// report of the first call.
    @discardableResult
    public func stop(within budget: Duration) async -> StopReport {
        if let stopping { return await stopping.value }
        let task = Task { await stopAll(within: budget) }
        stopping = task
        return await task.value
    }

    private func stopAll(within budget: Duration) async -> StopReport {
        let end = clock.now + budget
        var report = StopReport()
        for member in members.reversed() {
            let limit = max(Self.leastBudget, min(member.stopBudget, end - clock.now))
            if await finishes(within: limit, clock: clock, member.stop) {
                report.stopped.append(member.name)
            } else {
                report.cutOff.append(member.name)
                log.warning("service cut off", ["service": .string(member.name), "budget_ms": .milliseconds(limit)])
            }
        }
        members = []
        return report
    }
}

/// Runs `body` and tells whether it finished within `limit`. One that did not is cancelled and not waited for.
func finishes(
    within limit: Duration,
    clock: any TimeSource,
    _ body: @escaping @Sendable () async -> Void
) async -> Bool {
    let outcome = FirstResult<Bool>()
    let work = Task {
        await body()
        outcome.set(true)
    }
    let timer = Task {
        do { try await clock.sleep(for: limit) } catch { return }
        outcome.set(false)
    }
    let isFinished = await outcome.value
    timer.cancel()
    if !isFinished { work.cancel() }
    return isFinished
}

/// A value that several may set and one waits for; the first one counts.
private final class FirstResult<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case waiting(CheckedContinuation<Value, Never>)
        case set(Value)
    }

    private let state = Mutex(State.empty)

    func set(_ value: Value) {
        let waiter = state.withLock { state -> CheckedContinuation<Value, Never>? in
            switch state {
            case .set: return nil
            case .empty:
                state = .set(value)
                return nil
            case .waiting(let continuation):
                state = .set(value)
                return continuation
            }
        }
        waiter?.resume(returning: value)
    }

    var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                let known = state.withLock { state -> Value? in
                    if case .set(let value) = state { return value }
                    state = .waiting(continuation)
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        }
    }
}
