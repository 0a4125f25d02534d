/// What became of a hold. Source: placement chapter, section 3.3; sheets chapter, section 5.3.
public enum ReservationStatus: Sendable, Hashable {
    /// The seat is held; the only status that counts.
    case active
    /// Freed by hand.
    case released
    /// Freed by its date, or because its ticket was closed for inactivity.
    case expired
    /// The recruit joined the clan that held the seat.
    case closedSameClan
    /// The recruit joined another clan.
    case closedOtherClan
    /// The ticket was closed without a placement.
    case cancelled
    /// A word that people wrote; not active, otherwise without meaning. Blank where nothing stands.
    case other(String)

    /// The statuses that the program writes.
    public static let known: [ReservationStatus] = [
        .active, .released, .expired, .closedSameClan, .closedOtherClan, .cancelled,
    ]

    /// The status that a cell holds, in any case.
    public init(cell: some StringProtocol) {
        let word = cell.trimmed.lowercased()
        self = Self.known.first { $0.text == word } ?? .other(String(cell.trimmed))
    }

    /// The word of the ledger.
    public var text: String {
        switch self {
        case .active: "active"
        case .released: "released"
        case .expired: "expired"
        case .closedSameClan: "closed_same_clan"
        case .closedOtherClan: "closed_other_clan"
        case .cancelled: "cancelled"
        case .other(let word): word
        }
    }

    /// Whether a hold may go from this status to another: from active to any of the final ones, and no other way.
    public func mayBecome(_ next: ReservationStatus) -> Bool {
        guard self == .active else { return false }
        switch next {
        case .released, .expired, .closedSameClan, .closedOtherClan, .cancelled: return true
        case .active, .other: return false
        }
    }
}
