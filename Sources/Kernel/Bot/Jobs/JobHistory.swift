public import Service
import Synchronization

/// What the runs of the last two days were like; kept in memory only (runtime chapter, section 12.5, item B35).
public final class JobHistory: Sendable {
    /// One run that has ended.
    public struct Run: Sendable, Hashable {
        /// When it began, in calendar time.
        public var start: Timestamp
        /// Whether it succeeded.
        public var isOK: Bool
        /// How long it took.
        public var duration: Duration
        /// How many rows it dealt with.
        public var rows: Int?
        /// Extra attempts.
        public var retries: Int

        /// A run.
        public init(start: Timestamp, isOK: Bool, duration: Duration, rows: Int? = nil, retries: Int = 0) {
            self.start = start
            self.isOK = isOK
            self.duration = duration
            self.rows = rows
            self.retries = retries
        }
    }

    /// The runs of one job over a day.
    public struct Summary: Sendable, Hashable {
        /// The job, as `[cron]` lines name it.
        public var name: String
        /// How many runs there were, and how many of them succeeded.
        public var runs = 0, succeeded = 0
        /// The duration below which 95 of 100 runs stayed, and the average, in whole milliseconds.
        public var p95 = 0, average = 0
        /// The start of the last run.
        public var last: Timestamp?

        /// The `[cron] summary` line.
        public var line: String {
            "[cron] summary job=\(name) runs=\(runs) ok=\(Self.percent(succeeded, of: runs))% p95_ms=\(p95)"
                + " avg_ms=\(average) last_at=\(last?.iso8601 ?? "-")"
        }

        /// A share with one decimal; `0.0` of nothing.
        public static func percent(_ part: Int, of whole: Int) -> String {
            guard whole > 0 else { return "0.0" }
            let tenths = (part * 1000 + whole / 2) / whole
            return "\(tenths / 10).\(tenths % 10)"
        }
    }

    private static let kept = Duration.seconds(2 * 86_400)
    private static let summarised = Duration.seconds(86_400)

    private let runs = Mutex<[String: [Run]]>([:])

    /// A history without runs.
    public init() {}

    /// Notes a run that has ended.
    public func note(_ run: Run, of name: String) {
        runs.withLock { runs in
            runs[name, default: []].append(run)
            runs[name]?.removeAll { $0.start < run.start - Self.kept }
        }
    }

    /// The last run of a job.
    public func last(of name: String) -> Run? {
        runs.withLock { $0[name]?.last }
    }

    /// The runs of a job in the 24 hours before `now`.
    public func summary(of name: String, before now: Timestamp) -> Summary {
        let runs = runs.withLock { $0[name] ?? [] }.filter { $0.start > now - Self.summarised && $0.start <= now }
        var summary = Summary(name: name)
        guard !runs.isEmpty else { return summary }
        let durations = runs.map { Int($0.duration / .milliseconds(1)) }.sorted()
        summary.runs = runs.count
        summary.succeeded = runs.count(where: \.isOK)
        summary.p95 = durations[(durations.count - 1) * 95 / 100]
        summary.average = durations.reduce(0, +) / durations.count
        summary.last = runs.last?.start
        return summary
    }
}
