import Testing

@testable import Cluster

@Suite("Values of the cluster")
struct ClusterTests {
    @Test(
        "spellings of one tag are equal",
        arguments: [("#aaa", "AAA"), (" c1-ce! ", "C1CE"), ("wkäs", "WKÄS"), ("A A", "AA")])
    func tag(raw: String, normalised: String) {
        #expect(ClanTag(raw)?.text == normalised)
    }

    @Test("what holds no letter or digit is no tag", arguments: ["", " ", "#!?", "—"])
    func noTag(raw: String) {
        #expect(ClanTag(raw) == nil)
    }

    @Test("short rows are padded, and cells are read trimmed")
    func padding() throws {
        let clan = Self.clan("WKAS", "  Ashen Sovereigns ")
        #expect(clan.cells.count == Clan.width)
        #expect(clan[.name] == "Ashen Sovereigns")
        #expect(clan[.holdSummary] == "")
    }

    @Test(
        "a clan is found by its whole name or by the only beginning that fits",
        arguments: [
            ("ashen  sovereigns", "WKAS"), ("ASHEN", "WKAS"), ("ash", nil), ("Briar", "WKBR"), ("Moss", nil), ("", nil),
        ] as [(String, String?)])
    func byName(name: String, tag: String?) {
        let directory = ClanDirectory([
            Self.clan("WKAS", "Ashen Sovereigns"), Self.clan("WKBR", "Briar Regents"), Self.clan("WKSH", "Ash Sh"),
        ])
        #expect(directory.clan(named: name)?.tag.text == tag)
    }

    @Test("of two clans with one tag the first in the sheet counts")
    func duplicates() throws {
        let directory = ClanDirectory([Self.clan("WKAS", "First"), Self.clan("WKAS", "Second")])
        let tag = try #require(ClanTag("wkas"))
        #expect(directory[tag]?[.name] == "First")
    }

    private static func clan(_ tag: String, _ name: String) -> Clan {
        Clan(
            sheetRow: 4, tag: ClanTag(tag) ?? ClanTag("X")!, cells: ["", name, tag], openSpots: 0, inactives: 0,
            reserved: 0, rosterStatus: "0")
    }
}
