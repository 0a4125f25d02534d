public import Service
import Synchronization

/// What all buckets share.
public struct BucketServices: Sendable {
    /// Ages, schedules and second tries.
    public var calendar: any TimeSource
    /// Deadlines and durations.
    public var transport: any TimeSource
    /// Where the `[refresh]` lines go.
    public var logger: Logger
    /// Hides secrets in the text of an error, before it is kept, logged or cut.
    public var mask: @Sendable (String) -> String
    /// Hears of every load that has ended; must return at once.
    public var onRefresh: @Sendable (RefreshResult) -> Void

    /// Services; see the properties.
    public init(
        calendar: any TimeSource, transport: any TimeSource, logger: Logger,
        mask: @escaping @Sendable (String) -> String = { $0 },
        onRefresh: @escaping @Sendable (RefreshResult) -> Void = { _ in }
    ) {
        self.calendar = calendar
        self.transport = transport
        self.logger = logger
        self.mask = mask
        self.onRefresh = onRefresh
    }
}

/// A bucket, whatever it holds.
public protocol AnyBucket: Sendable {
    /// The name.
    var name: String { get }
    /// Other names that commands accept.
    var synonyms: [String] { get }
    /// The grid of scheduled refreshes, counted from the Unix epoch; nil if there are none.
    var interval: Duration? { get }
    /// Loads a new value, or joins the load that runs.
    func refresh(_ cause: RefreshCause) async -> RefreshResult
    /// Marks the value stale and keeps it.
    func invalidate() async
    /// What is known about the bucket now.
    func snapshot() async -> BucketSnapshot
    /// Cancels what runs and what is planned.
    func stop() async
}

/// All buckets of a process, by name. Commands and probes know buckets only through it (coreops chapter, section 8.2).
public final class BucketDirectory: Sendable {
    private static let startupWidth = 4

    /// In the order of registration.
    private let buckets = Mutex<[any AnyBucket]>([])
    private let startup = Mutex<Task<[RefreshResult], Never>?>(nil)
    private let logger: Logger

    /// A directory without buckets.
    public init(logger: Logger) {
        self.logger = logger
    }

    /// Adds a bucket. A name that is taken stays with the bucket that has it; false then.
    @discardableResult
    public func register(_ bucket: some AnyBucket) -> Bool {
        buckets.withLock { buckets in
            guard !buckets.contains(where: { $0.name == bucket.name }) else { return false }
            buckets.append(bucket)
            return true
        }
    }

    /// The names, sorted.
    public var names: [String] {
        buckets.withLock { $0.map(\.name).sorted() }
    }

    /// The buckets, sorted by name.
    public var all: [any AnyBucket] {
        buckets.withLock { buckets in buckets.sorted { $0.name < $1.name } }
    }

    /// The bucket of that name or synonym, in any case.
    public func bucket(named text: String) -> (any AnyBucket)? {
        let name = text.trimmed.lowercased()
        return buckets.withLock { buckets in
            buckets.first { $0.name == name } ?? buckets.first { $0.synonyms.contains(name) }
        }
    }

    /// What is known about one bucket; an unknown name gives a snapshot that says so.
    public func snapshot(of name: String) async -> BucketSnapshot {
        guard let bucket = bucket(named: name) else { return .unknown(name) }
        return await bucket.snapshot()
    }

    /// What is known about each bucket, by name.
    public func snapshots() async -> [BucketSnapshot] {
        var snapshots: [BucketSnapshot] = []
        for bucket in all { snapshots.append(await bucket.snapshot()) }
        return snapshots
    }

    /// Refreshes these buckets, at most four at a time; the results come in the order of the buckets.
    /// - Parameter onEach: hears of each result as soon as it is there.
    @discardableResult
    public func refresh(
        _ buckets: [any AnyBucket], _ cause: RefreshCause,
        onEach: @escaping @Sendable (RefreshResult) -> Void = { _ in }
    ) async -> [RefreshResult] {
        await buckets.mapConcurrently(atMost: Self.startupWidth) { bucket in
            let result = await bucket.refresh(cause)
            onEach(result)
            return result
        }
    }

    /// Loads every bucket once, actor `startup`; a second call gives the results of the first (runtime chapter, 13.4).
    /// Those that were registered first are loaded first. Returns when all first attempts have ended.
    public func loadAtStartup() async -> [RefreshResult] {
        let task = startup.withLock { startup in
            if let startup { return startup }
            let task = Task { await self.preload() }
            startup = task
            return task
        }
        return await task.value
    }

    private func preload() async -> [RefreshResult] {
        let buckets = buckets.withLock { $0 }
        guard !buckets.isEmpty else {
            logger.info("Cache preloader skipped: no cache buckets registered")
            return []
        }
        let results = await refresh(buckets, .startup)
        for result in results {
            if case .failed(let reason) = result.outcome {
                logger.warning(
                    "startup preload refresh failed", ["bucket": .string(result.name), "error": .string(reason)])
            }
        }
        let hasRows = results.contains { ($0.snapshot.itemCount ?? 0) > 0 }
        logger.info(hasRows ? "Cache preloader completed" : "Cache preloader completed with no rows")
        return results
    }

    /// Marks all buckets stale and starts one refresh of each in the background, for a reload.
    public func reload(actor: String) async {
        let buckets = all
        for bucket in buckets { await bucket.invalidate() }
        let refreshing = Task { _ = await refresh(buckets, .actor(actor)) }
        background.withLock { background in
            background?.cancel()
            background = refreshing
        }
    }

    private let background = Mutex<Task<Void, Never>?>(nil)

    /// Cancels all loads and planned second tries.
    public func stop() async {
        background.withLock { $0?.cancel() }
        startup.withLock { $0?.cancel() }
        for bucket in all { await bucket.stop() }
    }
}
