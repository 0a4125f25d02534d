/// A row of a table, with its true place in the sheet.
public struct SheetRow: Sendable, Hashable {
    /// The sheet row, counted from 1.
    public let number: Int
    /// The texts from column `A` on.
    public var cells: [String]

    /// A row of texts at a place.
    public init(number: Int, cells: [String]) {
        self.number = number
        self.cells = cells
    }

    /// The text in a column; empty if the row is shorter, or if there is no such column.
    public subscript(column: Column?) -> String {
        guard let column, cells.indices.contains(column.index) else { return "" }
        return cells[column.index]
    }

    /// Whether no cell holds anything but blanks.
    public var isBlank: Bool {
        cells.allSatisfy(\.trimmed.isEmpty)
    }
}

/// Where a tab keeps its header and its data.
public struct TableSchema: Sendable, Hashable {
    /// How to find the header row.
    public enum HeaderPlace: Sendable, Hashable {
        /// The tab has no header.
        case none
        /// The header is in this row.
        case row(Int)
        /// The header is in this row, or if that is blank in the first row that is not.
        case rowOrFirstUsed(Int)
    }

    /// Where the header is.
    public var header: HeaderPlace
    /// The first row of data.
    public var firstDataRow: Int
    /// How header texts are compared.
    public var normalisation: HeaderNormalisation

    /// A layout; data begins below a header in row 1 unless said otherwise.
    public init(
        header: HeaderPlace = .row(1), firstDataRow: Int? = nil, normalisation: HeaderNormalisation = .anyCase
    ) {
        self.header = header
        switch header {
        case .none: self.firstDataRow = firstDataRow ?? 1
        case .row(let row), .rowOrFirstUsed(let row): self.firstDataRow = firstDataRow ?? row + 1
        }
        self.normalisation = normalisation
    }
}

/// A tab as a table: a header and rows that know their place. Blank rows are left out and do not shift the others.
public struct SheetTable: Sendable, Hashable {
    /// The names of the columns; nil if the layout has no header or the tab has nothing in its place.
    public let header: HeaderRow?
    /// The rows of data that are not blank, in sheet order.
    public let rows: [SheetRow]

    /// Reads a block of whole rows, which must begin in column `A`.
    public init(_ block: CellBlock, schema: TableSchema) {
        let all = block.rows.enumerated().map { SheetRow(number: block.firstRow + $0.offset, cells: $0.element) }
        let headerRow: SheetRow? =
            switch schema.header {
            case .none: nil
            case .row(let number): all.first { $0.number == number && !$0.isBlank }
            case .rowOrFirstUsed(let number):
                all.first { $0.number == number && !$0.isBlank } ?? all.first { !$0.isBlank }
            }
        header = headerRow.map {
            HeaderRow(cells: $0.cells, row: $0.number, normalisation: schema.normalisation)
        }
        rows = all.filter { $0.number >= schema.firstDataRow && !$0.isBlank }
    }
}
