/// All that a search may ask of one clan, as bits, so that a search compares one number per clan.
struct ClanTraits: OptionSet, Sendable, Hashable {
    let rawValue: UInt32

    /// Shown in searches at all.
    static let listed = ClanTraits(rawValue: 1 << 0)
    static let open = ClanTraits(rawValue: 1 << 1)
    static let full = ClanTraits(rawValue: 1 << 2)
    static let inactives = ClanTraits(rawValue: 1 << 3)
    static let playsCvC = ClanTraits(rawValue: 1 << 4)
    static let skipsCvC = ClanTraits(rawValue: 1 << 5)
    static let playsSiege = ClanTraits(rawValue: 1 << 6)
    static let skipsSiege = ClanTraits(rawValue: 1 << 7)

    /// The columns that list difficulties, each with six bits.
    enum Boss: UInt32, CaseIterable {
        case clanBoss = 8
        case hydra = 14
        case chimera = 20

        var column: Clan.Column {
            switch self {
            case .clanBoss: .clanBossDifficulty
            case .hydra: .hydraDifficulty
            case .chimera: .chimeraDifficulty
            }
        }
    }

    private static let firstPlaystyle: UInt32 = 26

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    init(_ difficulties: DifficultySet, against boss: Boss) {
        rawValue = difficulties.rawValue << boss.rawValue
    }

    init(_ playstyle: Playstyle) {
        rawValue = 1 << (Self.firstPlaystyle + UInt32(playstyle.rawValue))
    }

    /// What a clan's row says.
    init(of clan: Clan) {
        self = []
        if Self.isListed(clan) { insert(.listed) }
        insert(clan.openSpots > 0 ? .open : .full)
        if clan.inactives > 0 { insert(.inactives) }
        if let flag = Self.flag(clan[.playsCvC]) { insert(flag ? .playsCvC : .skipsCvC) }
        if let flag = Self.flag(clan[.playsSiege]) { insert(flag ? .playsSiege : .skipsSiege) }
        for boss in Boss.allCases {
            insert(ClanTraits(DifficultyText(cell: clan[boss.column]).difficulties, against: boss))
        }
        for playstyle in Playstyle.listed(in: clan[.playstyle]) { insert(ClanTraits(playstyle)) }
    }

    /// What a filter asks for.
    init(required filter: ClanFilter) {
        self = .listed
        switch filter.roster {
        case .open: insert(.open)
        case .full: insert(.full)
        case .inactives: insert(.inactives)
        case .any: break
        }
        if let flag = filter.playsCvC { insert(flag ? .playsCvC : .skipsCvC) }
        if let flag = filter.playsSiege { insert(flag ? .playsSiege : .skipsSiege) }
        for (boss, word) in filter.bosses {
            if let difficulty = Difficulty(word: word) {
                insert(ClanTraits(DifficultySet(difficulty), against: boss))
            }
        }
        if let playstyle = filter.playstyle.flatMap({ Playstyle(word: $0) }) { insert(ClanTraits(playstyle)) }
    }

    /// Whether a row is a clan for searches: named, with a number of seats, and no header that strayed into the data.
    private static func isListed(_ clan: Clan) -> Bool {
        let name = clan[.name].uppercased()
        let spots = clan[.manualOpenSpots].uppercased()
        guard !name.isEmpty, !spots.isEmpty, name != "CLAN", name != "CLAN NAME", spots != "SPOTS" else { return false }
        return clan[.tag].uppercased() != "TAG"
    }

    /// Yes, no, or neither.
    private static func flag(_ cell: String) -> Bool? {
        switch cell.uppercased() {
        case "1", "1.0", "TRUE", "YES", "Y": true
        case "0", "0.0", "FALSE", "NO", "N": false
        default: nil
        }
    }
}

extension ClanFilter {
    /// The difficulty words that are asked for.
    var bosses: [(boss: ClanTraits.Boss, word: String)] {
        [(ClanTraits.Boss.clanBoss, clanBoss), (.hydra, hydra), (.chimera, chimera)].compactMap { boss, word in
            guard let word, !word.trimmed.isEmpty else { return nil }
            return (boss, word)
        }
    }
}
