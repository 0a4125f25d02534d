public import Service
import Synchronization

/// Durable records of one process in one SQLite file, on a thread of its own.
///
/// Records come in two classes. *Forced* ones are on the disk when the call returns: a burst of callers shares one
/// commit. *Unforced* ones are with the operating system: they survive the end of the process, not a loss of power.
///
/// ```swift
/// let journal = try await Journal.open(directory: "state", time: CalendarTime(), logger: log)
/// if try await journal.claim("message:1234") { … ; try await journal.finish("message:1234") }
/// await journal.close()
/// ```
public actor Journal {
    /// How a journal is opened and how long it keeps things.
    public struct Options: Sendable {
        /// How long another holder of the folder is waited for.
        public var lockDeadline: Duration = .seconds(30)
        /// The clock for waiting and pacing.
        public var clock: any TimeSource = TransportTime()
        /// How long an event key is remembered.
        public var eventKeyLifetime: Duration = .seconds(24 * 3600)
        /// How long a panel is remembered after its last change.
        public var panelLifetime: Duration = .seconds(90 * 24 * 3600)
        /// How many panels are remembered; beyond it those go that were not changed for longest.
        public var panelLimit = 20_000
        /// How long the steps of a flow that nobody ended are remembered.
        public var flowLifetime: Duration = .seconds(30 * 24 * 3600)
        /// How long the outcome of an outbox entry is remembered, and with it its idempotency key.
        public var settledLifetime: Duration = .seconds(7 * 24 * 3600)
        /// The shortest time between two paced checkpoints of the gateway session.
        public var checkpointInterval: Duration = .seconds(1)
        /// How long after a failed write the journal tries one of its own.
        public var probeInterval: Duration = .seconds(30)
        /// Hears whenever ``Journal/health`` changes; must return at once.
        public var onHealthChange: @Sendable (Health) -> Void = { _ in }
        /// Where the journal counts its commits.
        public var metrics = Metrics()

        /// The defaults above.
        public init() {}
    }

    /// Whether records can be written at present.
    public enum Health: Sendable, Equatable {
        case ok
        /// The last write failed, or a read found the file damaged; the next write that succeeds turns this back to
        /// `ok`, and the journal tries one by itself from time to time.
        case failing(JournalError)
    }

    struct ForcedWrite {
        let apply: (Database) throws(JournalError) -> Void
        let finish: (JournalError?) -> Void
    }

    /// How long a burst of forced writes is gathered at most before it is committed.
    static let gatheringTime = Duration.milliseconds(5)
    /// How often what has expired is thrown away.
    private static let cleaningInterval = Duration.seconds(600)

    nonisolated let options: Options
    nonisolated let time: any TimeSource
    /// Tells what this process finished from what earlier ones did.
    nonisolated let process = Trace.make()
    /// Nil unless the journal is open.
    nonisolated let claims = Mutex<EventClaims?>(nil)
    private nonisolated let thread = DedicatedThread(name: "journal")
    private nonisolated let log: Logger
    private nonisolated let healthState = Mutex(Health.ok)
    private nonisolated let counts: Counts

    private var lock: DirectoryLock?
    /// Where the file is, as long as the journal is open.
    private var path: String?
    /// The open file; nil also after it turned out to be damaged, until the next call.
    private var file: JournalFile?
    private var batch: [ForcedWrite] = []
    private var probing: Task<Void, Never>?
    /// In steady time, so that setting the wall clock neither hastens nor delays it.
    private var nextCleaning: Timestamp?
    var checkpoint = CheckpointPacing()

    /// The thread on which everything of the journal runs.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        thread.asUnownedSerialExecutor()
    }

    /// Opens the journal in `directory`, which is created if it is missing, and holds the folder until it is closed.
    ///
    /// `time` is calendar time. Throws ``JournalError/locked(path:holder:)`` if another process does not let go of the
    /// folder in time, ``JournalError/unwritable(path:reason:)`` and ``JournalError/newerSchema(found:supported:)``. A
    /// damaged file is set aside with one ERROR, and a fresh one takes its place.
    public static func open(
        directory: String,
        time: any TimeSource,
        logger: Logger,
        options: Options = Options()
    ) async throws(JournalError) -> Journal {
        let journal = Journal(time: time, logger: logger, options: options)
        try await journal.open(directory)
        return journal
    }

    private init(time: any TimeSource, logger: Logger, options: Options) {
        self.time = time
        self.log = logger
        self.options = options
        self.counts = Counts(options.metrics)
    }

    private func open(_ directory: String) async throws(JournalError) {
        let lock = try await DirectoryLock.take(directory, within: options.lockDeadline, time: options.clock)
        let path = directory + "/journal.sqlite"
        self.file = try JournalFile.open(path: path, logger: log, now: time.now)
        self.path = path
        self.lock = lock
        cleanIfDue()
        let (finished, now) = (try finishedKeys(), time.steadyNow)
        claims.withLock { $0 = EventClaims(finished: finished, lifetime: options.eventKeyLifetime, now: now) }
    }

    /// Writes what is still waiting, closes the file and gives the folder back. Later calls throw
    /// ``JournalError/closed``.
    public func close() {
        commitBatch()
        // Its failure shows in `health`; without the record the next process begins a new session.
        try? flushCheckpoint()
        checkpoint.timer?.cancel()
        probing?.cancel()
        // So that whoever looks at the folder finds everything in one file. Nothing is lost where it cannot be done.
        try? file?.forced.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        claims.withLock { $0 = nil }
        file = nil
        path = nil
        lock = nil
        thread.stop()
    }

    /// Whether records can be written at present. Needs no turn on the journal's thread.
    public nonisolated var health: Health {
        healthState.withLock { $0 }
    }

    /// Tries a forced write if the last write failed, so that health recovers although nobody else writes.
    func probe() async {
        guard health != .ok else { return }
        do throws(JournalError) {
            // More than the file has room for without growing; it is given back at once.
            try await force { database throws(JournalError) in
                try database.run("INSERT INTO settings (key, value) VALUES ('journal.probe', hex(zeroblob(32768)))")
                try database.run("DELETE FROM settings WHERE key = 'journal.probe'")
            }
        } catch {
            // That shows in `health`.
            return
        }
        note(.ok, isProof: true)
    }
}

// MARK: - Reading and writing

extension Journal {
    /// Reads committed records.
    func read<Value>(_ body: (Database) throws(JournalError) -> Value) throws(JournalError) -> Value {
        let file = try openedFile()
        do {
            return try body(file.unforced)
        } catch {
            if case .corrupt = error { note(.failing(error)) }
            throw error
        }
    }

    /// Writes an unforced record.
    @discardableResult
    func write<Value>(_ body: (Database) throws(JournalError) -> Value) throws(JournalError) -> Value {
        do {
            let value = try body(openedFile().unforced)
            counts.unforcedRecords.increment()
            note(.ok)
            return value
        } catch {
            if error != .closed { note(.failing(error)) }
            throw error
        }
    }

    /// The open file. One that turned out to be damaged was let go of and is opened anew.
    private func openedFile() throws(JournalError) -> JournalFile {
        if let file { return file }
        guard let path else { throw .closed }
        let opened = try JournalFile.open(path: path, logger: log, now: time.now)
        file = opened
        return opened
    }

    /// Writes forced records: returns once the commit that contains them is on the disk. What `body` does counts wholly
    /// or not at all.
    @discardableResult
    func force<Value: Sendable>(
        _ body: @escaping (Database) throws(JournalError) -> Value
    ) async throws(JournalError) -> Value {
        guard path != nil else { throw .closed }
        let outcome = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, JournalError>, Never>) in
            var outcome = Result<Value, JournalError>.failure(.closed)
            batch.append(
                ForcedWrite(
                    apply: { database throws(JournalError) in outcome = .success(try body(database)) },
                    finish: { error in continuation.resume(returning: error.map { .failure($0) } ?? outcome) }
                ))
            if batch.count == 1 { gather(since: options.clock.now, seen: 0) }
        }
        return try outcome.get()
    }

    /// Commits the batch once no write came in since the last look, or when it was gathered for long enough. A look
    /// queues behind the writes that already wait for the thread, so a lone write is not delayed.
    private func gather(since began: Timestamp, seen: Int) {
        if batch.count == seen || options.clock.now - began >= Self.gatheringTime {
            commitBatch()
            return
        }
        let count = batch.count
        thread.enqueue { [self] in
            assumeIsolated { journal in journal.gather(since: began, seen: count) }
        }
    }

    private func commitBatch() {
        let writes = batch
        batch = []
        guard !writes.isEmpty else { return }
        let start = options.clock.now
        var failures: [Int: JournalError] = [:]
        do throws(JournalError) {
            failures = try Self.commit(writes, to: openedFile().forced)
            counts.forcedCommits.increment()
            counts.forcedRecords.increment(by: UInt64(writes.count - failures.count))
            counts.commitTime.observe(options.clock.now - start)
            note(failures.values.first.map { .failing($0) } ?? .ok)
        } catch {
            if error != .closed { note(.failing(error)) }
            for index in writes.indices { failures[index] = error }
        }
        for (index, write) in writes.enumerated() { write.finish(failures[index]) }
    }

    /// Commits writes together and returns the errors of those that failed alone.
    private static func commit(
        _ writes: [ForcedWrite], to database: Database
    ) throws(JournalError) -> [Int: JournalError] {
        var failures: [Int: JournalError] = [:]
        try database.transaction { () throws(JournalError) in
            for (index, write) in writes.enumerated() {
                do throws(JournalError) {
                    try database.savepoint { () throws(JournalError) in try write.apply(database) }
                } catch {
                    // Only the failed write is lost, unless SQLite gave up the whole transaction.
                    guard database.isInTransaction else { throw error }
                    failures[index] = error
                }
            }
        }
        return failures
    }

    /// Takes note of how a write went. That one had room in a file that cannot grow proves nothing for the next one: after
    /// a full disk only the probe does.
    private func note(_ health: Health, isProof: Bool = false) {
        if case .failing(.corrupt) = health { file = nil }
        if health != .ok { planProbe() }
        let before = healthState.withLock { state -> Health? in
            if health == .ok, !isProof, state == .failing(.diskFull) { return nil }
            defer { state = health }
            return state
        }
        guard let before else { return }
        switch (before, health) {
        // The error that tells of damage is the one that tells where the file was put.
        case (.ok, .failing(.corrupt(let message))):
            log.warning("journal: damage found, the file is opened anew", ["reason": .string(message)])
        case (.ok, .failing(let error)): log.error("journal: writing fails", error: error)
        case (.failing, .ok): log.info("journal: writing works again")
        default: break
        }
        if before != health { options.onHealthChange(health) }
    }

    private func planProbe() {
        guard probing == nil, path != nil else { return }
        probing = Task { [weak self, clock = options.clock, interval = options.probeInterval] in
            do { try await clock.sleep(for: interval) } catch { return }
            await self?.probeIsDue()
        }
    }

    private func probeIsDue() async {
        probing = nil
        await probe()
    }
}

// MARK: - Throwing away

extension Journal {
    /// Throws away what has expired, now and then. That it failed shows in `health` and keeps nobody from writing.
    func cleanIfDue() {
        let now = time.steadyNow
        if let nextCleaning, now < nextCleaning { return }
        nextCleaning = now + Self.cleaningInterval
        try? clean()
    }

    private func clean() throws(JournalError) {
        let now = time.now
        let options = options
        try write { database throws(JournalError) in
            try database.transaction { () throws(JournalError) in
                try database.run(
                    "DELETE FROM event_keys WHERE claimed_at < ?", .time(now - options.eventKeyLifetime))
                try database.run("DELETE FROM panels WHERE updated_at < ?", .time(now - options.panelLifetime))
                try database.run(
                    """
                    DELETE FROM panels WHERE message IN
                    (SELECT message FROM panels ORDER BY updated_at DESC, message DESC LIMIT -1 OFFSET ?)
                    """, .integer(options.panelLimit))
                try database.run(
                    """
                    DELETE FROM flow_steps WHERE flow IN
                    (SELECT flow FROM flow_steps GROUP BY flow HAVING max(updated_at) < ?)
                    """, .time(now - options.flowLifetime))
                try database.run(
                    "DELETE FROM outbox WHERE state <> 'pending' AND updated_at < ?",
                    .time(now - options.settledLifetime))
            }
        }
    }

    /// Lets the file grow no further than this many pages, on both connections; what a full disk looks like.
    func limitPages(to pages: Int) throws(JournalError) {
        try file?.forced.execute("PRAGMA max_page_count = \(pages)")
        try file?.unforced.execute("PRAGMA max_page_count = \(pages)")
    }

    /// Moves everything from the write-ahead log into the file and empties the caches, so that what then happens to the
    /// file is what is read.
    func foldLog() throws(JournalError) {
        try file?.forced.execute("PRAGMA shrink_memory")
        try file?.unforced.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        try file?.unforced.execute("PRAGMA shrink_memory")
    }
}

// MARK: - Counting

extension Journal {
    /// What the journal has done since it was opened.
    public struct Diagnostics: Sendable, Equatable {
        /// Commits that waited for the disk.
        public var forcedCommits: UInt64
        /// Writes that those commits contained.
        public var forcedRecords: UInt64
        /// Writes that did not wait for the disk.
        public var unforcedRecords: UInt64
    }

    /// What the journal has done since it was opened. Needs no turn on the journal's thread.
    public nonisolated var diagnostics: Diagnostics {
        Diagnostics(
            forcedCommits: counts.forcedCommits.value,
            forcedRecords: counts.forcedRecords.value,
            unforcedRecords: counts.unforcedRecords.value
        )
    }

    struct Counts {
        let forcedCommits: Counter
        let forcedRecords: Counter
        let unforcedRecords: Counter
        let commitTime: Histogram

        init(_ metrics: Metrics) {
            forcedCommits = metrics.counter("journal_forced_commits_total", help: "Commits that waited for the disk.")
            forcedRecords = metrics.counter(
                "journal_records_total", help: "Writes, by durability.", labels: ["class": "forced"])
            unforcedRecords = metrics.counter("journal_records_total", labels: ["class": "unforced"])
            commitTime = metrics.histogram("journal_commit_seconds", help: "How long commits waited for the disk.")
        }
    }
}

extension SQLValue {
    /// A calendar time, stored in whole milliseconds.
    static func time(_ time: Timestamp) -> SQLValue { .integer(time.milliseconds) }
}

extension Row {
    func time(_ column: Int32) -> Timestamp { Timestamp(milliseconds: integer(column)) }
}
