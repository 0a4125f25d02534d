import Spreadsheets

extension Subject {
    /// A range reads back from its notation, and any title can be named.
    static let a1 = text("a1") { text in
        if let range = CellRange(a1: text) {
            try promise(CellRange(a1: range.a1) == range, "\(text) is written as \(range.a1)")
            try promise(!range.tab.isEmpty && range.grid.firstRow >= 1, "\(range)")
            try promise(range.grid.lastRow.map { $0 >= range.grid.firstRow } ?? true, "\(range) is upside down")
            try promise(range.grid.lastColumn.map { $0 >= range.grid.firstColumn } ?? true, "\(range) is reversed")
            try promise(range.grid.firstColumn <= Column.last, "\(range) lies beyond the last column")
        }
        if let column = Column(letters: text) {
            try promise(column.letters == text.uppercased(), "\(text) is \(column)")
        }
        guard !text.isEmpty else { return }
        let named = CellRange(tab: text, .rows(2...3))
        let again = CellRange(a1: named.a1)
        try promise(
            again?.tab.isSpelled(like: text) == true && again == named, "\(named.a1) reads as \(again?.a1 ?? "nil")"
        )
    }

    /// A table reads back as the same cells, and writing settles at once.
    static let csv = Subject("csv") { bytes in
        guard let document = try? CSVDocument(parsing: bytes) else { return }
        let written = document.encoded()
        let again = try CSVDocument(parsing: written)
        let isSame = document.rows.elementsEqual(again.rows) { $0.areSpelled(like: $1) }
        try promise(isSame, "\(again.rows) were \(document.rows)")
        try promise(again.encoded() == written, "writing changes what was written")
        let needsNoQuotes = !bytes.contains(UInt8(ascii: "\"")) && !hasMixedLineBreaks(bytes)
        if needsNoQuotes { try promise(written == bytes, "\(written) for \(bytes)") }
    }

    /// Whether a carriage return stands alone, or lines end in two ways.
    private static func hasMixedLineBreaks(_ bytes: [UInt8]) -> Bool {
        let returns = bytes.count { $0 == 0x0D }
        let feeds = bytes.count { $0 == 0x0A }
        let pairs = bytes.indices.dropLast().count { bytes[$0] == 0x0D && bytes[$0 + 1] == 0x0A }
        return returns != pairs || (pairs > 0 && pairs != feeds)
    }

    /// Numbers and ids in cells are what their digits say.
    static let cells = text("cells") { text in
        let number = TypedCell.firstInteger(in: text)
        try promise(TypedCell.firstInteger(in: String(number)) == number, "\(number) does not read back")
        if let id = TypedCell.id(in: text).value {
            try promise(id > 0 && TypedCell.id(in: String(id)).value == id, "\(id) does not read back")
        }
    }
}
