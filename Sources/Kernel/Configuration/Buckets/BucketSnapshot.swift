public import Service

/// What is known about a bucket: the fields of the coreops chapter, section 8.2, for probes and commands alike.
public struct BucketSnapshot: Sendable, Hashable {
    /// How a load ended.
    public enum LoadResult: String, Sendable, Hashable {
        case ok
        /// The second try succeeded.
        case retryOK = "retry_ok"
        case fail, cancelled
    }

    /// The bucket.
    public var name: String
    /// Whether there is such a bucket.
    public var available: Bool
    /// How long a value lives.
    public var ttl: Duration = .zero
    /// The last success.
    public var lastRefresh: Timestamp?
    /// The last attempt, however it ended.
    public var lastAttempt: Timestamp?
    /// Time since the last success.
    public var age: Duration?
    /// The last success and the TTL, or the next scheduled run if that is sooner.
    public var nextRefresh: Timestamp?
    /// Time until then; negative if it is overdue.
    public var untilNextRefresh: Duration?
    /// How the last load ended; nil before the first, or if the bucket's spreadsheet is not set.
    public var lastResult: LoadResult?
    /// Why the last load failed; nil after any success.
    public var lastError: String?
    /// Extra tries of the last load, 0 or 1.
    public var retries = 0
    /// Failed loads since the last success.
    public var consecutiveFailures = 0
    /// What caused the last load.
    public var lastTrigger: RefreshCause.Trigger?
    /// Who caused the last load; `-` for a stale read.
    public var lastActor: String?
    /// How long the last load took.
    public var lastLatency: Duration?
    /// Whether the value was past its TTL when the last load began.
    public var ttlExpired = false
    /// Elements of the last good value.
    public var itemCount: Int?
    /// Where the value came from, as far as that is shown.
    public var metadata: [String: String] = [:]

    /// A snapshot of nothing yet.
    init(name: String, available: Bool) {
        self.name = name
        self.available = available
    }

    /// What there is to say of a name that no bucket has.
    static func unknown(_ name: String) -> BucketSnapshot {
        var snapshot = BucketSnapshot(name: name, available: false)
        snapshot.lastError = "unknown bucket: \(name)"
        return snapshot
    }

    /// The TTL in words.
    public var ttlText: String { ttl.compact }
    /// The age in words; `-` before the first success.
    public var ageText: String { age?.compact ?? "-" }
    /// Time until the next refresh, or since it was due, in words.
    public var nextRefreshText: String {
        untilNextRefresh.map { ($0 < .zero ? .zero - $0 : $0).compact } ?? "-"
    }
}

/// How a refresh ended.
public struct RefreshResult: Sendable, Hashable {
    /// What came of it.
    public enum Outcome: Sendable, Hashable {
        /// The value is new.
        case ok
        /// The load failed; the old value stays.
        case failed(String)
        /// The bucket's spreadsheet is not set; neither success nor failure.
        case skipped(String)
        /// The program is stopping.
        case cancelled
    }

    /// The bucket.
    public let name: String
    /// What came of it.
    public let outcome: Outcome
    /// How long it took.
    public let duration: Duration
    /// Extra tries, 0 or 1.
    public let retries: Int
    /// Why it was done.
    public let cause: RefreshCause
    /// The bucket afterwards.
    public let snapshot: BucketSnapshot

    /// Whether the value is new.
    public var isOK: Bool { outcome == .ok }

    /// Why it failed or was skipped.
    public var error: String? {
        switch outcome {
        case .failed(let reason), .skipped(let reason): reason
        case .cancelled: "cancelled"
        case .ok: nil
        }
    }
}

/// Why a bucket has no value to give.
public enum BucketUnavailable: Error, Sendable, Hashable, CustomStringConvertible {
    /// The first load has not ended yet; ask again soon.
    case warming
    /// The first load failed.
    case failed(String)
    /// The bucket's spreadsheet is not set.
    case notSet(String)

    /// The reason, one line.
    public var description: String {
        switch self {
        case .warming: "data is still warming up"
        case .failed(let reason), .notSet(let reason): reason
        }
    }
}

/// A load that must not replace what there was, for a reason that no other error tells.
public struct LoadFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reason, one line.
    public let description: String

    /// A failure for this reason.
    public init(_ reason: String) {
        description = reason
    }

    /// The read gave nothing, and its header was not there either, so that this proves nothing.
    public static let emptyResult = LoadFailure("empty result")
}
