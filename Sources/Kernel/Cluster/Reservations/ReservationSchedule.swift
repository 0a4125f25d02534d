/// What falls due on which day. All days are days in UTC. Source: placement chapter, sections 9.1 and 10.
extension ReservationLedger {
    /// The hour at which recruiters are reminded of holds that end today; a missed run is made up until `releaseHour`.
    public static let reminderHour = 12
    /// The hour at which overdue holds are released; a missed run is made up on the same day.
    public static let releaseHour = 18
    /// How many days a reminder's ready-made command extends a hold.
    public static let proposedExtension = 7
    /// How far back the list of all reservations looks, in days.
    public static let recentDays = 28

    /// The holds whose last day is today.
    public func reminders(on today: CalendarDay) -> [Reservation] {
        holds.filter { $0.reservedUntil == today }
    }

    /// The holds whose last day is today or over.
    public func overdue(on today: CalendarDay) -> [Reservation] {
        holds.filter { hold in hold.reservedUntil.map { $0 <= today } ?? false }
    }

    /// The holds without a readable date; they never fall due, so people must hear of them.
    public var undated: [Reservation] { holds.filter { $0.reservedUntil == nil } }

    /// Reservations of any status of the last 28 days, the newest first: by when they were made, else by their last day.
    public func recent(at now: UTCTime) -> [Reservation] {
        let start = now.secondsSince1970 - Self.recentDays * UTCTime.secondsPerDay
        let dated = reservations.compactMap { reservation -> (reservation: Reservation, moment: Int)? in
            guard let moment = reservation.createdAt ?? reservation.reservedUntil?.at(hour: 0) else { return nil }
            return moment.secondsSince1970 < start ? nil : (reservation, moment.secondsSince1970)
        }
        return dated.sorted { ($0.moment, $0.reservation.sheetRow) > ($1.moment, $1.reservation.sheetRow) }
            .map(\.reservation)
    }
}
