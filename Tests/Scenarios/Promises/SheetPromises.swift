import Bot
import Configuration
import DiscordSimulator
import Service
import Testing

@testable import woadkeeper

/// What staff may rely on when they edit the spreadsheets: see docs/promises.md.
@Suite("Promises: settings, toggles and caches")
struct SheetPromises {
    @Test("promise 20: a refresh reads caches and leaves settings and toggles as they were; a reload reads those")
    func cachesOnly() async throws {
        try await Stage.play { stage in
            _ = try await stage.startupSummary()
            let admin = stage.person(341)
            try stage.put("feature_name,enabled\r\nclan_profile,FALSE\r\n", "recruitment/FeatureToggles")
            try stage.add("NOTIFY_CHANNEL_ID,\(SampleGuild.recruiters)\r\n", to: "recruitment/Config")
            _ = try await ReportPromises.answer("!ops refresh all", "Refresh • all", stage, admin)
            try await Self.shows("!cfg clan_profile", "value=ON", stage, admin)
            try await Self.reloads(stage, admin)
            try await Self.shows("!cfg clan_profile", "value=OFF", stage, admin)
            try await Self.shows("!cfg NOTIFY_CHANNEL_ID", "\(SampleGuild.recruiters)", stage, admin)
        }
    }

    @Test("promise 24: a feature is switched in the toggle tab and by no variable of the environment")
    func noVariable() async throws {
        let keys = ["clan_profile", "member_panel", "recruiter_panel", "recruitment_reports", "slash_commands"]
        let variables = Dictionary(uniqueKeysWithValues: keys.flatMap { [($0, "FALSE"), ($0.uppercased(), "FALSE")] })
        try await Stage.play(variables) { stage in
            let member = stage.person(331)
            try await member.says("!clan WKAS", in: SampleGuild.hearth)
            try await stage.sees(member, in: SampleGuild.hearth) { !$0.embeds.isEmpty && $0.text.contains("WKAS") }
            let names = Set(Settings.groups.flatMap(\.settings).map { $0.name.lowercased() })
            let gates = Set(try stage.features.flatMap(\.gate.keys).map { $0.lowercased() })
            #expect(!gates.isEmpty && names.isDisjoint(with: gates), "\(names.intersection(gates))")
        }
    }

    @Test("promise 25: an edited toggle counts after a reload: its value, the module's line and the command say so")
    func edited() async throws {
        try await Stage.play(prepare: { stage in
            try stage.put(
                "feature_name,enabled\r\nclan_profile,FALSE\r\nrecruiter_panel,FALSE\r\n", "recruitment/FeatureToggles")
        }) { stage in
            let (admin, member) = (stage.person(341), stage.person(331))
            let refused = try await member.says("!clan WKAS", in: SampleGuild.hearth)
            let answer = try await stage.sees(member, in: SampleGuild.hearth, after: refused)
            #expect(answer.content == "This feature is disabled.")
            let told = { (line: String) in
                stage.log.records.count { $0.message == line && $0["feature_module"] == "recruiter_panel" }
            }
            #expect(told("feature toggles disabled; skipping module") == 1)
            try stage.put(
                "feature_name,enabled\r\nclan_profile,TRUE\r\nrecruiter_panel,TRUE\r\n", "recruitment/FeatureToggles")
            try await Self.reloads(stage, admin)
            try await Self.shows("!cfg clan_profile", "value=ON", stage, admin)
            #expect(stage.log.messages.contains("modules: clan_profile enabled"))
            #expect(told("feature module loaded") == 1)
            try await member.says("!clan WKAS", in: SampleGuild.hearth)
            try await stage.sees(member, in: SampleGuild.hearth, after: answer) { !$0.embeds.isEmpty }
        }
    }

    @Test("promise 41: the switch of a ticket watcher counts after a reload, and health names it")
    func watchers() async throws {
        try await Stage.play { stage in
            let admin = stage.person(341)
            let question = "!ops health"
            var report = try await ReportPromises.answer(question, "health", stage, admin)
            #expect(report.field("Watchers")?.hasPrefix("✅ welcome\n✅ promo\n") == true)
            try stage.edit("recruitment/FeatureToggles", "enable_promo_watcher,TRUE", to: "enable_promo_watcher,FALSE")
            try stage.edit("recruitment/FeatureToggles", "ENABLE_WELCOME_HOOK,TRUE", to: "ENABLE_WELCOME_HOOK,FALSE")
            try await Self.reloads(stage, admin)
            report = try await ReportPromises.answer(question, "health", stage, admin)
            let watchers = try #require(report.field("Watchers")).split(separator: "\n")
            #expect(
                watchers.prefix(2) == [
                    "⏸️ welcome — disabled (enable_welcome_hook)", "⏸️ promo — disabled (enable_promo_watcher)",
                ])
        }
    }

    @Test("promise 34: a manual refresh of clans and templates picks up an edit, and logs its trigger")
    func edits() async throws {
        try await Stage.play { stage in
            _ = try await stage.startupSummary()
            let (steward, member) = (stage.person(342), stage.person(331))
            let roster = try stage.text("recruitment/bot_info")
            #expect(roster.contains("WKAS"))
            let name = try #require(SampleGuild.clans.first { $0.tag == "WKAS" }?.name)
            try stage.put(roster.replacing(name, with: "Edited Name"), "recruitment/bot_info")
            _ = try await ReportPromises.answer(
                "!ops refresh clans templates", "Refresh • clans, templates", stage, steward)
            #expect(stage.log.messages.contains { $0.hasPrefix("[refresh] trigger=manual bucket=clans ") })
            #expect(stage.log.messages.contains { $0.hasPrefix("[refresh] trigger=manual bucket=templates ") })
            try await member.says("!clan WKAS", in: SampleGuild.hearth)
            let card = try await stage.sees(member, in: SampleGuild.hearth) { !$0.embeds.isEmpty }
            #expect(card.text.contains("Edited Name"), "\(card.text)")
        }
    }

    @Test("promise 46: a toggle that no module knows is reported, and one that is missing raises one alert")
    func unknownToggles() async throws {
        try await Stage.play(prepare: { stage in
            let rows = "clan_profle,TRUE\r\nmember_panel,TRUE\r\n"
            try stage.put("feature_name,enabled\r\n\(rows)", "recruitment/FeatureToggles")
        }) { stage in
            let admin = stage.person(341)
            let alert = try await stage.sees(admin, in: SampleGuild.botLog) { $0.content.contains("'clan_profile'") }
            #expect(alert.content.contains("misconfiguration"), "\(alert.content)")
            #expect(stage.log.messages.contains { $0.contains("clan_profle") })
            let member = stage.person(331)
            try await member.says("!clan WKAS", in: SampleGuild.hearth)
            let answer = try await stage.sees(member, in: SampleGuild.hearth)
            #expect(answer.content == "This feature is disabled.")
        }
    }

    // MARK: Asking

    private static func reloads(_ stage: Stage, _ person: Person) async throws {
        let command = try await person.says("!ops reload", in: SampleGuild.botLog)
        try await stage.sees(person, in: SampleGuild.botLog) {
            $0.reference?.messageID == command.id && $0.content.hasPrefix("config reloaded · ")
        }
    }

    private static func shows(_ question: String, _ text: String, _ stage: Stage, _ person: Person) async throws {
        let message = try await person.says(question, in: SampleGuild.botLog)
        let answer = try await stage.sees(person, in: SampleGuild.botLog) { $0.reference?.messageID == message.id }
        #expect(answer.text.contains(text), "\(question): \(answer.text)")
    }
}
