import Books
import FoundationEssentials
import Journal
import Service
import Spreadsheets
import Synchronization

/// A spreadsheet `ledgers` with one tab, the journal beside it, and a workbook that fails when told to.
final class OutboxFixture: Sendable {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("outbox-\(UUID())")
    let log = LogMemory()
    let alerts = Awaitable<[String]>([])
    let workbook: FailingWorkbook

    init(_ content: String = "id,seats,clantag,done\nA,1,WKSP,FALSE\nB,2,WKAS,TRUE\n") throws {
        for name in ["ledgers", "state"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true)
        }
        workbook = FailingWorkbook(LocalWorkbook(folder: folder.path))
        try put(content)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    static let table = table(in: "ledgers")

    /// The tab `Ledger` as a table: `id` names rows, people write `clantag` too.
    static func table(in spreadsheet: String, header: BookTable.CanonicalHeader? = nil) -> BookTable {
        BookTable(
            name: "ledger", in: "ledgers", keys: ["id"], sharedColumns: ["clantag"], canonicalHeader: header,
            spreadsheet: { SpreadsheetKey(spreadsheet) }, tab: { "Ledger" },
            layout: { block throws(WorkbookError) in
                let header = SheetTable(block, schema: TableSchema()).header
                guard let header, header.column("id") != nil else { throw .schema("no id") }
                let columns = ["id", "seats", "clantag", "done"].compactMap { name in
                    header.column(name).map { (name, $0) }
                }
                return BookTable.Layout(headerRow: 1, columns: Dictionary(columns) { first, _ in first })
            }, normalise: { $0.uppercased() })
    }

    func put(_ content: String) throws {
        try Data(content.utf8).write(to: folder.appending(path: "ledgers/Ledger.csv"), options: .atomic)
    }

    /// The tab as it stands, with `|` between cells.
    func rows() async throws -> [String] {
        try await LocalWorkbook(folder: folder.path)
            .read(CellRange(tab: "Ledger"), of: SpreadsheetKey("ledgers"), .interactive).rows
            .map { $0.joined(separator: "|") }
    }

    func journal() async throws -> Journal {
        try await Journal.open(directory: folder.appending(path: "state").path, time: CalendarTime(), logger: .silent)
    }

    /// An outbox with short pauses; `changing` may lengthen them.
    func outbox(
        _ journal: Journal, _ table: BookTable = OutboxFixture.table,
        changing: (inout Outbox.Options) -> Void = { _ in }
    ) -> Outbox {
        var options = Outbox.Options()
        options.firstPause = .milliseconds(10)
        options.settlingTime = .milliseconds(30)
        changing(&options)
        return Outbox(
            .init(
                journal: journal, workbook: workbook, calendar: CalendarTime(), transport: TransportTime(),
                logger: Logger("outbox", sink: log, time: CalendarTime()),
                alert: { [alerts] text in alerts.withLock { $0.append(text) } }),
            tables: [table], options: options)
    }

    /// A journal and an outbox that works.
    func start() async throws -> (Journal, Outbox) {
        let journal = try await journal()
        let outbox = outbox(journal)
        await outbox.start()
        return (journal, outbox)
    }

    /// A change of one row.
    func change(
        _ row: String, _ operation: OutboxOperation, cause: String = UUID().uuidString, _ cells: OutboxCell...
    ) -> RowChange {
        RowChange(of: Self.table, row: [row], operation, cause: cause, cells)
    }

    /// A change of cells of a row that is there.
    func change(_ row: String, cause: String = UUID().uuidString, _ cells: OutboxCell...) -> RowChange {
        RowChange(of: Self.table, row: [row], cause: cause, cells)
    }
}

/// A workbook whose next calls fail, before or after they took effect.
final class FailingWorkbook: Workbook {
    enum Call { case read, write, append }

    struct Failure {
        var call: Call
        var error: WorkbookError
        var isApplied = false
    }

    private struct State {
        var failures: [(failure: Failure, times: Int)] = []
    }

    private let base: LocalWorkbook
    private let state = Mutex(State())
    /// While false, calls that change something wait.
    let gate = Awaitable(true)
    private enum HeldRead { case none, next, holding }

    /// A read whose answer waits although the tab was read already.
    private let heldRead = Awaitable(HeldRead.none)
    /// How many calls have been made.
    let calls = Awaitable<[Call]>([])

    init(_ base: LocalWorkbook) { self.base = base }

    func fail(_ call: Call, _ error: WorkbookError, isApplied: Bool = false, times: Int = 1) {
        let failure = Failure(call: call, error: error, isApplied: isApplied)
        state.withLock { $0.failures.append((failure, times)) }
    }

    /// Lets all calls succeed again.
    func recover() { state.withLock { $0.failures = [] } }

    /// Lets the answer of the next read wait until ``releaseRead()``.
    func holdNextRead() { heldRead.withLock { $0 = .next } }

    /// Returns once an answer waits.
    func isHoldingRead() async { await heldRead.until { $0 == .holding } }

    func releaseRead() { heldRead.withLock { $0 = .none } }

    private func take(_ call: Call) -> Failure? {
        calls.withLock { $0.append(call) }
        return state.withLock { state in
            guard let index = state.failures.firstIndex(where: { $0.failure.call == call }) else { return nil }
            state.failures[index].times -= 1
            defer { state.failures.removeAll { $0.times == 0 } }
            return state.failures[index].failure
        }
    }

    private func performing<Answer>(
        _ call: Call, _ body: () async throws(WorkbookError) -> Answer
    ) async throws(WorkbookError) -> Answer {
        let failure = take(call)
        if call != .read { await gate.until { $0 } }
        guard let failure else { return try await body() }
        if failure.isApplied { _ = try await body() }
        throw failure.error
    }

    func read(
        _ ranges: [CellRange], of key: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> [CellBlock] {
        try await performing(.read) { () async throws(WorkbookError) in
            let blocks = try await base.read(ranges, of: key, context)
            let isHeld = heldRead.withLock { held in
                defer { if held == .next { held = .holding } }
                return held == .next
            }
            if isHeld { await heldRead.until { $0 == .none } }
            return blocks
        }
    }

    func write(_ writes: [CellWrite], to key: SpreadsheetKey, _ context: CallContext) async throws(WorkbookError) {
        try await performing(.write) { () async throws(WorkbookError) in
            try await base.write(writes, to: key, context)
        }
    }

    func append(
        _ row: [CellValue], to range: CellRange, of key: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> Int {
        try await performing(.append) { () async throws(WorkbookError) in
            try await base.append(row, to: range, of: key, context)
        }
    }

    func directory(of key: SpreadsheetKey, _ context: CallContext) async throws(WorkbookError) -> SpreadsheetInfo {
        try await base.directory(of: key, context)
    }

    func deleteRows(
        _ rows: Set<Int>, of tab: String, in key: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) {
        try await base.deleteRows(rows, of: tab, in: key, context)
    }

    func export(
        _ range: CellRange, of key: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> [UInt8] {
        throw .exportUnsupported
    }

    func tail(of spreadsheet: SpreadsheetKey) -> String { "local" }
}
