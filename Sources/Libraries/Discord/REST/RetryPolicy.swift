import HTTPClient

/// When a call is made again. A call is repeated only if that cannot do it twice: because the server has certainly not
/// seen it, because doing it twice is the same as doing it once, or because the server itself notices (nonces).
struct RetryPolicy: Sendable {
    /// How an attempt failed.
    enum Failure: Sendable {
        /// A status of 500 or more.
        case server(status: Int)
        case transport(HTTPError)
    }

    /// Attempts altogether, refusals by a rate limit not counted; what is awaited has as many as its deadline allows.
    var maximumAttempts = 5
    /// Refusals by a rate limit that are waited for.
    var maximumRefusals = 10
    /// The first wait is up to this; each further one up to twice as long.
    var firstWait = Duration.milliseconds(250)
    var longestWait = Duration.seconds(5)
    /// One attempt of a call that can be repeated takes no longer than half of what is left, within these bounds.
    var shortestAttempt = Duration.seconds(5)
    var longestAttempt = Duration.seconds(10)

    func isWorthRetrying(_ failure: Failure, isRepeatable: Bool) -> Bool {
        switch failure {
        case .server(let status):
            // 501 and 505 say that it will never work.
            return isRepeatable && status != 501 && status != 505
        case .transport(let error):
            switch error {
            case .connectionFailed: return true
            case .timedOut(let requestSent), .connectionLost(_, let requestSent): return isRepeatable || !requestSent
            case .invalidRequest, .cancelled, .tls, .responseTooLarge, .forbiddenAddress, .stopped: return false
            }
        }
    }

    /// How long one attempt may take: where it can be repeated it leaves time for another one.
    func attemptDeadline(remaining: Duration, isRepeatable: Bool) -> Duration {
        let remaining = max(.milliseconds(1), remaining)
        guard isRepeatable else { return remaining }
        return min(remaining, max(shortestAttempt, min(remaining / 2, longestAttempt)))
    }

    /// How long to wait after so many failed attempts.
    ///
    /// - Parameter jitter: from 0 to 1. The wait is at least half of its bound, so that a server in trouble gets rest,
    ///   and spread over the other half, so that callers do not come back together.
    func wait(afterAttempt attempt: Int, jitter: Double) -> Duration {
        let bound = min(longestWait, firstWait * (1 << min(max(0, attempt - 1), 10)))
        return bound * (0.5 + 0.5 * min(max(jitter, 0), 1))
    }
}
