import Glibc

/// Where a component gets the time from. Handed in, so that tests can move time by hand.
///
/// A program has two domains and must not mix them: *calendar time* (``CalendarTime``: schedules, expiry dates) and
/// *transport time* (``TransportTime``: deadlines, heartbeats, rate limits). Both may be a ``ManualTime``.
public protocol TimeSource: Sendable {
    /// The present. Calendar sources count from the Unix epoch, others from an arbitrary origin. A calendar source jumps
    /// when its clock is set.
    var now: Timestamp { get }

    /// The present on a clock of the same domain that never jumps, from an arbitrary origin: for ages and durations.
    var steadyNow: Timestamp { get }

    /// Returns once `now` has reached `deadline`, at once if it has already.
    ///
    /// Throws `CancellationError` as soon as the task is cancelled.
    func sleep(until deadline: Timestamp) async throws

    /// Returns once `duration` has passed on the clock of `steadyNow`; throws `CancellationError` as soon as the task is
    /// cancelled.
    func sleep(for duration: Duration) async throws
}

extension TimeSource {
    /// The present, for sources that never jump.
    public var steadyNow: Timestamp { now }

    /// Sleeps until a deadline, for sources that never jump.
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

    /// Time since the machine's start.
    public var steadyNow: Timestamp {
        TransportTime().now
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

    /// Sleeps for a duration, however the wall clock is set meanwhile.
    public func sleep(for duration: Duration) async throws {
        try await TransportTime().sleep(for: duration)
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
