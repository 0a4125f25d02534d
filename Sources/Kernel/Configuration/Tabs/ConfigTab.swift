public import Spreadsheets

/// A Config tab: a table of keys and values (sheets chapter, section 3.1).
public struct ConfigTab: Sendable, Hashable {
    /// One row.
    public struct Entry: Sendable, Hashable {
        /// The key as written, trimmed.
        public let key: String
        /// The value, trimmed; empty if the cell is blank.
        public let value: String
        /// The sheet row.
        public let row: Int
        /// Whether something stands beside key and value, a remark for instance.
        public let hasRemark: Bool
    }

    /// All rows with a key, in sheet order, those with a blank value too.
    public let entries: [Entry]
    /// The row of the header; nil if there is none and every row is data.
    public let headerRow: Int?
    /// The column of the keys.
    public let keyColumn: Column
    /// The column of the values; nil if there is a header that names none.
    public let valueColumn: Column?
    /// Names in the header that stand more than once; the leftmost counts.
    public let repeatedHeaders: [String]
    private let effective: [String: Entry]

    /// Reads a tab. The header is the first of rows 1 to 3 with a cell `key`; without one, column A is the key and B the
    /// value. Where a header names no value column, the first other cell with something in it is the value.
    public init(_ block: CellBlock) {
        let rows = block.rows.enumerated().map { SheetRow(number: block.firstRow + $0.offset, cells: $0.element) }
        let header = rows.prefix { $0.number <= 3 }.lazy
            .map { HeaderRow(cells: $0.cells, row: $0.number) }
            .first { $0.column("key") != nil }
        headerRow = header?.row
        repeatedHeaders = header?.repeatedNames ?? []
        keyColumn = header?.column("key") ?? Column(0)
        valueColumn = header == nil ? Column(1) : header?.column("value", "val")
        let (keyColumn, valueColumn) = (keyColumn, valueColumn)
        entries = rows.filter { $0.number > header?.row ?? 0 }.compactMap { row in
            let key = row[keyColumn].trimmed
            guard !key.isEmpty else { return nil }
            let value =
                if let valueColumn {
                    row[valueColumn].trimmed
                } else {
                    row.cells.enumerated().first { $0.offset != keyColumn.index && !$0.element.trimmed.isEmpty }?
                        .element.trimmed ?? ""
                }
            let hasRemark = row.cells.enumerated().contains { offset, cell in
                offset != keyColumn.index && offset != valueColumn?.index && !cell.trimmed.isEmpty
            }
            return Entry(key: String(key), value: String(value), row: row.number, hasRemark: hasRemark)
        }
        effective = Dictionary(
            entries.filter { !$0.value.isEmpty }.map { (KeyName.normalised($0.key), $0) },
            uniquingKeysWith: { _, lower in lower })
    }

    /// The value of a key, which may be written in any way that ``KeyName/normalised(_:)`` makes equal; nil if the key
    /// is absent or its value blank. Of a repeated key the lowest row counts.
    public subscript(key: String) -> String? {
        effective[KeyName.normalised(key)]?.value
    }

    /// Keys with a value, in normal form.
    public var values: [String: String] {
        effective.mapValues(\.value)
    }

    /// Entries whose value is blank while another cell of their row is not: somebody may have put the value there.
    public var remarksWithoutValue: [Entry] {
        valueColumn == nil ? [] : entries.filter { $0.value.isEmpty && $0.hasRemark }
    }

    /// Keys, in normal form, that have a value in more than one row, with the row that counts; sorted by key.
    public var repeatedKeys: [(key: String, row: Int)] {
        let counts = Dictionary(
            entries.filter { !$0.value.isEmpty }.map { (KeyName.normalised($0.key), 1) }, uniquingKeysWith: +)
        return counts.filter { $0.value > 1 }.keys.sorted().map { (key: $0, row: effective[$0]?.row ?? 0) }
    }
}
