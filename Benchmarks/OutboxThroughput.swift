import Books
import Journal
import Service
import Spreadsheets

extension Benchmark {
    /// Changes a second that the outbox records in the journal and makes in a workbook of files: one after the other, each
    /// waited for, and many that go together.
    static let outbox = Benchmark("outbox") {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let rows = (0..<500).map { "row \($0),0\n" }.joined()
        let made = try await Subprocess.run(
            "sh", arguments: ["-c", "mkdir -p \"$0/ledgers\" && cat > \"$0/ledgers/Ledger.csv\"", folder.path],
            input: Array(("key,value\n" + rows).utf8))
        guard made.status == .exited(0) else { return [] }
        let journal = try await Journal.open(
            directory: folder.path + "/state", time: CalendarTime(), logger: .silent)
        let table = ledger
        let outbox = Outbox(
            .init(
                journal: journal, workbook: LocalWorkbook(folder: folder.path), calendar: CalendarTime(),
                transport: TransportTime(), logger: .silent), tables: [table])
        await outbox.start()

        let alone = try await Stopwatch.rate(of: 50) {
            for index in 0..<50 {
                _ = try await outbox.write(change(table, index))
            }
        }
        let together = try await Stopwatch.rate(of: 500) {
            try await outbox.enqueue((0..<500).map { change(table, $0) })
            while outbox.summary.pending > 0 { try await Task.sleep(for: .milliseconds(1)) }
        }
        await journal.close()
        return [
            Measurement("outbox.confirmed-alone", alone, "changes/s"),
            Measurement(
                "outbox.eventual-500-at-once", together, "changes/s", against: .init(name: "alone", figure: alone)),
        ]
    }

    private static func change(_ table: BookTable, _ index: Int) -> RowChange {
        RowChange(
            of: table, row: ["row \(index)"], cause: Trace.make(), [OutboxCell("value", .number(Double(index)))])
    }

    private static var ledger: BookTable {
        BookTable(
            name: "ledger", in: "ledgers", keys: ["key"], spreadsheet: { SpreadsheetKey("ledgers") },
            tab: { "Ledger" },
            layout: { _ throws(WorkbookError) in
                BookTable.Layout(headerRow: 1, columns: ["key": Column(0), "value": Column(1)])
            }, normalise: { $0 })
    }
}
