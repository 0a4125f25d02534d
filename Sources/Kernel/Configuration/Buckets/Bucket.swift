import Service
import Spreadsheets

/// A named cache of one thing: the only copy of it in the process.
///
/// Readers get what is there at once; a value that is no longer fresh starts one load in the background. Whoever wants a
/// new value now joins the load that runs or starts one. A load that fails leaves the old value in place, is reported at
/// once, and is tried once more 300 s later (runtime chapter, section 13; coreops chapter, section 8).
public actor Bucket<Value: Sendable>: AnyBucket {
    /// What a bucket is.
    public struct Plan: Sendable {
        /// The name.
        public var name: String
        /// Other names that commands accept.
        public var synonyms: [String]
        /// How long a value lives.
        public var ttl: @Sendable () -> Duration
        /// How long a reader takes a value for fresh; unless given, the TTL.
        public var freshness: @Sendable () -> Duration
        /// The grid of scheduled refreshes, counted from the Unix epoch; nil if there are none.
        public var interval: Duration?
        /// How many elements a value has; nil if it has none to count.
        public var count: @Sendable (Value) -> Int?
        /// What telemetry shows about where the value comes from.
        public var metadata: @Sendable () -> [String: String]
        /// Gets a new value.
        public var load: @Sendable () async throws -> Value

        /// A plan; see the properties.
        public init(
            name: String, synonyms: [String] = [], ttl: @escaping @Sendable () -> Duration,
            freshness: (@Sendable () -> Duration)? = nil, interval: Duration? = nil,
            count: @escaping @Sendable (Value) -> Int?,
            metadata: @escaping @Sendable () -> [String: String] = { [:] },
            load: @escaping @Sendable () async throws -> Value
        ) {
            self.name = name
            self.synonyms = synonyms
            self.ttl = ttl
            self.freshness = freshness ?? ttl
            self.interval = interval
            self.count = count
            self.metadata = metadata
            self.load = load
        }
    }

    /// One load, API retries included, may take this long.
    private static var loadDeadline: Duration { .seconds(60) }
    /// A failed load is tried again after this long.
    private static var retryDelay: Duration { .seconds(300) }

    /// The name.
    public nonisolated let name: String
    /// Other names that commands accept.
    public nonisolated let synonyms: [String]
    /// The grid of scheduled refreshes.
    public nonisolated let interval: Duration?

    private let plan: Plan
    private let services: BucketServices
    private var value: Value?
    /// The last success on the clock that never jumps; `state.lastRefresh` is its date.
    private var loadedAt: Timestamp?
    private var isMarkedStale = false
    private var isStopped = false
    private var state: BucketSnapshot
    private var running: Task<RefreshResult, Never>?
    /// The changes in place since the running load began, which may have read before them.
    private var patches: [@Sendable (inout Value) -> Void] = []
    private var retry: Task<Void, Never>?
    private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    private var nextWaiter = 0
    private var skipReason: String?

    /// A bucket that holds nothing yet.
    public init(_ plan: Plan, services: BucketServices) {
        name = plan.name
        synonyms = plan.synonyms
        interval = plan.interval
        self.plan = plan
        self.services = services
        state = BucketSnapshot(name: plan.name, available: true)
    }

    // MARK: Reading

    /// The value as it is, without starting anything.
    public var current: Value? { value }

    /// The value. One that is no longer fresh is given at once while a load starts in the background; without any the
    /// caller joins the load and waits at most `patience` of real time.
    public func read(patience: Duration = .seconds(5)) async throws(BucketUnavailable) -> Value {
        if let value {
            if !isFresh { startLoad(.staleRead) }
            return value
        }
        startLoad(.staleRead)
        await waitForLoad(atMost: patience)
        if let value { return value }
        if running != nil || isStopped { throw .warming }
        if let skipReason { throw .notSet(skipReason) }
        throw state.lastError.map { .failed($0) } ?? .warming
    }

    /// Changes the value in place after a write that was confirmed. Its age stays what it was. What a running load brings
    /// is changed likewise.
    public func patch(_ change: @escaping @Sendable (inout Value) -> Void) {
        if running != nil { patches.append(change) }
        guard var patched = value else { return }
        change(&patched)
        value = patched
        state.itemCount = plan.count(patched)
    }

    /// Whether readers take the value as it is.
    private var isFresh: Bool {
        guard !isMarkedStale, let age else { return false }
        return age < plan.freshness()
    }

    /// Time since the last success, however the wall clock was set meanwhile.
    private var age: Duration? {
        loadedAt.map { services.calendar.steadyNow - $0 }
    }

    /// Waits until the running load has ended, at most so long, or until the caller is cancelled.
    private func waitForLoad(atMost patience: Duration) async {
        guard running != nil else { return }
        nextWaiter += 1
        let id = nextWaiter
        let timer = Task { [transport = services.transport] in
            try? await transport.sleep(for: patience)
            self.release(id)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled || running == nil {
                    continuation.resume()
                } else {
                    waiters[id] = continuation
                }
            }
        } onCancel: {
            Task { await release(id) }
        }
        timer.cancel()
    }

    private func release(_ id: Int) {
        waiters.removeValue(forKey: id)?.resume()
    }

    // MARK: Refreshing

    /// Loads a new value, or joins the load that runs. Never waits for the second try after a failure.
    public func refresh(_ cause: RefreshCause) async -> RefreshResult {
        await startLoad(cause).value
    }

    /// Marks the value stale and keeps it.
    public func invalidate() {
        isMarkedStale = true
    }

    /// Cancels what runs and what is planned; the value stays readable.
    public func stop() async {
        isStopped = true
        retry?.cancel()
        retry = nil
        running?.cancel()
        _ = await running?.value
    }

    /// What is known about the bucket now.
    public func snapshot() -> BucketSnapshot {
        var snapshot = state
        let now = services.calendar.now
        snapshot.ttl = plan.ttl()
        snapshot.metadata = plan.metadata()
        snapshot.age = age
        let expiry = age.map { now + (snapshot.ttl - $0) }
        snapshot.nextRefresh = [expiry, nextSlot(after: now)].compactMap { $0 }.min()
        snapshot.untilNextRefresh = snapshot.nextRefresh.map { $0 - now }
        return snapshot
    }

    private func nextSlot(after now: Timestamp) -> Timestamp? {
        guard let interval = interval?.wholeSeconds, interval > 0 else { return nil }
        let seconds = now.milliseconds / 1000
        return Timestamp(milliseconds: (seconds / Int64(interval) + 1) * Int64(interval) * 1000)
    }

    @discardableResult
    private func startLoad(_ cause: RefreshCause, retrying firstError: String? = nil) -> Task<RefreshResult, Never> {
        if let running { return running }
        let task = Task {
            let trace = Trace.current.isEmpty ? Trace.make() : Trace.current
            return await Trace.$current.withValue(trace) { await self.load(cause, retrying: firstError) }
        }
        running = task
        return task
    }

    private func load(_ cause: RefreshCause, retrying firstError: String?) async -> RefreshResult {
        logStart(cause)
        let start = services.transport.now
        state.ttlExpired = age.map { $0 >= plan.ttl() } ?? true
        let loaded = await Self.withDeadline(Self.loadDeadline, services.transport, plan.load)
        let outcome = take(loaded, firstError)
        state.lastAttempt = services.calendar.now
        state.lastTrigger = cause.trigger
        state.lastActor = cause.shownActor
        state.lastLatency = services.transport.now - start
        state.retries = firstError == nil ? 0 : 1
        running = nil
        patches = []
        for waiter in waiters.values { waiter.resume() }
        waiters = [:]

        switch outcome {
        case .ok, .skipped, .cancelled:
            retry?.cancel()
            retry = nil
        case .failed(let reason):
            if firstError == nil { planRetry(cause, reason) }
        }
        let result = RefreshResult(
            name: name, outcome: outcome, duration: state.lastLatency ?? .zero, retries: state.retries, cause: cause,
            snapshot: snapshot())
        logEnd(result)
        services.onRefresh(result)
        return result
    }

    private func take(_ loaded: Result<Value, any Error>, _ firstError: String?) -> RefreshResult.Outcome {
        skipReason = nil
        switch loaded {
        case .success(var loaded):
            for patch in patches { patch(&loaded) }
            value = loaded
            isMarkedStale = false
            state.lastRefresh = services.calendar.now
            loadedAt = services.calendar.steadyNow
            state.itemCount = plan.count(loaded)
            state.lastResult = firstError == nil ? .ok : .retryOK
            state.lastError = nil
            state.consecutiveFailures = 0
            return .ok
        case .failure(WorkbookError.spreadsheetNotSet(let reason)):
            skipReason = reason
            return .skipped(reason)
        case .failure(WorkbookError.cancelled), .failure(is CancellationError):
            state.lastResult = .cancelled
            return .cancelled
        case .failure(let error):
            let reason = Self.joined(firstError, services.mask(String(describing: error)))
            state.lastResult = .fail
            state.lastError = reason
            state.consecutiveFailures += 1
            return .failed(reason)
        }
    }

    private static func joined(_ first: String?, _ second: String) -> String {
        guard let first else { return second }
        return second.isEmpty || second == first ? first : "\(first) | retry: \(second)"
    }

    /// Plans the second try; at most one is pending.
    private func planRetry(_ cause: RefreshCause, _ reason: String) {
        guard retry == nil, !isStopped else { return }
        retry = Task { [calendar = services.calendar] in
            guard (try? await calendar.sleep(for: Self.retryDelay)) != nil else { return }
            await self.runRetry(cause, reason)
        }
    }

    private func runRetry(_ cause: RefreshCause, _ reason: String) async {
        // A load that runs already settles the matter, well or not.
        if running == nil { _ = await startLoad(cause, retrying: reason).value }
        retry = nil
    }

    private static func withDeadline(
        _ deadline: Duration, _ time: any TimeSource, _ load: @escaping @Sendable () async throws -> Value
    ) async -> Result<Value, any Error> {
        do {
            let value = try await withThrowingTaskGroup(of: Value.self) { group in
                group.addTask { try await load() }
                group.addTask {
                    try await time.sleep(for: deadline)
                    throw LoadFailure("timed out after \(deadline.compact)")
                }
                defer { group.cancelAll() }
                guard let first = try await group.next() else { throw CancellationError() }
                return first
            }
            return .success(value)
        } catch {
            return .failure(error)
        }
    }

    // MARK: Log lines (coreops chapter, section 8.4)

    private func logStart(_ cause: RefreshCause) {
        if cause.isStartup {
            services.logger.info("[refresh] startup bucket=\(name)")
        } else {
            services.logger.info(
                "[refresh] trigger=\(cause.shownTrigger) bucket=\(name) actor=\(cause.shownActor)")
        }
    }

    private func logEnd(_ result: RefreshResult) {
        let word =
            switch result.outcome {
            case .ok: "ok"
            case .skipped: "skipped"
            case .failed: "fail"
            case .cancelled: "cancelled"
            }
        let count = state.itemCount.map { String($0) } ?? "-"
        let line =
            "[refresh] bucket=\(name) trigger=\(result.cause.shownTrigger) actor=\(result.cause.shownActor) "
            + "duration=\(result.duration.wholeMilliseconds)ms result=\(word) retries=\(result.retries) "
            + "ttl_expired=\(state.ttlExpired) count=\(count) error=\(result.error ?? "-")"
        if case .failed = result.outcome { services.logger.warning(line) } else { services.logger.info(line) }
    }
}
