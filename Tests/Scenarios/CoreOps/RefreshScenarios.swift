import DiscordSimulator
import Service
import SheetsSimulator
import Testing

@Suite("Core operations: caches and jobs")
struct RefreshScenarios {
    @Test("coreops.18: two names give one embed with two rows, start lines in the log, and one line for operators")
    func twoBuckets() async throws {
        try await Stage.play { stage in
            _ = try await stage.startupSummary()
            let steward = stage.person(342)
            try await steward.says("!ops refresh clans templates", in: SampleGuild.botLog)
            let reply = try await stage.sees(steward, in: SampleGuild.botLog) {
                $0.titles == ["Refresh • clans, templates"]
            }
            let rows = reply.text.split(separator: "\n").filter { $0.contains(" ms ") }
            #expect(rows.count == 2 && rows[0].hasPrefix("Clans ") && rows[1].hasPrefix("Templates "), "\(rows)")
            let line = try await stage.sees(steward, in: SampleGuild.botLog) {
                $0.content.hasPrefix("♻️ **Refresh** — scope=clans, templates\n")
            }
            #expect(line.content.contains("\n• clans ok (") && line.content.contains(", 26, ttl)\n• templates ok ("))
            #expect(line.content.contains("\n• total="))
            #expect(stage.log.messages.contains { $0.hasPrefix("[refresh] trigger=manual bucket=clans actor=") })
        }
    }

    @Test("coreops.19: one unknown name refreshes nothing, and the reply lists the buckets")
    func unknownBucket() async throws {
        try await Stage.play { stage in
            _ = try await stage.startupSummary()
            let steward = stage.person(342)
            try await steward.says("!ops refresh clans nope", in: SampleGuild.botLog)
            let reply = try await stage.sees(steward, in: SampleGuild.botLog) { $0.content.contains("`nope`") }
            #expect(reply.content.contains("Available: clan_tags, clans, leagues"))
            try await stage.settles(steward, in: SampleGuild.botLog)
            #expect(!stage.log.messages.contains { $0.hasPrefix("[refresh] trigger=manual") })
        }
    }

    @Test(
        "coreops.22: who refreshes everything right after somebody else is told how long to wait, however they spell it"
    )
    func cooldown() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            _ = try await stage.startupSummary()
            let (admin, second) = (stage.person(341), stage.person(343))
            try await admin.sets(role: SampleGuild.id(101), of: second.id, in: SampleGuild.guild, isHeld: true)
            let first = try await admin.says("!refresh all", in: SampleGuild.botLog)
            let report = try await stage.sees(admin, in: SampleGuild.botLog, after: first) {
                $0.titles == ["Refresh • all"]
            }
            await clock.advance(by: .seconds(10))
            try await second.says("!ops refresh clans,ALL", in: SampleGuild.botLog)
            let told = try await stage.sees(second, in: SampleGuild.botLog, after: report) {
                $0.content.hasPrefix("That was just done")
            }
            #expect(told.content == "That was just done; it can be done again in 20 seconds.")
            // Told once, and only what refreshes everything has to wait.
            try await second.says("!ops refresh all", in: SampleGuild.botLog)
            try await second.says("!ops refresh clans", in: SampleGuild.botLog)
            let one = try await stage.sees(second, in: SampleGuild.botLog, after: told) {
                $0.titles == ["Refresh • clans"]
            }
            let between = await stage.botMessages(second, in: SampleGuild.botLog).filter {
                $0.id > told.id && $0.id < one.id && $0.reference != nil
            }
            #expect(between.isEmpty)
            await clock.advance(by: .seconds(20))
            try await second.says("!ops refresh all", in: SampleGuild.botLog)
            try await stage.sees(second, in: SampleGuild.botLog, after: one) { $0.titles == ["Refresh • all"] }
        }
    }

    @Test("coreops.23: a command joins the scheduled refresh that runs: one read, the same result")
    func joined() async throws {
        // At 8:00, so that no job that reads the ledger is due or made up for.
        let (scenery, clock) = Scenery.clocked(at: Timestamp(milliseconds: 1_795_593_600_000))
        // Without the report that is made up for at the start, and that reads a tab too.
        try await Stage.playOnGoogle(["REPORT_RECRUITERS_DEST_ID": ""], on: scenery) { stage, sheets in
            _ = try await stage.startupSummary()
            sheets.faults.fail("values.batchGet", with: .slow(.seconds(3)))
            let before = sheets.requests.matching("values.batchGet").count
            let scheduled = Task { await clock.advance(by: .seconds(2 * 3600)) }
            _ = await stage.log.first { $0.message == "[refresh] trigger=cron bucket=clans actor=scheduler" }
            let steward = stage.person(342)
            try await steward.says("!ops refresh clans", in: SampleGuild.botLog)
            let reply = try await stage.sees(steward, in: SampleGuild.botLog) { $0.titles == ["Refresh • clans"] }
            #expect(reply.text.contains("| ok "), "\(reply.text)")
            await scheduled.value
            #expect(sheets.requests.matching("values.batchGet").count == before + 1)
            let ends = stage.log.messages.filter {
                $0.hasPrefix("[refresh] bucket=clans") && !$0.contains("actor=startup")
            }
            #expect(ends.count == 1 && ends[0].contains("actor=scheduler"))
            try await stage.sees(steward, in: SampleGuild.botLog) { $0.content.hasPrefix("♻️ **Cache: clans** — OK • ") }
        }
    }

    @Test("coreops.24: clan data younger than an hour is left alone; older data is read anew and the reply tells how")
    func clansInfo() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            _ = try await stage.startupSummary()
            let steward = stage.person(342)
            await clock.advance(by: .seconds(20 * 60))
            try await steward.says("!ops refresh clansinfo", in: SampleGuild.botLog)
            let fresh = try await stage.sees(steward, in: SampleGuild.botLog) { $0.content.contains("Clans cache") }
            #expect(fresh.content == "✅ Clans cache fresh (20m old). Next auto-refresh in 1h40m")
            #expect(!stage.log.messages.contains { $0.hasPrefix("[refresh] trigger=manual") })
            await clock.advance(by: .seconds(41 * 60))
            try await steward.says("!ops refresh clansinfo", in: SampleGuild.botLog)
            let reply = try await stage.sees(steward, in: SampleGuild.botLog, after: fresh) {
                $0.content.hasPrefix("Refreshing clans") || $0.content.hasPrefix("✅ Clans refreshed")
            }
            try await stage.sees(steward, reply) {
                $0.content.hasPrefix("✅ Clans refreshed in ") && $0.content.hasSuffix(" (26 clans).")
            }
        }
    }

    @Test("coreops.35: however often the gateway starts anew, boot is told of once")
    func oneBoot() async throws {
        try await Stage.play { stage in
            _ = try await stage.startupSummary()
            for _ in 0..<2 {
                let start = stage.log.records.last?.time ?? .origin
                await stage.simulator.faults.invalidateSession(resumable: false)
                let ready = await stage.log.first(within: .seconds(30)) {
                    $0.message.hasPrefix("Bot ready as") && $0.time > start
                }
                #expect(ready != nil)
            }
            let admin = stage.person(341)
            try await stage.settles(admin, in: SampleGuild.botLog, within: .seconds(30))
            try await stage.sees(admin, in: SampleGuild.botLog, within: .seconds(20)) {
                $0.content.hasPrefix("🐶 **Watchdog started** — interval=")
            }
            let posts = await stage.botMessages(admin, in: SampleGuild.botLog).map(\.content)
            #expect(posts.count { $0.contains("scope=startup") } == 1)
            #expect(posts.count { $0.contains("**Scheduler**") } == 1)
            #expect(posts.count { $0.contains("**Watchdog started**") } == 1)
            for name in ["clans", "clan_tags", "templates", "onboarding_questions", "reaction_roles", "leagues"] {
                #expect(stage.log.messages.count { $0 == "[refresh] startup bucket=\(name)" } == 1)
            }
            #expect(!stage.log.messages.contains { $0.hasPrefix("failed to schedule") })
        }
    }

    @Test("coreops.36: the schedule lists jobs of every kind, one component alone, and says when there is none")
    func next() async throws {
        let (scenery, _) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            _ = try await stage.startupSummary()
            let admin = stage.person(341)
            try await admin.says("!next", in: SampleGuild.botLog)
            let all = try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.content == "🧭 Scheduled jobs" || $0.content.hasPrefix("🧭 Scheduled jobs\n")
            }
            for line in [
                "• cache_refresh:clans — next: 2026-11-25 12:00 UTC (every 3 hrs)",
                "• cache_refresh:templates — next: 2026-11-26 00:00 UTC (every 168 hrs)",
                "• cron_daily_summary — next: 2026-11-26 00:05 UTC (daily 00:05 UTC)",
                "• watchdog — next: pending (every 6 min)",
            ] { #expect(all.content.contains(line), "\(all.content)") }
            #expect(all.content.contains("• keepalive — next: 2026-11-25 10:05 UTC (every 5 min)"), "\(all.content)")
            try await admin.says("!next CACHE", in: SampleGuild.botLog)
            let one = try await stage.sees(admin, in: SampleGuild.botLog, after: all) {
                $0.content.hasPrefix("🧭 Scheduled jobs — cache\n")
            }
            #expect(one.content.contains("• cache_refresh:clans") && !one.content.contains("watchdog"))
            try await admin.says("!next unknown", in: SampleGuild.botLog)
            let none = try await stage.sees(admin, in: SampleGuild.botLog, after: one) {
                $0.content.contains("no jobs")
            }
            #expect(none.content == "🧭 Scheduled jobs — no jobs under unknown.")
        }
    }
}
