import Journal
public import Spreadsheets

/// A row of a table as it will be once everything recorded has been made.
public struct BookRow: Sendable, Hashable {
    /// The sheet row; nil if the row is yet to be added.
    public var number: Int?
    /// The texts by column name.
    public var cells: [String: String]
    /// Whether a recorded change is not in the sheet yet.
    public var isPending = false

    /// The text in a column; empty if there is none of that name.
    public subscript(column: String) -> String { cells[column] ?? "" }
}

extension Outbox {
    /// The rows of a table, read afresh, with what is recorded laid over them by identity.
    ///
    /// - Throws: what reading the tab throws, and `schema` if it is not what the table relies on.
    public func rows(of table: BookTable, _ context: CallContext) async throws(WorkbookError) -> [BookRow] {
        let workbook = services.workbook
        let (content, entries) = try await reading(table) { () async throws(WorkbookError) in
            let key = try table.spreadsheet()
            return try await OutboxApplication.read([table], key, workbook, context)[table.name]?.get()
        }
        return content.map { Self.overlay(entries, on: $0) } ?? []
    }

    /// Reads something of a table, and gives with it the entries that the answer may lack.
    func reading<Answer: Sendable>(
        _ table: BookTable, _ read: @Sendable () async throws(WorkbookError) -> Answer
    ) async throws(WorkbookError) -> (answer: Answer, entries: [OutboxEntry]) {
        // What is applied while the tab is being read may be missing in the answer, so it is laid over all the same.
        let before = pending(of: table)
        readers += 1
        defer {
            readers -= 1
            if readers == 0 { failedMeanwhile = [] }
        }
        let answer = try await read()
        let known = Set(before.map(\.id))
        let entries =
            before.filter { !failedMeanwhile.contains($0.id) }
            + pending(of: table).filter { !known.contains($0.id) }
        return (answer, entries)
    }

    static func overlay(_ entries: [OutboxEntry], on content: TableContent) -> [BookRow] {
        var rows = content.rows.map { row in
            (
                identity: content.identity(of: row),
                row: BookRow(number: row.number, cells: content.layout.columns.mapValues { row[$0] })
            )
        }
        for entry in entries {
            let identity = entry.intent.row
            let index =
                content.table.prefersLowestRow
                ? rows.lastIndex { $0.identity == identity } : rows.firstIndex { $0.identity == identity }
            switch (entry.intent.operation, index) {
            case (.update, let index?), (.upsert, let index?):
                for cell in entry.intent.cells where !content.table.keys.contains(cell.column) {
                    rows[index].row.cells[cell.column] = cell.value.cellValue.shown
                }
                rows[index].row.isPending = true
            case (.append, nil), (.upsert, nil):
                let cells = Dictionary(entry.intent.cells.map { ($0.column, $0.value.cellValue.shown) }) { $1 }
                rows.append((identity, BookRow(number: nil, cells: cells, isPending: true)))
            case (.delete, let index?):
                rows.remove(at: index)
            case (.update, nil), (.append, _?), (.delete, nil):
                break
            }
        }
        return rows.map(\.row)
    }
}
