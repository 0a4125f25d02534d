/// What may happen to a reservation. Source: placement chapter, sections 3.3, 6, 7, 10 and 11.
public enum ReservationChange: Sendable, Hashable {
    /// Another last day; it may be earlier than the present one, but not in the past.
    case extend(until: CalendarDay)
    /// Freed by hand.
    case release
    /// Freed because its last day has come.
    case expire
    /// Freed because its ticket was closed for inactivity, whatever its date.
    case expireWithTicket
    /// The ticket was closed.
    case close(TicketSettlement.Outcome)
}

/// Why a reservation stays as it is.
public enum ReservationRefusal: Error, Sendable, Hashable {
    /// The hold has ended already; ended holds are never changed.
    case notActive(ReservationStatus)
    /// A hold cannot end before today.
    case dateInPast(CalendarDay)
    /// The last day has not come yet.
    case notDue(until: CalendarDay)
    /// Nothing readable says when the hold ends, so no date ends it.
    case undated
}

extension Reservation {
    /// The reservation after a change.
    /// - Parameter today: the day in UTC.
    /// - Throws: `ReservationRefusal`, and then nothing may be written.
    public func applying(_ change: ReservationChange, on today: CalendarDay) throws(ReservationRefusal) -> Reservation {
        guard isActive else { throw .notActive(status) }
        var result = self
        switch change {
        case .extend(let day):
            guard day >= today else { throw .dateInPast(day) }
            result.reservedUntil = day
        case .release:
            result.status = .released
        case .expire:
            guard let reservedUntil else { throw .undated }
            guard reservedUntil <= today else { throw .notDue(until: reservedUntil) }
            result.status = .expired
        case .expireWithTicket:
            result.status = .expired
        case .close(let outcome):
            result.status = outcome.status
        }
        return result
    }
}
