/// What somebody looks for in a clan. Source: recruitment chapter, section 3.
///
/// ```swift
/// var filter = ClanFilter.initial
/// filter.clanBoss = "UNM"
/// filter.playsCvC = true
/// let clans = directory.clans(fitting: filter)   // in the order of the sheet
/// ```
public struct ClanFilter: Sendable, Hashable, Codable {
    /// Which clans count by the seats that they have.
    public enum Roster: String, Sendable, Hashable, Codable, CaseIterable {
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

    /// Reads what ``summary(note:)`` wrote; nil where no part of it is a filter. Other parts, such as a note, are passed over.
    public init?(summary: String) {
        self.init()
        for part in summary.split(separator: " • ") {
            guard let colon = part.firstRange(of: ": ") else { continue }
            read(String(part[colon.upperBound...].trimmed), as: part[..<colon.lowerBound])
        }
        if isEmpty { return nil }
    }

    private mutating func read(_ word: String, as label: Substring) {
        switch label {
        case "CB": clanBoss = word
        case "Hydra": hydra = word
        case "Chimera": chimera = word
        case "CvC": playsCvC = Self.flag(word)
        case "Siege": playsSiege = Self.flag(word)
        case "Playstyle": playstyle = word
        case "Roster": roster = Roster.allCases.first { Self.word($0) == word } ?? .any
        default: break
        }
    }

    private static func flag(_ word: String) -> Bool? {
        [true, false].first { Self.word($0) == word }
    }

    private var rosterWord: String? { Self.word(roster) }

    private static func word(_ roster: Roster) -> String? {
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
