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
        /// The entry has its outcome.
        case settled(OutboxEntry)
    }

    struct Item {
        var entry: OutboxEntry
        let table: BookTable
        var failures = 0
        var notBefore: Timestamp
        var isSending = false
        /// Nobody waits any more, and no further attempt may begin until it is known how the last one ended.
        var isOverdue = false
        /// Completed once the entry has its outcome.
        let outcome: Awaitable<Result<WrittenRow, WriteFailure>?>
    }

    let services: Services
    let options: Options
    private let tables: [String: BookTable]
    private let listeners: [String: @Sendable (Notice) async -> Void]
    let counts: OutboxCounts
    private(set) var items: [Int64: Item] = [:]
    /// The ids of all items, in the order in which they were recorded.
    private var order: [Int64] = []
    private var busyTables: Set<String> = []
    private var attempts: [Int: Task<Void, Never>] = [:]
    private var nextAttempt = 0
    private var alarm: Task<Void, Never>?
    private var isOpen = false
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
            entries = try await services.journal.append(changes.map { $0.intent(kind) })
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
    private static func outcome(of entry: OutboxEntry) throws(WriteFailure) -> WrittenRow {
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

    /// How many changes of a table are not made yet, and how often they had to be tried again, for the daily digest.
    public func backlog(ofTable name: String) -> (pending: Int, retries: Int) {
        let waiting = items.values.filter { $0.table.name == name }
        return (waiting.count, waiting.reduce(0) { $0 + max($1.entry.attempts - 1, 0) })
    }

    /// The entries of a table that are not settled, in their order.
    func pending(of table: BookTable) -> [OutboxEntry] {
        order.compactMap { items[$0] }.filter { $0.table.name == table.name }.map(\.entry)
    }

    // MARK: Working

    /// Begins whatever may be begun, and comes back when more may be.
    func pump() {
        guard isOpen else { return }
        let now = services.transport.now
        var heads: [Item] = []
        var rows: Set<String> = []
        var next: Timestamp?
        for id in order {
            guard let item = items[id] else { continue }
            // Only the first entry of a row may go.
            guard rows.insert("\(item.table.name)\u{0}\(item.entry.intent.row)").inserted else { continue }
            guard !item.isSending, !item.isOverdue, !busyTables.contains(item.table.name) else { continue }
            if item.notBefore > now {
                next = min(next ?? item.notBefore, item.notBefore)
            } else {
                heads.append(item)
            }
        }
        for kind in [OutboxKind.confirmed, .eventual] {
            var ready: [String: [Item]] = [:]
            for item in heads where item.entry.intent.kind == kind && !busyTables.contains(item.table.name) {
                let spreadsheet = item.table.spreadsheetName
                if ready[spreadsheet, default: []].count < options.batchLimit {
                    ready[spreadsheet, default: []].append(item)
                }
            }
            for batch in ready.values { begin(batch, kind) }
        }
        wake(at: next)
    }

    private func wake(at time: Timestamp?) {
        alarm?.cancel()
        alarm = time.map { time in
            Task { [transport = services.transport] in
                guard (try? await transport.sleep(until: time)) != nil else { return }
                self.pump()
            }
        }
    }

    private func begin(_ batch: [Item], _ kind: OutboxKind) {
        let ids = batch.map(\.entry.id)
        for item in batch {
            items[item.entry.id]?.isSending = true
            busyTables.insert(item.table.name)
        }
        let context = CallContext(
            priority: kind == .confirmed ? .interactive : .background, deadline: options.attemptLimit)
        let number = nextAttempt
        nextAttempt += 1
        services.activity.begin()
        attempts[number] = Task {
            await self.attempt(ids, context)
            for item in batch { self.busyTables.remove(item.table.name) }
            self.attempts[number] = nil
            self.services.activity.end()
            self.note()
            self.pump()
        }
    }

    private func attempt(_ ids: [Int64], _ context: CallContext) async {
        let entries: [OutboxEntry]
        do throws(JournalError) {
            entries = try await services.journal.beginAttempts(ids)
        } catch {
            services.logger.warning("outbox cannot note an attempt", error: error)
            for id in ids { await postpone(id, .transient("\(error)")) }
            return
        }
        for id in ids where !entries.contains(where: { $0.id == id }) { await drop(id) }
        for entry in entries { items[entry.id]?.entry = entry }
        var application = OutboxApplication(services.workbook, context)
        await application.apply(entries.compactMap { entry in items[entry.id].map { (entry, $0.table) } })
        await take(application.attempts, of: entries)
    }

    /// Draws the consequences of an attempt.
    private func take(_ attempts: [Int64: OutboxAttempt], of entries: [OutboxEntry]) async {
        var applied: [(Int64, WrittenRow)] = []
        for entry in entries {
            switch attempts[entry.id] {
            case .applied(let row)?: applied.append((entry.id, row))
            case .conflict(let reason)?:
                await settle([entry.id], as: .conflict, reason) { _ in .failure(.conflict(reason)) }
            case .failed(let error)? where error.endsEntries || entry.isConfirmed && error.isDefinite:
                await settle([entry.id], as: .refused, "\(error)") { _ in .failure(.refused(error)) }
            case .failed(let error)?: await postpone(entry.id, error)
            case nil: await postpone(entry.id, .transient("not tried"))
            }
        }
        let rows = Dictionary(applied) { first, _ in first }
        await settle(applied.map(\.0), as: .applied) { .success(rows[$0] ?? WrittenRow(before: [:], after: [:])) }
    }

    /// Records outcomes and tells them. If they cannot be recorded the entries are tried again, which does no harm.
    func settle(
        _ ids: [Int64], as state: OutboxEntry.State, _ reason: String = "",
        _ result: (Int64) -> Result<WrittenRow, WriteFailure>
    ) async {
        guard !ids.isEmpty else { return }
        do throws(JournalError) {
            _ = try await services.journal.settle(ids, as: state, note: reason)
        } catch {
            services.logger.warning("outbox cannot record an outcome", error: error)
            for id in ids {
                // Whoever waits need not wait for the journal: the sheet holds it.
                if state == .applied { complete(id, result(id)) }
                await postpone(id, .transient("\(error)"))
            }
            return
        }
        for id in ids {
            guard let item = items[id] else { continue }
            remove(id, failed: state != .applied)
            counts.count(state)
            report(item, state, reason)
            Self.complete(item, result(id))
            var entry = item.entry
            (entry.state, entry.note) = (state, reason)
            await listeners[item.table.name]?(.settled(entry))
        }
    }

    private func remove(_ id: Int64, failed: Bool = true) {
        if failed, readers > 0 { failedMeanwhile.insert(id) }
        items[id] = nil
        order.removeAll { $0 == id }
        note()
    }

    private func complete(_ id: Int64, _ result: Result<WrittenRow, WriteFailure>) {
        if let item = items[id] { Self.complete(item, result) }
    }

    private static func complete(_ item: Item, _ result: Result<WrittenRow, WriteFailure>) {
        item.outcome.withLock { $0 = $0 ?? result }
    }

    /// Lets go of an entry that was settled before it was taken up here, and tells those who wait.
    private func drop(_ id: Int64) async {
        guard let item = items[id] else { return }
        remove(id)
        var result = Result<WrittenRow, WriteFailure>.failure(.unsettled)
        if let entry = try? await services.journal.outboxEntry(forKey: item.entry.intent.key) {
            do throws(WriteFailure) { result = .success(try Self.outcome(of: entry)) } catch {
                result = .failure(error)
            }
        }
        Self.complete(item, result)
    }

    private func postpone(_ id: Int64, _ error: WorkbookError) async {
        guard var item = items[id] else { return }
        item.isSending = false
        guard error != .cancelled else {
            items[id] = item
            return
        }
        item.failures += 1
        item.entry.note = "\(error)"
        var pause = options.firstPause
        for _ in 1..<item.failures where pause < options.longestPause { pause = pause * 2 }
        pause = min(pause, options.longestPause)
        if case .ambiguous = error { pause = max(pause, options.settlingTime) }
        if case .quota(_, let wish?) = error { pause = max(pause, wish) }
        item.notBefore = services.transport.now + pause
        items[id] = item
        counts.countRetry()
        services.logger.warning(
            "outbox: change not made yet",
            [
                "table": .string(item.table.name), "attempt": .int(item.entry.attempts),
                "delay_ms": .milliseconds(pause),
            ], error: error)
        do { try await services.journal.noteFailure(id, "\(error)") } catch {
            services.logger.debug("outbox cannot note a failure", error: error)
        }
    }

    /// Forbids further attempts, or allows them again.
    func setOverdue(_ id: Int64, _ isOverdue: Bool) { items[id]?.isOverdue = isOverdue }

    private func note() {
        counts.note(pending: items.count, oldest: order.first.flatMap { items[$0]?.entry.createdAt })
    }
}

extension OutboxEntry {
    /// Whether somebody waits for the outcome.
    var isConfirmed: Bool { intent.kind == .confirmed }
}

extension WorkbookError {
    /// Whether trying again a little later is of no use to somebody who waits.
    fileprivate var isDefinite: Bool {
        switch self {
        case .spreadsheetNotSet, .configuration: true
        default: endsEntries
        }
    }
}
