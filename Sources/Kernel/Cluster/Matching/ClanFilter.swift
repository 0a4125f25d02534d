/// What somebody looks for in a clan. Source: recruitment chapter, section 3.
///
/// ```swift
/// var filter = ClanFilter.initial
/// filter.clanBoss = "UNM"
/// filter.playsCvC = true
/// let clans = directory.clans(fitting: filter)   // in the order of the sheet
/// ```
public struct ClanFilter: Sendable, Hashable {
    /// Which clans count by the seats that they have.
    public enum Roster: Sendable, Hashable, CaseIterable {
        /// At least one open seat.
        case open
        /// No open seat.
        case full
        /// At least one member who may be replaced.
        case inactives
        /// All.
        case any
    }

    /// The chosen difficulty word against the clan boss; nil: not asked. A word that is no difficulty is looked for as it is.
    public var clanBoss: String?
    /// The chosen difficulty word against the hydra.
    public var hydra: String?
    /// The chosen difficulty word against the chimera.
    public var chimera: String?
    /// Whether the clan must play CvC, or must not.
    public var playsCvC: Bool?
    /// Whether the clan must play Siege, or must not.
    public var playsSiege: Bool?
    /// The chosen style; a word that is no style does not filter.
    public var playstyle: String?
    /// Which clans count by their seats.
    public var roster: Roster

    /// A filter that asks for what is given.
    public init(
        clanBoss: String? = nil, hydra: String? = nil, chimera: String? = nil, playsCvC: Bool? = nil,
        playsSiege: Bool? = nil, playstyle: String? = nil, roster: Roster = .any
    ) {
        self.clanBoss = clanBoss
        self.hydra = hydra
        self.chimera = chimera
        self.playsCvC = playsCvC
        self.playsSiege = playsSiege
        self.playstyle = playstyle
        self.roster = roster
    }

    /// What panels begin with: open seats, nothing else.
    public static let initial = ClanFilter(roster: .open)

    /// Whether nothing is asked, so that a search makes no sense.
    public var isEmpty: Bool { summary().isEmpty }

    /// The filters in words, for footers: `CB: UNM • CvC: Yes • Roster: Open only`; empty where nothing is asked.
    /// - Parameter note: a further part at the end.
    public func summary(note: String? = nil) -> String {
        let parts = [
            Self.labelled("CB: ", clanBoss), Self.labelled("Hydra: ", hydra), Self.labelled("Chimera: ", chimera),
            Self.labelled("CvC: ", playsCvC.map(Self.word)), Self.labelled("Siege: ", playsSiege.map(Self.word)),
            Self.labelled("Playstyle: ", playstyle), Self.labelled("Roster: ", rosterWord), note ?? "",
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: " • ")
    }

    private var rosterWord: String? {
        switch roster {
        case .open: "Open only"
        case .full: "Full only"
        case .inactives: "Has inactives"
        case .any: nil
        }
    }

    private static func word(_ flag: Bool) -> String { flag ? "Yes" : "No" }

    private static func labelled(_ label: String, _ value: String?) -> String {
        guard let value, !value.trimmed.isEmpty else { return "" }
        return label + value.trimmed
    }
}
