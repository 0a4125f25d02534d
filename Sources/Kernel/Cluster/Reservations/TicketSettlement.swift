/// What the books owe when a ticket closes: how each hold ends, and which clan gains or loses a seat.
///
/// The final clan's seat is taken once, however many holds there are, and not again when the ticket had been closed with
/// the same clan before; every hold ends; a clan that the applicant leaves gets its seat back. What recruiters should see
/// follows from these two counts for every row of the tables. Source: placement chapter, sections 8, 11.3 and 17.2; welcome
/// chapter, section 7.6 and B18.
public struct TicketSettlement: Sendable, Hashable {
    /// How a hold ends; also the word of the placement log.
    public enum Outcome: String, Sendable, CaseIterable {
        /// In the clan that held the seat.
        case same
        /// In another clan.
        case other
        /// Without a placement.
        case cancelled

        /// The status that the ledger then says.
        public var status: ReservationStatus {
            switch self {
            case .same: .closedSameClan
            case .other: .closedOtherClan
            case .cancelled: .cancelled
            }
        }
    }

    /// A hold and how it ends.
    public struct SettledHold: Sendable, Hashable {
        /// The hold.
        public let hold: Reservation
        /// How it ends.
        public let outcome: Outcome
    }

    /// Every hold of the ticket.
    public let holds: [SettledHold]
    /// The clans whose seats change, or that must at least be computed again.
    public let changes: [ClanTag: SeatChange]

    /// The settlement of a welcome ticket.
    /// - Parameters:
    ///   - holds: the ticket's holds, `ReservationLedger.holds(ofTicket:recruit:)`.
    ///   - final: where the applicant ends up.
    ///   - previous: where an earlier close put the applicant; nil where the ticket was never closed.
    ///   - isListed: whether the roster lists a tag; other tags have no seats.
    public init(
        holds: [Reservation], final: FinalClan, previous: FinalClan?, isListed: (ClanTag) -> Bool
    ) {
        var changes: [ClanTag: SeatChange] = [:]
        func add(_ change: SeatChange, to tag: ClanTag?) {
            guard let tag, isListed(tag) else { return }
            changes[tag, default: SeatChange()] = changes[tag, default: SeatChange()] + change
        }
        for hold in holds { add(.freed, to: hold.tag) }
        if previous != final {
            add(.vacated, to: previous?.tag)
            add(.filled, to: final.tag)
        }
        self.holds = holds.map { SettledHold(hold: $0, outcome: Self.outcome(of: $0, final: final)) }
        self.changes = changes
    }

    /// The settlement of a promo ticket: as that of a welcome ticket if a seat was held in its thread, else nothing.
    /// - Parameter holds: the holds of the ticket's thread, `ReservationLedger.holds(inThread:)`.
    public static func promo(
        holds: [Reservation], final: FinalClan, previous: FinalClan?, isListed: (ClanTag) -> Bool
    ) -> TicketSettlement? {
        guard !holds.isEmpty else { return nil }
        return TicketSettlement(holds: holds, final: final, previous: previous, isListed: isListed)
    }

    /// The affected clans in the order of the placement log.
    public var affected: [ClanTag] { changes.keys.sorted() }

    /// The one word of the log lines: `same` if a hold was in the final clan, else how the others ended, `none` without any.
    public var label: String {
        let outcomes = holds.map(\.outcome)
        return (outcomes.contains(.same) ? .same : outcomes.first)?.rawValue ?? "none"
    }

    private static func outcome(of hold: Reservation, final: FinalClan) -> Outcome {
        switch final {
        case .noPlacement: .cancelled
        case .clan(let tag): hold.tag == tag ? .same : .other
        }
    }
}
