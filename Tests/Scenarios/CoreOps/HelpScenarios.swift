import DiscordSimulator
import JSON
import Service
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

    @Test("coreops.15: operators are told what help did, once for an audience within the time that was set")
    func diagnostics() async throws {
        let (scenery, clock) = Scenery.clocked()
        let settings = ["HELP_DIAGNOSTICS": "1", "HELP_DIAGNOSTICS_TTL_SEC": "120"]
        try await Stage.play(settings, on: scenery) { stage in
            let (steward, admin) = (stage.person(342), stage.person(341))
            for _ in 1...2 {
                _ = try await Self.answer(to: "help", stage, by: steward)
                try await stage.settles(steward, in: SampleGuild.hearth)
                await clock.advance(by: .seconds(59))
            }
            let reports = await Self.reports(stage)
            #expect(reports.count == 1)
            let report = try #require(reports.first)
            #expect(
                report.hasPrefix("[Help Diagnostics] audience=staff • guild=Woad Cluster(\(SampleGuild.guild)) • user=")
            )
            #expect(report.contains("ops config | admin | operational | false | no | not runnable for staff"))
            // Another audience has a report of its own, and later there is a new one.
            _ = try await Self.answer(to: "help nosuch", stage, by: admin)
            await clock.advance(by: .seconds(2))
            _ = try await Self.answer(to: "help", stage, by: steward)
            try await stage.settles(steward, in: SampleGuild.hearth)
            let audiences = await Self.reports(stage).map { $0.split(separator: " ")[2] }
            #expect(audiences == ["audience=staff", "audience=admin", "audience=staff"])
        }
    }

    @Test("without an ops channel an admin who asked is told in direct messages, and nobody else")
    func directDiagnostics() async throws {
        try await Stage.play(["HELP_DIAGNOSTICS": "true", "LOG_CHANNEL_ID": ""]) { stage in
            let (steward, admin) = (stage.person(342), stage.person(341))
            for person in [steward, admin] {
                _ = try await Self.answer(to: "help", stage, by: person)
                try await stage.settles(person, in: SampleGuild.hearth)
                let direct = try await person.opensDirectMessages(with: SampleGuild.bot).id
                let told = await stage.botMessages(person, in: direct)
                #expect(
                    told.map { $0.content.hasPrefix("[Help Diagnostics] audience=admin") }
                        == (person.id == admin.id ? [true] : []))
            }
        }
    }

    // MARK: Steps

    /// What operators were told of help, oldest first.
    private static func reports(_ stage: Stage) async -> [String] {
        await stage.botMessages(stage.person(341), in: SampleGuild.botLog).sorted { $0.id < $1.id }
            .map(\.content).filter { $0.hasPrefix("[Help Diagnostics]") }
    }

    /// What the bot answers to a mention.
    private static func answer(to query: String, _ stage: Stage, by person: Person) async throws -> SimulatedMessage {
        let question = try await person.says("<@\(SampleGuild.bot)> \(query)", in: SampleGuild.hearth)
        return try await stage.sees(person, in: SampleGuild.hearth) { $0.reference?.messageID == question.id }
    }
}
