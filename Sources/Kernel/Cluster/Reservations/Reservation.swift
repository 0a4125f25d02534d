/// A row of the ledger: one seat held for one recruit until a day. A *hold* is a reservation whose status is active.
///
/// Source: placement chapter, section 3; sheets chapter, section 5.3.
public struct Reservation: Sendable, Hashable {
    /// The columns of the ledger; the raw value is the zero-based index.
    public enum Column: Int, Sendable, CaseIterable {
        /// A: the ticket thread.
        case threadID
        /// B: the recruit; may be blank.
        case ticketUserID
        /// C: who made the reservation.
        case recruiterID
        /// D: the tag as the roster writes it.
        case clanTag
        /// E: the last day.
        case reservedUntil
        /// F: when the row was made.
        case createdAt
        /// G: the status.
        case status
        /// H: the reason, or blank.
        case notes
        /// I: the recruit's name when the row was made.
        case usernameSnapshot

        /// The header in row 1.
        public var header: String {
            switch self {
            case .threadID: "thread_id"
            case .ticketUserID: "ticket_user_id"
            case .recruiterID: "recruiter_id"
            case .clanTag: "clan_tag"
            case .reservedUntil: "reserved_until"
            case .createdAt: "created_at"
            case .status: "status"
            case .notes: "notes"
            case .usernameSnapshot: "username_snapshot"
            }
        }
    }

    /// What makes a row this reservation, wherever it stands. Source: placement chapter, section 17.1.
    public struct Identity: Sendable, Hashable, CustomStringConvertible {
        let threadID: String
        let ticketUserID: String
        let clanTag: String
        let createdAt: String

        /// The headers of the columns that hold it.
        public static let columns = [Column.threadID, .ticketUserID, .clanTag, .createdAt].map(\.header)

        /// A cell of one of these columns in the form in which two spellings of it are equal.
        public static func normalised(_ text: String) -> String {
            if let time = UTCTime(cell: text) { return time.description }
            return ClanTag(text)?.text ?? ""
        }

        /// All of it in one line.
        public var description: String { "\(threadID):\(ticketUserID):\(clanTag):\(createdAt)" }
    }

    /// The one-based row of the sheet.
    public let sheetRow: Int
    /// The ticket thread.
    public let threadID: UInt64?
    /// The recruit.
    public let ticketUserID: UInt64?
    /// Whether nothing at all stands in the recruit's cell, so that only the name tells for whom the hold is.
    public let isUserBlank: Bool
    /// Who made the reservation.
    public let recruiterID: UInt64?
    /// The tag as the ledger writes it.
    public let clanLabel: String
    /// The tag in its normal form; nil where the cell holds none.
    public let tag: ClanTag?
    /// The last day of the hold; nil where the cell holds no date, and then the hold never ends by itself.
    public internal(set) var reservedUntil: CalendarDay?
    /// When the row was made.
    public let createdAt: UTCTime?
    /// What became of it.
    public internal(set) var status: ReservationStatus
    /// The reason why a seat was held that was not free.
    public let notes: String
    /// The recruit's name when the row was made.
    public let usernameSnapshot: String
    /// What tells this reservation from every other.
    public let identity: Identity

    /// Reads a row; nil where its nine cells hold nothing.
    public init?(cells: [String], sheetRow: Int) {
        let text = { (column: Column) in
            cells.indices.contains(column.rawValue) ? String(cells[column.rawValue].trimmed) : ""
        }
        guard Column.allCases.contains(where: { !text($0).isEmpty }) else { return nil }
        self.sheetRow = sheetRow
        threadID = CellNumber.id(in: text(.threadID))
        ticketUserID = CellNumber.id(in: text(.ticketUserID))
        isUserBlank = text(.ticketUserID).isEmpty
        recruiterID = CellNumber.id(in: text(.recruiterID))
        clanLabel = text(.clanTag)
        tag = ClanTag(text(.clanTag))
        reservedUntil = CalendarDay(cell: text(.reservedUntil))
        createdAt = UTCTime(cell: text(.createdAt))
        status = ReservationStatus(cell: text(.status))
        notes = text(.notes)
        usernameSnapshot = text(.usernameSnapshot)
        identity = Identity(
            threadID: threadID.map { String($0) } ?? text(.threadID),
            ticketUserID: ticketUserID.map { String($0) } ?? text(.ticketUserID),
            clanTag: tag?.text ?? "", createdAt: createdAt?.description ?? text(.createdAt))
    }

    /// The nine cells: what reads as this reservation again, wherever it stood.
    public var cells: [String] {
        [
            identity.threadID, identity.ticketUserID, recruiterID.map { String($0) } ?? "", clanLabel,
            reservedUntil?.description ?? "", identity.createdAt, status.text, notes, usernameSnapshot,
        ]
    }

    /// Whether the row holds a seat.
    public var isActive: Bool { status == .active }

    /// The name for the summary in column AI: the member's name, else the name in the row, else an id.
    /// Source: recruitment chapter, section 11.
    public func holderName(resolvedBy name: (UInt64) -> String?) -> String {
        let candidates = [
            ticketUserID.flatMap(name) ?? "", usernameSnapshot, ticketUserID.map { String($0) } ?? "",
            threadID.map { String($0) } ?? "",
        ]
        return candidates.first { !$0.trimmed.isEmpty } ?? ""
    }

    /// Whether the row is for this name, compared trimmed and in lower case.
    func isFor(name: String) -> Bool {
        let name = name.trimmed.lowercased()
        return !name.isEmpty && usernameSnapshot.lowercased() == name
    }
}
