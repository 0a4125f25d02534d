/// A clan as its row of the roster describes it.
///
/// All cells are kept as text, right-padded so that every column of the roster exists. The counts come from the columns
/// that the tab's header names. Source: recruitment chapter, section 2.4.
public struct Clan: Sendable, Hashable {
    /// The columns of the roster whose place is fixed; the raw value is the zero-based index.
    public enum Column: Int, Sendable, CaseIterable {
        /// A: global rank.
        case globalRank = 0
        /// B.
        case name = 1
        /// C.
        case tag = 2
        /// D: clan level.
        case level = 3
        /// E: seats open in the game, kept by people.
        case manualOpenSpots = 4
        /// F.
        case progression = 5
        /// G.
        case lead = 6
        /// H.
        case deputies = 7
        /// I.
        case cvcTier = 8
        /// J.
        case cvcWins = 9
        /// K.
        case siegeTier = 10
        /// L.
        case siegeWins = 11
        /// M: results against the clan boss.
        case clanBoss = 12
        /// N: results.
        case hydra = 13
        /// O: results.
        case chimera = 14
        /// P: difficulty for filters.
        case clanBossDifficulty = 15
        /// Q: difficulty for filters.
        case hydraDifficulty = 16
        /// R: difficulty for filters.
        case chimeraDifficulty = 17
        /// S: flag.
        case playsCvC = 18
        /// T: flag.
        case playsSiege = 19
        /// U: list of styles.
        case playstyle = 20
        /// V.
        case hydraKeys = 21
        /// W.
        case chimeraKeys = 22
        /// X: requirement.
        case hydraClash = 23
        /// Y: requirement.
        case chimeraClash = 24
        /// Z: requirement.
        case clanBossRequirement = 25
        /// AA: requirement.
        case cvcMinimum = 26
        /// AB: requirement in weeks of personal rewards.
        case cvcMinimumRewards = 27
        /// AD.
        case needs = 29
        /// AE.
        case notes = 30
        /// AF: effective open seats, written by the bot.
        case openSpots = 31
        /// AG: kept by people.
        case inactives = 32
        /// AH: count of active holds, written by the bot.
        case activeHolds = 33
        /// AI: summary of the holds, written by the bot.
        case holdSummary = 34
    }

    /// The number of columns that a row has at least.
    public static let width = 35

    /// The one-based row of the sheet.
    public var sheetRow: Int
    /// The tag.
    public var tag: ClanTag
    /// All cells as text; at least `width` of them.
    public var cells: [String]
    /// Effective open seats.
    public var openSpots: Int
    /// Members who may be replaced.
    public var inactives: Int
    /// Seats that are held.
    public var reserved: Int
    /// The cell that marks a listed clan.
    public var rosterStatus: String

    /// Creates a clan from its row; short rows are padded.
    public init(
        sheetRow: Int, tag: ClanTag, cells: [String], openSpots: Int, inactives: Int, reserved: Int,
        rosterStatus: String
    ) {
        self.sheetRow = sheetRow
        self.tag = tag
        self.cells = cells + Array(repeating: "", count: max(0, Self.width - cells.count))
        self.openSpots = openSpots
        self.inactives = inactives
        self.reserved = reserved
        self.rosterStatus = rosterStatus
    }

    /// The trimmed text of a column.
    public subscript(_ column: Column) -> String { String(cells[column.rawValue].trimmed) }

    /// Seats open in the game, as people keep them in column E.
    public var manualOpenSpots: Int { CellNumber.count(in: self[.manualOpenSpots]) }

    /// Inactives as cards show them: the count if it is above 0, else the text of column AG. Source: recruitment chapter,
    /// section 4.
    public var inactivesShown: String { inactives > 0 ? String(inactives) : self[.inactives] }

    /// Held seats as cards show them: the count if it is above 0, else the text of column AI.
    public var reservedShown: String { reserved > 0 ? String(reserved) : self[.holdSummary] }

    /// Reads the counts again after a cell changed.
    mutating func readCounts(_ layout: RosterLayout) {
        let count = { (column: Int, cells: [String]) in
            cells.indices.contains(column) ? CellNumber.count(in: cells[column]) : 0
        }
        openSpots = count(layout.openSpots, cells)
        inactives = count(layout.inactives, cells)
        reserved = count(layout.reserved, cells)
    }
}
