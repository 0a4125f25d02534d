public import Journal
public import Service
public import Spreadsheets

/// The only way in which the program changes a spreadsheet: each change is recorded in the journal, applied, and struck
/// off. What was recorded is not lost with the process, and is not made twice.
///
/// ```swift
/// let written = try await outbox.write(change)      // a person waits for the outcome
/// try await outbox.enqueue([touch])                 // made some time, across restarts
/// let rows = try await outbox.rows(of: table, .interactive)   // as they will be once all is made
/// ```
///
/// Changes of one row are made in the order in which they were recorded. At any time one attempt works on a table, so that
/// no row moves under another; what waits for it meanwhile goes as one request.
///
/// Source: sheets chapter, sections 9.2 and 9.3.
public actor Outbox {
    /// What the outbox works with.
    public struct Services: Sendable {
        /// Where changes are recorded.
        public var journal: Journal
        /// Where they are made.
        public var workbook: any Workbook
        /// The ages of entries.
        public var calendar: any TimeSource
        /// Deadlines and pauses.
        public var transport: any TimeSource
        /// Log lines.
        public var logger: Logger
        /// Counters of `/metrics`.
        public var metrics: Metrics
        /// Counts attempts in progress, for tests that move the clock.
        public var activity: ActivityCounter
        /// Takes messages for the log channel and returns at once.
        public var alert: @Sendable (String) -> Void

        /// Services; see the properties.
        public init(
            journal: Journal, workbook: any Workbook, calendar: any TimeSource, transport: any TimeSource,
            logger: Logger, metrics: Metrics = Metrics(), activity: ActivityCounter = ActivityCounter(),
            alert: @escaping @Sendable (String) -> Void = { _ in }
        ) {
            (self.journal, self.workbook, self.calendar, self.transport) = (journal, workbook, calendar, transport)
            (self.logger, self.metrics, self.activity, self.alert) = (logger, metrics, activity, alert)
        }
    }

    /// How patient the outbox is.
    public struct Options: Sendable {
        /// How long a person waits for an outcome.
        public var patience = Duration.seconds(20)
        /// How long an attempt that broke off may still take effect: before nobody looks whether it has.
        public var settlingTime = Duration.seconds(5)
        /// How long one attempt may take.
        public var attemptLimit = Duration.seconds(12)
        /// The pause after a first failure; it doubles with each further one.
        public var firstPause = Duration.seconds(1)
        /// No pause is longer.
        public var longestPause = Duration.seconds(60)
        /// How many entries go in one request at most.
        public var batchLimit = 100

        /// The values named above.
        public init() {}
    }

    /// What a listener hears about entries of its table.
    public enum Notice: Sendable {
        /// The entry will be applied; readers see it already.
        case recorded(OutboxEntry)
        /// The entry has its outcome; of one that is awaited somebody else tells.
        case settled(OutboxEntry, isAwaited: Bool)
    }

    struct Item {
        var entry: OutboxEntry
        let table: BookTable
        var failures = 0
        var notBefore: Timestamp
        var isSending = false
        /// Nobody waits any more, and no further attempt may begin until it is known how the last one ended.
        var isOverdue = false
        /// How many callers will be told of the outcome.
        var waiters = 0
        /// Completed once the entry has its outcome.
        let outcome: Awaitable<Result<WrittenRow, WriteFailure>?>
    }

    let services: Services
    let options: Options
    private let tables: [String: BookTable]
    let listeners: [String: @Sendable (Notice) async -> Void]
    let counts: OutboxCounts
    var items: [Int64: Item] = [:]
    /// The ids of all items, in the order in which they were recorded.
    var order: [Int64] = []
    var busyTables: Set<String> = []
    var attempts: [Int: Task<Void, Never>] = [:]
    var nextAttempt = 0
    var alarm: Task<Void, Never>?
    var isOpen = false
    private var isFinished = false
    /// Reads in progress, and the entries that failed for good meanwhile.
    var readers = 0
    var failedMeanwhile: Set<Int64> = []

    /// An outbox that makes nothing before ``start()``. `listeners` hear of the entries of tables by name, one notice after
    /// the other.
    public init(
        _ services: Services, tables: [BookTable], options: Options = Options(),
        listeners: [String: @Sendable (Notice) async -> Void] = [:]
    ) {
        self.services = services
        self.options = options
        self.tables = Dictionary(tables.map { ($0.name, $0) }) { first, _ in first }
        self.listeners = listeners
        counts = OutboxCounts(metrics: services.metrics, calendar: services.calendar)
    }

    /// What the outbox holds and has done, for reports.
    public nonisolated var summary: OutboxSummary { counts.summary }

    // MARK: Living

    /// Takes up what an earlier process left, and begins to work. For when the settings that name tabs and spreadsheets
    /// are known.
    public func start() async {
        while !Task.isCancelled {
            do {
                let left = try await services.journal.pending()
                for entry in left where items[entry.id] == nil { await resume(entry) }
                if !left.isEmpty { services.logger.info("outbox resumed", ["entries": .int(left.count)]) }
                break
            } catch {
                services.logger.error("outbox cannot read the journal", error: error)
                if error == .closed { return }
                do { try await services.transport.sleep(for: options.settlingTime) } catch { return }
            }
        }
        isOpen = !isFinished
        pump()
    }

    private func resume(_ entry: OutboxEntry) async {
        guard let table = tables[entry.intent.tab] else {
            services.logger.error(
                "outbox entry of an unknown table stays pending", ["table": .string(entry.intent.tab)])
            return
        }
        // The last process may have ended in the middle of a request that is still under way.
        let since = max(services.calendar.now - entry.updatedAt, .zero)
        let wait = entry.attempts == 0 ? .zero : max(options.settlingTime - since, .zero)
        add(entry, table, notBefore: services.transport.now + wait)
        await listeners[table.name]?(.recorded(entry))
    }

    /// Gives what is in hand time to be finished, seven seconds after `begin`, or up to 22 as long as entries are being
    /// accepted (runtime chapter, section 3.6). Afterwards nothing is sent any more. Returns how many entries are left to
    /// the next process.
    public func finish(since begin: Timestamp) async -> Int {
        var limit = begin + .seconds(7)
        let lastLimit = begin + .seconds(22)
        while items.values.contains(where: { $0.isSending || $0.notBefore <= limit && isOpen }) {
            let settled = counts.settled
            await counts.progress.until(limit, services.transport) { $0 > settled }
            guard counts.settled > settled else { break }
            limit = min(max(limit, services.transport.now + .seconds(3)), lastLimit)
        }
        (isOpen, isFinished) = (false, true)
        alarm?.cancel()
        for attempt in attempts.values { attempt.cancel() }
        for attempt in attempts.values { await attempt.value }
        return items.count
    }

    // MARK: Recording

    /// Makes a change for somebody who waits for its outcome.
    ///
    /// A failure is true when it is told: what is reported as not saved was withdrawn before. Cancelled callers leave the
    /// change recorded.
    public func write(_ change: RowChange) async throws(WriteFailure) -> WrittenRow {
        let deadline = services.transport.now + options.patience
        guard let entry = try await record([change], .confirmed).first else { throw .notSaved("nothing to do") }
        guard let outcome = items[entry.id]?.outcome else { return try Self.outcome(of: entry) }
        items[entry.id]?.waiters += 1
        defer { items[entry.id]?.waiters -= 1 }
        await outcome.until(deadline - options.settlingTime - .seconds(1), services.transport) { $0 != nil }
        if let result = outcome.withLock({ $0 }) { return try result.get() }
        if Task.isCancelled { throw .unsettled }
        return try await settleOverdue(entry.id, deadline)
    }

    /// Records changes, all or none, that are made as soon as the sheet takes them, across restarts. Several unsent ones of
    /// the same cells become one.
    public func enqueue(_ changes: [RowChange]) async throws(WriteFailure) {
        _ = try await record(changes, .eventual)
    }

    private func record(_ changes: [RowChange], _ kind: OutboxKind) async throws(WriteFailure) -> [OutboxEntry] {
        let entries: [OutboxEntry]
        do throws(JournalError) {
            entries = try await append(changes.map { $0.intent(kind) })
        } catch {
            services.logger.error("outbox cannot record a change", error: error)
            throw .notRecorded(error)
        }
        for (entry, change) in zip(entries, changes) where entry.state == .pending {
            add(entry, change.table, notBefore: services.transport.now)
            await listeners[change.table.name]?(.recorded(entry))
        }
        pump()
        return entries
    }

    private func append(_ intents: [OutboxIntent]) async throws(JournalError) -> [OutboxEntry] {
        do throws(JournalError) {
            return try await services.journal.append(intents)
        } catch .corrupt {
            // The next call finds a fresh file.
            return try await services.journal.append(intents)
        }
    }

    private func add(_ entry: OutboxEntry, _ table: BookTable, notBefore: Timestamp) {
        if items[entry.id] != nil {
            items[entry.id]?.entry = entry
        } else {
            items[entry.id] = Item(entry: entry, table: table, notBefore: notBefore, outcome: Awaitable(nil))
            order.append(entry.id)
            if order.count > 1, order[order.count - 2] > entry.id { order.sort() }
        }
        note()
    }

    /// What came of a change that was settled before.
    static func outcome(of entry: OutboxEntry) throws(WriteFailure) -> WrittenRow {
        switch entry.state {
        case .applied: break
        case .conflict: throw .conflict(entry.note)
        case .refused: throw .refused(.conflict(entry.note))
        case .withdrawn: throw .notSaved(entry.note)
        case .pending: throw .unsettled
        }
        var row = WrittenRow(before: [:], after: [:])
        for cell in entry.intent.cells {
            row.before[cell.column] = cell.seenBefore
            row.after[cell.column] = cell.value.cellValue.shown
        }
        return row
    }

    /// The entries of a table that are not settled, in their order.
    func pending(of table: BookTable) -> [OutboxEntry] {
        order.compactMap { items[$0] }.filter { $0.table.name == table.name }.map(\.entry)
    }
}
