/// A point in time, as the distance from the origin of the source that gave it.
///
/// Calendar sources count from the Unix epoch (UTC); other sources from an arbitrary point, and their timestamps only
/// mean something in relation to each other. Timestamps of different sources must not be mixed.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Distance from the origin; negative before it.
    public var sinceOrigin: Duration

    /// A point that lies `sinceOrigin` after the origin.
    public init(sinceOrigin: Duration) {
        self.sinceOrigin = sinceOrigin
    }

    /// A point that lies this many milliseconds after the origin.
    public init(milliseconds: Int64) {
        self.init(sinceOrigin: .milliseconds(milliseconds))
    }

    /// The origin itself: for calendar time 1970-01-01T00:00:00Z.
    public static let origin = Timestamp(sinceOrigin: .zero)

    /// Whole milliseconds since the origin, rounded down.
    public var milliseconds: Int64 {
        let (seconds, attoseconds) = sinceOrigin.components
        // Both components have the sign of the duration, so rounding down differs below zero only.
        let truncated = attoseconds / 1_000_000_000_000_000
        let remainder = attoseconds % 1_000_000_000_000_000
        return seconds * 1000 + truncated - (remainder < 0 ? 1 : 0)
    }

    /// Seconds since the origin.
    public var seconds: Double {
        sinceOrigin.inSeconds
    }

    /// Whether one point lies before the other.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.sinceOrigin < right.sinceOrigin
    }

    /// The point `duration` later.
    public static func + (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(sinceOrigin: time.sinceOrigin + duration)
    }

    /// The point `duration` earlier.
    public static func - (time: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(sinceOrigin: time.sinceOrigin - duration)
    }

    /// The time from `earlier` to `later`; negative if they are the other way round.
    public static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        later.sinceOrigin - earlier.sinceOrigin
    }

    /// Moves the point later.
    public static func += (time: inout Timestamp, duration: Duration) {
        time.sinceOrigin += duration
    }

    /// Moves the point earlier.
    public static func -= (time: inout Timestamp, duration: Duration) {
        time.sinceOrigin -= duration
    }
}

extension Duration {
    /// The duration as a number of seconds.
    public var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
