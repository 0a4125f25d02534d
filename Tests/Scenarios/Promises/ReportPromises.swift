import Bot
import DiscordSimulator
import HTTPClient
import JSON
import Service
import Testing

/// What operators may rely on when they look: see docs/promises.md.
@Suite("Promises: probes, reports and logs")
struct ReportPromises {
    @Test("promise 9: chat and HTTP tell the same of a cache: age, next refresh, retries, last actor")
    func sameFigures() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            _ = try await stage.startupSummary()
            let steward = stage.person(342)
            let report = try await Self.answer("!ops refresh clans", "Refresh • clans", stage, steward)
            let actor = try #require(report.text.firstMatch(of: #/actor: (.+?) •/#)).output.1
            await clock.advance(by: .seconds(600))

            let cache = try #require(try await stage.get("/health").json["caches"]?["clans"])
            #expect(cache["age_sec"]?.int == 600)
            #expect(cache["retries"]?.int == 0)
            #expect(cache["last_actor"]?.string == String(actor))
            let next = try #require(cache["next_refresh_at"]?.string)
            #expect(next.hasPrefix("2026-11-25T12:00:00"), "every three hours, and it is 10:10")

            let health = try await Self.answer("!ops health", "health", stage, steward)
            let line = try #require(health.text.split(separator: "\n").first { $0.contains("age: 10m") })
            #expect(line.contains("next: in 1h50m"), "\(line)")
            #expect(line.contains("retries: 0, actor: \(actor), last: ok"), "\(line)")
            let digest = try await Self.answer("!ops digest", "Digest", stage, steward)
            #expect(
                digest.text.contains("ClanInfo — ok · age 10m · next in 1h50m · retries 0 · err — · actor \(actor)"),
                "\(digest.text)")
        }
    }

    @Test("promise 10: every line of the log is JSON with ts, level, logger, msg and trace")
    func lines() async throws {
        try await Stage.play { stage in
            _ = try await stage.startupSummary()
            let admin = stage.person(341)
            for question in ["!clan WKAS", "!clan nobody", "!ops refresh all", "!ops nothing", "!reload"] {
                try await admin.says(question, in: SampleGuild.botLog)
            }
            try await stage.settles(admin, in: SampleGuild.botLog, within: .seconds(30))
            _ = try await stage.get("/nowhere")
            await stage.stopBot()
            let lines = try await stage.lines()
            #expect(lines.count > 50)
            for line in lines {
                for key in ["ts", "level", "logger", "msg", "trace"] {
                    #expect(line[key] != nil, "\(key) in \(line)")
                }
                let level = line["level"]?.string ?? ""
                #expect(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"].contains(level), "\(line)")
            }
        }
    }

    @Test("promise 11: one trace ties a command to the refresh that it causes, and a request to its access line")
    func traces() async throws {
        try await Stage.play { stage in
            _ = try await stage.startupSummary()
            let steward = stage.person(342)
            _ = try await Self.answer("!ops refresh clans templates", "Refresh • clans, templates", stage, steward)
            let records = stage.log.records
            let refreshes = records.filter { $0.message.hasPrefix("[refresh] ") && $0.message.contains("=manual") }
                .filter { !$0.message.contains("actor=startup") }
            #expect(refreshes.count >= 4, "a line at the start and one at the end, for two buckets")
            let traces = Set(refreshes.map(\.trace))
            let trace = try #require(traces.first ?? nil)
            #expect(traces.count == 1, "\(traces)")
            let command = await stage.log.first { $0.message.hasPrefix("[command]") && $0.trace == trace }
            #expect(command != nil)
            let others = records.filter { $0.trace == trace && $0.logger == "aiohttp.access" }
            #expect(others.isEmpty)
        }
    }

    @Test("promise 43: help for admins lists every command that the bot declares, module by module")
    func help() async throws {
        try await Stage.play { stage in
            let admin = stage.person(341)
            let question = try await admin.says("<@\(SampleGuild.bot)> help", in: SampleGuild.botLog)
            try await stage.settles(admin, in: SampleGuild.botLog)
            let text = await stage.botMessages(admin, in: SampleGuild.botLog).filter { $0.id > question.id }
                .map(\.text).joined(separator: "\n")
            for command in try stage.features.flatMap(\.commands) where !command.isGroup {
                guard command.help.place != .pageOnly else { continue }
                #expect(text.contains(command.help.summary), "\(command.name)")
            }
        }
    }

    @Test("promise 44: one command exercises every cache, and shows a row of each")
    func everyBucket() async throws {
        try await Stage.play { stage in
            _ = try await stage.startupSummary()
            let report = try await Self.answer("!ops refresh all", "Refresh • all", stage, stage.person(342))
            let rows = report.text.split(separator: "\n").filter { $0.contains(" ms ") }
            #expect(rows.count == 6, "\(rows)")
            #expect(rows.allSatisfy { $0.contains("| ok ") }, "\(rows)")
        }
    }

    @Test("promise 45: thresholds of the watchdog are tuned by their variables, and shown as they are in force")
    func thresholds() async throws {
        let settings = [
            "WATCHDOG_CHECK_SEC": "45", "WATCHDOG_STALL_SEC": "500", "WATCHDOG_DISCONNECT_GRACE_SEC": "900",
        ]
        try await Stage.play(settings) { stage in
            let health = try await stage.get("/health").json
            #expect(health["keepalive_sec"]?.int == 45)
            #expect(health["stall_after_sec"]?.int == 500)
            let report = try await Self.answer("!ops health", "health", stage, stage.person(342))
            for value in ["45s", "500s", "900s"] { #expect(report.text.contains(value), "\(report.text)") }
        }
    }

    /// Asks, and gives the answer whose title ends like this.
    static func answer(
        _ question: String, _ title: String, _ stage: Stage, _ person: Person
    ) async throws -> SimulatedMessage {
        let message = try await person.says(question, in: SampleGuild.botLog)
        return try await stage.sees(person, in: SampleGuild.botLog, after: message, within: .seconds(20)) {
            $0.titles.first?.hasSuffix(title) == true
        }
    }
}
