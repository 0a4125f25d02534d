import DiscordSimulator
import FoundationEssentials
import JSON
import Service
import SheetsSimulator
import Testing

@testable import woadkeeper

@Suite("Sheets: getting at the spreadsheets")
struct SheetsScenarios {
    private static let google = Scenery(usesGoogle: true)
    private static func id(_ folder: String) -> String {
        SimulatedSheets.spreadsheets.first { $0.value == folder }?.key ?? ""
    }

    @Test("sheets.2: without the id of the recruitment spreadsheet the process ends, and names the variable")
    func missingID() async throws {
        try await Stage.play(on: Self.google, startsBot: false) { stage in
            var variables = stage.programVariables()
            variables["RECRUITMENT_SHEET_ID"] = nil
            let run = try await Program.run(variables)
            stage.looks()
            #expect(run.status == .exited(1))
            #expect(run.complaint.contains("Missing required environment variable: RECRUITMENT_SHEET_ID"))
        }
    }

    @Test("a workbook folder that is not there is named, and nothing begins")
    func missingFolder() async throws {
        try await Stage.play(startsBot: false) { stage in
            let run = try await Program.run(stage.programVariables(["WORKBOOK": "local:/no-such-folder"]))
            stage.looks()
            #expect(run.status == .exited(1))
            #expect(run.complaint.contains("WORKBOOK: there is no folder /no-such-folder"))
        }
    }

    @Test("sheets.3: credentials in Base64 in the second variable are enough, and no part of them is logged")
    func credentials() async throws {
        try await Stage.play(on: Self.google, startsBot: false) { stage in
            let credentials = try #require(stage.environment["GSPREAD_CREDENTIALS"])
            try await stage.startBot([
                "GSPREAD_CREDENTIALS": "",
                "GOOGLE_SERVICE_ACCOUNT_JSON": Data(credentials.utf8).base64EncodedString(),
            ])
            try await Self.seesCard(of: "WKAS", on: stage)
            let key = try #require(try JSONValue(parsing: credentials)["private_key"]?.string)
            let lines = key.split(separator: "\n").dropFirst().prefix(3)
            for secret in lines { #expect(!stage.output.text.contains(secret)) }
            #expect(!stage.output.text.contains(Data(credentials.utf8).base64EncodedString().prefix(60)))
        }
    }

    @Test("sheets.4: a spreadsheet that is not shared costs its own features only, and is named by label and tail")
    func notShared() async throws {
        let onboarding = Self.id("onboarding")
        try await Stage.play(
            on: Self.google, prepare: { $0.sheets?.sharing.share(onboarding, as: .none) }
        ) { stage in
            try await Self.seesCard(of: "WKAS", on: stage)
            let record = try #require(
                await stage.log.first { $0.message.hasPrefix("sheets: not shared with the service account") })
            #expect(record.level == .error)
            #expect(record.message.contains("Onboarding Sheet") && record.message.contains("…\(onboarding.suffix(6))"))
            #expect(!stage.output.text.contains(onboarding))
        }
    }

    @Test("sheets.6: a wish to wait is granted, and what is refused for good is asked for once")
    func refusals() async throws {
        try await Stage.play(
            ["MILESTONES_SHEET_ID": "1no-such-spreadsheet-anywhere"], on: Self.google,
            prepare: { $0.sheets?.faults.fail("values.batchGet", with: .status(429, retryAfter: 2)) }
        ) { stage in
            try await Self.seesCard(of: "WKAS", on: stage)
            let record = try #require(
                await stage.log.first { $0.message == "sheets: call failed, trying again" })
            guard case .int(let delay)? = record.fields.first(where: { $0.key == "delay_ms" })?.value else {
                Issue.record("no delay in \(record)")
                return
            }
            #expect(delay >= 2000)
            let missing = stage.sheets?.requests.all.filter { $0.status == 404 } ?? []
            #expect(!missing.isEmpty && Set(missing).count == missing.count)
        }
    }

    @Test("sheets.9: without any roster a member is told so at once, and never that no clan fits")
    func coldRoster() async throws {
        try await Stage.play(on: Self.google, prepare: { try $0.remove("recruitment/bot_info") }) { stage in
            let member = stage.person(331)
            let question = try await member.says("!clan WKAS", in: SampleGuild.hearth)
            let answer = try await stage.sees(member, in: SampleGuild.hearth, after: question)
            #expect(!answer.text.contains("Unknown clan tag"))
            #expect(!answer.text.lowercased().contains("no matching"))
            try await stage.settles(member, in: SampleGuild.hearth)
        }
    }

    @Test("sheets.13: a switch set to yes is off, with one warning that names key, tab and value")
    func unclearSwitch() async throws {
        try await Stage.play(
            on: Self.google,
            prepare: {
                try $0.put(
                    "feature_name,enabled\r\nclan_profile,TRUE\r\nSERVER_MAP,yes\r\n", "recruitment/FeatureToggles")
            }
        ) { stage in
            let admin = stage.person(341)
            let warning = "Toggle 'server_map' in worksheet 'FeatureToggles' has invalid value 'yes'"
            try await stage.sees(admin, in: SampleGuild.botLog) { $0.content.contains(warning) }
            let reload = try await admin.says("!ops reload", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, after: reload) {
                $0.content.hasPrefix("config reloaded")
            }
            try await stage.settles(admin, in: SampleGuild.botLog)
            let posts = await stage.botMessages(admin, in: SampleGuild.botLog)
            #expect(posts.count { $0.content.contains(warning) } == 1)
        }
    }

    @Test("sheets.15, sheets.16: a renamed switch tab takes features away at the start, and nothing from a running bot")
    func renamedSwitches() async throws {
        let member = 331
        try await Stage.play(on: Self.google) { stage in
            let admin = stage.person(341)
            let table = try stage.text("recruitment/FeatureToggles")
            try stage.remove("recruitment/FeatureToggles")
            let reload = try await admin.says("!ops reload", in: SampleGuild.botLog)
            let report = try await stage.sees(admin, in: SampleGuild.botLog, after: reload) {
                $0.content.hasPrefix("config reloaded")
            }
            #expect(report.text.contains("FeatureToggles"), "the reply says so")
            try await Self.seesCard(of: "WKAS", on: stage)

            await stage.stopBot()
            try await stage.startBot()
            let call = try await stage.person(member).says("!clan WKAS", in: SampleGuild.hearth)
            let refusal = try await stage.sees(stage.person(member), in: SampleGuild.hearth, after: call)
            #expect(refusal.content == "This feature is disabled.")
            try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.content.hasPrefix("⚠️ <@&\(SampleGuild.id(101))> Feature toggle misconfiguration")
            }
            let health = try await admin.says("!ops health", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, after: health) { !$0.embeds.isEmpty }

            try stage.put(table, "recruitment/FeatureToggles")
            let again = try await admin.says("!ops reload", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, after: again) {
                $0.content.hasPrefix("config reloaded")
            }
            try await Self.seesCard(of: "WKBR", on: stage)
        }
    }

    @Test("sheets.17: a switch that is turned on is on after a reload, and shown as on")
    func turnedOn() async throws {
        try await Stage.play(
            on: Self.google,
            prepare: { try $0.put("feature_name,enabled\r\nclan_profile,FALSE\r\n", "recruitment/FeatureToggles") }
        ) { stage in
            let admin = stage.person(341)
            try stage.put("feature_name,enabled\r\nclan_profile,TRUE\r\n", "recruitment/FeatureToggles")
            let reload = try await admin.says("!ops reload", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, after: reload) {
                $0.content.hasPrefix("config reloaded") && $0.text.contains("`clan_profile`: OFF → ON")
            }
            try await Self.seesCard(of: "WKAS", on: stage)
            let question = try await admin.says("!cfg clan_profile", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, after: question) { $0.content.contains("value=ON") }
        }
    }

    @Test("sheets.19: a roster that moved to another tab is served from there after a reload")
    func movedRoster() async throws {
        try await Stage.play(on: Self.google) { stage in
            let admin = stage.person(341)
            try await Self.seesCard(of: "WKAS", on: stage)
            let roster = try stage.text("recruitment/bot_info")
            try stage.put(roster.replacing("Ashen Sovereigns", with: "Ashen Newcomers"), "recruitment/roster_2026")
            let config = try stage.text("recruitment/Config")
            try stage.put(
                config.replacing("CLANS_TAB,bot_info", with: "CLANS_TAB,roster_2026"), "recruitment/Config")
            let reload = try await admin.says("!ops reload", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, after: reload) {
                $0.content.hasPrefix("config reloaded")
            }
            // The old rows are served until the refresh that the reload began has ended.
            let member = stage.person(331)
            var titles: [String] = []
            for _ in 1...30 where titles.first?.contains("Ashen Newcomers") != true {
                let question = try await member.says("!clan WKAS", in: SampleGuild.hearth)
                titles = try await stage.sees(member, in: SampleGuild.hearth, after: question) {
                    !$0.titles.isEmpty
                }.titles
            }
            #expect(titles.first?.contains("Ashen Newcomers") == true)
        }
    }

    @Test("sheets.20: a Config row beats the environment, lists of roles count from the recruitment tab alone")
    func configRows() async throws {
        let staff = "\"\(SampleGuild.id(102)),\(SampleGuild.id(331))\""
        try await Stage.play(
            on: Self.google,
            prepare: { stage in
                try stage.add(
                    "RECRUITERS_CHANNEL_ID,\(SampleGuild.id(205))\r\nSTAFF_ROLE_IDS,\(staff)\r\n",
                    to: "recruitment/Config")
                try stage.add("STAFF_ROLE_IDS,\(SampleGuild.id(103))\r\n", to: "milestones/Config")
            }
        ) { stage in
            let admin = stage.person(341)
            let question = try await admin.says("!cfg RECRUITERS_CHANNEL_ID", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, after: question) {
                $0.content.contains("\(SampleGuild.id(205))") && $0.content.contains("source=sheet:")
            }
            let roles = try await admin.says("!cfg STAFF_ROLE_IDS", in: SampleGuild.botLog)
            let answer = try await stage.sees(admin, in: SampleGuild.botLog, after: roles)
            #expect(answer.content.contains("\(SampleGuild.id(102))"))
            #expect(answer.content.contains("\(SampleGuild.id(331))"))
            #expect(!answer.content.contains("\(SampleGuild.id(103))"))
            #expect(stage.log.messages.count { $0.contains("STAFF_ROLE_IDS") && $0.contains("ignoring") } == 1)
        }
    }

    @Test("sheets.37: a blank column between Key and Value hides nothing")
    func blankColumn() async throws {
        try await Stage.play(
            on: Self.google,
            prepare: { stage in
                let rows = try stage.text("recruitment/Config").split(whereSeparator: \.isNewline)
                let wide = rows.map { row in
                    let cells = row.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
                    return cells.joined(separator: ",,") + "\r\n"
                }
                try stage.put(wide.joined() + "RECRUITERS_CHANNEL_ID,,\(SampleGuild.id(205))\r\n", "recruitment/Config")
            }
        ) { stage in
            let admin = stage.person(341)
            let question = try await admin.says("!cfg RECRUITERS_CHANNEL_ID", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, after: question) {
                $0.content.contains("\(SampleGuild.id(205))")
            }
            try await Self.seesCard(of: "WKAS", on: stage)
        }
    }

    @Test("a cold start with four spreadsheets needs few calls and writes nothing")
    func callsOfAStart() async throws {
        try await Stage.play(on: Self.google) { stage in
            try await Self.seesCard(of: "WKAS", on: stage)
            _ = await stage.log.first { $0.message.hasPrefix("[refresh] bucket=clans") }
            let calls = stage.sheets?.requests.all.filter { $0.operation != "token" } ?? []
            #expect(calls.count <= 8, "\(calls.map(\.operation))")
            #expect(calls.allSatisfy { $0.method == "GET" })
        }
    }

    static func seesCard(of tag: String, on stage: Stage) async throws {
        let member = stage.person(331)
        let question = try await member.says("!clan \(tag)", in: SampleGuild.hearth)
        try await stage.sees(member, in: SampleGuild.hearth, after: question, within: .seconds(30)) {
            $0.titles.first?.contains(tag) == true
        }
    }
}
