/// A cell of a clan's row and what it shall hold. Source: recruitment chapter, section 11.
public struct SeatWrite: Sendable, Hashable {
    /// Counts are written as numbers, summaries as text.
    public enum Value: Sendable, Hashable {
        /// A count.
        case number(Int)
        /// A summary; blank to empty the cell.
        case text(String)
    }

    /// The column; only E, AF, AH and AI are ever written.
    public let column: Clan.Column
    /// The new value.
    public let value: Value

    /// A cell and its new content.
    public init(_ column: Clan.Column, _ value: Value) {
        self.column = column
        self.value = value
    }

    /// The value as the cell will read.
    public var text: String {
        switch value {
        case .number(let number): String(number)
        case .text(let text): text
        }
    }
}
