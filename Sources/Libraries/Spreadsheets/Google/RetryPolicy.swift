/// How often and after which pause a failed call is made again.
///
/// The pause before try *n* + 1 is base × factorⁿ⁻¹, plus up to a quarter of it by chance, so that many callers do not
/// come back at the same moment; a longer wish of the service wins.
public struct RetryPolicy: Sendable, Hashable {
    /// No pause is longer, unless the service asks for it.
    static let longestDelay = Duration.seconds(30)

    /// How often a call is made in all; at least once.
    public var attempts: Int
    /// The pause after the first try.
    public var base: Duration
    /// What each further pause is multiplied by; below 1 counts as 1.
    public var factor: Double

    /// A policy; five tries and pauses of 0.5, 1, 2 and 4 s if nothing else is said.
    public init(attempts: Int = 5, base: Duration = .milliseconds(500), factor: Double = 2) {
        self.attempts = max(attempts, 1)
        self.base = max(base, .zero)
        self.factor = max(factor, 1)
    }

    /// The pause after a failed try, counted from 1. `chance` lies in 0..<1.
    func delay(after attempt: Int, chance: Double, retryAfter: Duration?) -> Duration {
        var delay = base
        for _ in 1..<max(attempt, 1) where delay < Self.longestDelay { delay = delay * factor }
        delay = min(delay + delay * (0.25 * chance), Self.longestDelay)
        return max(delay, retryAfter ?? .zero)
    }
}
