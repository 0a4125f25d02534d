public import Cluster
import Journal

extension SeatBook {
    /// What a change of a reservation by an event is called in the outbox.
    static func key(_ cause: String, _ identity: Reservation.Identity) -> String { "\(cause):\(identity)" }

    /// Whether this event has changed this reservation: a crash may have come before anybody was told, and then the event is
    /// delivered again.
    public func hasChanged(_ reservation: Reservation, cause: String) async -> Bool {
        let entry = try? await services.outbox.services.journal.outboxEntry(
            forKey: Self.key(cause, reservation.identity))
        return entry?.state == .applied || entry?.state == .pending
    }
}
