import Service

/// What is known of one limit for one guild, channel or webhook, and who waits for it.
///
/// Belongs to the limiter that made it.
final class RateLimitBucket {
    struct Key: Hashable {
        /// The server's name for the limit; until that is known, the route's pattern.
        var name: String
        var major: String
    }

    enum Knowledge: Equatable {
        /// Nothing was heard yet: one request at a time.
        case unknown
        /// The server said nothing of a limit.
        case unlimited
        /// So many requests may be sent until the window ends; then the limit is full again.
        case limited(limit: Int, available: Int, resetAt: Timestamp?)
    }

    enum Readiness: Equatable {
        case now
        case at(Timestamp)
        /// When one of the requests in flight is answered.
        case afterAnswer
    }

    private(set) var knowledge = Knowledge.unknown
    /// Permits given and not yet taken back.
    private(set) var inFlight = 0
    /// Counts the windows that were begun.
    private(set) var window = 0
    /// In the order in which they are served.
    private(set) var waiters: [RateLimiter.Waiter] = []

    /// Whether a new bucket would know as much.
    func isIdle(at now: Timestamp) -> Bool {
        guard inFlight == 0, waiters.isEmpty else { return false }
        if case .limited(_, _, let resetAt?) = knowledge { return resetAt <= now }
        return true
    }

    func readiness(at now: Timestamp) -> Readiness {
        switch knowledge {
        case .unlimited: return .now
        case .unknown: return inFlight == 0 ? .now : .afterAnswer
        case .limited(let limit, let available, let resetAt):
            if available > 0 { return .now }
            if let resetAt, resetAt > now { return .at(resetAt) }
            if resetAt != nil { return inFlight < limit ? .now : .afterAnswer }
            // The window's end is not known until something is answered; if nothing will be, one more request asks.
            return inFlight == 0 ? .now : .afterAnswer
        }
    }

    /// Counts a request that is about to be sent; only when ready.
    func take(at now: Timestamp) {
        refill(at: now)
        inFlight += 1
        if case .limited(let limit, let available, let resetAt) = knowledge {
            knowledge = .limited(limit: limit, available: max(0, available - 1), resetAt: resetAt)
        }
    }

    /// The request was answered, or will never be.
    func giveBack(wasSent: Bool) {
        inFlight -= 1
        if !wasSent, case .limited(let limit, let available, let resetAt) = knowledge {
            knowledge = .limited(limit: limit, available: min(limit, available + 1), resetAt: resetAt)
        }
    }

    /// Takes over what the server says, with ``inFlight`` counting only requests whose answers are still to come.
    ///
    /// Answers overtake each other and others may use the same limit, so within a window the lowest number and the latest
    /// end hold. What requests of an earlier window hear says nothing of this one: it began with room set aside for them.
    func learn(_ answer: RateLimitAnswer.Bucket, window: Int, at now: Timestamp) {
        let resetAt = now + answer.resetAfter
        guard case .limited(_, let available, let knownResetAt) = knowledge, !hasEnded(knownResetAt, at: now) else {
            self.window += 1
            knowledge = .limited(
                limit: answer.limit, available: max(0, answer.remaining - inFlight), resetAt: resetAt)
            return
        }
        guard window == self.window else { return }
        knowledge = .limited(
            limit: answer.limit, available: min(available, answer.remaining),
            resetAt: max(resetAt, knownResetAt ?? resetAt))
    }

    func learnThatNothingIsLimited() {
        if knowledge == .unknown { knowledge = .unlimited }
    }

    private func refill(at now: Timestamp) {
        guard case .limited(let limit, let available, let resetAt) = knowledge else { return }
        if hasEnded(resetAt, at: now) {
            window += 1
            // What is in flight may be counted in the new window.
            knowledge = .limited(limit: limit, available: max(1, limit - inFlight), resetAt: nil)
        } else if available == 0 {
            knowledge = .limited(limit: limit, available: 1, resetAt: resetAt)
        }
    }

    private func hasEnded(_ resetAt: Timestamp?, at now: Timestamp) -> Bool {
        resetAt.map { $0 <= now } ?? false
    }
}

// MARK: - The queue

extension RateLimitBucket {
    /// Adds waiters, each behind those who came before it.
    func enqueue(_ arriving: [RateLimiter.Waiter]) {
        for waiter in arriving {
            let position = waiters.lastIndex { $0.sequence < waiter.sequence }.map { $0 + 1 } ?? 0
            waiters.insert(waiter, at: position)
        }
    }

    func removeWaiters(where isLeaving: (RateLimiter.Waiter) -> Bool) -> [RateLimiter.Waiter] {
        let leaving = waiters.filter(isLeaving)
        if !leaving.isEmpty { waiters.removeAll(where: isLeaving) }
        return leaving
    }
}
