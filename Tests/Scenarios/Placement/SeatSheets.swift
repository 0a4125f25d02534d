import Cluster
import Spreadsheets
import TestTools
import Testing

/// A row of the ledger as it stands in the sheet.
struct LedgerLine: Sendable, Equatable {
    /// The row's number now.
    var number: Int
    /// What tells it from every other row.
    var identity: String
    /// The nine cells.
    var cells: [String]
    /// What people wrote to the right of them.
    var remark: String

    /// The cell of a column.
    subscript(column: Reservation.Column) -> String { cells[column.rawValue] }

    /// Whether the row holds a seat.
    var isActive: Bool { self[.status].filter { $0 != " " }.lowercased() == "active" }
}

/// The roster as it stands in the sheet.
struct RosterLines: Sendable {
    /// A clan's row.
    struct Line: Sendable {
        /// The tag as the sheet writes it.
        var tag: String
        /// The cells.
        var cells: [String]
    }

    /// The rows with a tag and open seats, in the order of the sheet.
    var clans: [Line]
    /// The rows that hold no such clan: titles, the header, blank rows.
    var others: [[String]]
}

/// The two tabs that keep seats, as people see and edit them: cell by cell, past the program.
struct SeatSheets {
    static let manualSpots = Column(4)
    static let openSpots = Column(31)
    static let inactives = Column(32)
    static let holds = Column(33)
    static let summary = Column(34)

    private static let key = SpreadsheetKey("recruitment")
    private static let ledgerTab = "Reservations"
    private static let rosterTab = "bot_info"
    private static let ledgerWidth = 10
    private static let rosterWidth = 35

    private let workbook: LocalWorkbook

    init(folder: String) { workbook = LocalWorkbook(folder: folder) }

    // MARK: Reading

    func ledger() async throws -> [LedgerLine] {
        try await rows(Self.ledgerTab, width: Self.ledgerWidth).enumerated().dropFirst().compactMap { index, row in
            guard let identity = Reservation(cells: row, sheetRow: index + 1)?.identity else { return nil }
            return LedgerLine(
                number: index + 1, identity: identity.description, cells: Array(row.prefix(9)), remark: row[9])
        }
    }

    func roster() async throws -> RosterLines {
        let rows = try await rows(Self.rosterTab, width: Self.rosterWidth)
        let isClan = { (row: [String]) in row[2].hasPrefix("WK") && !row[Self.manualSpots.index].isEmpty }
        return RosterLines(
            clans: rows.filter(isClan).map { .init(tag: $0[2], cells: $0) }, others: rows.filter { !isClan($0) })
    }

    private func rows(_ tab: String, width: Int) async throws -> [[String]] {
        try await workbook.read(CellRange(tab: tab), of: Self.key, .interactive).rows
            .map { $0 + Array(repeating: "", count: max(0, width - $0.count)) }
    }

    // MARK: Editing

    /// Sets who keeps the seats that are open in the game.
    func setOwner(_ owner: String) async throws {
        _ = try await workbook.append(
            [.text("MANUAL_SPOTS_OWNER"), .text(owner)], to: CellRange(tab: "Config", .rows(1...1)), of: Self.key,
            .interactive)
    }

    /// Brings the rows of both tabs, below the headers, into another order, a blank one among them.
    func shuffle(_ random: inout SplitMix) async throws {
        let ledger = try await rows(Self.ledgerTab, width: Self.ledgerWidth)
        let blank = Array(repeating: "", count: Self.ledgerWidth)
        let moved = (ledger.dropFirst().filter { $0 != blank } + [blank]).shuffled(using: &random)
        let roster = try await rows(Self.rosterTab, width: Self.rosterWidth)
        let writes =
            cells(moved, from: 2, in: Self.ledgerTab)
            + cells(Array(roster.dropFirst(3)).shuffled(using: &random), from: 4, in: Self.rosterTab)
        try await write(writes)
    }

    /// Deletes rows of the ledger.
    func remove(_ lines: [LedgerLine]) async throws {
        try await workbook.deleteRows(Set(lines.map(\.number)), of: Self.ledgerTab, in: Self.key, .interactive)
    }

    /// Adds a row below the last one.
    func add(_ cells: [String]) async throws -> LedgerLine {
        let number = try await rows(Self.ledgerTab, width: Self.ledgerWidth).count + 1
        try await write(self.cells([cells], from: number, in: Self.ledgerTab))
        return try #require(try await ledger().first { $0.number == number })
    }

    /// Overwrites a cell of the ledger.
    func write(_ text: String, to column: Reservation.Column, of line: LedgerLine) async throws {
        try await write([cell(text, column.rawValue, line.number, Self.ledgerTab)])
    }

    /// Writes something to the right of a row.
    func remark(_ text: String, beside line: LedgerLine) async throws {
        try await write([cell("remarks", 9, 1, Self.ledgerTab), cell(text, 9, line.number, Self.ledgerTab)])
    }

    /// Overwrites a cell of a clan's row.
    func write(_ text: String, column: Column, ofClan tag: String) async throws {
        let row = try await rows(Self.rosterTab, width: Self.rosterWidth).firstIndex { $0[2] == tag }
        try await write([cell(text, column.index, try #require(row) + 1, Self.rosterTab)])
    }

    private func cells(_ rows: [[String]], from first: Int, in tab: String) -> [CellWrite] {
        rows.enumerated().flatMap { y, row in row.enumerated().map { x, text in cell(text, x, first + y, tab) } }
    }

    private func cell(_ text: String, _ column: Int, _ row: Int, _ tab: String) -> CellWrite {
        CellWrite(tab: tab, column: Column(column), row: row, value: text.isEmpty ? .clear : .text(text))
    }

    private func write(_ writes: [CellWrite]) async throws {
        try await workbook.write(writes, to: Self.key, .interactive)
    }
}
