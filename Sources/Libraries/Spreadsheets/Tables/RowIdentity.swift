/// What makes a row the one that is meant, whatever its number: the normal forms of its key cells.
///
/// Rows move when people sort or insert, so a row number alone must never decide where something is written.
public struct RowIdentity: Sendable, Hashable {
    /// Where a row was found.
    public enum Place: Sendable, Hashable {
        /// Still in the row where it was expected.
        case unmoved
        /// In another row.
        case moved(to: Int)
        /// Nowhere.
        case gone
    }

    /// Key columns and the normal form of what must stand there.
    public let keys: [Column: String]
    private let normalisation: HeaderNormalisation

    /// A row whose cells in these columns equal these texts under `normalisation`.
    public init(_ keys: [Column: String], comparedBy normalisation: HeaderNormalisation = .exact) {
        self.keys = keys.mapValues { normalisation.apply($0) }
        self.normalisation = normalisation
    }

    /// Whether a row is the one that is meant.
    public func matches(_ row: SheetRow) -> Bool {
        keys.allSatisfy { normalisation.apply(row[$0.key]) == $0.value }
    }

    /// Looks for the row, first in the place where it was last seen, then from the top.
    public func locate(in rows: [SheetRow], expectedAt number: Int) -> Place {
        if let row = rows.first(where: { $0.number == number }), matches(row) { return .unmoved }
        return rows.first(where: matches).map { .moved(to: $0.number) } ?? .gone
    }
}
