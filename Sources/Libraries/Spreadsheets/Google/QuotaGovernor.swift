import Service

/// Keeps the calls of a process within Google's quota, and few at a time: a token bucket for reads, one for writes, and a
/// number of places.
///
/// A waiting person goes before work in the background, which also leaves the last tokens of a bucket alone. Among equals
/// the first comer is first. Every call takes one token, however many ranges it names.
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

    private struct Waiter {
        let ticket: Ticket
        let kind: Kind
        var priority: CallContext.Priority
        let continuation: CheckedContinuation<Bool, Never>
    }

    private let limits: GoogleWorkbook.Limits
    private let time: any TimeSource
    private var tokens: [Kind: Double]
    private var filledAt: Timestamp
    private var running = 0
    private var nextTicket = 0
    private var waiters: [Waiter] = [] {
        didSet { queueLength.withLock { $0 = waiters.count } }
    }
    /// How many calls wait for their turn.
    nonisolated let queueLength = Awaitable(0)
    private var alarm: Task<Void, Never>?

    /// Buckets that are full at first. `time` is transport time.
    init(limits: GoogleWorkbook.Limits, time: any TimeSource) {
        self.limits = limits
        self.time = time
        filledAt = time.now
        tokens = [.read: Double(limits.readsPerMinute), .write: Double(limits.writesPerMinute)]
    }

    /// A name for a call that is about to ask for its turn.
    func makeTicket() -> Ticket {
        nextTicket += 1
        return Ticket(number: nextTicket)
    }

    /// Waits for a token and a place; every success needs one ``leave()``.
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

    /// Gives the place back.
    func leave() {
        running -= 1
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
        refill()
        for priority in [CallContext.Priority.interactive, .background] {
            while running < limits.parallelCalls, let index = firstAdmissible(priority) {
                let waiter = waiters.remove(at: index)
                tokens[waiter.kind, default: 0] -= 1
                running += 1
                waiter.continuation.resume(returning: true)
            }
        }
        wakeLater()
    }

    private func firstAdmissible(_ priority: CallContext.Priority) -> Int? {
        waiters.firstIndex { $0.priority == priority && tokens[$0.kind, default: 0] >= needed($0) }
    }

    /// Work in the background leaves a reserve for people who come later.
    private func needed(_ waiter: Waiter) -> Double {
        waiter.priority == .interactive ? 1 : Double(limits.reserve + 1)
    }

    private func refill() {
        let minutes = (time.now - filledAt).inSeconds / 60
        filledAt = time.now
        for kind in Kind.allCases {
            let most = Double(limits.perMinute(kind))
            tokens[kind] = min(most, tokens[kind, default: 0] + max(minutes, 0) * most)
        }
    }

    /// Comes back when the first of those who wait for a token can have one.
    private func wakeLater() {
        alarm?.cancel()
        alarm = nil
        guard running < limits.parallelCalls else { return }
        let delays = waiters.map { waiter in
            let missing = needed(waiter) - tokens[waiter.kind, default: 0]
            return Duration.seconds(max(missing, 0) / Double(limits.perMinute(waiter.kind)) * 60)
        }
        guard let delay = delays.min() else { return }
        let time = time
        // A millisecond more, so that rounding never leaves the bucket a hair short.
        let wakeAt = time.now + delay + .milliseconds(1)
        alarm = Task {
            try? await time.sleep(until: wakeAt)
            if !Task.isCancelled { self.admit() }
        }
    }
}
