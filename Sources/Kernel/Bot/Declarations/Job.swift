public import Service

/// Work that a feature does at certain times; declared once, so that the schedule, `!next`, the `[cron]` lines and the
/// daily summary all derive from this record.
///
/// A job behind a closed gate does not run and is not listed. One run that fails never stops the next. Source: runtime
/// chapter, section 12.
///
/// ```swift
/// Job("housekeeping_keepalive", component: "housekeeping", schedule: { .every(.seconds(86_400)) }, catchUp: .sameDay) {
///     _ in JobOutcome(rows: try await wakeThreads())
/// }
/// ```
public struct Job: Sendable {
    /// How long after its slot a job is still made up for when the process was down.
    public enum CatchUp: Sendable, Hashable {
        /// So long.
        case within(Duration)
        /// Until midnight UTC.
        case sameDay
        /// Until this time of the same day, UTC.
        case until(TimeOfDay)
    }

    /// The name by which operators know it; see `!next`.
    public var name: String
    /// The name in `[cron]` lines.
    public var telemetryName: String
    /// The heading under which `!next` lists it.
    public var component: String
    /// The name in the schedule post; nil for jobs that are not in it.
    public var postName: String?
    /// When it runs; nil if it does not at present. Asked again after each reload; throws why nothing can be planned.
    public var schedule: @Sendable () throws -> Schedule?
    /// By how much a run may come after its slot.
    public var jitter: Jitter
    /// Whether a slot that was missed is made up for.
    public var catchUp: CatchUp?
    /// What is logged when it is registered, in place of the usual line: only while its gate is open, and again whenever a
    /// reload opens it.
    public var registrationLine: String?
    /// What is logged, as DEBUG, at a slot that finds its gate closed; nil for nothing.
    public var skippedLine: String?
    /// What is logged when a run failed, with the field `job`, in place of the usual line.
    public var failureLine: String?
    /// What it does at a slot of calendar time; throws if it failed.
    public var run: @Sendable (_ slot: Timestamp) async throws -> JobOutcome

    /// Declares a job.
    public init(
        _ name: String, telemetryName: String? = nil, component: String, postName: String? = nil,
        schedule: @escaping @Sendable () throws -> Schedule?, jitter: Jitter = .none, catchUp: CatchUp? = nil,
        registrationLine: String? = nil, skippedLine: String? = nil, failureLine: String? = nil,
        run: @escaping @Sendable (_ slot: Timestamp) async throws -> JobOutcome
    ) {
        self.name = name
        self.telemetryName = telemetryName ?? name
        self.component = component
        self.postName = postName
        self.schedule = schedule
        self.jitter = jitter
        self.catchUp = catchUp
        self.registrationLine = registrationLine
        self.skippedLine = skippedLine
        self.failureLine = failureLine
        self.run = run
    }
}

/// What a run that succeeded has to tell.
public struct JobOutcome: Sendable, Hashable {
    /// How many rows it dealt with, if it counts any.
    public var rows: Int?
    /// Extra attempts that it took.
    public var retries: Int

    /// An outcome.
    public init(rows: Int? = nil, retries: Int = 0) {
        self.rows = rows
        self.retries = retries
    }
}

/// Why a run failed, where no other error tells.
public struct JobFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// One line.
    public var description: String
    /// Extra attempts that were made.
    public var retries: Int

    /// A failure.
    public init(_ reason: String, retries: Int = 0) {
        description = reason
        self.retries = retries
    }
}
