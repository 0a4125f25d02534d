public import Journal
public import Spreadsheets

/// What shall happen to one row of a table.
///
/// ```swift
/// let change = RowChange(
///     of: tickets, row: ["W1234"], cause: "close:\(thread):clan", [OutboxCell("clantag", .text("WKSP"), seenBefore: "")])
/// let written = try await outbox.write(change)
/// ```
public struct RowChange: Sendable {
    /// The table.
    public var table: BookTable
    /// The texts of the row's key cells, in the order of ``BookTable/keys``.
    public var row: [String]
    /// What is done with the row.
    public var operation: OutboxOperation
    /// Names the cause and the step: a change of the same name is recorded once.
    public var cause: String
    /// The cells; key cells of a row that is added need not be among them.
    public var cells: [OutboxCell]

    /// A change; see the properties.
    public init(
        of table: BookTable, row: [String], _ operation: OutboxOperation = .update, cause: String,
        _ cells: [OutboxCell]
    ) {
        self.table = table
        self.row = row
        self.operation = operation
        self.cause = cause
        self.cells = cells
    }

    /// The change as the journal keeps it. A row that may have to be added carries its key cells.
    func intent(_ kind: OutboxKind) -> OutboxIntent {
        var cells = cells
        if operation == .append || operation == .upsert {
            let named = Set(cells.map(\.column))
            cells = zip(table.keys, row).filter { !named.contains($0.0) }.map { OutboxCell($0, .text($1)) } + cells
        }
        return OutboxIntent(
            key: cause, spreadsheet: table.spreadsheetName, tab: table.name, row: table.identity(row),
            operation: operation,
            kind: kind, cells: cells)
    }
}

/// A row as the sheet holds it after a change, for those who must say what they did.
public struct WrittenRow: Sendable, Hashable {
    /// The sheet row; nil if the change had been made before and nobody looked again.
    public var number: Int?
    /// The texts of the changed cells before, by column; none for a row that was added.
    public var before: [String: String]
    /// The texts of the changed cells now, by column.
    public var after: [String: String]

    /// A row; see the properties.
    public init(number: Int? = nil, before: [String: String], after: [String: String]) {
        self.number = number
        self.before = before
        self.after = after
    }
}

/// Why a change was not made, or is not known to be.
public enum WriteFailure: Error, Sendable, Equatable {
    /// It could not be recorded, so it was not tried.
    case notRecorded(JournalError)
    /// The spreadsheet will never take it; it was struck off.
    case refused(WorkbookError)
    /// A person changed a cell in the meantime; theirs stands.
    case conflict(String)
    /// Time was up and the sheet does not hold it; it was withdrawn.
    case notSaved(String)
    /// Time was up and nobody can tell; it is recorded and will be completed.
    case unsettled

    /// One sentence for the person who waits. Names nothing that only operators may see.
    public var sentence: String {
        switch self {
        case .notRecorded(.diskFull):
            "I cannot save anything at the moment because my disk is full. Nothing was changed; please tell an admin."
        case .notRecorded:
            "I cannot save anything at the moment. Nothing was changed; please tell an admin."
        case .refused(.conflict), .conflict:
            "The sheet changed in the meantime, so nothing was saved. Please retry."
        case .refused:
            "The sheet did not accept this change, so nothing was saved. Please contact an admin."
        case .notSaved:
            "The sheet is not answering, so nothing was saved. Please try again in a minute."
        case .unsettled:
            "The sheet is slow to answer. Your change is recorded and will appear by itself; please do not enter it again."
        }
    }
}

extension OutboxCell.Value {
    /// The value as the workbook takes it.
    var cellValue: CellValue {
        switch self {
        case .text(let text): .text(text)
        case .number(let number): .number(number)
        case .bool(let bool): .bool(bool)
        case .clear: .clear
        }
    }

    /// Whether a cell that shows this text may hold the value. Number formats of the sheet may show a number with
    /// other digits than the automatic format.
    func isShown(as text: String) -> Bool {
        switch self {
        case .text(let value): text == value
        case .clear: text.isEmpty
        case .bool: text.uppercased() == cellValue.shown
        case .number(let number): text == cellValue.shown || Double(text.replacing(",", with: "")) == number
        }
    }
}
