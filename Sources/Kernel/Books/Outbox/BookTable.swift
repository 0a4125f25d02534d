import Journal
public import Service
public import Spreadsheets

/// A tab that the program writes: where it is, what names its rows, and whose cells are whose.
///
/// The journal keeps only the table's name and the identity of a row, so that an entry finds its place again after a
/// restart, in a renamed tab, or in a row that has moved.
public struct BookTable: Sendable {
    /// Whose content a cell is.
    public enum Owner: Sendable, Hashable {
        /// The program's: what it writes replaces what a person has entered.
        case bot
        /// People write it too: what a person has entered since it was read stands, and the entry ends as a conflict.
        case shared
    }

    /// Where things are in the tab as it stands.
    public struct Layout: Sendable, Hashable {
        /// The row of the header; 0 if there is none.
        public var headerRow: Int
        /// The columns by the names under which entries know them.
        public var columns: [String: Column]

        /// A layout; see the properties.
        public init(headerRow: Int, columns: [String: Column]) {
            self.headerRow = headerRow
            self.columns = columns
        }
    }

    /// The header of a tab that the program may complete. A header that is there is never rewritten.
    public struct CanonicalHeader: Sendable {
        /// The names of columns and the texts of their headers, in order. Written where row 1 is blank.
        public let texts: [(name: String, text: String)]
        /// Whether what a header lacks is added to the right of its last used column.
        public let addsMissingColumns: Bool

        /// A header; see the properties.
        public init(_ texts: KeyValuePairs<String, String>, addsMissingColumns: Bool) {
            self.init(texts.map { ($0.key, $0.value) }, addsMissingColumns: addsMissingColumns)
        }

        init(_ texts: [(String, String)], addsMissingColumns: Bool) {
            self.texts = texts.map { (name: $0.0, text: $0.1) }
            self.addsMissingColumns = addsMissingColumns
        }
    }

    /// The name under which the journal keeps entries. Never changed once it was released.
    public let name: String
    /// The name under which the journal keeps the spreadsheet; entries of one spreadsheet go together.
    public let spreadsheetName: String
    /// The columns whose cells name a row, in order.
    public let keys: [String]
    /// The columns that people write too.
    public let sharedColumns: Set<String>
    /// Whether of several rows of one identity the lowest counts; else the first.
    public let prefersLowestRow: Bool
    /// The header that the program may complete; nil if it leaves the header alone.
    public let canonicalHeader: CanonicalHeader?
    /// How loud it is that an eventual write was refused for good.
    public let refusalLevel: LogLevel

    let spreadsheet: @Sendable () throws(WorkbookError) -> SpreadsheetKey
    let tab: @Sendable () -> String
    let layout: @Sendable (CellBlock) throws(WorkbookError) -> Layout
    let rule: @Sendable (CellBlock) -> @Sendable (SheetRow) -> Bool
    private let normalise: @Sendable (String) -> String

    /// A table; for what is not told here see the properties.
    /// - Parameters:
    ///   - spreadsheet: gives the spreadsheet as configured at the time of a call.
    ///   - tab: gives the title as configured at the time of a call.
    ///   - layout: finds header and columns in the whole tab; throws `schema` if they are not what the table relies on,
    ///     in which case nothing is written.
    ///   - rule: tells, given the whole tab, which of its rows count. To the others the table is blind.
    ///   - normalise: gives the form in which texts of key cells are compared.
    public init(
        name: String, in spreadsheetName: String, keys: [String], sharedColumns: Set<String> = [],
        prefersLowestRow: Bool = false,
        canonicalHeader: CanonicalHeader? = nil, refusalLevel: LogLevel = .error,
        spreadsheet: @escaping @Sendable () throws(WorkbookError) -> SpreadsheetKey,
        tab: @escaping @Sendable () -> String,
        layout: @escaping @Sendable (CellBlock) throws(WorkbookError) -> Layout,
        rule: @escaping @Sendable (CellBlock) -> @Sendable (SheetRow) -> Bool = { _ in { _ in true } },
        normalise: @escaping @Sendable (String) -> String
    ) {
        self.name = name
        self.spreadsheetName = spreadsheetName
        self.keys = keys
        self.sharedColumns = sharedColumns
        self.prefersLowestRow = prefersLowestRow
        self.canonicalHeader = canonicalHeader
        self.refusalLevel = refusalLevel
        self.spreadsheet = spreadsheet
        self.tab = tab
        self.layout = layout
        self.rule = rule
        self.normalise = normalise
    }

    /// The text by which the journal knows the row with these texts in its key cells.
    func identity(_ texts: [String]) -> String {
        texts.map { normalise($0).filter { $0 != Self.separator } }.joined(separator: String(Self.separator))
    }

    /// The texts of which ``identity(_:)`` was made, in the form in which they are compared.
    static func texts(ofIdentity identity: String) -> [String] {
        identity.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }

    /// The unit separator of ASCII, which nobody types.
    private static let separator: Character = "\u{1F}"
}

/// A table's tab as it was read.
struct TableContent {
    let table: BookTable
    let rows: [SheetRow]
    /// The columns, those included that are yet to be added.
    private(set) var layout: BookTable.Layout
    /// What has to be written into the header before rows can be.
    private(set) var headerWrites: [CellWrite] = []
    /// Columns that the tab lacks and does not take: their cells are not written.
    private(set) var leftOut: Set<String> = []

    /// - Throws: `schema` if the tab is not what the table relies on.
    init(_ block: CellBlock, _ table: BookTable) throws(WorkbookError) {
        self.table = table
        let header = table.canonicalHeader
        let isBlank = block.rows.first?.allSatisfy(\.isEmpty) ?? true
        layout = header != nil && isBlank ? .init(headerRow: 1, columns: [:]) : try table.layout(block)
        rows = SheetTable(block, schema: TableSchema(header: .none, firstDataRow: layout.headerRow + 1)).rows
            .filter(table.rule(block))
        if let header, isBlank || header.addsMissingColumns { complete(header, block) }
        for key in table.keys where layout.columns[key] == nil { throw .schema("column missing: \(key)") }
    }

    /// Gives each column that is missing a place to the right of the header's last used one.
    private mutating func complete(_ header: BookTable.CanonicalHeader, _ block: CellBlock) {
        let cells = block.rows.indices.contains(layout.headerRow - 1) ? block.rows[layout.headerRow - 1] : []
        var next = cells.lastIndex { !$0.isEmpty }.map { $0 + 1 } ?? 0
        for (name, text) in header.texts where layout.columns[name] == nil {
            layout.columns[name] = Column(next)
            headerWrites.append(
                CellWrite(tab: table.tab(), column: Column(next), row: layout.headerRow, value: .text(text)))
            next += 1
        }
    }

    /// Goes on without the columns that the tab did not take.
    /// - Throws: `error` if a key is among them.
    mutating func leaveOutAdded(_ error: WorkbookError) throws(WorkbookError) {
        let added = Set(headerWrites.map(\.column))
        leftOut = Set(layout.columns.filter { added.contains($0.value) }.keys)
        guard leftOut.isDisjoint(with: table.keys) else { throw error }
        layout.columns = layout.columns.filter { !leftOut.contains($0.key) }
        headerWrites = []
    }

    /// The cells of an entry that the tab has a column for.
    func cells(of entry: OutboxEntry) -> [OutboxCell] {
        entry.intent.cells.filter { !leftOut.contains($0.column) }
    }

    /// The row of that identity, wherever it is now.
    func row(_ identity: String) -> SheetRow? {
        table.prefersLowestRow
            ? rows.last { self.identity(of: $0) == identity } : rows.first { self.identity(of: $0) == identity }
    }

    /// The identity of a row.
    func identity(of row: SheetRow) -> String {
        table.identity(table.keys.map { row[layout.columns[$0]] })
    }

    /// The column of a cell.
    /// - Throws: `schema` if the tab has none of that name.
    func column(_ name: String) throws(WorkbookError) -> Column {
        guard let column = layout.columns[name] else { throw .schema("column missing: \(name)") }
        return column
    }
}
