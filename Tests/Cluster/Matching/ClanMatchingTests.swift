import TestTools
import Testing

@testable import Cluster

@Suite("Finding clans")
struct ClanMatchingTests {
    private static let directory = ClanDirectory([
        Samples.clan(
            "AAA", row: 4,
            [
                .openSpots: "2", .clanBossDifficulty: "UNM", .hydraDifficulty: "NM, BTL", .chimeraDifficulty: "UNM",
                .playsCvC: "1", .playsSiege: "1", .playstyle: "Competitive",
            ]),
        Samples.clan(
            "BBB", row: 5,
            [
                .openSpots: "0", .inactives: "3", .clanBossDifficulty: "NM", .hydraDifficulty: "HRD",
                .playsCvC: "FALSE",
                .playsSiege: "yes", .playstyle: "Semi-Competitive / Casual",
            ]),
        Samples.clan("CCC", row: 6, [.openSpots: "1", .clanBossDifficulty: "NML", .playsCvC: "", .playsSiege: "0.0"]),
        Samples.clan("DDD", row: 7, [.openSpots: "5", .manualOpenSpots: " "]),
        Samples.clan("EEE", row: 8, [.openSpots: "5", .name: " "]),
        Samples.clan("TAG", row: 9, [.openSpots: "5"]),
        Samples.clan("FFF", row: 10, [.openSpots: "5", .name: "Clan Name"]),
        Samples.clan("GGG", row: 11, [.openSpots: "5", .manualOpenSpots: "Spots"]),
    ])

    @Test(
        "a clan is shown when it passes every filter that is set, in the order of the sheet",
        arguments: [
            (ClanFilter(), ["AAA", "BBB", "CCC"]),
            (.initial, ["AAA", "CCC"]),
            (ClanFilter(roster: .full), ["BBB"]),
            (ClanFilter(roster: .inactives), ["BBB"]),
            (ClanFilter(clanBoss: "NM"), ["BBB"]),
            (ClanFilter(clanBoss: "Nightmare"), ["BBB"]),
            (ClanFilter(clanBoss: "Normal"), ["CCC"]),
            (ClanFilter(clanBoss: "Easy"), []),
            (ClanFilter(hydra: "Hard"), ["BBB"]),
            (ClanFilter(hydra: "Brutal"), ["AAA"]),
            (ClanFilter(chimera: "Ultra-Nightmare"), ["AAA"]),
            (ClanFilter(playsCvC: true), ["AAA"]),
            (ClanFilter(playsCvC: false), ["BBB"]),
            (ClanFilter(playsSiege: true), ["AAA", "BBB"]),
            (ClanFilter(playsSiege: false), ["CCC"]),
            (ClanFilter(playstyle: "Semi Competitive"), ["BBB"]),
            (ClanFilter(playstyle: "Competitive"), ["AAA"]),
            (ClanFilter(playstyle: "Relaxed"), ["AAA", "BBB", "CCC"]),
            (ClanFilter(clanBoss: "Insane"), []),
            (ClanFilter(clanBoss: "UNM", playsCvC: true, playstyle: "competitive", roster: .open), ["AAA"]),
            (ClanFilter(clanBoss: "UNM", playsCvC: true, playstyle: "competitive", roster: .full), []),
        ] as [(ClanFilter, [String])])
    func filters(filter: ClanFilter, tags: [String]) {
        #expect(Self.directory.clans(fitting: filter).map(\.tag.text) == tags)
    }

    @Test(
        "filters are told in words, each only when it is set",
        arguments: [
            (ClanFilter(), nil, ""), (.initial, nil, "Roster: Open only"),
            (ClanFilter(roster: .any), "first 25 of 37", "first 25 of 37"),
            (
                ClanFilter(
                    clanBoss: "UNM", hydra: "Brutal", chimera: "Hard", playsCvC: true, playsSiege: false,
                    playstyle: "stress-free", roster: .inactives), "first 25 of 37",
                "CB: UNM • Hydra: Brutal • Chimera: Hard • CvC: Yes • Siege: No • Playstyle: stress-free • Roster: Has inactives • first 25 of 37"
            ),
            (ClanFilter(hydra: " ", roster: .full), nil, "Roster: Full only"),
        ] as [(ClanFilter, String?, String)])
    func summary(filter: ClanFilter, note: String?, text: String) {
        #expect(filter.summary(note: note) == text)
        #expect(filter.isEmpty == (filter.summary() == ""))
    }

    @Test("the buttons of the panels run through their choices and back")
    func cycles() {
        var roster = ClanFilter.Roster.open
        var seen: [ClanFilter.Roster] = []
        for _ in 0..<4 {
            roster = FilterChoices.recruiter.roster(after: roster)
            seen.append(roster)
        }
        #expect(seen == [.inactives, .full, .any, .open])
        #expect(FilterChoices.member.roster(after: .inactives) == .open)
        #expect(FilterChoices.member.roster(after: .any) == .open)
        #expect([nil, true, false].map { FilterChoices.flag(after: $0) } == [true, false, nil])
    }

    @Test("bits and words tell the same: a search equals asking each clan for each filter")
    func sameAsAskingEach() {
        var random = SplitMix(seed: 41)
        let cells = ["", "ESY", "NML", "HRD, BTL", "NM", "UNM", "UNM, NM", "Ultra Nightmare", "mixed", "HRDBTL"]
        let flags = ["", "0", "1", "YES", "n", "maybe"]
        let styles = ["", "Casual", "Stress-Free, Casual", "Competitive", "Semi-Competitive"]
        let clans = (0..<60).map { row in
            Samples.clan(
                "T\(row)", row: row + 4,
                [
                    .openSpots: ["0", "1", "-"].randomElement(using: &random)!,
                    .inactives: ["0", "2"].randomElement(using: &random)!,
                    .clanBossDifficulty: cells.randomElement(using: &random)!,
                    .hydraDifficulty: cells.randomElement(using: &random)!,
                    .playsCvC: flags.randomElement(using: &random)!, .playstyle: styles.randomElement(using: &random)!,
                ])
        }
        let directory = ClanDirectory(clans)
        for _ in 0..<300 {
            let filter = ClanFilter(
                clanBoss: [nil, "Easy", "NM", "UNM", "mixed"].randomElement(using: &random)!,
                hydra: [nil, "Hard", "Nightmare"].randomElement(using: &random)!,
                playsCvC: [nil, true, false].randomElement(using: &random)!,
                playstyle: [nil, "casual", "Stress Free"].randomElement(using: &random)!,
                roster: ClanFilter.Roster.allCases.randomElement(using: &random)!)
            let single = [
                ClanFilter(clanBoss: filter.clanBoss), ClanFilter(hydra: filter.hydra),
                ClanFilter(playsCvC: filter.playsCvC), ClanFilter(playstyle: filter.playstyle),
                ClanFilter(roster: filter.roster),
            ].map { Set(directory.clans(fitting: $0).map(\.tag)) }
            let expected = clans.map(\.tag).filter { tag in single.allSatisfy { $0.contains(tag) } }
            #expect(directory.clans(fitting: filter).map(\.tag) == expected)
        }
    }

    @Test("seats that were written are found at once")
    func writtenSeats() throws {
        var directory = Self.directory
        let clan = try #require(directory[Samples.tag("AAA")])
        let update = SeatUpdate(of: clan, by: .reserved, holders: ["Ann", "Bo"], owner: .human)
        directory.apply(update.writes, to: clan.tag)
        #expect(directory.clans(fitting: .initial).map(\.tag.text) == ["CCC"])
        #expect(directory[clan.tag]?.reservedShown == "2")
        directory.apply(update.writes, to: Samples.tag("ZZZ"))
        #expect(directory.clans.count == Self.directory.clans.count)
    }

    @Test(
        "a filter is read back from its words, whatever stands beside them",
        arguments: [
            .initial, ClanFilter(clanBoss: "UNM"), ClanFilter(roster: .inactives), ClanFilter(playsSiege: false),
            ClanFilter(
                clanBoss: "NM", hydra: "Hard", chimera: "Ultra-Nightmare", playsCvC: true, playsSiege: false,
                playstyle: "stress-free", roster: .full),
        ])
    func reading(filter: ClanFilter) {
        #expect(ClanFilter(summary: filter.summary()) == filter)
        #expect(ClanFilter(summary: filter.summary(note: "first 25 of 37") + " • 5/25 • Page 1/3") == filter)
    }

    @Test(
        "words that name no filter are none",
        arguments: ["", "None • 3/3 • Page 1/1", "Roster: Somehow", "CvC: Maybe"])
    func readingNothing(text: String) {
        #expect(ClanFilter(summary: text) == nil)
    }
}
