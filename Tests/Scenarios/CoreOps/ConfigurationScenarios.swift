import DiscordSimulator
import JSON
import Service
import Testing

@testable import woadkeeper

@Suite("Core operations: what configuration commands show")
struct ConfigurationScenarios {
    @Test("coreops.26: a secret is shown only as its mask, whichever way its key is written")
    func secretKey() async throws {
        try await Stage.play(["CONSOLE_TOKEN": "canary-console-0815", "SOME_SHEET_SECRET": "canary-secret-4711"]) {
            stage in
            let admin = stage.person(341)
            for (key, secret) in [
                ("DISCORD_TOKEN", SampleGuild.botToken), ("discord.token", SampleGuild.botToken),
                ("CONSOLE_TOKEN", "canary-console-0815"),
            ] {
                let answer = try await Self.answer(to: "!cfg \(key)", stage, by: admin)
                #expect(answer.content.contains(" • value=***"), "\(key)")
                #expect(!answer.content.contains(secret))
                #expect(answer.content.contains(" • source=env • merged="))
            }
        }
    }

    @Test("coreops.27: without a key it asks for the questionnaire's tab, and says when nobody named one")
    func missingKey() async throws {
        try await Stage.play(prepare: { try $0.put("Key,Value\r\n", "onboarding/Config") }) { stage in
            let admin = stage.person(341)
            let answer = try await Self.answer(to: "!cfg", stage, by: admin)
            #expect(answer.content.hasPrefix("🧊 Config — key=ONBOARDING_TAB • missing (not merged yet)"))
        }
    }

    @Test("a toggle is shown with its source and its age, a mistyped key with its neighbours")
    func toggleKey() async throws {
        try await Stage.play(on: .folder) { stage in
            let admin = stage.person(341)
            let answer = try await Self.answer(to: "!cfg recruiter_panel", stage, by: admin)
            #expect(
                answer.content.hasPrefix(
                    "🧩 Config — key=recruiter_panel • value=ON • source=sheet:local/FeatureToggles • toggle • loaded="))
            let hint = try await Self.answer(to: "!cfg CLANS_TABB", stage, by: admin)
            #expect(hint.content.contains("missing (not merged yet)\nClosest: `CLANS_TAB`"))
        }
    }

    @Test("coreops.28: both roles of a list are shown with their names, and nothing warns of them")
    func roleNames() async throws {
        let roles = [SampleGuild.id(101), SampleGuild.id(102)]
        try await Stage.play(["ADMIN_ROLE_IDS": roles.map { "\($0)" }.joined(separator: ",")]) { stage in
            let pages = try await Self.environment(stage)
            let text = pages.map(\.text).joined(separator: "\n")
            #expect(
                text.contains("ADMIN_ROLE_IDS: \(roles[0]) → @Flame Wardens\n                \(roles[1]) → @Stewards"))
            #expect(!text.contains("⚠ ADMIN_ROLE_IDS"))
        }
    }

    @Test("coreops.29: four hundred role keys fill more pages, numbered through, that Discord takes")
    func manyKeys() async throws {
        try await Stage.play(prepare: { stage in
            let rows = (1...400).map { "EXTRA_\($0)_ROLE_ID,\(SampleGuild.id(101))\r\n" }.joined()
            try stage.put("Key,Value\r\n\(rows)", "milestones/Config")
        }) { stage in
            let pages = try await Self.environment(stage)
            // The summary of the caches comes in the same channel, at any time.
            let embeds = pages.flatMap(\.embeds).filter { $0["title"]?.string?.contains("— Page ") == true }
            #expect(embeds.count > 10)
            for (index, embed) in embeds.enumerated() {
                #expect(embed["title"]?.string?.hasSuffix("— Page \(index + 1)/\(embeds.count)") == true)
                #expect(embed["footer"]?["text"]?.string?.hasPrefix("Page \(index + 1)/\(embeds.count) ·") == true)
                for field in embed["fields"]?.elements ?? [] {
                    #expect((field["value"]?.string?.utf16.count ?? 0) <= 1000)
                }
            }
            let text = pages.map(\.text).joined(separator: "\n")
            for number in 1...400 { #expect(text.contains("EXTRA_\(number)_ROLE_ID: ")) }
        }
    }

    @Test("coreops.30: a workbook that cannot be read is marked, and the rest is shown")
    func unreadable() async throws {
        try await Stage.play(on: .folder, prepare: { try $0.spoil("onboarding/Config") }) { stage in
            let pages = try await Self.environment(stage).map(\.text).joined(separator: "\n")
            #expect(pages.contains("Onboarding overrides:\n  (unavailable: "))
            #expect(pages.contains("Recruitment overrides:\n  CLANS_TAB = bot_info"))
            let steward = stage.person(342)
            let sheet = try await Self.checksheet("!ops checksheet", stage, by: steward)
            #expect(sheet.contains("🔴 Onboarding Sheet — ***local\n⚠️ Failed to open sheet: "))
            #expect(sheet.contains("✅ FeatureToggles — "))
        }
    }

    @Test("coreops.31: a Config tab that names no tabs turns its workbook red")
    func noTabs() async throws {
        try await Stage.play(
            on: .folder,
            prepare: { stage in
                try stage.put("Key,Value\r\nSHARD_EMOJI_VOID,void\r\n", "milestones/Config")
            }
        ) { stage in
            let sheet = try await Self.checksheet("!ops checksheet", stage, by: stage.person(342))
            #expect(sheet.contains("🔴 Milestones Sheet — ***local\n⚠️ No tabs listed in 'Config'"))
        }
    }

    @Test("the check finds every tab of the sample, its rows and the cells that need a look")
    func sample() async throws {
        try await Stage.play(on: .folder) { stage in
            let sheet = try await Self.checksheet("!ops checksheet --DEBUG", stage, by: stage.person(342))
            #expect(sheet.contains("✅ FeatureToggles — 27 rows\nHeaders: feature_name, enabled"))
            #expect(sheet.contains("✅ Reservations — "))
            #expect(
                sheet.contains("config_tab: Config\nfirst_rows: [\"Key\", \"Value\"]; [\"CLANS_TAB\", \"bot_info\"]"))
            #expect(sheet.contains("✅ Rising Stars — "))
            #expect(!sheet.contains("🔴"))
        }
    }

    @Test("the overview names servers, sheets, overrides and the ops channel")
    func overview() async throws {
        try await Stage.play(on: .folder) { stage in
            let steward = stage.person(342)
            let reply = try await Self.answer(to: "!ops config", stage, by: steward)
            #expect(reply.titles == ["Config Overview"])
            #expect(reply.text.contains("Mirralith / Recruitment Sheet → ✅ Connected *(recruitment — local)*"))
            #expect(reply.text.contains("Connected guilds: Woad Cluster [demo]"))
            #expect(reply.text.contains("Allow-listed: 1 total (Woad Cluster)"))
            #expect(reply.text.contains("✅ #bot-log"))
        }
    }

    @Test("coreops.8: a flag that reload does not know is named, and nothing reloads")
    func unknownFlag() async throws {
        try await Stage.play { stage in
            let steward = stage.person(342)
            let answer = try await Self.answer(to: "!ops reload --foo", stage, by: steward)
            #expect(answer.content == "⚠️ Unknown flag: --foo")
            try await stage.settles(steward, in: SampleGuild.botLog)
            #expect(!stage.log.messages.contains { $0.contains("config reload completed") })
        }
    }

    // MARK: Steps

    /// Has somebody call a command, and gives the reply to it.
    private static func answer(to command: String, _ stage: Stage, by person: Person) async throws -> SimulatedMessage {
        let question = try await person.says(command, in: SampleGuild.botLog)
        return try await stage.sees(person, in: SampleGuild.botLog) { $0.reference?.messageID == question.id }
    }

    /// What `!env` answers, once the last page is there.
    private static func environment(_ stage: Stage) async throws -> [SimulatedMessage] {
        let admin = stage.person(341)
        let question = try await admin.says("!env", in: SampleGuild.botLog)
        try await stage.sees(admin, in: SampleGuild.botLog, after: question, within: .seconds(30)) { message in
            message.titles.contains { title in
                let numbers = title.split(separator: " ").last?.split(separator: "/") ?? []
                return numbers.count == 2 && numbers[0] == numbers[1]
            }
        }
        return await stage.botMessages(admin, in: SampleGuild.botLog)
            .filter { $0.id > question.id && !$0.embeds.isEmpty }.sorted { $0.id < $1.id }
    }

    @Test("a value that stands beside its column is a finding, and the log tells how each spreadsheet was read")
    func checksheetLog() async throws {
        let rows =
            "Key,Value,Note\r\nCLANS_TAB,bot_info,\r\nFEATURE_TOGGLES_TAB,,see the pins\r\nKEY_ALONE,,\r\nKEY_MORE,1,\r\n"
        try await Stage.play(
            on: .folder,
            prepare: { stage in
                // The marks of the jobs stay, or those that are due would run and mark themselves.
                let marks = try stage.text("recruitment/Config").split(whereSeparator: \.isNewline)
                    .filter { $0.hasPrefix("JOB_LAST_RUN_") }
                try stage.put(rows + marks.joined(separator: "\r\n"), "recruitment/Config")
                try stage.remove("milestones/Config")
            }
        ) { stage in
            let sheet = try await Self.checksheet("!ops checksheet", stage, by: stage.person(342))
            let finding = "row 3: key 'FEATURE_TOGGLES_TAB' has no value, though another cell of the row is filled"
            #expect(sheet.contains("⚠️ Config: \(finding)"), "\(sheet)")
            #expect(!sheet.contains("KEY_ALONE"))
            let label = "Mirralith / Recruitment Sheet"
            let first = #"[["Key","Value"],["CLANS_TAB","bot_info"],["FEATURE_TOGGLES_TAB",""],["KEY_ALONE",""]"#
            let count = try stage.text("recruitment/Config").split(whereSeparator: \.isNewline).count
            let lines = stage.log.records.filter { $0.message.hasPrefix("[checksheet] ") }
            #expect(
                lines.prefix(6).map(\.message) == [
                    #"[checksheet] sheet="\#(label)"(…local) using config_tab="Config""#,
                    "[checksheet] raw Config rows (Config!A:Z): \(count)",
                    "[checksheet] first_rows=\(first),[\"KEY_MORE\",\"1\"]]",
                    "[checksheet] discovered 1 tabs: bot_info",
                    "[checksheet] injecting reports tab 'Statistics' for inspection",
                    "[checksheet] discovered 1 tabs from Config for sheet \(label)(…local)",
                ])
            let failure = lines.filter { $0.message.hasPrefix("[checksheet] failed to read Config range Config: ") }
            #expect(failure.map(\.level) == [.warning])
            let issues = try await stage.lines().filter { $0["msg"]?.string == "checksheet issue" }
            let noted = issues.first { $0["detail"]?.string == finding }
            #expect(noted?["context"]?.string == "rows" && noted?["level"]?.string == "INFO")
            #expect(noted?["tab"]?.string == "Config" && noted?["sheet_id"]?.string == "…local")
        }
    }

    @Test("headers that stand twice and ids that a sheet changed are told once for each load, and read all the same")
    func loadNotes() async throws {
        try await Stage.play(prepare: { stage in
            try stage.edit("recruitment/FeatureToggles", "feature_name,enabled", to: "feature_name,enabled,Enabled")
            try stage.edit("recruitment/Config", "Key,Value", to: "Key,Value,value")
            try stage.edit("milestones/ReactionRoles", "ACTIVE,NOTES", to: "ACTIVE,ACTIVE")
            try stage.add("rounded,🏆,9.0000000000000012E+17,,,TRUE,\r\n", to: "milestones/ReactionRoles")
        }) { stage in
            _ = try await stage.startupSummary()
            let told = {
                try await stage.lines().filter { $0["msg"]?.string?.hasPrefix("sheets: ") == true }.map { line in
                    "\(line["tab"]?.string ?? "") \((line["headers"] ?? line["cells"])?.text ?? "")"
                }.sorted()
            }
            let notes = [
                #"FeatureToggles ["enabled"]"#, #"ReactionRoles ["active"]"#,
                #"ReactionRoles ["damaged id in C"#, #"recruitment/Config ["value"]"#,
            ]
            let first = try await told()
            #expect(first.count == notes.count, "\(first)")
            for (line, note) in zip(first, notes) { #expect(line.hasPrefix(note)) }
            let admin = stage.person(341)
            try await admin.says("!ops refresh reaction_roles", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog) { $0.titles == ["Refresh • reaction_roles"] }
            #expect(try await told().count == notes.count + 2, "two for the tab that was loaded again")
            let toggle = try await Self.answer(to: "!cfg recruiter_panel", stage, by: admin)
            #expect(toggle.content.contains("value=ON"))
        }
    }

    /// The text of what the check answers, all messages together.
    private static func checksheet(_ command: String, _ stage: Stage, by person: Person) async throws -> String {
        let question = try await person.says(command, in: SampleGuild.botLog)
        try await stage.sees(person, in: SampleGuild.botLog, after: question, within: .seconds(30)) {
            $0.titles.contains("Checksheet — Tabs & Headers") && $0.text.contains("Leagues Sheet")
        }
        return await stage.botMessages(person, in: SampleGuild.botLog)
            .filter { $0.id > question.id }.sorted { $0.id < $1.id }.map(\.text).joined(separator: "\n")
    }
}
