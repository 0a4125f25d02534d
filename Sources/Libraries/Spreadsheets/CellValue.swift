import Glibc

/// What is written into a cell. Always stored as given, never interpreted: a text that begins with `=` stays a text
/// (value input option RAW, https://developers.google.com/workspace/sheets/api/reference/rest/v4/ValueInputOption).
public enum CellValue: Sendable, Hashable {
    /// A text; also ids and dates, which must not turn into numbers.
    case text(String)
    /// A number that formulas of the sheet can count with.
    case number(Double)
    /// A truth value, `TRUE` or `FALSE`.
    case bool(Bool)
    /// Empties the cell.
    case clear

    /// A whole number.
    public static func number(_ value: Int) -> CellValue { .number(Double(value)) }

    /// What a reader sees in the cell afterwards, under automatic formatting.
    public var shown: String {
        switch self {
        case .text(let text): text
        case .number(let number): Self.shown(number)
        case .bool(let value): value ? "TRUE" : "FALSE"
        case .clear: ""
        }
    }

    /// Automatic number format of spreadsheets: whole numbers below 10^15 in full, larger ones with an exponent, others
    /// with at most ten significant digits.
    private static func shown(_ number: Double) -> String {
        guard number != 0 else { return "0" }
        if abs(number) < 1e15 {
            if let whole = Int(exactly: number) { return String(whole) }
            if abs(number) >= 1e-5 { return general(number) }
        }
        return exponential(number)
    }

    private static func general(_ number: Double) -> String {
        let magnitude = Int(log10(abs(number)).rounded(.down))
        let text = formatted(number, "%.\(min(max(9 - magnitude, 0), 15))f")
        guard text.contains(".") else { return text }
        return trimmingZeros(text)
    }

    private static func exponential(_ number: Double) -> String {
        let text = formatted(number, "%.5E")
        guard let mark = text.lastIndex(of: "E") else { return text }
        return trimmingZeros(String(text[..<mark])) + text[mark...]
    }

    private static func trimmingZeros(_ text: String) -> String {
        var digits = Substring(text)
        while digits.last == "0" { digits.removeLast() }
        if digits.last == "." { digits.removeLast() }
        return String(digits)
    }

    private static func formatted(_ number: Double, _ format: String) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            let count = withVaList([number]) { vsnprintf(buffer.baseAddress, buffer.count, format, $0) }
            return String(decoding: buffer.prefix(Int(max(count, 0))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}

/// One cell to write.
public struct CellWrite: Sendable, Hashable {
    /// The tab's title.
    public var tab: String
    /// The cell's column.
    public var column: Column
    /// The cell's sheet row, counted from 1.
    public var row: Int
    /// What goes into the cell.
    public var value: CellValue

    /// A value for one cell of a tab.
    public init(tab: String, column: Column, row: Int, value: CellValue) {
        self.tab = tab
        self.column = column
        self.row = row
        self.value = value
    }

    /// The cell as a range.
    public var range: CellRange { CellRange(tab: tab, .cell(column, row)) }
}
