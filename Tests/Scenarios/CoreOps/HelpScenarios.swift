import DiscordSimulator
import JSON
import Testing

@Suite("Core operations: help")
struct HelpScenarios {
    @Test("coreops.11: help for staff leaves out what only admins may do")
    func staffHelp() async throws {
        try await Stage.play { stage in
            let help = try await Self.answer(to: "help", stage, by: stage.person(342))
            #expect(help.titles == ["Woadkeeper — help", "Staff", "User"])
            #expect(help.text.contains("`!ops digest`"))
            for hidden in ["!ops config", "!ops checksheet", "!welcome-refresh", "!refresh all", "!perm bot list"] {
                #expect(!help.text.contains(hidden), "\(hidden)")
            }
        }
    }

    @Test("coreops.13: with empty sections shown, a member's empty section says that there is something to come")
    func emptySections() async throws {
        let toggles = "feature_name,enabled\nclan_profile,TRUE\nshardtracker,FALSE\n"
        try await Stage.play(
            ["SHOW_EMPTY_SECTIONS": "1"], prepare: { try $0.put(toggles, "recruitment/FeatureToggles") }
        ) { stage in
            let help = try await Self.answer(to: "help", stage, by: stage.person(331))
            #expect(help.titles == ["Woadkeeper — help", "User"])
            let fields = help.embeds.last?["fields"]?.elements ?? []
            let milestones = fields.first { $0["name"]?.string == "Milestones" }
            #expect(milestones?["value"]?.string == "Coming soon")
        }
    }

    @Test("coreops.14: help on one command is its page, or says why there is none")
    func pages() async throws {
        try await Stage.play { stage in
            let page = try await Self.answer(to: "help refresh all", stage, by: stage.person(341))
            #expect(page.titles == ["!ops refresh all"])
            let names = page.embeds.first?["fields"]?.elements.compactMap { $0["name"]?.string } ?? []
            #expect(Set(names).isSuperset(of: ["Usage", "Tier", "Tip"]), "\(names)")
            let unknown = try await Self.answer(to: "help nosuch", stage, by: stage.person(341))
            #expect(unknown.content.hasPrefix("Unknown command `nosuch`."))
            let refused = try await Self.answer(to: "help ops env", stage, by: stage.person(331))
            #expect(refused.content == "You do not have access to that command.")
        }
    }

    // MARK: Steps

    /// What the bot answers to a mention.
    private static func answer(to query: String, _ stage: Stage, by person: Person) async throws -> SimulatedMessage {
        let question = try await person.says("<@\(SampleGuild.bot)> \(query)", in: SampleGuild.hearth)
        return try await stage.sees(person, in: SampleGuild.hearth) { $0.reference?.messageID == question.id }
    }
}
