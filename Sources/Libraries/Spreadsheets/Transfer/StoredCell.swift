/// What a cell holds behind the text that it shows.
public enum StoredCell: Sendable, Hashable {
    /// A text, or nothing.
    case text(String)
    /// A number, which may be shown in many ways.
    case number(Double)
    /// A truth value.
    case bool(Bool)
    /// A formula, which computes what is shown; also a text that looks like one.
    case formula(String)
}

/// A workbook that tells what its cells hold.
public protocol StoredCells: Sendable {
    /// What the cells of ranges hold, row by row from the first cell of each range; short rows end with blank cells.
    func stored(
        _ ranges: [CellRange], of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> [[[StoredCell]]]
}
