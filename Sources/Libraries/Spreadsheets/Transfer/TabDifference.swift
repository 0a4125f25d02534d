/// What has to be written into a tab so that it reads like a table of texts, and what must not be.
///
/// Only cells that differ are named. A number stays a number where the tab holds numbers, so that formulas go on counting
/// with it. A formula is never overwritten, and none is ever written.
public struct TabDifference: Sendable, Hashable {
    /// A cell that differs.
    public struct Change: Sendable, Hashable {
        /// What the tab shows.
        public var before: String
        /// What is to be written.
        public var write: CellWrite
    }

    /// A cell that differs and stays as it is.
    public struct Refusal: Sendable, Hashable {
        /// The cell in A1 notation, without its tab.
        public var cell: String
        /// Why.
        public var reason: String
    }

    /// The cells to write, row by row.
    public private(set) var changes: [Change] = []
    /// The cells that stay as they are.
    public private(set) var refusals: [Refusal] = []

    /// Compares.
    /// - Parameters:
    ///   - shown: the tab as people see it, from its first cell on.
    ///   - stored: what its cells hold.
    ///   - wanted: the texts that it should show.
    public init(tab: String, shown: CellBlock, stored: [[StoredCell]], wanted: [[String]]) {
        let width = max(shown.width, wanted.map(\.count).max() ?? 0)
        let numeric = Self.numericColumns(stored, width)
        for y in 0..<max(shown.rows.count, wanted.count) {
            for x in 0..<width {
                let column = Column(x)
                let before = shown[row: y + 1, column: column]
                let after = wanted.indices.contains(y) && wanted[y].indices.contains(x) ? wanted[y][x] : ""
                guard before != after else { continue }
                let cell = stored.indices.contains(y) && stored[y].indices.contains(x) ? stored[y][x] : .text("")
                if let reason = Self.refusal(of: after, over: cell) {
                    refusals.append(Refusal(cell: "\(column.letters)\(y + 1)", reason: reason))
                } else {
                    let value = Self.value(after, over: cell, isNumeric: numeric.contains(x))
                    changes.append(
                        Change(
                            before: before, write: CellWrite(tab: tab, column: column, row: y + 1, value: value)))
                }
            }
        }
    }

    private static func refusal(of text: String, over cell: StoredCell) -> String? {
        if case .formula = cell { return "holds a formula" }
        return text.hasPrefix("=") ? "would become a formula" : nil
    }

    private static func value(_ text: String, over cell: StoredCell, isNumeric: Bool) -> CellValue {
        if text.isEmpty { return .clear }
        switch cell {
        case .bool where text == "TRUE" || text == "FALSE":
            return .bool(text == "TRUE")
        case .number:
            return number(text) ?? .text(text)
        case .text("") where isNumeric:
            return number(text) ?? .text(text)
        case .text, .bool, .formula:
            return .text(text)
        }
    }

    /// A number, if that shows exactly the same text.
    private static func number(_ text: String) -> CellValue? {
        guard let number = Double(text), abs(number) < 1e15, CellValue.number(number).shown == text else { return nil }
        return .number(number)
    }

    /// Columns whose cells hold numbers and no texts, apart from a header.
    private static func numericColumns(_ stored: [[StoredCell]], _ width: Int) -> Set<Int> {
        Set(
            (0..<width).filter { x in
                let cells = stored.dropFirst().compactMap { $0.indices.contains(x) ? $0[x] : nil }
                let numbers = cells.count { if case .number = $0 { true } else { false } }
                let texts = cells.count { if case .text(let text) = $0 { !text.isEmpty } else { false } }
                return numbers > texts
            })
    }
}
