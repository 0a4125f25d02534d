import Service

/// How a gateway comes back after a connection has ended: where it connects, how it greets, and after which wait.
///
/// The wait grows with every attempt and starts anew only after a connection that stood for a while, so that a server
/// that greets and then fails is not hammered. A resumed session that is lost again soon costs nothing but the resume:
/// after it the first wait suffices, so that nobody is kept waiting by a line that drops now and then. A session that cannot be resumed at its own address is resumed at the
/// general one, and given up when that does not answer either: Discord keeps a session for minutes, and a bot that
/// waits for it hears nothing. Source: Discord documentation, Gateway, "Resuming".
struct ReconnectPlan {
    /// Where the next connection goes, and how it greets.
    enum Target: Equatable {
        /// RESUME at the session's own address.
        case resumeAddress
        /// RESUME at the address that Discord gives everybody.
        case generalAddress
        /// IDENTIFY.
        case newSession
    }

    static let firstWait = Duration.seconds(1)
    static let longestWait = Duration.seconds(60)
    /// A session that stood so long ends a series of failures.
    static let stableAfter = Duration.seconds(30)
    /// Attempts to resume in vain at each of both addresses.
    static let patience = 3

    /// Connections since the last one that stood for a while.
    private(set) var attempts = 0
    private var failedResumes = 0
    private var readySince: Timestamp?
    private var hasResumed = false

    /// Where to go, with a session to resume or without one.
    func target(hasSession: Bool) -> Target {
        guard hasSession, failedResumes < 2 * Self.patience else { return .newSession }
        return failedResumes < Self.patience ? .resumeAddress : .generalAddress
    }

    /// A connection is about to be tried.
    mutating func begin() {
        attempts += 1
        readySince = nil
        hasResumed = false
    }

    /// READY or RESUMED has come.
    mutating func becameReady(at now: Timestamp, byResuming hasResumed: Bool) {
        readySince = now
        self.hasResumed = hasResumed
        failedResumes = 0
    }

    /// The connection has ended, or could not be had.
    mutating func end(at now: Timestamp, wasResuming: Bool) {
        if let readySince {
            if now - readySince >= Self.stableAfter {
                attempts = 0
            } else if hasResumed {
                attempts = min(attempts, 1)
            }
        } else if wasResuming {
            failedResumes += 1
        }
        readySince = nil
    }

    /// The session is gone; what was tried with it does not count against the next one.
    mutating func forgetSession() {
        failedResumes = 0
    }

    /// The bound of the wait before the next attempt: none after a session that stood.
    var wait: Duration {
        guard attempts > 0 else { return .zero }
        return min(Self.firstWait * (1 << min(attempts - 1, 10)), Self.longestWait)
    }
}

/// Spaces what starts sessions: one IDENTIFY in five seconds, and one in a minute when few are left for the day, so that
/// a process that crashes again and again never uses up the day's number.
///
/// Discord allows `max_concurrency` identifies in five seconds, but counts them by shard: a bot of one shard has one.
/// Source: Discord documentation, Gateway, "Session Start Limit Object" and "Sharding"; design, section 10.
struct IdentifyBudget {
    static let pause = Duration.seconds(5)
    static let scarcePause = Duration.seconds(60)
    /// With fewer than this many left they are scarce.
    static let scarce = 50

    private var lastIdentify: Timestamp?
    private var isScarce = false

    /// An IDENTIFY was sent.
    mutating func note(at now: Timestamp) {
        lastIdentify = now
    }

    /// When the next one may be sent.
    ///
    /// What this process has not seen may have been a moment ago: when identifies are scarce, the first one waits too.
    func nextSlot(_ info: GatewayInfo, at now: Timestamp) -> Timestamp {
        if info.sessionStartRemaining <= 0 { return now + max(info.sessionStartResetAfter, Self.scarcePause) }
        if info.sessionStartRemaining < Self.scarce { return max(now, (lastIdentify ?? now) + Self.scarcePause) }
        return lastIdentify.map { max(now, $0 + Self.pause) } ?? now
    }

    /// Whether identifies have become scarce; once, until there are enough again.
    mutating func becameScarce(_ info: GatewayInfo) -> Bool {
        let wasScarce = isScarce
        isScarce = info.sessionStartRemaining < Self.scarce
        return isScarce && !wasScarce
    }
}
