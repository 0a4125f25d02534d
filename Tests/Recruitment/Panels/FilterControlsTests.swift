import Cluster
import Discord
import Testing

@testable import Recruitment

@Suite("Filter controls")
struct FilterControlsTests {
    private static let owner: UserID = 900_000_000_000_000_351

    private static let filters = [
        ClanFilter.initial, ClanFilter(),
        ClanFilter(clanBoss: "UNM", hydra: "Brutal", playsCvC: true, playsSiege: false, roster: .full),
        ClanFilter(chimera: "Normal", playstyle: "Semi Competitive", roster: .any),
    ]

    @Test("a panel's controls tell the filter that they show", arguments: filters)
    func roundTrip(filter: ClanFilter) throws {
        for controls in [FilterControls.recruiter, .member] {
            let rows = controls.rows(filter, owner: Self.owner)
            try MessagePayload(content: "x", components: rows).validate()
            #expect(controls.filter(in: rows) == filter)
        }
    }

    @Test("inactives are a recruiter's choice")
    func inactives() {
        let filter = ClanFilter(roster: .inactives)
        #expect(FilterControls.recruiter.filter(in: FilterControls.recruiter.rows(filter, owner: 1)) == filter)
        #expect(FilterControls.member.filter(filter, after: .roster).roster == .open)
    }

    @Test("custom ids are those of the chapter, with the owner behind them")
    func customIDs() {
        func names(_ controls: FilterControls) -> [String] {
            controls.rows(.initial, owner: Self.owner).flattened.compactMap(\.customID)
        }
        let ids = ["cb", "hydra", "chimera", "style", "cvc", "siege", "roster", "reset", "search"]
        #expect(names(.recruiter) == ids.map { "rp_\($0):900000000000000351" })
        #expect(names(.member) == ids.map { "mf_\($0):900000000000000351" })
    }

    @Test(
        "a use changes one filter",
        arguments: [
            (.clanBoss, ["NM"], ClanFilter(clanBoss: "NM", roster: .open)),
            (.clanBoss, [], .initial),
            (.clanBoss, ["Impossible"], .initial),
            (.hydra, ["Hard"], ClanFilter(hydra: "Hard", roster: .open)),
            (.chimera, ["UltraNightmare"], ClanFilter(chimera: "UltraNightmare", roster: .open)),
            (.playstyle, ["Casual"], ClanFilter(playstyle: "Casual", roster: .open)),
            (.cvc, [], ClanFilter(playsCvC: true, roster: .open)),
            (.siege, [], ClanFilter(playsSiege: true, roster: .open)),
            (.roster, [], ClanFilter(roster: .inactives)),
            (.reset, [], .initial), (.search, [], .initial),
        ] as [(FilterControls.Control, [String], ClanFilter)])
    func using(control: FilterControls.Control, values: [String], expected: ClanFilter) {
        #expect(FilterControls.recruiter.filter(.initial, after: control, choosing: values) == expected)
    }

    @Test("clearing a menu clears its filter, and reset clears all")
    func clearing() {
        let filter = ClanFilter(clanBoss: "NM", hydra: "Hard", playsCvC: false, roster: .full)
        #expect(FilterControls.member.filter(filter, after: .clanBoss).clanBoss == nil)
        #expect(FilterControls.member.filter(filter, after: .clanBoss).hydra == "Hard")
        #expect(FilterControls.member.filter(filter, after: .reset) == .initial)
        #expect(FilterControls.member.filter(filter, after: .cvc).playsCvC == nil)
    }

    @Test("menus of an earlier deployment are known by their placeholder")
    func placeholders() {
        let rows = FilterControls.member.rows(ClanFilter(hydra: "Hard"), owner: 1).map { row -> Component in
            guard case .actionRow(var inner) = row, case .select(var select)? = inner.components.first else {
                return row
            }
            select.customID = "0123456789abcdef0123456789abcdef"
            inner.components = [.select(select)]
            return .actionRow(inner)
        }
        #expect(FilterControls.member.filter(in: rows) == ClanFilter(hydra: "Hard"))
        #expect(FilterControls.member.filter(in: [.row(Button(.primary, "x", customID: "other"))]) == nil)
        #expect(FilterControls.member.filter(in: []) == nil)
    }
}
