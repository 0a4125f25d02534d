/// Who keeps column E, the seats open in the game. Source: placement chapter, section 8.3; sheets chapter, section 5.1.
public enum ManualSpotsOwner: String, Sendable, CaseIterable {
    /// People alone; the program only tells them what to change.
    case human
    /// The program, when a seat is filled or vacated.
    case bot

    /// The owner that the Config key `manual_spots_owner` names, in any case. Without a usable value it is the program
    /// where the open seats that are shown stand in column E itself, otherwise people.
    /// - Returns: the owner, and whether the value was a word that means nothing, of which operators must hear.
    public static func named(
        by value: String?, layout: RosterLayout
    ) -> (owner: ManualSpotsOwner, isUnknownWord: Bool) {
        let word = (value ?? "").trimmed.lowercased()
        if let owner = ManualSpotsOwner(rawValue: word) { return (owner, false) }
        let owner: ManualSpotsOwner = layout.openSpots == Clan.Column.manualOpenSpots.rawValue ? .bot : .human
        return (owner, !word.isEmpty)
    }
}
