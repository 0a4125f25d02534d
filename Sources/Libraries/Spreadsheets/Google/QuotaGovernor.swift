import Service
import Synchronization

/// Keeps the calls of a process within Google's quota, and few at a time: so many reads and so many writes in any minute,
/// and a number of places.
///
/// A call counts from its beginning until a minute after its end. The service counts it at some moment in between, so no
/// minute of the service's can hold more calls than the limit, wherever that minute begins; a bucket that fills again
/// would let a burst and its refill fall into the same minute.
///
/// A waiting person goes before work in the background, which also leaves the last calls of a minute alone. Among equals
/// the first comer is first. Every call counts once, however many ranges it names.
///
/// Source: https://developers.google.com/workspace/sheets/api/limits
actor QuotaGovernor {
    /// What a call is counted as.
    enum Kind: Int, Sendable, CaseIterable {
        case read, write
    }

    /// Names a call that waits or runs.
    struct Ticket: Sendable, Hashable {
        fileprivate let number: Int
    }

    /// How long the service remembers a call.
    private static let window = Duration.seconds(60)

    /// The calls of one kind that count: those that run, and when each of the others ended, oldest first.
    private struct Usage {
        var running = 0
        var ended: [Timestamp] = []

        var count: Int { running + ended.count }
    }

    private struct Waiter {
        let ticket: Ticket
        let kind: Kind
        var priority: CallContext.Priority
        let continuation: CheckedContinuation<Bool, Never>
    }

    private let limits: GoogleWorkbook.Limits
    private let time: any TimeSource
    private var usage: [Kind: Usage] = [:]
    private let lastTicket = Atomic(0)
    private var waiters: [Waiter] = [] {
        didSet { queueLength.withLock { $0 = waiters.count } }
    }
    /// How many calls wait for their turn.
    nonisolated let queueLength = Awaitable(0)
    private var alarm: Task<Void, Never>?

    /// A governor of a process that has made no calls. `time` is transport time.
    init(limits: GoogleWorkbook.Limits, time: any TimeSource) {
        self.limits = limits
        self.time = time
    }

    /// A name for a call that is about to ask for its turn.
    nonisolated func makeTicket() -> Ticket {
        Ticket(number: lastTicket.wrappingAdd(1, ordering: .relaxed).newValue)
    }

    /// Waits until the call may begin; every success needs one ``leave(_:)``.
    ///
    /// - Throws: `cancelled` if the task was cancelled, `quota` if `deadline` passed first.
    func enter(
        _ ticket: Ticket, _ kind: Kind, _ priority: CallContext.Priority, until deadline: Timestamp
    ) async throws(WorkbookError) {
        if Task.isCancelled { throw .cancelled }
        let time = time
        let timeout = Task {
            try? await time.sleep(until: deadline)
            if !Task.isCancelled { self.giveUp(ticket) }
        }
        defer { timeout.cancel() }
        let hasEntered = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiters.append(Waiter(ticket: ticket, kind: kind, priority: priority, continuation: continuation))
                admit()
                if Task.isCancelled { giveUp(ticket) }
            }
        } onCancel: {
            Task { await self.giveUp(ticket) }
        }
        if hasEntered { return }
        throw Task.isCancelled
            ? .cancelled : .quota("own limit of \(limits.perMinute(kind)) calls a minute", retryAfter: nil)
    }

    /// Gives the place back: a call of that kind has ended.
    func leave(_ kind: Kind) {
        usage[kind, default: Usage()].running -= 1
        usage[kind, default: Usage()].ended.append(time.now)
        admit()
    }

    /// Somebody now waits for a call that began in the background.
    func promote(_ ticket: Ticket) {
        guard let index = waiters.firstIndex(where: { $0.ticket == ticket }) else { return }
        waiters[index].priority = .interactive
        admit()
    }

    private func giveUp(_ ticket: Ticket) {
        guard let index = waiters.firstIndex(where: { $0.ticket == ticket }) else { return }
        waiters.remove(at: index).continuation.resume(returning: false)
    }

    private func admit() {
        let now = time.now
        for kind in Kind.allCases {
            usage[kind]?.ended.trimPrefix { now - $0 >= Self.window }
        }
        for priority in [CallContext.Priority.interactive, .background] {
            while hasPlace, let index = waiters.firstIndex(where: { $0.priority == priority && excess($0) <= 0 }) {
                let waiter = waiters.remove(at: index)
                usage[waiter.kind, default: Usage()].running += 1
                waiter.continuation.resume(returning: true)
            }
        }
        wakeLater()
    }

    private var hasPlace: Bool {
        usage.values.reduce(0) { $0 + $1.running } < limits.parallelCalls
    }

    /// How many calls must be forgotten before this one may begin. Work in the background leaves a reserve for people
    /// who come later.
    private func excess(_ waiter: Waiter) -> Int {
        let reserve = waiter.priority == .interactive ? 0 : limits.reserve
        return usage[waiter.kind, default: Usage()].count + 1 + reserve - limits.perMinute(waiter.kind)
    }

    /// Comes back when the first of those who wait may begin, unless the end of a running call decides that.
    private func wakeLater() {
        alarm?.cancel()
        alarm = nil
        guard hasPlace else { return }
        let times = waiters.compactMap { waiter -> Timestamp? in
            let ended = usage[waiter.kind, default: Usage()].ended
            let excess = excess(waiter)
            return ended.indices.contains(excess - 1) ? ended[excess - 1] + Self.window : nil
        }
        guard let wakeAt = times.min() else { return }
        let time = time
        alarm = Task {
            try? await time.sleep(until: wakeAt)
            if !Task.isCancelled { self.admit() }
        }
    }
}
