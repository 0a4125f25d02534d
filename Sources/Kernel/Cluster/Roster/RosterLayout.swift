/// The columns of the roster whose place the header names, as zero-based indices. Source: recruitment chapter, section 2.4.
public struct RosterLayout: Sendable, Hashable {
    /// Open seats as they are shown.
    public var openSpots: Int
    /// Members who may be replaced.
    public var inactives: Int
    /// Seats that are held, as they are shown.
    public var reserved: Int
    /// The cell that marks a listed clan.
    public var rosterStatus: Int

    /// Columns by their zero-based indices; by default those where each stands if the header names none.
    public init(
        openSpots: Int = Clan.Column.openSpots.rawValue, inactives: Int = Clan.Column.inactives.rawValue,
        reserved: Int = Clan.Column.holdSummary.rawValue, rosterStatus: Int = Clan.Column.manualOpenSpots.rawValue
    ) {
        self.openSpots = openSpots
        self.inactives = inactives
        self.reserved = reserved
        self.rosterStatus = rosterStatus
    }
}
