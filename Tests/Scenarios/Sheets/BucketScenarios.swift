import DiscordSimulator
import Glibc
import Service
import SheetsSimulator
import Testing

@testable import woadkeeper

@Suite("Sheets: caches of tabs")
struct BucketScenarios {
    private static let counts = [
        "clans": 26, "clan_tags": 27, "templates": 28, "onboarding_questions": 77, "reaction_roles": 5, "leagues": 23,
    ]

    @Test("sheets.1: all six buckets load the sample workbook in at most 12 reads and no write, and one post says so")
    func startup() async throws {
        try await Stage.playOnGoogle { stage, sheets in
            let summary = try await stage.startupSummary()
            for (name, count) in Self.counts {
                #expect(summary.contains("• \(name) ok ("), "\(summary)")
                let line = try #require(stage.log.messages.first { $0.hasPrefix("[refresh] bucket=\(name) ") })
                #expect(line.contains("actor=startup") && line.contains("result=ok"))
                #expect(line.contains(" count=\(count) "), "\(line)")
            }
            #expect(summary.contains("Refresh • startup") && summary.contains("actor: startup • trigger: manual"))
            let calls = sheets.requests.all.filter { $0.operation != "token" }
            #expect(calls.count <= 12)
            #expect(calls.allSatisfy { ["values.get", "values.batchGet", "spreadsheets.get"].contains($0.operation) })
            try await stage.settles(stage.person(341), in: SampleGuild.botLog)
            let posts = await stage.botMessages(stage.person(341), in: SampleGuild.botLog)
            #expect(posts.count { $0.content.contains("scope=startup") } == 1)
        }
    }

    @Test("sheets.5: a load that Google answers with 503 twice succeeds at the third try, after pauses of 0.5 and 1 s")
    func repetition() async throws {
        try await Stage.playOnGoogle(["GSHEETS_RETRY_ATTEMPTS": "5"]) { stage, sheets in
            _ = try await stage.startupSummary()
            sheets.faults.fail("values.batchGet", on: "bot_info", times: 2, with: .status(503))
            let admin = stage.person(341)
            try await admin.says("!ops refresh clans", in: SampleGuild.botLog)
            let reply = try await stage.sees(admin, in: SampleGuild.botLog) { $0.titles == ["Refresh • clans"] }
            #expect(reply.text.contains("| ok "), "\(reply.text)")
            let pauses = stage.log.records.filter { $0.message == "sheets: call failed, trying again" }
                .compactMap { record -> Int? in
                    if case .int(let pause) = record["delay_ms"] { pause } else { nil }
                }
            // Each pause is lengthened by chance, by a quarter of it at most.
            try #require(pauses.count == 2)
            #expect((500...625).contains(pauses[0]) && (1000...1250).contains(pauses[1]), "\(pauses)")
        }
    }

    @Test("sheets.7: ten members who ask for an expired roster are served at once, and one read renews it")
    func expired() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.playOnGoogle(on: scenery) { stage, sheets in
            _ = try await stage.startupSummary()
            await clock.advance(by: .seconds(1000))
            sheets.faults.fail("values.batchGet", on: "bot_info", with: .slow(.seconds(10)))
            let before = sheets.requests.matching("values.batchGet").count
            let member = stage.person(331)
            for _ in 0..<10 { try await member.says("!clan WKAS", in: SampleGuild.hearth) }
            try await stage.simulator.eventually(within: .seconds(30), "ten cards") { state in
                let cards = state.messages(in: SampleGuild.hearth).filter {
                    $0.author == SampleGuild.bot && !$0.embeds.isEmpty
                }
                return cards.count == 10 ? cards : nil
            }
            // Served with the old rows, before the slow answer came.
            #expect(!stage.log.messages.contains { $0.contains("bucket=clans trigger=cron actor=- duration=") })
            let end = await stage.log.first(within: .seconds(40)) {
                $0.message.hasPrefix("[refresh] bucket=clans trigger=cron actor=-")
            }
            #expect(end?.message.contains("result=ok") == true)
            #expect(sheets.requests.matching("values.batchGet").count == before + 1)
            #expect(await stage.botMessages(member, in: SampleGuild.hearth).count == 10)
        }
    }

    @Test("sheets.8: in an outage the old roster is shown, with a warning, and telemetry tells age and error")
    func outage() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            _ = try await stage.startupSummary()
            try stage.hide("recruitment/bot_info")
            await clock.advance(by: .seconds(1200))
            let admin = stage.person(341)
            try await admin.says("!clan WKAS", in: SampleGuild.hearth)
            try await stage.sees(admin, in: SampleGuild.hearth) { !$0.embeds.isEmpty && $0.text.contains("WKAS") }
            let line = await stage.log.first {
                $0.message.hasPrefix("[refresh] bucket=clans trigger=cron actor=- ")
            }
            #expect(line?.level == .warning && line?.message.contains("result=fail") == true)
            try await admin.says("!ops digest", in: SampleGuild.botLog)
            let digest = try await stage.sees(admin, in: SampleGuild.botLog) { $0.titles == ["Digest"] }
            #expect(digest.text.contains("ClanInfo — fail · age 20m"), "\(digest.text)")
            #expect(digest.text.contains("last error:"))
        }
    }

    @Test("sheets.10: a load that failed is tried again 300 s later, and a success then shows in the health report")
    func secondTry() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            _ = try await stage.startupSummary()
            try stage.hide("recruitment/bot_info")
            let admin = stage.person(341)
            try await admin.says("!ops refresh clans", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.titles == ["Refresh • clans"] && $0.text.contains("fail")
            }
            try stage.unhide("recruitment/bot_info")
            await clock.advance(by: .seconds(300))
            try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.content.hasPrefix("♻️ **Cache: clans** — OK • ") && $0.content.hasSuffix(" • 1 retries")
            }
            try await admin.says("!ops health", in: SampleGuild.botLog)
            let report = try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.titles.first?.hasSuffix("health") == true
            }
            #expect(report.text.contains("retries: 1, actor: "), "\(report.text)")
            #expect(report.text.contains("last: retry_ok"))
        }
    }

    @Test("sheets.11: two names refresh two buckets in one reply; with an unknown third nothing is refreshed")
    func names() async throws {
        try await Stage.play { stage in
            _ = try await stage.startupSummary()
            let admin = stage.person(341)
            try await admin.says("!ops refresh clans, templates", in: SampleGuild.botLog)
            let reply = try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.titles == ["Refresh • clans, templates"]
            }
            #expect(reply.text.contains("Clans ") && reply.text.contains("Templates "), "\(reply.text)")
            try await admin.says("!ops refresh clans templates nope", in: SampleGuild.botLog)
            let refusal = try await stage.sees(admin, in: SampleGuild.botLog) { $0.content.contains("Unknown bucket") }
            #expect(
                refusal.content
                    == "⚠️ Unknown bucket `nope`. Available: clan_tags, clans, leagues, onboarding_questions,"
                    + " reaction_roles, templates")
            let starts = stage.log.messages.filter { $0.hasPrefix("[refresh] trigger=manual bucket=") }
            #expect(starts.count == 2)
        }
    }

    @Test("sheets.12: a scheduled refresh that fails is a warning in the log and a FAIL in the log channel")
    func scheduledFailure() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            _ = try await stage.startupSummary()
            try stage.hide("recruitment/bot_info")
            await clock.advance(by: .seconds(2 * 3600))
            let line = await stage.log.first {
                $0.message.hasPrefix("[refresh] bucket=clans trigger=cron actor=scheduler ")
            }
            #expect(line?.level == .warning && line?.message.contains("result=fail") == true)
            try await stage.sees(stage.person(341), in: SampleGuild.botLog) {
                $0.content.hasPrefix("♻️ **Cache: clans** — FAIL • ")
            }
            let result = await stage.log.first { $0.message.hasPrefix("[cron] result job=refresh_clans ok=false ") }
            #expect(result?.level == .error)
        }
    }
}

extension Stage {
    /// Takes a tab of the workbook away, as if its spreadsheet could not be read.
    func hide(_ tab: String) throws { try move("\(tab).csv", to: "\(tab).hidden") }

    /// Puts it back.
    func unhide(_ tab: String) throws { try move("\(tab).hidden", to: "\(tab).csv") }

    /// Puts something that is no table in the place of a tab that was taken away.
    func block(_ tab: String) throws { try #require(mkdir("\(folder.workbook)/\(tab).csv", 0o755) == 0) }

    private func move(_ from: String, to: String) throws {
        try #require(rename("\(folder.workbook)/\(from)", "\(folder.workbook)/\(to)") == 0)
    }
}
