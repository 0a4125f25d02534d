/// Where the roster and the ledger tell different stories, and what repairs it.
///
/// People edit E by hand, and a process may end between two writes; so after every load of the roster its AF, AH and AI are
/// held against E and the ledger. Source: recruitment chapter, section 14.5.
public struct SeatDrift: Sendable, Hashable {
    /// A clan's row that must change.
    public struct Repair: Sendable, Hashable {
        /// The clan as it was read.
        public let clan: Clan
        /// The cells to write.
        public let writes: [SeatWrite]
    }

    /// The repairs, in the order of the sheet.
    public let repairs: [Repair]
    /// Tags that hold seats and stand in no row of the roster, sorted.
    public let unknownTags: [ClanTag]

    /// - Parameters:
    ///   - directory: the roster as just read.
    ///   - ledger: the ledger as just read; it must have been read completely, for an absent row frees a seat.
    ///   - name: the name of a guild member, where it is known.
    public init(
        of directory: ClanDirectory, against ledger: ReservationLedger, name: (UInt64) -> String? = { _ in nil }
    ) {
        let holds = ledger.holdsByClan
        let clans = directory.clans.filter { directory[$0.tag]?.sheetRow == $0.sheetRow }
        repairs = clans.compactMap { clan in
            let availability = Availability(
                manualOpenSpots: clan.manualOpenSpots,
                holders: (holds[clan.tag] ?? []).map { $0.holderName(resolvedBy: name) })
            let writes = availability.writes(over: clan)
            return writes.isEmpty ? nil : Repair(clan: clan, writes: writes)
        }
        unknownTags = holds.keys.filter { directory[$0] == nil }.sorted()
    }

    /// Whether roster and ledger agree.
    public var isBalanced: Bool { repairs.isEmpty && unknownTags.isEmpty }
}
