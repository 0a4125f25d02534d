/// Whether a seat may be held, and which hold a command means. Source: placement chapter, sections 5 to 7.
extension ReservationLedger {
    /// Why a seat is not held.
    public enum Obstacle: Sendable, Hashable {
        /// The recruit holds a seat already: the one that ends first.
        case duplicate(Reservation)
        /// The last day is over.
        case dateInPast(CalendarDay)
        /// No seat is free, so a reason must be given.
        case reasonRequired
    }

    /// What stands in the way of a reservation, if anything. Asked with live data right before the row is appended.
    /// - Parameters:
    ///   - manualOpenSpots: column E of the clan.
    ///   - today: the day in UTC.
    public func obstacle(
        to reservation: NewReservation, manualOpenSpots: Int, on today: CalendarDay
    ) -> Obstacle? {
        let recruit = Recruit(id: reservation.ticketUserID, name: reservation.username ?? "")
        if let hold = holdBlocking(recruit, inThread: reservation.threadID) { return .duplicate(hold) }
        guard reservation.reservedUntil >= today else { return .dateInPast(reservation.reservedUntil) }
        let held = ClanTag(reservation.clanLabel).map { holds(of: $0).count } ?? 0
        let open = Availability.effective(manualOpenSpots: manualOpenSpots, holds: held)
        return open == 0 && reservation.notes.trimmed.isEmpty ? .reasonRequired : nil
    }

    /// The hold that `!reserve extend` or `!reserve release` means.
    public enum Match: Sendable, Hashable {
        /// The recruit holds no seat in that clan.
        case none
        /// This one.
        case one(Reservation)
        /// The ledger holds several; people must mend it first.
        case several([Reservation])

        init(_ holds: [Reservation]) {
            switch holds.count {
            case 0: self = .none
            case 1: self = .one(holds[0])
            default: self = .several(holds)
            }
        }
    }

    /// The recruit's hold in one clan.
    public func match(_ recruit: Recruit, in tag: ClanTag) -> Match {
        Match(holds(of: recruit).filter { $0.tag == tag })
    }
}
