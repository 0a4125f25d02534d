/// A reservation that is about to be appended to the ledger. Source: placement chapter, sections 3.1 and 5.3.
public struct NewReservation: Sendable, Hashable {
    /// The ticket thread.
    public var threadID: UInt64
    /// The recruit.
    public var ticketUserID: UInt64
    /// Who makes it.
    public var recruiterID: UInt64
    /// The tag exactly as the roster writes it.
    public var clanLabel: String
    /// The last day.
    public var reservedUntil: CalendarDay
    /// Now; part of what tells this reservation from every other.
    public var createdAt: UTCTime
    /// The reason; blank where none was asked.
    public var notes: String
    /// The recruit's display name; nil where nobody knows it, and then the mention stands for it.
    public var username: String?

    /// All that a row says.
    public init(
        threadID: UInt64, ticketUserID: UInt64, recruiterID: UInt64, clanLabel: String, reservedUntil: CalendarDay,
        createdAt: UTCTime, notes: String = "", username: String? = nil
    ) {
        self.threadID = threadID
        self.ticketUserID = ticketUserID
        self.recruiterID = recruiterID
        self.clanLabel = clanLabel
        self.reservedUntil = reservedUntil
        self.createdAt = createdAt
        self.notes = notes
        self.username = username
    }

    /// The nine cells, all of them text.
    public var cells: [String] {
        let mention = "<@\(ticketUserID)>"
        let name = (username ?? "").trimmed
        return [
            String(threadID), String(ticketUserID), String(recruiterID), clanLabel, reservedUntil.description,
            createdAt.description, ReservationStatus.active.text, String(notes.trimmed),
            name.isEmpty ? mention : String(name),
        ]
    }

    /// The reservation as it will read once it stands in a row.
    public func reservation(inRow sheetRow: Int) -> Reservation? {
        Reservation(cells: cells, sheetRow: sheetRow)
    }
}
