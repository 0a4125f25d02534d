/// A clan's row after an event: what to write, and what to tell people.
///
/// Made under the clan's lock from the row as it was just read and from the holds after the event, so that everything is
/// one batch of cells. Source: placement chapter, section 8.3.
///
/// ```swift
/// let update = SeatUpdate(of: clan, by: .freed, holders: names, owner: .human)
/// // write update.writes into clan.sheetRow, then
/// directory.apply(update.writes, to: clan.tag)
/// ```
public struct SeatUpdate: Sendable, Hashable {
    /// A number before and after.
    public struct Step: Sendable, Hashable {
        /// Before the event.
        public let before: Int
        /// After it.
        public let after: Int
    }

    /// The clan's tag.
    public let tag: ClanTag
    /// Column E before and after. They differ only where the program keeps that column; who may have to repeat the write
    /// stores both first (welcome chapter, B19).
    public let manualOpenSpots: Step
    /// AF, AH and AI.
    public let availability: Availability
    /// The cells whose content changes, E first.
    public let writes: [SeatWrite]
    /// How people must change column E themselves; 0 where they need not.
    public let changeForPeople: Int

    /// - Parameters:
    ///   - clan: the row as just read.
    ///   - change: what the event does to this clan.
    ///   - holders: for whom the holds are that remain after the event, one entry per hold in the order of the ledger.
    ///   - owner: who keeps column E.
    public init(of clan: Clan, by change: SeatChange, holders: [String], owner: ManualSpotsOwner) {
        let before = clan.manualOpenSpots
        let after = Self.manualOpenSpots(before, changedBy: change, owner: owner)
        let availability = Availability(manualOpenSpots: after, holders: holders)
        let manual = after == before ? [] : [SeatWrite(.manualOpenSpots, .number(after))]
        self.tag = clan.tag
        self.manualOpenSpots = Step(before: before, after: after)
        self.availability = availability
        self.writes = manual + availability.writes(over: clan)
        self.changeForPeople = owner == .human ? change.manual : 0
    }

    /// Everything that the row says of seats after the event, whether it changed or not.
    public var cells: [SeatWrite] {
        [
            SeatWrite(.manualOpenSpots, .number(manualOpenSpots.after)),
            SeatWrite(.openSpots, .number(availability.openSpots)),
            SeatWrite(.activeHolds, .number(availability.activeHolds)),
            SeatWrite(.holdSummary, .text(availability.summary)),
        ]
    }

    /// The line of the placement log that asks people to change column E: `- C1CE: update column E by -1`.
    public var noteForPeople: String? {
        guard changeForPeople != 0 else { return nil }
        return "- \(tag): update column E by \(changeForPeople > 0 ? "+" : "")\(changeForPeople)"
    }

    /// Column E after an event: moved only where the program keeps it, and never below 0 by that.
    public static func manualOpenSpots(_ before: Int, changedBy change: SeatChange, owner: ManualSpotsOwner) -> Int {
        guard owner == .bot, change.manual != 0 else { return before }
        return max(before + change.manual, 0)
    }
}
