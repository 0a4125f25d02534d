extension CSVDocument {
    /// The document as a file. A cell is quoted only if it would not read back otherwise: if it holds a comma, a quote or
    /// a line break, begins the file with a byte order mark, or is all that the last line has.
    public func encoded() -> [UInt8] {
        var bytes: [UInt8] = hasByteOrderMark ? [0xEF, 0xBB, 0xBF] : []
        for (index, row) in rows.enumerated() {
            for (column, cell) in row.enumerated() {
                if column > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.append(cell, to: &bytes)
            }
            if row == [""], index == rows.count - 1, !endsWithLineBreak { bytes.append(contentsOf: "\"\"".utf8) }
            if endsWithLineBreak || index < rows.count - 1 {
                bytes.append(contentsOf: lineEnding.rawValue.utf8)
            }
        }
        return bytes
    }

    private static func append(_ cell: String, to bytes: inout [UInt8]) {
        let quote = UInt8(ascii: "\"")
        let needsQuotes = cell.utf8.contains { byte in
            byte == quote || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
        }
        let beginsLikeMark = bytes.isEmpty && cell.utf8.starts(with: [0xEF, 0xBB, 0xBF])
        guard needsQuotes || beginsLikeMark else {
            return bytes.append(contentsOf: cell.utf8)
        }
        bytes.append(quote)
        for byte in cell.utf8 {
            if byte == quote { bytes.append(quote) }
            bytes.append(byte)
        }
        bytes.append(quote)
    }
}
