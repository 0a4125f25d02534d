/// What a search panel offers to choose from. Source: recruitment chapter, sections 6.3 and 7.2.
public struct FilterChoices: Sendable, Hashable {
    /// Words of the selection for the clan boss, in order.
    public let clanBoss: [String]
    /// Words of the selection for the hydra.
    public let hydra: [String]
    /// Words of the selection for the chimera.
    public let chimera: [String]
    /// Words of the selection for the style.
    public let playstyles: [String]
    /// The roster choices in the order in which the button runs through them.
    public let rosters: [ClanFilter.Roster]

    /// The panel of `!clanmatch`.
    public static let recruiter = FilterChoices(
        clanBoss: ["Easy", "Normal", "Hard", "Brutal", "NM", "UNM"],
        hydra: ["Normal", "Hard", "Brutal", "Nightmare"],
        chimera: ["Normal", "Hard", "Brutal", "Nightmare", "UltraNightmare"],
        playstyles: ["Stress Free", "Casual", "Semi Competitive", "Competitive"],
        rosters: [.open, .inactives, .full, .any])

    /// The panel of `!clansearch`, which does not tell members who is inactive.
    public static let member = FilterChoices(
        clanBoss: recruiter.clanBoss, hydra: recruiter.hydra,
        chimera: ["Easy", "Normal", "Hard", "Brutal", "Nightmare", "Ultra-Nightmare"],
        playstyles: ["stress-free", "Casual", "Semi Competitive", "Competitive"],
        rosters: [.open, .full, .any])

    /// The next roster choice; a choice that this panel does not offer is followed by the first.
    public func roster(after roster: ClanFilter.Roster) -> ClanFilter.Roster {
        guard let index = rosters.firstIndex(of: roster) else { return rosters[0] }
        return rosters[(index + 1) % rosters.count]
    }

    /// The next state of a three-state flag: not asked, yes, no, not asked.
    public static func flag(after flag: Bool?) -> Bool? {
        switch flag {
        case nil: true
        case true: false
        case false: nil
        }
    }
}
