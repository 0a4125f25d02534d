/// What an event does to one clan: how many holds it begins or ends, and how many seats it fills or vacates in the game.
///
/// The two are kept apart because they reach the sheet on different ways: holds through the ledger, filled seats through
/// column E. What recruiters should see follows from both, for every row of the table. Source: placement chapter,
/// section 8; sheets chapter, section 5.1.
public struct SeatChange: Sendable, Hashable {
    /// Change of the number of holds, R.
    public var holds: Int
    /// Change of the seats open in the game, E: −1 when somebody moves in, +1 when somebody leaves.
    public var manual: Int

    /// A change by so many holds and so many seats.
    public init(holds: Int = 0, manual: Int = 0) {
        self.holds = holds
        self.manual = manual
    }

    /// A hold begins.
    public static let reserved = SeatChange(holds: 1)
    /// The date of a hold moves.
    public static let extended = SeatChange()
    /// A hold ends without anybody moving in: released, expired, cancelled, or placed elsewhere.
    public static let freed = SeatChange(holds: -1)
    /// Somebody moves in.
    public static let filled = SeatChange(manual: -1)
    /// Somebody moves out.
    public static let vacated = SeatChange(manual: 1)

    /// The change that recruiters should see in the effective open seats, AF, as long as the clan is not held beyond its
    /// seats.
    public var wanted: Int { manual - holds }

    /// Both changes together.
    public static func + (left: SeatChange, right: SeatChange) -> SeatChange {
        SeatChange(holds: left.holds + right.holds, manual: left.manual + right.manual)
    }
}
