/// The cells of one range, as people see them: every cell is text, nothing is guessed to be a number.
///
/// Rows are padded to the same width; blank rows at the end are not there. Cells are asked for by their place in the
/// sheet, so that a block of `A4:C9` and a block of the whole tab read the same:
///
/// ```swift
/// let name = block[row: 4, column: Column(1)]
/// ```
public struct CellBlock: Sendable, Hashable {
    /// The range that was read.
    public let range: CellRange
    /// Texts, row by row; the first belongs to ``firstRow`` and ``firstColumn``.
    public let rows: [[String]]

    /// A block of `rows` that begin at the first cell of `range`. Trailing blank rows are dropped, the others padded to
    /// the widest row, or to the width of the range if that is known.
    public init(range: CellRange, rows: [[String]]) {
        self.range = range
        var rows = rows
        while let last = rows.last, last.allSatisfy(\.isEmpty) { rows.removeLast() }
        let asked = range.grid.lastColumn.map { $0.index - range.grid.firstColumn.index + 1 }
        let width = asked ?? rows.lazy.map { row in (row.lastIndex { !$0.isEmpty } ?? -1) + 1 }.max() ?? 0
        self.rows = rows.map { row in
            row.count >= width
                ? Array(row.prefix(width)) : row + Array(repeating: "", count: width - row.count)
        }
    }

    /// Sheet row of the first element of ``rows``.
    public var firstRow: Int { range.grid.firstRow }

    /// Sheet row of the last element of ``rows``; one less than ``firstRow`` if there is none.
    public var lastRow: Int { firstRow + rows.count - 1 }

    /// Column of the first cell of each row.
    public var firstColumn: Column { range.grid.firstColumn }

    /// How many cells each row has.
    public var width: Int { rows.first?.count ?? 0 }

    /// The text at a place of the sheet; empty outside the block.
    public subscript(row row: Int, column column: Column) -> String {
        let (y, x) = (row - firstRow, column.index - firstColumn.index)
        guard rows.indices.contains(y), rows[y].indices.contains(x) else { return "" }
        return rows[y][x]
    }
}
