/// What a ticket's row says in its column `status`. Source: sheets chapter, section 6.4; welcome chapter, B7 and B19.
public enum TicketStatus: Sendable, Hashable {
    /// Under way.
    case open
    /// Closed, and staff are asked for the clan.
    case awaitingClan
    /// Promo: the clan is known, and staff are asked for details.
    case awaitingDetails
    /// A close is being carried out.
    case closing(TicketClosing)
    /// Closed.
    case closed
    /// Closed for inactivity.
    case autoClosed
    /// The thread is gone.
    case deleted

    /// Reads a cell, in any case. A word that means nothing counts as open, or as closed where the row is dated.
    /// - Parameter isDated: whether the row carries the date of a close.
    public init(cell: some StringProtocol, isDated: Bool) {
        switch cell.trimmed.lowercased() {
        case "awaiting_clan": self = .awaitingClan
        case "awaiting_details": self = .awaitingDetails
        case "closed": self = .closed
        case "auto_closed": self = .autoClosed
        case "deleted": self = .deleted
        case "open": self = .open
        default: self = TicketClosing(cell: cell).map { .closing($0) } ?? (isDated ? .closed : .open)
        }
    }

    /// The word for the cell.
    public var text: String {
        switch self {
        case .open: "open"
        case .awaitingClan: "awaiting_clan"
        case .awaitingDetails: "awaiting_details"
        case .closing(let closing): closing.text
        case .closed: "closed"
        case .autoClosed: "auto_closed"
        case .deleted: "deleted"
        }
    }
}
