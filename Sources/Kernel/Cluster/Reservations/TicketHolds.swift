/// What `!reservations` shows in a ticket. Source: placement chapter, section 9.2.
public enum TicketHolds: Sendable, Hashable {
    /// No seat is held.
    case none
    /// One seat is held.
    case one(Reservation)
    /// One seat is held, and the thread's name speaks of another clan.
    case mismatch(Reservation, inName: FinalClan)
    /// Several seats are held.
    case several([Reservation])

    /// - Parameters:
    ///   - holds: the ticket's holds.
    ///   - clan: the clan in the thread's name.
    public init(_ holds: [Reservation], clanInName clan: FinalClan?) {
        switch (holds.count, clan) {
        case (0, _): self = .none
        case (1, let clan?) where holds[0].tag.map(FinalClan.clan) != clan: self = .mismatch(holds[0], inName: clan)
        case (1, _): self = .one(holds[0])
        default: self = .several(ReservationLedger.listed(holds))
        }
    }
}
