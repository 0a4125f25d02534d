import Cluster
import Discord
import Service
import Testing

@testable import Recruitment

@Suite("Panels and results as messages")
struct PanelViewTests {
    private static let owner: UserID = 900_000_000_000_000_351
    private static let everything = ClanFilter(
        clanBoss: "UNM", hydra: "Nightmare", chimera: "UltraNightmare", playsCvC: true, playsSiege: false,
        playstyle: "Semi Competitive", roster: .inactives)

    private static func message(_ embeds: [Embed], _ components: [Component]) -> Message {
        Message(
            id: 1, channelID: 2, author: User(id: 3, username: "bot"), timestamp: .origin, embeds: embeds,
            components: components)
    }

    private static func hits(_ clans: [Clan], _ filter: ClanFilter = .initial) -> SearchHits {
        SearchHits(filter, in: ClanDirectory(clans), keeping: clans.count)
    }

    // MARK: The panel

    @Test(
        "a recruiter's panel tells what it shows",
        arguments: [
            RecruiterSearch(filter: .initial), RecruiterSearch(filter: everything),
            RecruiterSearch(filter: everything, status: .filtersChanged, matchCount: 1, isStale: true, note: "A note"),
            RecruiterSearch(filter: .initial, status: .found(shown: 12, total: 12), matchCount: 12),
        ])
    func reading(search: RecruiterSearch) throws {
        let embed = RecruiterPanelView.embed(search)
        let read = RecruiterPanelView.reading(
            Self.message([embed], RecruiterPanelView.controls(search.filter, owner: Self.owner)))
        #expect(read?.filter == search.filter)
        #expect(read?.matchCount == search.matchCount)
        #expect(read?.isStale == search.isStale)
        #expect(read?.note == search.note)
    }

    @Test("an expired panel is no panel any more")
    func expired() {
        let message = Self.message(
            [RecruiterPanelView.expired], RecruiterPanelView.controls(.initial, owner: 1, isDisabled: true))
        #expect(RecruiterPanelView.reading(message) == nil)
        #expect(RecruiterPanelView.expired.title == "Find a C1C Clan")
    }

    @Test(
        "the panel says how a search went",
        arguments: [
            (.found(shown: 1, total: 1), "Found 1 matching clan."),
            (.found(shown: 7, total: 7), "Found 7 matching clans."),
            (.found(shown: 12, total: 12), "Found 12 matching clans. Showing 10 per page."),
            (.found(shown: 0, total: 0), "No clans match"),
            (.rosterUnreadable, "⚠️ The clan roster could not be loaded"),
            (.notUpdated, "⚠️ The panel could not be updated"),
        ] as [(RecruiterSearch.Status, String)])
    func status(status: RecruiterSearch.Status, beginning: String) {
        let embed = RecruiterPanelView.embed(RecruiterSearch(filter: .initial, status: status))
        #expect(embed.description?.hasPrefix(beginning) == true)
    }

    // MARK: Results

    @Test("a classic card shows what recruiters ask for")
    func classic() throws {
        let clan = try PanelSamples.clan(
            "WKBR",
            [
                .openSpots: "2", .inactives: "0", .hydraKeys: "3", .hydraClash: "380M", .chimeraClash: "95M",
                .cvcMinimumRewards: "5,000", .notes: "Voice chat", .needs: "An anchor", .holdSummary: "1 -> Ann",
            ])
        let embed = ClassicCard.embed(of: clan)
        #expect(embed.title == "Clan WKBR `WKBR`  — Spots: 2 | Inactives: 0 | Reserved: 1 -> Ann")
        #expect(
            embed.description == """
                **Entry Criteria:**
                Hydra 3 keys\u{A0}|\u{A0}380M
                Chimera 95M
                CvC PR minimum: 5,000

                **Additional Requirements:** Voice chat

                **Clan Needs/Comments:** An anchor
                """)
        #expect(ClassicCard.embed(of: try PanelSamples.clan("A")).description == "**Entry Criteria:**\n—")
    }

    @Test("a recruiter's list tells its filter and page")
    func recruiterList() throws {
        let clans = try (1...23).map { try PanelSamples.clan("AA\($0)", [.openSpots: "1"]) }
        let view = RecruiterResultsView(RecruiterResults(hits: Self.hits(clans), page: 1), clans)
        #expect(view.embeds.count == 10)
        #expect(view.embeds.last?.footer?.text == "Filters used: Roster: Open only • 10/23 • Page 2/3")
        let read = RecruiterResultsView.reading(Self.message(view.embeds, view.pager(owner: Self.owner)))
        #expect(read?.filter == .initial)
        #expect(read?.page == 1)
        #expect(RecruiterResultsView(RecruiterResults(hits: Self.hits(clans), page: 9), clans).page == 2)
    }

    @Test("a member's list tells its filter, mode and page", arguments: MemberResults.Mode.allCases)
    func memberList(mode: MemberResults.Mode) throws {
        let clans = try (1...12).map { try PanelSamples.clan("AA\($0)", [.openSpots: "1"]) }
        let filter = ClanFilter(roster: .open)
        let directory = ClanDirectory(clans + [try PanelSamples.clan("ZZ", [.openSpots: "1"])])
        let hits = SearchHits(filter, in: directory, keeping: 12)
        let view = MemberResultsView(MemberResults(hits: hits, mode: mode, page: 2), clans)
        #expect(view.cards.count == 2)
        #expect(
            view.cards.map { $0.embed.footer?.text } == [
                "Filters used: Roster: Open only • first 12 of 13",
                "Filters used: Roster: Open only • first 12 of 13 • Page 3/3 • 12 total",
            ])
        let read = MemberResultsView.reading(
            Self.message(view.cards.map(\.embed), view.controls(owner: Self.owner)))
        #expect(read?.filter == filter)
        #expect(read?.mode == mode)
        #expect(read?.page == 2)
    }

    @Test("buttons of a member's list")
    func memberButtons() {
        let results = MemberResults(hits: Self.hits([]), mode: .entry, page: 1)
        #expect(results.after(.mode(.lite), pageCount: 3) == MemberResults(hits: Self.hits([]), mode: .lite, page: 0))
        #expect(results.after(.next, pageCount: 3).page == 2)
        #expect(results.after(.next, pageCount: 2).page == 1)
        #expect(results.after(.previous, pageCount: 3).page == 0)
        #expect(results.after(.previous, pageCount: 3).after(.previous, pageCount: 3).page == 0)
    }

    // MARK: Limits

    @Test(
        "the largest content of a spreadsheet fits into every message, and no clan is lost",
        arguments: ["x", "🐉", "é\u{301}"])
    func limits(letter: String) throws {
        let clans = try (1...8).map { try PanelSamples.largest("AA\($0)", letter: Character(letter)) }
        let hits = SearchHits(Self.everything, in: ClanDirectory(clans), keeping: 8)
        let all = SearchHits(ClanFilter(roster: .open), in: ClanDirectory(clans), keeping: 8)
        #expect(all.tags.count == 8)
        for mode in MemberResults.Mode.allCases {
            var seen: [String] = []
            var page = 0
            while true {
                let results = MemberResults(hits: all, mode: mode, page: page)
                let view = MemberResultsView(results, clans, ending: .closed)
                let payload = MessagePayload(
                    embeds: view.cards.map(\.embed), components: view.controls(owner: Self.owner))
                try payload.validate()
                #expect(view.cards.count <= 5)
                seen += view.cards.map(\.clan.tag.text)
                page += 1
                if page >= view.pageCount { break }
            }
            #expect(seen == clans.map(\.tag.text), "\(mode)")
        }
        var count = 0
        let first = RecruiterResultsView(RecruiterResults(hits: all), clans)
        for page in 0..<first.pageCount {
            let view = RecruiterResultsView(RecruiterResults(hits: all, page: page), clans)
            try MessagePayload(embeds: view.embeds, components: view.pager(owner: Self.owner)).validate()
            count += view.embeds.count
        }
        #expect(count == 8)
        var search = RecruiterSearch(filter: Self.everything)
        search.finish(.hits(hits))
        search.note = String(repeating: "🐉", count: 5000)
        search.isStale = true
        try MessagePayload(
            embeds: [RecruiterPanelView.embed(search)],
            components: RecruiterPanelView.controls(Self.everything, owner: UserID(integerLiteral: .max))
        ).validate()
        try MessagePayload(
            embeds: [MemberPanelView.embed(for: Self.owner)],
            components: MemberPanelView.controls(Self.everything, owner: UserID(integerLiteral: .max))
        ).validate()
    }

    @Test("long comments are shortened before a page gets fewer clans")
    func shortening() throws {
        let notes = String(repeating: "n", count: 900)
        let clans = try (1...10).map { try PanelSamples.clan("AA\($0)", [.openSpots: "1", .notes: notes]) }
        let view = RecruiterResultsView(RecruiterResults(hits: Self.hits(clans)), clans)
        #expect(view.embeds.count == 10)
        #expect(view.embeds.allSatisfy { $0.description?.hasSuffix("n…") == true })
        let criteria = String(repeating: "c", count: 900)
        let wide = try (1...10).map {
            try PanelSamples.clan("AA\($0)", [.openSpots: "1", .clanBossRequirement: criteria])
        }
        let pages = RecruiterResultsView(RecruiterResults(hits: Self.hits(wide)), wide)
        #expect(pages.pageCount == 2)
        #expect(pages.embeds.count < 10 && pages.embeds.count > 4)
        #expect(pages.embeds.allSatisfy { $0.description?.contains(criteria) == true })
    }
}
