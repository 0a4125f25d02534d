/// The rows of the ledger, as read in one go, with every look-up that a decision may need.
///
/// Source: placement chapter, sections 3 and 17; sheets chapter, section 5.3.
public struct ReservationLedger: Sendable, Hashable {
    /// All reservations in the order of the sheet.
    public private(set) var reservations: [Reservation]

    /// The headers that row 1 must begin with, exactly.
    public static let headers = Reservation.Column.allCases.map(\.header)

    /// A ledger of given rows.
    public init(_ reservations: [Reservation]) {
        self.reservations = reservations
    }

    /// Reads the tab from row 1 on. A tab without any content is an empty ledger; further columns count for nothing.
    /// - Throws: `LedgerHeaderMismatch` where row 1 does not begin with the nine headers; nothing may then be written.
    public init(tab rows: [[String]]) throws(LedgerHeaderMismatch) {
        guard rows.contains(where: { $0.contains { !$0.trimmed.isEmpty } }) else {
            self.init([])
            return
        }
        try Self.checkHeader(rows[0])
        self.init(
            rows.enumerated().dropFirst().compactMap { Reservation(cells: $0.element, sheetRow: $0.offset + 1) })
    }

    /// Holds row 1 against the nine headers.
    public static func checkHeader(_ row: [String]) throws(LedgerHeaderMismatch) {
        let actual = row.prefix(headers.count).map { String($0.trimmed) }
        guard actual == headers else { throw LedgerHeaderMismatch(expected: headers, actual: actual) }
    }

    /// The rows that hold a seat, in the order of the sheet.
    public var holds: [Reservation] { reservations.filter(\.isActive) }

    /// The holds of each clan, in the order of the sheet.
    public var holdsByClan: [ClanTag: [Reservation]] {
        var result: [ClanTag: [Reservation]] = [:]
        for reservation in reservations where reservation.isActive {
            if let tag = reservation.tag { result[tag, default: []].append(reservation) }
        }
        return result
    }

    /// The holds of one clan, in the order of the sheet.
    public func holds(of tag: ClanTag) -> [Reservation] {
        reservations.filter { $0.isActive && $0.tag == tag }
    }

    /// The holds that were made in a thread, in the order of the sheet.
    public func holds(inThread threadID: UInt64) -> [Reservation] {
        reservations.filter { $0.isActive && $0.threadID == threadID }
    }

    /// The row in which a hold stands now, whatever its number was before; nil where it is gone or no longer active.
    /// Rows are sorted and deleted by hand, so every write looks here first. Source: placement chapter, section 17.1.
    public func hold(_ identity: Reservation.Identity) -> Reservation? {
        reservations.first { $0.identity == identity && $0.isActive }
    }

    /// Whether a row stands in the ledger, whatever its status: what an append of unknown outcome asks before it repeats.
    public func contains(_ identity: Reservation.Identity) -> Bool {
        reservations.contains { $0.identity == identity }
    }

    /// Takes over a row that changed or was added.
    public mutating func update(_ reservation: Reservation) {
        if let index = reservations.firstIndex(where: { $0.sheetRow == reservation.sheetRow }) {
            reservations[index] = reservation
        } else {
            reservations.append(reservation)
        }
    }
}

/// Row 1 of the ledger does not begin with the nine headers. Source: placement chapter, section 3.1.
public struct LedgerHeaderMismatch: Error, Sendable, Hashable, CustomStringConvertible {
    /// The headers that must stand there.
    public let expected: [String]
    /// The first nine cells, trimmed.
    public let actual: [String]

    /// The sentence that operators know.
    public var description: String {
        "RESERVATIONS_TAB header mismatch. Expected exact match to RESERVATIONS_HEADERS."
    }
}
