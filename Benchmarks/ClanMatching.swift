import Cluster

extension Benchmark {
    /// One search among clans: three filters, the last of which has a word that is no difficulty, so that cells are looked
    /// at too. What the cells say was read when the roster was loaded; the cost of that is measured beside it, and is paid
    /// once per load.
    static let clanMatching = Benchmark("match") {
        try [30, 300, 3000].flatMap { count in
            let clans = try clans(count)
            let directory = ClanDirectory(clans)
            let found = filters.map { directory.clans(fitting: $0).count }
            guard found.allSatisfy({ $0 > 0 && $0 < count }) else { throw NothingMeasured(found: found) }
            let searches = Stopwatch.rate { for filter in filters { keep(directory.clans(fitting: filter)) } }
            let loads = Stopwatch.rate { keep(ClanDirectory(clans)) }
            return [
                Measurement(
                    "match.\(count)-clans", 1_000_000 / searches / Double(filters.count), "µs",
                    against: .init(name: "reading the cells", figure: 1_000_000 / loads))
            ]
        }
    }

    private static let filters = [
        ClanFilter(roster: .open),
        ClanFilter(clanBoss: "UNM", hydra: "Brutal", playsCvC: true, playstyle: "Semi Competitive", roster: .open),
        ClanFilter(clanBoss: "MYTHIC", playsSiege: false),
    ]

    private struct NothingMeasured: Error {
        var found: [Int]
    }

    /// Clans like those of the sample, each different from its neighbours.
    private static func clans(_ count: Int) throws -> [Clan] {
        try (0..<count).map { number in
            var cells = (0..<Clan.width).map { "cell \($0) of row \(number)" }
            let tag = "T\(number)"
            let pick = { (words: [String], step: Int) in words[number / step % words.count] }
            cells[Clan.Column.name.rawValue] = "Clan \(number)"
            cells[Clan.Column.tag.rawValue] = tag
            cells[Clan.Column.manualOpenSpots.rawValue] = "\(number % 5)"
            cells[Clan.Column.clanBossDifficulty.rawValue] = pick(
                ["UNM", "NM, UNM", "Ultra-Nightmare", "MYTHIC", "ESY"], 1)
            cells[Clan.Column.hydraDifficulty.rawValue] = pick(["BTL", "NM x2, BTL x4", "Hard", "NML"], 2)
            cells[Clan.Column.chimeraDifficulty.rawValue] = pick(["UNM", "BRUTAL", "NM"], 3)
            cells[Clan.Column.playsCvC.rawValue] = pick(["1", "TRUE", "0"], 1)
            cells[Clan.Column.playsSiege.rawValue] = pick(["0", "1", ""], 2)
            cells[Clan.Column.playstyle.rawValue] = pick(["Competitive, Semi-Competitive", "Casual / Stress-Free"], 2)
            guard let tag = ClanTag(tag) else { throw NothingMeasured(found: []) }
            return Clan(
                sheetRow: 4 + number, tag: tag, cells: cells, openSpots: number % 3, inactives: number % 4, reserved: 0,
                rosterStatus: "1")
        }
    }
}
