/// A table of text in the form of RFC 4180, and the ways of writing in which it may differ from file to file.
///
/// Writing a document that was read gives the same bytes again, if quotes stood only where they are needed.
public struct CSVDocument: Sendable, Hashable {
    /// How lines end.
    public enum LineEnding: String, Sendable, Hashable {
        case crlf = "\r\n"
        case lf = "\n"
    }

    /// The cells, row by row. Rows may differ in length.
    public var rows: [[String]]
    /// How lines end; CRLF unless a file says otherwise.
    public var lineEnding: LineEnding
    /// Whether the last line ends with a line break too.
    public var endsWithLineBreak: Bool
    /// Whether the file begins with a byte order mark.
    public var hasByteOrderMark: Bool

    /// A document of rows.
    public init(
        rows: [[String]] = [],
        lineEnding: LineEnding = .crlf,
        endsWithLineBreak: Bool = true,
        hasByteOrderMark: Bool = false
    ) {
        self.rows = rows
        self.lineEnding = lineEnding
        self.endsWithLineBreak = endsWithLineBreak
        self.hasByteOrderMark = hasByteOrderMark
    }

    /// The number of cells of the longest row.
    public var width: Int {
        rows.lazy.map(\.count).max() ?? 0
    }

    private var isRectangular: Bool {
        let width = rows.first?.count
        return rows.allSatisfy { $0.count == width }
    }
}

extension CSVDocument {
    /// Puts a text into a cell, given by 0-based row and column. Rows and cells in between come into being as needed;
    /// a table whose rows are all of one length keeps that property.
    public mutating func set(_ text: String, row: Int, column: Int) {
        let isRectangular = isRectangular
        while rows.count <= row { rows.append([]) }
        if rows[row].count <= column {
            rows[row] += Array(repeating: "", count: column + 1 - rows[row].count)
        }
        rows[row][column] = text
        if isRectangular { padToWidth() }
    }

    /// Inserts a row before the 0-based `index`, blank rows in between as needed; a table whose rows are all of one
    /// length keeps that property.
    public mutating func insert(_ row: [String], at index: Int) {
        let isRectangular = isRectangular
        while rows.count < index { rows.append([]) }
        rows.insert(row, at: index)
        if isRectangular { padToWidth() }
    }

    private mutating func padToWidth() {
        let width = width
        for index in rows.indices where rows[index].count < width {
            rows[index] += Array(repeating: "", count: width - rows[index].count)
        }
    }
}
