import Cluster
import Testing

/// Clans that tests are about.
enum PanelSamples {
    /// A clan whose row has these cells.
    static func clan(_ tag: String, _ cells: [Clan.Column: String] = [:]) throws -> Clan {
        var row = Array(repeating: "", count: Clan.width)
        row[Clan.Column.name.rawValue] = "Clan \(tag)"
        row[Clan.Column.tag.rawValue] = tag
        row[Clan.Column.manualOpenSpots.rawValue] = "1"
        for (column, text) in cells { row[column.rawValue] = text }
        func count(_ column: Clan.Column) -> Int { Int(row[column.rawValue]) ?? 0 }
        return Clan(
            sheetRow: 4, tag: try #require(ClanTag(tag)), cells: row, openSpots: count(.openSpots),
            inactives: count(.inactives), reserved: 0, rosterStatus: "1")
    }

    /// A clan each of whose texts is as long as a cell of a spreadsheet can be, but for those that only filters read.
    static func largest(_ tag: String, letter: Character = "x") throws -> Clan {
        let long = String(repeating: letter, count: 50_000)
        let kept: [Clan.Column] = [
            .tag, .openSpots, .manualOpenSpots, .clanBossDifficulty, .hydraDifficulty, .chimeraDifficulty, .playsCvC,
            .playsSiege,
        ]
        let cells = Clan.Column.allCases.filter { !kept.contains($0) }.map { ($0, long) }
        return try clan(tag, Dictionary(uniqueKeysWithValues: cells + [(.openSpots, "1")]))
    }
}
