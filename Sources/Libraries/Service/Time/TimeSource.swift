import Glibc

/// Where a component gets the time from. Handed in, so that tests can move time by hand.
///
/// A program has two domains and must not mix them: *calendar time* (``CalendarTime``: schedules, expiry dates) and
/// *transport time* (``TransportTime``: deadlines, heartbeats, rate limits). Both may be a ``ManualTime``.
public protocol TimeSource: Sendable {
    /// The present. Calendar sources count from the Unix epoch, others from an arbitrary origin.
    var now: Timestamp { get }

    /// Returns once `now` has reached `deadline`, at once if it has already.
    ///
    /// Throws `CancellationError` as soon as the task is cancelled.
    func sleep(until deadline: Timestamp) async throws
}

extension TimeSource {
    /// Returns once `duration` has passed; throws `CancellationError` as soon as the task is cancelled.
    public func sleep(for duration: Duration) async throws {
        try await sleep(until: now + duration)
    }
}

/// The wall clock, UTC, counted from the Unix epoch.
public struct CalendarTime: TimeSource {
    /// The longest time that a sleeper trusts its arithmetic: a clock that is set forward, or a machine that was
    /// suspended, delays a sleeper by no more than this.
    static let longestNap = Duration.seconds(60)

    /// A view of the system's wall clock.
    public init() {}

    /// The wall clock's time, in nanosecond resolution.
    public var now: Timestamp {
        read(CLOCK_REALTIME)
    }

    /// Sleeps until the wall clock shows `deadline`, looking at it again at least every 60 s.
    public func sleep(until deadline: Timestamp) async throws {
        try Task.checkCancellation()
        while true {
            let remaining = deadline - now
            guard remaining > .zero else { return }
            try await Task.sleep(for: min(remaining, Self.longestNap), clock: .continuous)
        }
    }
}

/// A clock that never jumps and also counts while the machine is suspended, so that a connection that slept through its
/// deadline is noticed at once. Its origin is the machine's start.
public struct TransportTime: TimeSource {
    /// A view of the system's monotonic clock.
    public init() {}

    /// Time since the machine's start, in nanosecond resolution.
    public var now: Timestamp {
        read(CLOCK_BOOTTIME)
    }

    /// Sleeps until the clock shows `deadline`.
    public func sleep(until deadline: Timestamp) async throws {
        try Task.checkCancellation()
        while true {
            let remaining = deadline - now
            guard remaining > .zero else { return }
            try await Task.sleep(for: remaining, clock: .continuous)
        }
    }
}

private func read(_ clock: clockid_t) -> Timestamp {
    var time = timespec()
    clock_gettime(clock, &time)
    return Timestamp(sinceOrigin: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec))
}
