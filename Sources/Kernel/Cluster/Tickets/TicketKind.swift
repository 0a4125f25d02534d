/// What a ticket is about; its code begins with the letter. Source: welcome chapter, section 2.1.
public enum TicketKind: Sendable, Hashable, CaseIterable {
    /// `W`: a new recruit.
    case welcome
    /// `R`: a returning player.
    case returning
    /// `M`: a member who wants to move.
    case move
    /// `L`: a clan lead who wants to move.
    case leadMove

    /// The kinds of the promo channel.
    public static let promo: [TicketKind] = [.returning, .move, .leadMove]

    /// The first letter of the code.
    public var letter: Unicode.Scalar {
        switch self {
        case .welcome: "W"
        case .returning: "R"
        case .move: "M"
        case .leadMove: "L"
        }
    }

    /// The text of the column `type` in the promo ledger; nil for welcome tickets, whose ledger has no such column.
    public var ledgerType: String? {
        switch self {
        case .welcome: nil
        case .returning: "returning player"
        case .move: "player move request"
        case .leadMove: "clan lead move request"
        }
    }

    /// The questionnaire that a ticket of this kind asks.
    public var flow: String {
        switch self {
        case .welcome: "welcome"
        case .returning: "promo.r"
        case .move: "promo.m"
        case .leadMove: "promo.l"
        }
    }

    /// Whether the ticket belongs to the promo channel and not to the welcome channel.
    public var isPromo: Bool { self != .welcome }

    /// The kind whose letter an ASCII byte is, in any case.
    init?(letter byte: UInt8) {
        guard let kind = Self.allCases.first(where: { UInt8(ascii: $0.letter) == byte & 0xDF }), byte.isASCIILetter
        else {
            return nil
        }
        self = kind
    }
}
