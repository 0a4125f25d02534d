import DiscordSimulator
import HTTPClient
import Operations
import Service
import Testing

@testable import woadkeeper

@Suite("The check-up before a start")
struct DoctorScenarios {
    /// What a check-up says of the stage, whose bot does not run. It must leave no trace in the guild.
    private static func lines(_ stage: Stage, _ overrides: [String: String] = [:]) async -> [String] {
        let production = Production(environment: stage.environment.merging(overrides) { $1 })
        let lines = await DoctorCommand.examine(production).map(\.line)
        await production.http.shutdown()
        #expect(await stage.botMessages(stage.person(341), in: SampleGuild.botLog).isEmpty)
        return lines
    }

    @Test("the sample is sound: no errors, and each thing has its line")
    func sound() async throws {
        try await Stage.play(startsBot: false) { stage in
            let lines = await Self.lines(stage)
            #expect(lines.filter { $0.hasPrefix("error") } == [])
            for expected in [
                "ok       token: logged in as ", "ok       intent Server Members: switched on",
                "ok       intent Message Content: switched on", "ok       server \(SampleGuild.guild): “Woad Cluster”",
                "ok       channel LOG_CHANNEL_ID: #bot-log", "ok       role ADMIN_ROLE_IDS: @Flame Wardens",
                "ok       sheet recruitment: ", "ok       tab recruitment/FeatureToggles: 27 rows",
                "ok       toggles: 27 rows in tab 'FeatureToggles'", "ok       state folder: ",
            ] {
                #expect(lines.contains { $0.hasPrefix(expected) }, "\(expected)")
            }
        }
    }

    @Test(
        "what is wrong is an error that says what to do",
        arguments: [
            (["DISCORD_TOKEN": "nobody.knows.this"], "error    token: refused by Discord → set DISCORD_TOKEN"),
            (["DISCORD_TOKEN": " "], "error    environment: Missing required environment variable: DISCORD_TOKEN"),
            (["WORKBOOK": ""], "error    environment: Missing required environment variable: GSPREAD_CREDENTIALS"),
            (["GUILD_IDS": "42"], "error    server 42: the bot is not in it → invite the bot, or correct GUILD_IDS"),
            (["GUILD_IDS": "42"], "warning  server \(SampleGuild.guild): “Woad Cluster” is not in GUILD_IDS"),
            (["LOG_CHANNEL_ID": "42"], "error    channel LOG_CHANNEL_ID: no channel 42 that the bot can see"),
            (["STAFF_ROLE_IDS": "42"], "error    role STAFF_ROLE_IDS: no role 42 → correct STAFF_ROLE_IDS"),
            (["RECRUITERS_CHANNEL_ID": ""], "warning  setting RECRUITERS_CHANNEL_ID: not set (Reservation reminders)"),
            (["STATE_DIR": "/proc/nowhere/state"], "error    state folder: /proc/nowhere/state cannot be created"),
            (["TIMEZONE": "Mars/Olympus"], "error    setting TIMEZONE: "),
            (["PORT": "many"], "warning  setting: config: PORT='many' invalid; using default 10000"),
        ] as [([String: String], String)])
    func faults(overrides: [String: String], line: String) async throws {
        try await Stage.play(on: .folder, startsBot: false) { stage in
            let lines = await Self.lines(stage, overrides)
            #expect(lines.contains { $0.hasPrefix(line) }, "\(lines.filter { !$0.hasPrefix("ok") })")
        }
    }

    @Test("a tab that is gone, a header that lacks and switches that cannot be read are errors")
    func sheets() async throws {
        try await Stage.play(
            startsBot: false,
            prepare: { stage in
                try stage.remove("recruitment/WhoWeAre")
                try stage.put("feature_name,on\r\nclan_profile,TRUE\r\n", "recruitment/FeatureToggles")
            }
        ) { stage in
            let lines = await Self.lines(stage)
            for expected in [
                "error    tab recruitment/WhoWeAre: no such tab → create or rename the tab, or correct ROLEMAP_TAB",
                "error    tab recruitment/FeatureToggles: missing headers: enabled → add them to the header row",
                "error    toggles: Worksheet 'FeatureToggles' missing required headers",
            ] {
                #expect(lines.contains { $0.hasPrefix(expected) }, "\(expected)")
            }
        }
    }

    @Test("a channel that the bot may not write in is an error that names what is missing")
    func permissions() async throws {
        // Only clan members' own channels are closed to the bot's role; the ticket channel is closed for writing.
        try await Stage.play(["NOTIFY_CHANNEL_ID": "\(SampleGuild.welcomeTickets)"], startsBot: false) { stage in
            let lines = await Self.lines(stage)
            let line = try #require(lines.first { $0.contains("channel NOTIFY_CHANNEL_ID: ") })
            #expect(line.hasPrefix("error    channel NOTIFY_CHANNEL_ID: #welcome-tickets: missing Send Messages"))
        }
    }

    @Test(
        "the local time of the guild's zone is told with what people call it there",
        arguments: [("Europe/Vienna", ["CET", "CEST"]), ("Asia/Kolkata", ["IST"]), ("UTC", ["UTC"])])
    func localTime(zone: String, abbreviations: [String]) async throws {
        try await Stage.play(startsBot: false) { stage in
            let lines = await Self.lines(stage, ["TIMEZONE": zone])
            let line = try #require(lines.first { $0.hasPrefix("ok       setting TIMEZONE: \(zone), where it is ") })
            let time = line.split(separator: " ").suffix(3).joined(separator: " ")
            let pattern = #/\d{4}-\d\d-\d\d \d\d:\d\d [A-Z]+/#
            #expect(time.wholeMatch(of: pattern) != nil, "\(line)")
            #expect(abbreviations.contains { time.hasSuffix(" \($0)") }, "\(line)")
        }
    }
}
