import Discord
import Testing

@testable import Bot

@Suite("Help")
struct HelpTests {
    private static let catalog: CommandCatalog = {
        let features = [
            StubFeature(commands: [
                .stub("clan", group: .recruitment, place: .section(.recruitment)),
                .stub(
                    "hold", access: .recruiter(refusal: "no"), tier: .staff, group: .recruitment,
                    place: .section(.recruitment), flags: [Flag("dry")]),
                .stub(
                    "ops health", access: .staff, bareAccess: .admin, tier: .admin, group: .operational,
                    place: .section(.configHealth)),
                .stub("ops onb check", access: .staff, tier: .staff, group: .operational, place: .section(.sheetTools)),
                .stub("ops secret", access: .admin, tier: .admin, group: .operational, place: .pageOnly),
            ]),
            StubFeature(name: "off", gate: .toggle("closed"), commands: [.stub("league")]),
        ]
        return (try? CommandCatalog(features)) ?? .empty
    }()

    private static func viewer(_ roles: Set<RoleID>, showsEmptySections: Bool = false) -> HelpOverview.Viewer {
        HelpOverview.Viewer(
            caller: Caller(id: 11, roles: roles, isAdministrator: false),
            policy: AccessPolicy(adminRoles: [100], staffRoles: [101], recruiterRoles: [102]),
            isEnabled: { $0 != "closed" }, adminAllowList: ["health"], showsEmptySections: showsEmptySections)
    }

    @Test(
        "the overview lists exactly what the caller can run",
        arguments: [
            ([], ["User: !clan"]), ([102], ["Staff: !hold", "User: !clan"]),
            ([101], ["Staff: !ops onb check", "User: !clan"]),
            ([100], ["Admin / Operational: !health", "Staff: !hold, !ops onb check", "User: !clan"]),
        ] as [(Set<RoleID>, [String])])
    func overview(roles: Set<RoleID>, expected: [String]) {
        let overview = HelpOverview(of: Self.catalog, for: Self.viewer(roles))
        let shown = overview.audiences.map { audience in
            let usages = audience.sections.flatMap(\.lines).map { $0.split(separator: "`")[1] }
            return "\(audience.tier.title): \(usages.joined(separator: ", "))"
        }
        #expect(shown == expected)
    }

    @Test("empty sections show only where configuration says so, as coming soon")
    func emptySections() {
        let overview = HelpOverview(of: Self.catalog, for: Self.viewer([], showsEmptySections: true))
        #expect(overview.audiences.map(\.tier) == [.user])
        #expect(overview.audiences.first?.sections.map(\.label) == ["Recruitment", "Milestones", "General"])
        #expect(overview.audiences.first?.sections.last?.lines == ["Coming soon"])
    }

    @Test(
        "the report tells of every command whether it is shown and why not",
        arguments: [
            (
                [],
                [
                    "clan | user | recruitment | true | yes | ok",
                    "hold | staff | recruitment | false | no | not runnable for user",
                    "league | user | general | false | no | disabled",
                    "ops health | admin | operational | false | no | not runnable for user",
                    "ops onb check | staff | operational | false | no | not runnable for user",
                    "ops secret | admin | operational | false | no | hidden",
                ]
            ),
            (
                [101],
                [
                    "clan | user | recruitment | true | yes | ok",
                    "ops onb check | staff | operational | true | yes | ok",
                    "hold | staff | recruitment | false | no | not runnable",
                    "league | user | general | false | no | disabled",
                    "ops health | admin | operational | false | no | not runnable for staff",
                    "ops secret | admin | operational | false | no | hidden",
                ]
            ),
        ] as [(Set<RoleID>, [String])])
    func report(roles: Set<RoleID>, expected: [String]) {
        let viewer = Self.viewer(roles)
        let text = HelpReport(of: Self.catalog, for: viewer).text(
            audience: viewer.audience, guild: "Home(1)", user: "Ayla(11)")
        let shown = expected.count { $0.hasSuffix("ok") }
        #expect(
            text == """
                [Help Diagnostics] audience=\(roles.isEmpty ? "user" : "staff") • guild=Home(1) • user=Ayla(11)
                visible \(shown) / discovered 6 (hidden \(6 - shown))

                ```markdown
                qualname | access_tier | function_group | can_run | displayed | reason
                \(expected.joined(separator: "\n"))
                ```
                """)
    }

    @Test(
        "a report of very many commands says how many it left out", arguments: [("x", 30), ("a rather long name", 27)])
    func longReport(name: String, rows: Int) throws {
        let commands = (100..<200).map { Command.stub("\(name) \($0)") }
        let report = HelpReport(of: try CommandCatalog([StubFeature(commands: commands)]), for: Self.viewer([]))
        let text = report.text(audience: .user, guild: "DM(?)", user: "Ayla(11)")
        #expect(text.utf16.count <= 1800)
        #expect(text.split(separator: "\n").count { $0.hasSuffix("| ok") } == rows)
        #expect(text.hasSuffix("(+\(100 - rows) more)"))
    }

    private static let center = HelpCenter(catalog: catalog, botName: "Woad", footer: "footer")

    @Test(
        "a command's page is found by any spelling, without or with ops",
        arguments: ["ops health", "health", "!ops  HEALTH", "<@99> `ops health`"])
    func page(query: String) throws {
        guard case .embeds(let embeds) = Self.center.answer(query, for: Self.viewer([100])) else {
            Issue.record("no page")
            return
        }
        let page = try #require(embeds.first)
        #expect(page.title == "!ops health" && page.description == "Details of ops health.")
        #expect(page.fields.map(\.name) == ["Usage", "Aliases", "Tier", "Tip"])
        #expect(page.footer?.text == "footer")
    }

    @Test(
        "what a caller may not run or does not exist gets a sentence",
        arguments: [
            ("ops secret", "You do not have access to that command."), ("nothing", "Unknown command `nothing`."),
            ("clam", "Unknown command `clam`. Did you mean `!clan`?"), ("helth", "Unknown command `helth`."),
            (String(repeating: "no ", count: 90), "Unknown command `\(String(repeating: "no ", count: 33))n`."),
            ("hold", "You do not have access to that command."),
        ])
    func sentences(query: String, sentence: String) {
        #expect(Self.center.answer(query, for: Self.viewer([])) == .sentence(sentence))
    }

    @Test("an admin's misspelling is met with the commands that only they see")
    func suggestions() {
        let answer = Self.center.answer("helth", for: Self.viewer([100]))
        #expect(answer == .sentence("Unknown command `helth`. Did you mean `!ops health`?"))
    }

    @Test("an overview with very many commands goes on in further embeds and messages, and drops nothing")
    func limits() throws {
        let commands = (100..<300).map { Command.stub("command number \($0) with a name that is rather long") }
        let catalog = try CommandCatalog([StubFeature(commands: commands)])
        let center = HelpCenter(catalog: catalog, botName: "Woad", footer: "footer")
        guard case .embeds(let embeds) = center.answer("", for: Self.viewer([])) else {
            Issue.record("no overview")
            return
        }
        let titles = embeds.compactMap(\.title)
        #expect(titles.count > 3 && titles.prefix(3) == ["Woad — help", "User", "User (cont.)"])
        #expect(Set(titles.dropFirst(2)) == ["User (cont.)"])
        #expect(embeds.allSatisfy { $0.fields.count <= 12 && $0.footer?.text.hasPrefix("footer") == true })
        let fields = embeds.flatMap(\.fields)
        #expect(fields.allSatisfy { $0.value.count <= 800 })
        let lines = fields.flatMap { $0.value.split(separator: "\n") }
        #expect(lines.count == 200)
        for embeds in EmbedLayout.messages(of: embeds) {
            try MessagePayload(embeds: embeds, allowedMentions: .none).validate()
        }
    }
}
