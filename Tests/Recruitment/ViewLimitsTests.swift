import Cluster
import Discord
import Testing

@testable import Recruitment

/// Every view of a clan, with every cell of its row as long as a spreadsheet lets it be.
@Suite("Limits of clan views")
struct ViewLimitsTests {
    private static let owner = UserID(integerLiteral: .max)

    /// A clan of which every cell is full, the tag and what filters read too.
    private static func fullest(_ number: Int, of text: String) throws -> Clan {
        let long = String(repeating: text, count: 50_000 / text.utf16.count)
        var cells = Array(repeating: long, count: Clan.width + 5)
        cells[Clan.Column.tag.rawValue] = "T\(number)" + String(repeating: "A", count: 49_990)
        return Clan(
            sheetRow: 4, tag: try #require(ClanTag(cells[Clan.Column.tag.rawValue])), cells: cells,
            openSpots: 1_000_000,
            inactives: 1_000_000, reserved: -1_000_000, rosterStatus: long)
    }

    @Test(
        "a clan all of whose cells are full is shown by every card and list within Discord's limits",
        arguments: ["W", "🐉", "👨‍👩‍👧‍👦", "*_`|[](<@1>"])
    func clans(text: String) throws {
        let clans = try (1...3).map { try Self.fullest($0, of: text) }
        for clan in clans {
            var embeds = ClanCard.Face.allCases.map { ClanCard.embed($0, of: clan) }
            embeds += [ClanCard.lite(of: clan), ClanCard.profile(of: clan), ClanCard.entry(of: clan)].map {
                $0.fitted()
            }
            for embed in embeds { try MessagePayload(embeds: [embed]).validate() }
        }
        let filter = ClanFilter(roster: .open)
        let hits = SearchHits(filter, in: ClanDirectory(clans), keeping: 3)
        #expect(hits.tags.count == 3)
        var shown = 0
        for mode in MemberResults.Mode.allCases {
            for ending in [nil, MemberResultsView.Ending.expired, .closed] {
                let first = MemberResultsView(MemberResults(hits: hits, mode: mode), clans, ending: ending)
                for page in 0..<first.pageCount {
                    let results = MemberResults(hits: hits, mode: mode, page: page)
                    let view = MemberResultsView(results, clans, ending: ending)
                    try MessagePayload(
                        embeds: view.cards.map(\.embed), components: view.controls(owner: Self.owner, isDisabled: true)
                    ).validate()
                    try MessagePayload(embeds: [view.noMatch]).validate()
                    shown += view.cards.count
                }
            }
        }
        #expect(shown == 3 * MemberResults.Mode.allCases.count * 3)
        let first = RecruiterResultsView(RecruiterResults(hits: hits), clans)
        for page in 0..<first.pageCount {
            let view = RecruiterResultsView(RecruiterResults(hits: hits, page: page), clans)
            try MessagePayload(embeds: view.embeds, components: view.pager(owner: Self.owner)).validate()
        }
    }

    @Test("a panel that says the most is within Discord's limits", arguments: [true, false])
    func panels(isDisabled: Bool) throws {
        let longest = { (words: [String]) in words.max { $0.count < $1.count } }
        for (choices, controls) in [(FilterChoices.recruiter, FilterControls.recruiter), (.member, .member)] {
            for roster in choices.rosters {
                let filter = ClanFilter(
                    clanBoss: longest(choices.clanBoss), hydra: longest(choices.hydra),
                    chimera: longest(choices.chimera),
                    playsCvC: false, playsSiege: false, playstyle: longest(choices.playstyles), roster: roster)
                let rows = controls.rows(filter, owner: Self.owner, isDisabled: isDisabled)
                for status in [
                    RecruiterSearch.Status.ready, .filtersChanged, .reset, .needsFilter, .rosterUnreadable, .notUpdated,
                    .found(shown: 1000, total: .max),
                ] {
                    let search = RecruiterSearch(
                        filter: filter, status: status, matchCount: 1000, isStale: true,
                        note: RecruiterSearch.capNote(shown: 1000, total: .max))
                    try MessagePayload(embeds: [RecruiterPanelView.embed(search)], components: rows).validate()
                }
                try MessagePayload(embeds: [MemberPanelView.embed(for: Self.owner)], components: rows).validate()
            }
        }
        try MessagePayload(embeds: [RecruiterPanelView.expired]).validate()
    }
}
