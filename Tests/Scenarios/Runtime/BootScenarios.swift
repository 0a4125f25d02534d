import DiscordSimulator
import Glibc
import HTTPClient
import JSON
import Service
import SheetsSimulator
import Testing

@testable import woadkeeper

@Suite("Runtime: the start of the process")
struct BootScenarios {
    @Test(
        "runtime.1: a blank required variable ends the process with status 1, and is named",
        arguments: ["DISCORD_TOKEN", "GSPREAD_CREDENTIALS", "RECRUITMENT_SHEET_ID"])
    func requiredVariables(_ name: String) async throws {
        var environment = [
            "DISCORD_TOKEN": SampleGuild.botToken, "GSPREAD_CREDENTIALS": "{}", "RECRUITMENT_SHEET_ID": "sheet",
            "GOOGLE_SERVICE_ACCOUNT_JSON": "", "WORKBOOK": "", "PORT": "0",
        ]
        environment[name] = " \t"
        let run = try await Program.run(environment)
        #expect(run.status == .exited(1))
        #expect(run.complaint.contains("Missing required environment variable: \(name)"))
        let line = try #require(run.lines.last)
        #expect(line["level"]?.string == "ERROR")
        #expect(line["msg"]?.string == "Missing required environment variable: \(name)")
    }

    @Test("runtime.3: an unreadable port falls back to 10000, and LOG_LEVEL counts from the first line on")
    func portAndLevel() async throws {
        // An address of this process's own, so that nobody else listens on the port.
        let process = getpid()
        let scenery = Scenery(
            host: "127.\(process >> 16 & 0x7F).\(process >> 8 & 0xFF).\(max(process & 0xFF, 1))", port: nil)
        try await Stage.play(["PORT": "abc", "LOG_LEVEL": "debug"], on: scenery) { stage in
            #expect(try await stage.get("/ready").status == 200)
            try await stage.settles(stage.person(331), in: SampleGuild.hearth)
            let lines = try await stage.lines()
            let listening = try #require(lines.firstIndex { $0["msg"]?.string == "web server listening • port=10000" })
            #expect(lines[..<listening].contains { $0["level"]?.string == "DEBUG" })
            #expect(lines[listening...].contains { $0["level"]?.string == "DEBUG" })
            #expect(
                lines.compactMap { $0["msg"]?.string }.filter { $0.hasPrefix("config: PORT=") }
                    == ["config: PORT='abc' invalid; using default 10000"])
        }
    }

    /// A setting, and the line that tells of it.
    struct StartLine: Sendable, CustomTestStringConvertible {
        var settings: [String: String] = [:]
        var row = ""
        var line: String
        var level = LogLevel.info
        var isTold = true
        var testDescription: String { "\(settings)\(row) \(line.prefix(30))" }
    }

    private static let display = "config: ADMIN_IDS is displayed only and grants nothing; roles decide who is an admin"
    private static let nobody =
        "config: RECRUITER_ROLE_IDS, RECRUITMENT_COORDINATOR_ROLE_IDS and GUARDIAN_KNIGHT_ROLE_IDS are empty;"
        + " nobody is called to tickets"
    private static let noZone = "timezone not found; defaulting to UTC"

    @Test(
        "what the settings amount to is told once after a start",
        arguments: [
            StartLine(line: "coreops settings resolved"), StartLine(line: display, isTold: false),
            StartLine(settings: ["ADMIN_IDS": "1; 2"], line: display),
            StartLine(row: "ADMIN_IDS,5", line: display), StartLine(line: nobody, level: .warning, isTold: false),
            StartLine(
                settings: [
                    "RECRUITER_ROLE_IDS": "", "RECRUITMENT_COORDINATOR_ROLE_IDS": "", "GUARDIAN_KNIGHT_ROLE_IDS": "",
                ], line: nobody, level: .warning),
            StartLine(settings: ["TIMEZONE": "Mars/Olympus"], line: noZone, level: .warning),
            StartLine(line: noZone, isTold: false),
            StartLine(line: "📄 Onboarding sheet resolved • id_tail=local"),
        ])
    func startLine(_ told: StartLine) async throws {
        try await Stage.play(
            told.settings, on: .folder,
            prepare: { if !told.row.isEmpty { try $0.add(told.row + "\r\n", to: "recruitment/Config") } }
        ) { stage in
            let admin = stage.person(341)
            _ = try #require(await stage.log.first { $0.message == "coreops settings resolved" })
            let command = try await admin.says("!ops reload", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, after: command) {
                $0.content.hasPrefix("config reloaded · ")
            }
            let records = stage.log.records.filter { $0.message == told.line }
            #expect(records.map(\.level) == (told.isTold ? [told.level] : []))
        }
    }

    @Test("each module behind a switch is told with its switches, at the start and when it changes")
    func modules() async throws {
        let toggles = "member_panel,TRUE\r\nrecruitment_reports,FALSE\r\nplacement_reservations,TRUE\r\n"
        try await Stage.play(
            ["BOT_TAG": "rec"],
            prepare: { try $0.put("feature_name,enabled\r\n\(toggles)", "recruitment/FeatureToggles") }
        ) { stage in
            let loaded = ("feature module loaded", "feature toggles disabled; skipping module")
            let told = { (name: String) in
                try await stage.lines().filter { $0["feature_module"]?.string == name }.map { line in
                    [line["msg"], line["feature_keys"], line["feature_key"]].map { $0?.text ?? "-" }
                }
            }
            _ = try #require(await stage.log.first { $0.message == "feature toggles loaded" })
            let admin = stage.person(341)
            try await stage.settles(admin, in: SampleGuild.botLog)
            #expect(try await told("member_panel") == [["\"\(loaded.0)\"", #"["member_panel"]"#, #""member_panel""#]])
            #expect(
                try await told("recruiter_panel")
                    == [["\"\(loaded.1)\"", #"["recruiter_panel"]"#, #""recruiter_panel""#]])
            #expect(
                try await told("placement")
                    == [["\"\(loaded.0)\"", #"["placement_reservations"]"#, #""placement_reservations""#]])
            #expect(try await told("cfg") == [["\"\(loaded.0)\"", "-", #""always_on""#]])
            let reports = [["\"\(loaded.1)\"", #"["recruitment_reports"]"#, #""recruitment_reports""#]]
            #expect(try await told("recruitment_reports") == reports)
            let resolved = try await stage.lines().first { $0["msg"]?.string == "coreops settings resolved" }
            #expect(resolved?["settings"]?["bot_tag"]?.string == "rec")
            #expect(resolved?["settings"]?["tagged_aliases"]?.bool == true)
            #expect(resolved?["settings"]?["generic_aliases_removed"]?.elements.contains(.string("health")) == true)

            try stage.put(
                "feature_name,enabled\r\n\(toggles)recruitment_reports,TRUE\r\nplacement_reservations,FALSE\r\n",
                "recruitment/FeatureToggles")
            let command = try await admin.says("!ops reload", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, after: command) {
                $0.content.hasPrefix("config reloaded · ")
            }
            #expect(try await told("recruitment_reports").map(\.first) == ["\"\(loaded.1)\"", "\"\(loaded.0)\""])
            let placement = try await told("placement")
            #expect(placement.count == 2)
            #expect(placement.last?[1].contains("feature_reservations") == true, "all its switches: \(placement)")
            #expect(placement.last?[2] == "-")
            #expect(try await told("member_panel").count == 1)
        }
    }

    @Test("with STRICT_PROBE and no allow-list the process ends with status 1, and says what is missing")
    func strictProbe() async throws {
        try await Stage.play(startsBot: false) { stage in
            let run = try await Program.run(stage.programVariables(["GUILD_IDS": "", "STRICT_PROBE": "true"]))
            stage.looks()
            #expect(run.status == .exited(1))
            let complaint = "GUILD_IDS is empty; with STRICT_PROBE the bot serves only servers that it lists."
            #expect(run.lines.contains { $0["level"]?.string == "ERROR" && $0["msg"]?.string == complaint })
            #expect(
                run.lines.contains { $0["msg"]?.string == "shutdown begin" && $0["reason"]?.string == "allow_list" })
            #expect(stage.simulator.requests.matching("GET", "/gateway/bot").isEmpty)
        }
    }

    @Test("runtime.4: with its port in use the process ends with status 1, before it asks Discord for anything")
    func portInUse() async throws {
        let folder = try DemoFolder(from: Stage.root + "/Demo/Workbook")
        defer { folder.remove() }
        let simulator = Simulator(
            world: SampleGuild.blueprint(), calendar: CalendarTime(), transport: TransportTime())
        let urls = try await simulator.start()
        let port = try #require(urls.api.split(separator: ":").last?.split(separator: "/").first)
        let run = try await Program.run(
            SampleEnvironment.variables(api: urls.api, cdn: urls.cdn, folder: folder).merging(["PORT": String(port)]) {
                $1
            })
        #expect(run.status == .exited(1))
        #expect(run.messages.last?.hasPrefix("The HTTP server cannot listen") == true)
        #expect(simulator.requests.all.isEmpty)
        #expect(!run.messages.contains { $0.hasPrefix("Bot ready as") })
        await simulator.stop()
    }

    @Test("who calls for a feature before its switch was read gets the answer once it was")
    func earlyQuestion() async throws {
        try await Stage.playOnGoogle(startsBot: false) { stage, sheets in
            sheets.faults.fail("values.batchGet", with: .slow(.seconds(2)))
            try await stage.startBot(waitsUntilReady: false)
            try await stage.logs("Guild allow-list verified")
            let questions = Questions(stage)
            try await questions.ask("WKAS")
            try await questions.areAnsweredOnce()
            #expect(stage.log.messages.contains { $0.contains("cmd=clan") && $0.contains("result=ok") })
        }
    }

    @Test("who calls for a feature whose switch cannot be read for long is told to try again")
    func muchTooEarlyQuestion() async throws {
        try await Stage.playOnGoogle(startsBot: false) { stage, sheets in
            sheets.faults.fail("values.batchGet", with: .slow(.seconds(10)))
            try await stage.startBot(waitsUntilReady: false)
            try await stage.logs("Guild allow-list verified")
            let member = stage.person(331)
            try await member.says("!clan WKAS", in: SampleGuild.hearth)
            try await stage.sees(member, in: SampleGuild.hearth) {
                $0.content == "⏳ I am still reading my settings. Please try again in a moment."
            }
        }
    }
}
