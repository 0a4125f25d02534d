import Cluster
import Spreadsheets
import Testing

@testable import Books

@Suite("Rules of tabs")
struct TabRulesTests {
    /// What is wrong with a tab.
    private struct Verdict: Equatable {
        var missing: [String]
        var findings: [String]
    }

    private static func verdict(_ key: String, _ rows: [[String]], tags: Set<String>? = nil) throws -> Verdict {
        let contract = try #require(TabContract.named(by: key))
        let width = rows.map(\.count).max() ?? 0
        let block = CellBlock(
            range: CellRange(tab: "Tab"), rows: rows.map { $0 + Array(repeating: "", count: width - $0.count) })
        let rules = TabRules(contract: contract, block: block, width: width)
        return Verdict(
            missing: contract.missing(in: rules.header),
            findings: rules.findings(.init(rosterTags: tags.map { Set($0.compactMap { ClanTag($0) }) })))
    }

    @Test("headers count in any case, and those that lack are named")
    func missing() throws {
        #expect(
            try Self.verdict("FEATURE_TOGGLES_TAB", [["Feature_Name", " ENABLED "], ["a", "TRUE"]]).missing == [])
        #expect(try Self.verdict("REACTION_ROLES_TAB", [["key", "ROLE_ID"]]).missing == ["EMOJI"])
        #expect(try Self.verdict("WELCOME_TICKETS_TAB", [["Ticket Number"]]).missing == [])
        #expect(
            try Self.verdict("ROLEMAP_TAB", [["category"]]).missing == ["role_ID or role id"])
    }

    @Test("the ledger's columns must stand in their places")
    func exact() throws {
        let header = [
            "thread_id", "ticket_user_id", "recruiter_id", "clan_tag", "reserved_until", "created_at", "status",
            "notes", "username_snapshot",
        ]
        #expect(try Self.verdict("RESERVATIONS_TAB", [header + ["more"]]).missing == [])
        var swapped = header
        swapped.swapAt(6, 7)
        #expect(
            try Self.verdict("RESERVATIONS_TAB", [swapped]).missing == ["status in column G", "notes in column H"])
        #expect(try Self.verdict("RESERVATIONS_TAB", [header.map { $0.uppercased() }]).missing.count == 9)
    }

    @Test("a header in the wrong row is found")
    func misplaced() throws {
        let verdict = try Self.verdict(
            "FEATURE_TOGGLES_TAB", [["title"], ["feature_name", "enabled"], ["a", "TRUE"]])
        #expect(verdict.findings.contains("the header stands in row 2 instead of row 1"))
    }

    @Test("questions that cannot be answered as they are written are findings")
    func choices() throws {
        let header = ["flow", "order", "qid", "label", "type", "validate", "options", "note"]
        func row(_ qid: String, _ type: String, _ validate: String, _ options: String, _ note: String) -> [String] {
            ["welcome", "1", qid, "A question?", type, validate, options, note]
        }
        let verdict = try Self.verdict(
            "ONBOARDING_TAB",
            [
                header, row("a", "single-select", "regex:^x$", "", ""), row("b", "Multi_Select_5", "", "10,20,30", ""),
                row("c", "multi-select", "", "12", ""), row("d", "single-select", "", "", "yes, no"),
                row("e", "multi-select-2", "", "1-5", ""), row("f", "short", "", "", ""),
            ])
        #expect(
            verdict.findings == [
                "row 2: 'a' has no options", "row 3: 'b' lets people pick 5 of 3 options: 10, 20, 30",
                "row 4: 'c' offers single digits: 1, 2",
            ])
    }

    @Test("toggle values that mean nothing and keys that stand twice are findings")
    func toggles() throws {
        let verdict = try Self.verdict(
            "FEATURE_TOGGLES_TAB",
            [["feature_name", "enabled"], ["a", "yes"], ["b", "1"], [], ["A", "FALSE"], ["", "odd"]])
        #expect(
            verdict
                == Verdict(missing: [], findings: ["'a' stands in rows 2, 5", "row 2: 'a' has invalid value 'yes'"]))
    }

    @Test("ids that a sheet has rounded are findings")
    func ids() throws {
        let verdict = try Self.verdict(
            "REACTION_ROLES_TAB",
            [["KEY", "EMOJI", "ROLE_ID"], ["a", "x", "9.0E+17"], ["b", "x", "900000000000000000"]])
        #expect(verdict.findings == ["damaged id in C2", "id in C3 may have been rounded"])
    }

    private static let ledgerHeader = [
        "thread_id", "ticket_user_id", "recruiter_id", "clan_tag", "reserved_until", "created_at", "status", "notes",
        "username_snapshot",
    ]

    private static func reservation(_ tag: String, _ until: String, _ status: String) -> [String] {
        ["1", "2", "3", tag, until, "", status, "", ""]
    }

    @Test("active reservations need a clan and a date; others do not")
    func reservations() throws {
        let row = Self.reservation
        let verdict = try Self.verdict(
            "RESERVATIONS_TAB",
            [
                Self.ledgerHeader, row("#wkas", "2026-03-20", "active"), row("WKXX", "20/03/2026", "ACTIVE"),
                row("WKAS", "soon", "active"), row("WKXX", "soon", "released"),
            ], tags: ["WKAS"])
        #expect(verdict.findings == ["row 3: no clan has the tag 'WKXX'", "row 4: unreadable date 'soon'"])
    }

    @Test("a narrow roster and a tag that stands twice are findings")
    func roster() throws {
        let verdict = try Self.verdict(
            "CLANS_TAB", [[], [], ["Rank", "Clan", "Tag"], ["", "A", "AB"], ["", "B", "#ab"]])
        #expect(verdict.findings == ["only 3 columns", "'AB' stands in rows 4, 5"])
    }

    @Test(
        "dates are read as people write them",
        arguments: [
            ("2026-03-20", true), ("2026/03/20", true), ("20/03/2026", true), ("03/20/2026", true),
            ("2026-03-20T10:00:00Z", true), ("", false), ("soon", false), ("2026-02-30", false), ("31/31/2026", false),
        ])
    func dates(text: String, isReadable: Bool) throws {
        let verdict = try Self.verdict(
            "RESERVATIONS_TAB", [Self.ledgerHeader, Self.reservation("WKAS", text, "active")])
        #expect(verdict.findings.isEmpty == isReadable)
    }
}
