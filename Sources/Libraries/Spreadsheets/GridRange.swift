/// A rectangle of cells inside a tab, in the forms that A1 notation can express: `A1`, `A1:F3`, `A:C`, `A2:C`, `3:3`, `B3:3`,
/// and the whole tab.
public struct GridRange: Sendable, Hashable {
    /// The first column.
    public let firstColumn: Column
    /// The last column, or nil if the range is open to the right.
    public let lastColumn: Column?
    /// The first sheet row; rows count from 1.
    public let firstRow: Int
    /// The last sheet row, or nil if the range is open at the bottom.
    public let lastRow: Int?

    /// The last row that a range may name.
    public static let lastPossibleRow = 10_000_000

    /// The whole tab.
    public static let all = GridRange(firstColumn: Column(0), lastColumn: nil, firstRow: 1, lastRow: nil)

    /// One cell.
    public static func cell(_ column: Column, _ row: Int) -> GridRange {
        cells(columns: column...column, rows: row...row)
    }

    /// A rectangle with all four sides given. Row numbers below 1 count as 1.
    public static func cells(columns: ClosedRange<Column>, rows: ClosedRange<Int>) -> GridRange {
        GridRange(
            firstColumn: columns.lowerBound, lastColumn: columns.upperBound,
            firstRow: max(rows.lowerBound, 1), lastRow: max(rows.upperBound, 1))
    }

    /// Whole columns, from a row to the end of the tab.
    public static func columns(_ columns: ClosedRange<Column>, fromRow row: Int = 1) -> GridRange {
        GridRange(
            firstColumn: columns.lowerBound, lastColumn: columns.upperBound, firstRow: max(row, 1), lastRow: nil)
    }

    /// Whole rows.
    public static func rows(_ rows: ClosedRange<Int>) -> GridRange {
        GridRange(
            firstColumn: Column(0), lastColumn: nil,
            firstRow: max(rows.lowerBound, 1), lastRow: max(rows.upperBound, 1))
    }

    private init(firstColumn: Column, lastColumn: Column?, firstRow: Int, lastRow: Int?) {
        self.firstColumn = firstColumn
        self.lastColumn = lastColumn
        self.firstRow = firstRow
        self.lastRow = lastRow
    }

    /// A range from A1 notation without a tab. Letters in any case; `$` signs are allowed and ignored; corners may come
    /// in any order. Nil if the text is anything else.
    public init?(a1 text: some StringProtocol) {
        let corners = text.split(separator: ":", omittingEmptySubsequences: false).map { Corner($0) }
        switch (corners.first ?? nil, corners.count == 2 ? corners[1] : nil, corners.count) {
        case (let corner?, nil, 1):
            guard let column = corner.column, let row = corner.row else { return nil }
            self = .cell(column, row)
        case (let a?, let b?, 2):
            guard let range = Self.between(a, b) else { return nil }
            self = range
        default:
            return nil
        }
    }

    /// A1 notation without a tab; nil for the whole tab, which has none.
    public var a1: String? {
        guard let lastColumn else {
            let start = firstColumn.index == 0 ? "\(firstRow)" : "\(firstColumn)\(firstRow)"
            return lastRow.map { "\(start):\($0)" }
        }
        guard let lastRow else {
            return firstRow == 1 ? "\(firstColumn):\(lastColumn)" : "\(firstColumn)\(firstRow):\(lastColumn)"
        }
        let start = "\(firstColumn)\(firstRow)"
        return firstColumn == lastColumn && firstRow == lastRow ? start : "\(start):\(lastColumn)\(lastRow)"
    }

    private static func between(_ a: Corner, _ b: Corner) -> GridRange? {
        switch (a.column, a.row, b.column, b.row) {
        case (let left?, let top?, let right?, let bottom?):
            .cells(columns: min(left, right)...max(left, right), rows: min(top, bottom)...max(top, bottom))
        case (let left?, nil, let right?, nil):
            .columns(min(left, right)...max(left, right))
        case (let left?, let top?, let right?, nil), (let left?, nil, let right?, let top?):
            .columns(min(left, right)...max(left, right), fromRow: top)
        case (nil, let top?, nil, let bottom?):
            .rows(min(top, bottom)...max(top, bottom))
        case (let left?, let top?, nil, let bottom?), (nil, let top?, let left?, let bottom?):
            GridRange(
                firstColumn: left, lastColumn: nil, firstRow: min(top, bottom), lastRow: max(top, bottom))
        default:
            nil
        }
    }

    /// What stands on one side of the colon: column letters, a row number, or both.
    private struct Corner {
        var column: Column?
        var row: Int?

        init?(_ text: some StringProtocol) {
            var rest = Substring(text)
            if rest.first == "$" { rest.removeFirst() }
            let letters = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(letters.count)
            if !letters.isEmpty {
                guard let column = Column(letters: letters) else { return nil }
                self.column = column
                if rest.first == "$" { rest.removeFirst() }
            }
            if !rest.isEmpty {
                guard rest.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                    let row = Int(rest), (1...GridRange.lastPossibleRow).contains(row)
                else { return nil }
                self.row = row
            }
            if column == nil, row == nil { return nil }
        }
    }
}
