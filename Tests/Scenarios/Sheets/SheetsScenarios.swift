import DiscordSimulator
import FoundationEssentials
import JSON
import Service
import SheetsSimulator
import TestTools
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
        let (plain, clock) = Scenery.clocked()
        var scenery = plain
        scenery.usesGoogle = true
        try await Stage.play(
            on: scenery, prepare: { $0.sheets?.sharing.share(onboarding, as: .none) }
        ) { stage in
            try await Self.seesCard(of: "WKAS", on: stage)
            let summary = try await stage.startupSummary()
            for name in ["clan_tags", "onboarding_questions"] {
                #expect(summary.contains("• \(name) fail ("), "\(summary)")
            }
            for name in ["clans", "templates", "reaction_roles", "leagues"] {
                #expect(summary.contains("• \(name) ok ("), "\(summary)")
            }
            let record = try #require(
                await stage.log.first { $0.message.hasPrefix("sheets: not shared with the service account") })
            #expect(record.level == .error)
            #expect(record.message.contains("Onboarding Sheet") && record.message.contains("…\(onboarding.suffix(6))"))

            // One try more for each, and then silence.
            await clock.advance(by: .seconds(300))
            for name in ["clan_tags", "onboarding_questions"] {
                let again = await stage.log.first {
                    $0.message.hasPrefix("[refresh] bucket=\(name) ") && $0.message.contains(" retries=1 ")
                }
                #expect(again?.message.contains("result=fail") == true)
            }
            await clock.advance(by: .seconds(900))
            try await stage.settles(stage.person(331), in: SampleGuild.hearth)
            for name in ["clan_tags", "onboarding_questions"] {
                #expect(stage.log.messages.count { $0.hasPrefix("[refresh] bucket=\(name) ") } == 2)
            }
            _ = try await stage.lines()
            #expect(!stage.output.text.contains(onboarding))
        }
    }

    @Test(
        "sheets.6: a wish to wait is granted while a person's read goes first, and what is refused for good is not repeated"
    )
    func refusals() async throws {
        let (plain, clock) = Scenery.clocked()
        var scenery = plain
        scenery.usesGoogle = true
        try await Stage.play(["MILESTONES_SHEET_ID": "1no-such-spreadsheet-anywhere"], on: scenery) { stage in
            _ = try await stage.startupSummary()
            let (admin, google) = (stage.person(341), try #require(stage.sheets))
            let missing = google.requests.all.filter { $0.status == 404 }
            #expect(!missing.isEmpty && Set(missing).count == missing.count)

            google.faults.fail("values.batchGet", on: "bot_info", with: .status(429, retryAfter: 20))
            let begin = ContinuousClock.now
            let scheduled = Task { await clock.advance(by: .seconds(2 * 3600)) }
            let pause = try #require(await stage.log.first { $0.message == "sheets: call failed, trying again" })
            #expect(pause["delay_ms"] == .int(20_000))
            try await admin.says("!ops checksheet", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog) { $0.titles.first == "Checksheet — Tabs & Headers" }
            #expect(ContinuousClock.now - begin < .seconds(20), "the person's read waited with the other one")
            let end = await stage.log.first(within: .seconds(40)) {
                $0.message.hasPrefix("[refresh] bucket=clans trigger=cron actor=scheduler ")
            }
            #expect(end?.message.contains("result=ok") == true)
            #expect(ContinuousClock.now - begin >= .seconds(20))
            await scheduled.value

            // A tab that is gone: asked for once, and once more after the list of tabs was dropped.
            try stage.remove("onboarding/ClanList")
            try await admin.says("!ops refresh clan_tags", in: SampleGuild.botLog)
            let reply = try await stage.sees(admin, in: SampleGuild.botLog) { $0.titles == ["Refresh • clan_tags"] }
            #expect(reply.text.contains("fail"), "\(reply.text)")
            #expect(google.requests.all.count { $0.status == 400 } == 2)
            let line = try #require(
                await stage.log.first {
                    $0.message.hasPrefix("[refresh] bucket=clan_tags ") && $0.message.contains("result=fail")
                })
            #expect(line.message.contains("worksheet not found: ClanList"))
        }
    }

    @Test(
        "sheets.9: in an outage without any roster a member is told in 5 s that data is warming up, and never no clan")
    func coldRoster() async throws {
        try await Stage.play(
            on: Self.google,
            prepare: { $0.sheets?.faults.fail("values.batchGet", on: "bot_info", times: 9, with: .slow(.seconds(60))) }
        ) { stage in
            let member = stage.person(331)
            let begin = ContinuousClock.now
            try await member.says("!clan WKAS", in: SampleGuild.hearth)
            // The others are served meanwhile.
            try await stage.settles(stage.person(341), in: SampleGuild.botLog, within: .seconds(4))
            let answer = try await stage.sees(member, in: SampleGuild.hearth) { $0.content.contains("warming up") }
            let took = ContinuousClock.now - begin
            #expect(answer.content == "Clan data is still warming up. Please try again in a moment.")
            #expect(took < .seconds(8), "\(took)")
            try await stage.settles(member, in: SampleGuild.hearth)
            for message in await stage.botMessages(member, in: SampleGuild.hearth) {
                #expect(!message.text.contains("Unknown clan tag"))
                #expect(!message.text.lowercased().contains("no matching"))
            }
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

    @Test(
        "sheets.15: with its tab renamed at the start every switch is off, and within five minutes of a repair on again"
    )
    func renamedSwitches() async throws {
        let (plain, clock) = Scenery.clocked()
        var scenery = plain
        scenery.usesGoogle = true
        try await Stage.play(on: scenery, prepare: { try $0.hide("recruitment/FeatureToggles") }) { stage in
            let (admin, member) = (stage.person(341), stage.person(331))
            let alert = "⚠️ <@&\(SampleGuild.id(101))> Feature toggle misconfiguration: "
            let post = try await stage.sees(admin, in: SampleGuild.botLog) { $0.content.hasPrefix(alert) }
            #expect(post.mentionedRoles == [SampleGuild.id(101)])
            #expect(post.content.contains("FeatureToggles"))
            let call = try await member.says("!clan WKAS", in: SampleGuild.hearth)
            let refusal = try await stage.sees(member, in: SampleGuild.hearth, after: call)
            #expect(refusal.content == "This feature is disabled.")
            let question = try await admin.says("!ops health", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, after: question) {
                $0.titles.first?.hasSuffix("health") == true
            }

            try stage.unhide("recruitment/FeatureToggles")
            await clock.advance(by: .seconds(5 * 60))
            try await eventually("the switches were read again") {
                stage.log.messages.contains("modules: clan_profile enabled")
            }
            try await Self.seesCard(of: "WKBR", on: stage)
            try await stage.settles(admin, in: SampleGuild.botLog)
            let posts = await stage.botMessages(admin, in: SampleGuild.botLog)
            #expect(posts.count { $0.content.hasPrefix(alert) } == 1)
        }
    }

    @Test("sheets.16: a switch tab that becomes unreadable takes nothing from a running bot, and a reload says so")
    func lostSwitches() async throws {
        try await Stage.play(on: Self.google) { stage in
            let (admin, member) = (stage.person(341), stage.person(331))
            try stage.hide("recruitment/FeatureToggles")
            let reload = try await admin.says("!ops reload", in: SampleGuild.botLog)
            let report = try await stage.sees(admin, in: SampleGuild.botLog, after: reload) {
                $0.content.hasPrefix("config reloaded")
            }
            #expect(report.text.contains("FeatureToggles"), "\(report.text)")
            #expect(!report.text.contains("→ OFF"), "\(report.text)")
            try await Self.seesCard(of: "WKAS", on: stage)
            // What was off stays off.
            let question = try await admin.says("!cfg shard_tracker_enabled", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, after: question) { $0.content.contains("value=OFF") }
            try await stage.settles(member, in: SampleGuild.hearth)
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
            let answer = try await stage.sees(admin, in: SampleGuild.botLog) { $0.reference?.messageID == roles.id }
            #expect(answer.content.contains("\(SampleGuild.id(102))"))
            #expect(answer.content.contains("\(SampleGuild.id(331))"))
            #expect(!answer.content.contains("\(SampleGuild.id(103))"))
            #expect(stage.log.messages.count { $0.contains("STAFF_ROLE_IDS") && $0.contains("ignoring") } == 1)
        }
    }

    @Test(
        "a spreadsheet that is not shared is named once, by label and tail",
        arguments: ["milestones": "Milestones Sheet", "leagues": "Leagues Sheet"])
    func named(folder: String, label: String) async throws {
        let id = Self.id(folder)
        try await Stage.play(on: Self.google, prepare: { $0.sheets?.sharing.share(id, as: .none) }) { stage in
            _ = try await stage.startupSummary()
            let admin = stage.person(341)
            try await admin.says("!ops config", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog) { $0.titles.first == "Config Overview" }
            let line = "sheets: not shared with the service account • sheet=\(label) • tail=…\(id.suffix(6))"
            let records = stage.log.records.filter { $0.message.hasPrefix("sheets: not shared") }
            #expect(records.map(\.message) == [line])
            #expect(records.allSatisfy { $0.level == .error })
        }
    }

    @Test("sheets.35: options written as 10,20,30 are the choices 10, 20 and 30")
    func options() async throws {
        try await Stage.play(
            on: Self.google,
            prepare: { stage in
                try stage.add(
                    "welcome,90,w_amount,How many?,multi-select-5,no,,,,\"10,20,30\",,,\r\n"
                        + "welcome,91,w_digits,Which?,single-select,no,,,,123,,,\r\n",
                    to: "onboarding/OnboardingQuestions")
            }
        ) { stage in
            #expect(try await stage.startupSummary().contains("• onboarding_questions ok ("))
            let admin = stage.person(341)
            try await admin.says("!ops checksheet", in: SampleGuild.botLog)
            let report = try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.titles.first == "Checksheet — Tabs & Headers"
            }
            #expect(report.text.contains("'w_amount' lets people pick 5 of 3 options: 10, 20, 30"), "\(report.text)")
            #expect(report.text.contains("'w_digits' offers single digits: 1, 2, 3"))
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

    static func seesCard(of tag: String, on stage: Stage) async throws {
        let member = stage.person(331)
        let question = try await member.says("!clan \(tag)", in: SampleGuild.hearth)
        try await stage.sees(member, in: SampleGuild.hearth, after: question, within: .seconds(30)) {
            $0.titles.first?.contains(tag) == true
        }
    }
}
