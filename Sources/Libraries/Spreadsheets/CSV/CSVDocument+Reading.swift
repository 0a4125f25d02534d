/// Why a text is not a table.
public enum CSVError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The bytes are not UTF-8.
    case notUTF8
    /// A quoted cell has no end. Rows count from 1.
    case unclosedQuote(row: Int)
    /// Something follows the closing quote of a cell. Rows count from 1.
    case textAfterQuote(row: Int)

    /// The reason, one line.
    public var description: String {
        switch self {
        case .notUTF8: "not UTF-8"
        case .unclosedQuote(let row): "unclosed quote in row \(row)"
        case .textAfterQuote(let row): "text after a closing quote in row \(row)"
        }
    }
}

extension CSVDocument {
    /// Reads a document. Lines may end with CRLF or LF, the first one decides how the document is written again; a quote
    /// in the middle of an unquoted cell counts as text.
    public init(parsing bytes: [UInt8]) throws(CSVError) {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw .notUTF8 }
        let hasByteOrderMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        var parser = Parser(bytes: hasByteOrderMark ? bytes.dropFirst(3) : bytes[...])
        try parser.run()
        self.init(
            rows: parser.rows,
            lineEnding: parser.lineEnding ?? .crlf,
            endsWithLineBreak: parser.rows.isEmpty || parser.endsWithLineBreak,
            hasByteOrderMark: hasByteOrderMark)
    }

    private struct Parser {
        let bytes: ArraySlice<UInt8>
        var rows: [[String]] = []
        var lineEnding: LineEnding?
        var endsWithLineBreak = false
        private var position: Int
        private var row: [String] = []

        private static let quote = UInt8(ascii: "\"")
        private static let comma = UInt8(ascii: ",")
        private static let carriageReturn = UInt8(ascii: "\r")
        private static let lineFeed = UInt8(ascii: "\n")

        init(bytes: ArraySlice<UInt8>) {
            self.bytes = bytes
            position = bytes.startIndex
        }

        mutating func run() throws(CSVError) {
            while position < bytes.endIndex {
                row.append(bytes[position] == Self.quote ? try quotedCell() : plainCell())
                try endCell()
            }
            if !row.isEmpty { rows.append(row) }
        }

        /// Steps over what follows a cell: a comma, a line break, or the end.
        private mutating func endCell() throws(CSVError) {
            endsWithLineBreak = false
            guard position < bytes.endIndex else { return }
            if bytes[position] == Self.comma {
                position += 1
                // A comma at the very end is followed by an empty cell that no byte stands for.
                if position == bytes.endIndex { row.append("") }
            } else if let length = lineBreakLength {
                position += length
                lineEnding = lineEnding ?? (length == 2 ? .crlf : .lf)
                rows.append(row)
                row = []
                endsWithLineBreak = true
            } else {
                throw .textAfterQuote(row: rows.count + 1)
            }
        }

        private var lineBreakLength: Int? {
            if bytes[position] == Self.lineFeed { return 1 }
            let next = position + 1
            guard bytes[position] == Self.carriageReturn, next < bytes.endIndex, bytes[next] == Self.lineFeed else {
                return nil
            }
            return 2
        }

        private mutating func plainCell() -> String {
            let start = position
            while position < bytes.endIndex, bytes[position] != Self.comma, lineBreakLength == nil { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }

        private mutating func quotedCell() throws(CSVError) -> String {
            var text: [UInt8] = []
            position += 1
            while position < bytes.endIndex {
                let byte = bytes[position]
                position += 1
                if byte != Self.quote {
                    text.append(byte)
                } else if position < bytes.endIndex, bytes[position] == Self.quote {
                    text.append(byte)
                    position += 1
                } else {
                    return String(decoding: text, as: UTF8.self)
                }
            }
            throw .unclosedQuote(row: rows.count + 1)
        }
    }
}
