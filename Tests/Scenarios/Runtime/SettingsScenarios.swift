import DiscordSimulator
import JSON
import Service
import SheetsSimulator
import Testing

@testable import woadkeeper

@Suite("Runtime: settings and where they come from")
struct SettingsScenarios {
    private static let completed = "📘 **CoreOps** — config reload completed"

    @Test("runtime.2: without a log channel one warning says so, however often the settings are loaded")
    func noLogChannel() async throws {
        try await Stage.play(["LOG_CHANNEL_ID": ""]) { stage in
            let admin = stage.person(341)
            for _ in 1...2 { try await Self.reload(stage, by: admin) }
            // Answered in the same channel, so whatever the reloads had to say is said.
            try await stage.settles(admin, in: SampleGuild.botLog)
            let warning = "Log channel disabled; set LOG_CHANNEL_ID to enable Discord log posting."
            #expect(stage.log.messages.count { $0 == warning } == 1)
            #expect(stage.log.messages.count { $0 == Self.completed } == 2)
            let posts = stage.simulator.requests.matching("POST", "/channels/{channel_id}/messages")
            #expect(posts.count == 2, "the two answers, and nothing beside them")
        }
    }

    @Test("runtime.20: without its tab every feature is off; a reload after the repair switches it on")
    func missingToggles() async throws {
        try await Stage.play(prepare: { try $0.remove("recruitment/FeatureToggles") }) { stage in
            let (admin, member) = (stage.person(341), stage.person(331))
            let alert = try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.content.contains("Feature toggles worksheet 'FeatureToggles' unavailable: ")
            }
            #expect(alert.content.hasPrefix("⚠️ <@&\(SampleGuild.id(101))> Feature toggle misconfiguration: "))
            #expect(alert.mentionedRoles == [SampleGuild.id(101)])
            try await Self.isRefused("!clan WKAS", stage, by: member)

            try stage.put("feature_name,enabled\r\nclan_profile,maybe\r\n", "recruitment/FeatureToggles")
            let unclear = try await Self.reload(stage, by: admin)
            #expect(unclear.text.contains("`welcome_watcher_enabled`: OFF → ON"), "on unless a row says otherwise")
            #expect(!unclear.text.contains("`clan_profile`: "))
            try await Self.isRefused("!clan WKAS", stage, by: member)
            let again = try await Self.reload(stage, by: admin)
            #expect(!again.text.contains("→"))

            try stage.put("feature_name,enabled\r\nclan_profile,TRUE\r\n", "recruitment/FeatureToggles")
            let repaired = try await Self.reload(stage, by: admin)
            #expect(repaired.text.contains("`clan_profile`: OFF → ON"))
            let question = try await member.says("!clan WKAS", in: SampleGuild.hearth)
            try await stage.sees(member, in: SampleGuild.hearth, after: question) { !$0.embeds.isEmpty }
            let modules = stage.log.messages.filter { $0.hasPrefix("modules: clan_profile ") }
            #expect(modules == ["modules: clan_profile disabled", "modules: clan_profile enabled"])

            // The channel is written in order: after the third report every alert is there.
            try await stage.sees(admin, in: SampleGuild.botLog) { $0.content.contains("changed_toggles=clan_profile") }
            let posts = await stage.botMessages(admin, in: SampleGuild.botLog).map(\.content)
            let invalid = "Toggle 'clan_profile' in worksheet 'FeatureToggles' has invalid value 'maybe'"
            #expect(posts.count { $0.contains(invalid) } == 1)
            #expect(posts.count { $0.contains("worksheet 'FeatureToggles' unavailable") } == 1)
        }
    }

    @Test(
        "runtime.22: a Config row beats the environment, a reload takes what was edited, and what cannot be read stays")
    func configRows() async throws {
        let rows = "WELCOME_CHANNEL_ID,\(SampleGuild.id(205))\r\nSTAFF_ROLE_IDS,nobody\r\n"
        try await Stage.play(prepare: { try $0.add(rows, to: "recruitment/Config") }) { stage in
            let steward = stage.person(342)
            let taken = try #require(
                await stage.log.first { $0.message.hasPrefix("config: sheet overrides environment • keys=") })
            #expect(taken.message.contains("WELCOME_CHANNEL_ID"))
            #expect(try await Self.setting("WELCOME_CHANNEL_ID", stage).contains("\(SampleGuild.id(205))"))
            let unusable = "config: key=STAFF_ROLE_IDS sheet value unusable; using environment"
            #expect(stage.log.messages.count { $0 == unusable } == 1)

            // Oskar is staff by the environment's list. What the bot has to say goes where the edited row says.
            try stage.add("LOG_CHANNEL_ID,\(SampleGuild.recruiters)\r\n", to: "onboarding/Config")
            let edited = try await Self.reload(stage, by: steward)
            #expect(edited.text.contains("changed: `LOG_CHANNEL_ID`"))
            let report = try await stage.sees(steward, in: SampleGuild.recruiters) {
                $0.content.hasPrefix(Self.completed)
            }

            try stage.put("Key,Value\r\nLOG_CHANNEL_ID,\"half", "onboarding/Config")
            let partial = try await Self.reload(stage, by: steward)
            #expect(partial.text.contains("config: failed to load onboarding Config tab: "))
            #expect(!partial.text.contains("changed: "), "the old values remain")
            try await stage.sees(steward, in: SampleGuild.recruiters, after: report) {
                $0.content.hasPrefix(Self.completed)
            }
            #expect(try await Self.setting("WELCOME_CHANNEL_ID", stage).contains("\(SampleGuild.id(205))"))
            #expect(stage.log.messages.count { $0 == unusable } == 1)
        }
    }

    @Test("runtime.23: rows for the allow-list and the token are ignored, with one warning each")
    func protectedRows() async throws {
        try await Stage.play(prepare: { stage in
            try stage.add("GUILD_IDS,1\r\nDISCORD_TOKEN,stolen\r\n", to: "recruitment/Config")
        }) { stage in
            let (member, admin) = (stage.person(331), stage.person(341))
            let line = try await stage.sees(admin, in: SampleGuild.botLog) { $0.content.contains("Guild allow-list") }
            #expect(line.content.contains("verified • allowed=[Woad Cluster]"))
            try await Self.reload(stage, by: admin)
            for key in ["GUILD_IDS", "DISCORD_TOKEN"] {
                let warning = "config: key=\(key) must not be set in a Config tab; ignoring row in recruitment"
                _ = try #require(await stage.log.first { $0.message == warning })
                #expect(stage.log.messages.count { $0 == warning } == 1)
            }
            // A session of the same token goes on, for the server that the environment names.
            await stage.simulator.faults.dropGateway()
            try await stage.settles(member, in: SampleGuild.hearth)
            #expect(!stage.output.text.contains("stolen"))
        }
    }

    @Test("how often a call to Google is made again is a matter of the Config tab, as soon as it is reloaded")
    func googlePace() async throws {
        try await Stage.playOnGoogle(["GSHEETS_RETRY_BASE": "0"]) { stage, sheets in
            _ = try await stage.startupSummary()
            let admin = stage.person(341)
            try stage.add("GSHEETS_RETRY_ATTEMPTS,3\r\n", to: "recruitment/Config")
            let report = try await Self.reload(stage, by: admin)
            #expect(report.text.contains("changed: `GSHEETS_RETRY_ATTEMPTS`"))
            sheets.faults.fail("values.batchGet", on: "bot_info", times: 2, with: .status(503))
            try await admin.says("!ops refresh clans", in: SampleGuild.botLog)
            let reply = try await stage.sees(admin, in: SampleGuild.botLog) { $0.titles == ["Refresh • clans"] }
            #expect(reply.text.contains("| ok "), "\(reply.text)")
            #expect(stage.log.messages.count { $0 == "sheets: call failed, trying again" } == 2)
        }
    }

    /// Has somebody reload the settings, and gives the answer.
    @discardableResult
    private static func reload(_ stage: Stage, by person: Person) async throws -> SimulatedMessage {
        let command = try await person.says("!ops reload", in: SampleGuild.botLog)
        return try await stage.sees(person, in: SampleGuild.botLog) {
            $0.reference?.messageID == command.id && $0.content.hasPrefix("config reloaded · ")
        }
    }

    /// Has somebody call a command whose feature is off.
    private static func isRefused(_ command: String, _ stage: Stage, by person: Person) async throws {
        let message = try await person.says(command, in: SampleGuild.hearth)
        let answer = try await stage.sees(person, in: SampleGuild.hearth, after: message)
        #expect(answer.content == "This feature is disabled.")
    }

    /// A setting as the newest line about the loaded settings shows it.
    private static func setting(_ key: String, _ stage: Stage) async throws -> String {
        let loaded = try await stage.lines().last { $0["msg"]?.string == "config loaded" }
        return try #require(loaded?["config"]?[key]?.string)
    }
}
