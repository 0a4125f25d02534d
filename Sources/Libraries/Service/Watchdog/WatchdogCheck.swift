/// When a watchdog looks, and what it puts up with.
public struct WatchdogThresholds: Sendable, Equatable {
    /// Time between two checks.
    public var interval: Duration
    /// How long a standing connection may give no sign of life.
    public var stall: Duration
    /// How long an outage may last.
    public var disconnectGrace: Duration

    /// The shortest interval; anything shorter would only spin.
    public static let shortestInterval = Duration.seconds(5)

    /// For production.
    public static let production = WatchdogThresholds(
        interval: .seconds(360), stall: .seconds(1110), disconnectGrace: .seconds(1110))
    /// For everything else.
    public static let nonProduction = WatchdogThresholds(
        interval: .seconds(60), stall: .seconds(210), disconnectGrace: .seconds(210))

    /// Thresholds as they are given; see ``clamped``.
    public init(interval: Duration, stall: Duration, disconnectGrace: Duration) {
        self.interval = interval
        self.stall = stall
        self.disconnectGrace = disconnectGrace
    }

    /// Thresholds that make sense: the interval at least 5 s, stall and grace at least the interval.
    public var clamped: WatchdogThresholds {
        let interval = max(interval, Self.shortestInterval)
        return WatchdogThresholds(
            interval: interval, stall: max(stall, interval), disconnectGrace: max(disconnectGrace, interval))
    }
}

/// Judges a heartbeat: what to say about it, and whether the process must end so that its supervisor starts it again.
public struct WatchdogCheck: Sendable {
    /// The result of one check.
    public enum Verdict: Sendable, Equatable {
        /// Nothing to say.
        case quiet
        /// All is well, or well enough, with the line that says so.
        case healthy(String)
        /// The process must end, with the line that says why.
        case exit(String)
    }

    /// A round trip longer than this many seconds counts as bad.
    static let worstLatency = 10.0
    /// The shortest time between two printed lines of the same kind.
    static let throttle = Duration.seconds(600)

    /// What it judges by; what it remembers of earlier checks holds when they change.
    public var thresholds: WatchdogThresholds
    private var lastOK: Timestamp
    private var lastOKLine: Timestamp?
    private var lastOldLine: Timestamp?

    /// A check that begins at `now`, in transport time.
    public init(thresholds: WatchdogThresholds, now: Timestamp) {
        self.thresholds = thresholds
        lastOK = now
    }

    /// Judges a snapshot taken at `now`. `latency` is the last round trip in seconds; a missing, negative or
    /// non-finite one is unknown.
    public mutating func judge(_ snapshot: Heartbeat.Snapshot, latency: Double?, now: Timestamp) -> Verdict {
        // Until the connection was ready once, being up does not count: a login that hangs is an outage since the start.
        guard snapshot.lastReadyAge != nil else { return outage(snapshot.processAge) }
        guard snapshot.isConnected else { return outage(snapshot.disconnectAge ?? snapshot.lastEventAge) }

        let latency = latency.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil }
        let age = snapshot.lastEventAge
        if age <= thresholds.stall {
            lastOK = now
            guard Self.mayPrint(&lastOKLine, now) else { return .quiet }
            return .healthy("[watchdog] heartbeat ok (age=\(Self.decimal(age)), latency=\(Self.text(latency)))")
        }
        if let latency, latency <= Self.worstLatency {
            guard Self.mayPrint(&lastOldLine, now) else { return .quiet }
            return .healthy(
                "[watchdog] heartbeat old but latency healthy "
                    + "(age=\(Self.decimal(age)), latency=\(Self.text(latency))) — skipping restart")
        }
        return .exit(
            "[watchdog] zombie: age=\(Self.decimal(age))>\(Self.plain(thresholds.stall)), "
                + "since_ok=\(Self.decimal(max(.zero, now - lastOK))), latency=\(Self.text(latency)) — exiting")
    }

    private func outage(_ outage: Duration) -> Verdict {
        guard outage > thresholds.disconnectGrace else { return .quiet }
        let limit = Self.plain(thresholds.disconnectGrace)
        return .exit("[watchdog] disconnected for \(Self.decimal(outage))s (limit=\(limit)s) — exiting")
    }

    /// A suppressed line does not move the window.
    private static func mayPrint(_ last: inout Timestamp?, _ now: Timestamp) -> Bool {
        if let last, now - last < throttle { return false }
        last = now
        return true
    }

    /// Seconds with one decimal.
    static func decimal(_ duration: Duration) -> String {
        let tenths = Int64((duration.inSeconds * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }

    /// Seconds without decimals if they are whole.
    static func plain(_ duration: Duration) -> String {
        let seconds = duration.inSeconds
        return Int64(exactly: seconds).map { String($0) } ?? String(seconds)
    }

    private static func text(_ latency: Double?) -> String {
        latency.map { String($0) } ?? "None"
    }
}
