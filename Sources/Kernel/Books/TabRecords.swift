import Configuration
public import Spreadsheets

/// The rows of a tab with the header that names their columns, for readers who know what the cells mean.
public struct TabRecords: Sendable, Hashable {
    /// The names of the columns.
    public let header: HeaderRow
    /// The rows that count, in sheet order.
    public let rows: [SheetRow]

    /// Reads a tab whose header is in row 1.
    /// - Throws: `LoadFailure` where no header is there, so that an emptied tab replaces nothing.
    init(_ block: CellBlock, where counts: (SheetRow, HeaderRow) -> Bool = { _, _ in true }) throws(LoadFailure) {
        let table = SheetTable(block, schema: TableSchema())
        guard let header = table.header else { throw .emptyResult }
        self.header = header
        rows = table.rows.filter { counts($0, header) }
    }

    /// The text of a row under the first of these names that the header has, without blanks around it.
    public func text(_ row: SheetRow, _ names: String...) -> String {
        header.resolve(names).column.map { row[$0].trimmed } ?? ""
    }
}
