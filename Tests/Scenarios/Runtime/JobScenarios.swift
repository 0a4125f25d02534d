import Bot
import DiscordSimulator
import HTTPClient
import JSON
import Service
import SheetsSimulator
import TestTools
import Testing

@testable import woadkeeper

@Suite("Runtime: caches and jobs")
struct JobScenarios {
    @Test("runtime.24: a bucket whose spreadsheet is not set delays nobody and is shown as skipped")
    func skipped() async throws {
        try await Stage.playOnGoogle(["LEAGUES_SHEET_ID": ""]) { stage, _ in
            let summary = try await stage.startupSummary()
            #expect(summary.contains("• leagues skipped ("), "\(summary)")
            #expect(summary.contains("• clans ok ("))
            #expect(try await stage.get("/health").status == 200)
        }
    }

    @Test("runtime.25: a load that fails once and then succeeds counts one retry, and leaves no error behind")
    func healed() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            _ = try await stage.startupSummary()
            let admin = stage.person(341)
            try stage.hide("recruitment/bot_info")
            try await admin.says("!ops refresh clans", in: SampleGuild.botLog)
            let failed = try await stage.sees(admin, in: SampleGuild.botLog) { $0.titles == ["Refresh • clans"] }
            #expect(failed.text.contains("| fail "), "\(failed.text)")
            try stage.unhide("recruitment/bot_info")
            await clock.advance(by: .seconds(300))
            let healed = await stage.log.first {
                $0.message.hasPrefix("[refresh] bucket=clans ") && $0.message.contains(" retries=1 ")
            }
            #expect(healed?.level == .info)
            #expect(healed?.message.contains("result=ok retries=1") == true, "\(healed?.message ?? "")")
            try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.content.hasPrefix("♻️ **Cache: clans** — OK • ") && $0.content.hasSuffix(" • 1 retries")
            }
            let cache = try await stage.get("/health").json["caches"]?["clans"]
            #expect(cache?["retries"] == .integer(1), "\(cache?.text ?? "")")
            #expect(cache?["last_error"] == .null)
        }
    }

    @Test("runtime.26: a load that fails twice is a warning that quotes both errors, and the old value is served")
    func failedTwice() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            _ = try await stage.startupSummary()
            let admin = stage.person(341)
            try stage.hide("recruitment/bot_info")
            try await admin.says("!ops refresh clans", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog) { $0.titles == ["Refresh • clans"] }
            let first = try #require(
                await stage.log.first {
                    $0.message.hasPrefix("[refresh] bucket=clans ") && $0.message.contains("result=fail retries=0")
                })
            let reason = try #require(first.message.text(behind: " error="))
            // Another reason for the second failure.
            try stage.block("recruitment/bot_info")
            await clock.advance(by: .seconds(300))
            let twice = try #require(
                await stage.log.first {
                    $0.message.hasPrefix("[refresh] bucket=clans ") && $0.message.contains(" retries=1 ")
                })
            #expect(twice.level == .warning)
            #expect(twice.message.contains("result=fail retries=1"))
            #expect(twice.message.contains(" error=\(reason) | retry: "), "\(twice.message)")
            try await admin.says("!ops digest", in: SampleGuild.botLog)
            let digest = try await stage.sees(admin, in: SampleGuild.botLog) { $0.titles == ["Digest"] }
            #expect(digest.text.contains("ClanInfo — fail · ") && digest.text.contains(" · retries 1 · "))
            try await admin.says("!clan WKAS", in: SampleGuild.hearth)
            try await stage.sees(admin, in: SampleGuild.hearth) { $0.titles.first?.contains("WKAS") == true }
        }
    }

    @Test("runtime.27: two people who refresh one bucket at once cause one read and see the same result")
    func together() async throws {
        try await Stage.playOnGoogle { stage, sheets in
            _ = try await stage.startupSummary()
            sheets.faults.fail("values.batchGet", with: .slow(.seconds(2)))
            let before = sheets.requests.matching("values.batchGet").count
            let (admin, steward) = (stage.person(341), stage.person(342))
            try await admin.says("!ops refresh clans", in: SampleGuild.botLog)
            try await steward.says("!ops refresh clans", in: SampleGuild.hearth)
            for (person, channel) in [(admin, SampleGuild.botLog), (steward, SampleGuild.hearth)] {
                let reply = try await stage.sees(person, in: channel) { $0.titles == ["Refresh • clans"] }
                #expect(reply.text.contains("| ok "), "\(reply.text)")
            }
            #expect(sheets.requests.matching("values.batchGet").count == before + 1)
        }
    }

    @Test("runtime.28: three READY events in one process announce the watchdog, the schedule and the start once")
    func oneStart() async throws {
        try await Stage.play { stage in
            let admin = stage.person(341)
            _ = try await stage.startupSummary()
            for count in 2...3 {
                await stage.simulator.faults.invalidateSession(resumable: false)
                try await eventually("READY number \(count)") {
                    stage.log.messages.count { $0.hasPrefix("Bot ready as ") } == count
                }
            }
            // Lines go out in their order, and this one is said after the first READY by five seconds.
            try await stage.sees(admin, in: SampleGuild.botLog, within: .seconds(30)) {
                $0.content.hasPrefix("🐶 **Watchdog started** — interval=")
            }
            try await admin.says("!ops refresh templates", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, within: .seconds(30)) {
                $0.content.hasPrefix("♻️ **Refresh** — scope=templates")
            }
            let posts = await stage.botMessages(admin, in: SampleGuild.botLog).map(\.content)
            for line in ["🐶 **Watchdog started**", "🧭 **Scheduler** — ", "♻️ **Refresh** — scope=startup"] {
                #expect(posts.count { $0.hasPrefix(line) } == 1, "\(line)")
            }
            #expect(stage.log.messages.count { $0.hasPrefix("[refresh] startup bucket=") } == 6)
            #expect(stage.log.messages.count { $0.hasPrefix("[cron] registered job: cache_refresh:clans") } == 1)
            #expect(!stage.log.messages.contains { $0.hasPrefix("failed to schedule") })
            #expect(!stage.log.records.contains { $0.level >= .error })
        }
    }

    @Test("runtime.29: a job every 15 minutes runs after its slots, and never twice in less than 14 minutes")
    func jitter() async throws {
        let (plain, clock) = Scenery.clocked()
        var scenery = plain
        scenery.additions = [Sweeping()]
        try await Stage.play(on: scenery) { stage in
            _ = try await stage.startupSummary()
            let admin = stage.person(341)
            // Minute by minute, as a clock goes: whoever was woken plans the next run before it is due.
            for minute in 1...(24 * 15 + 1) {
                await clock.advance(by: .seconds(60))
                guard minute > 1, minute % 15 == 1 else { continue }
                try await eventually("run \(minute / 15)") {
                    stage.log.messages.count { $0.hasPrefix("[cron] result job=sweep ok=true") } == minute / 15
                }
            }
            let starts = stage.log.records.filter { $0.message == "[cron] start job=sweep" }.map(\.time)
            #expect(starts.count == 24)
            for (start, slot) in zip(starts, 1...) {
                let delay = start - Timestamp(milliseconds: 1_795_600_800_000) - .seconds(slot * 900)
                #expect((.zero...Duration.seconds(45)).contains(delay), "run \(slot)")
            }
            #expect(zip(starts.dropFirst(), starts).allSatisfy { $0 - $1 >= .seconds(14 * 60) })
            try await admin.says("!next housekeeping", in: SampleGuild.botLog)
            let next = try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.content.hasPrefix("🧭 Scheduled jobs — housekeeping")
            }
            #expect(
                next.content.contains("• sweep — next: 2026-11-25 16:15 UTC (every 15 min) · last ok "),
                "\(next.content)")
        }
    }

    @Test("runtime.30: a scheduled refresh that fails is an error, and the next one happens at its slot")
    func failedRun() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            _ = try await stage.startupSummary()
            try stage.hide("recruitment/bot_info")
            await clock.advance(by: .seconds(2 * 3600))
            let failed = await stage.log.first { $0.message.hasPrefix("[cron] result job=refresh_clans ok=false") }
            #expect(failed?.level == .error)
            try stage.unhide("recruitment/bot_info")
            await clock.advance(by: .seconds(3 * 3600))
            let next = await stage.log.first { $0.message.hasPrefix("[cron] result job=refresh_clans ok=true") }
            #expect(next?.time == Timestamp(milliseconds: 1_795_618_800_000), "at 15:00")
            try await stage.sees(stage.person(341), in: SampleGuild.botLog) {
                $0.content.hasPrefix("♻️ **Cache: clans** — OK • ")
            }
        }
    }

    @Test("runtime.33: at 00:05 the log has one summary per job, and the log channel one line for all")
    func summary() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            _ = try await stage.startupSummary()
            await clock.advance(by: .seconds(14 * 3600 + 5 * 60))
            // Fourteen hours of lines go before it, and Discord takes five in five seconds.
            try await stage.sees(stage.person(341), in: SampleGuild.botLog, within: .seconds(30)) {
                $0.content.hasPrefix("🧭 **Cron summary** — jobs=8 • runs=11 • ok=100.0%")
            }
            let lines = stage.log.messages.filter { $0.hasPrefix("[cron] summary job=") }
            let names = lines.compactMap { $0.split(separator: " ").first { $0.hasPrefix("job=") }?.dropFirst(4) }
            #expect(
                names.map(String.init) == [
                    "cron_daily_summary", "daily_recruiter_update", "refresh_clan_tags", "refresh_clans",
                    "refresh_onboarding_questions", "refresh_templates", "reservations_autorelease_daily",
                    "reservations_reminder_daily",
                ])
            #expect(lines.contains { $0.hasPrefix("[cron] summary job=refresh_clans runs=5 ok=100.0% p95_ms=") })
            // The process is younger than the day that is told of.
            let all = stage.log.messages.filter { $0.hasPrefix("[cron] summary ") && !$0.contains("scheduler started") }
            #expect(all.first == "[cron] summary window_start=2026-11-25T10:00:00.000Z")
            await clock.advance(by: .seconds(86_400))
            try await eventually("the summary of the next day") {
                stage.log.messages.count { $0.hasPrefix("[cron] summary job=refresh_clans") } == 2
            }
            #expect(stage.log.messages.count { $0.contains("window_start=") } == 1)
        }
    }

    @Test("runtime.38: the same refresh twice within five seconds is told to operators once")
    func deduplicated() async throws {
        try await Stage.play { stage in
            _ = try await stage.startupSummary()
            let admin = stage.person(341)
            for _ in 0..<2 { try await admin.says("!ops refresh clans", in: SampleGuild.botLog) }
            try await admin.says("!ops refresh templates", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.content.hasPrefix("♻️ **Refresh** — scope=templates")
            }
            let posts = await stage.botMessages(admin, in: SampleGuild.botLog)
            #expect(posts.count { $0.titles == ["Refresh • clans"] } == 2)
            #expect(posts.count { $0.content.hasPrefix("♻️ **Refresh** — scope=clans\n") } == 1)
        }
    }

    @Test("runtime.40: of the channels to keep awake those count that are ids, and the others are ignored")
    func keepaliveChannels() async throws {
        try await Stage.play(["KEEPALIVE_CHANNEL_IDS": "123, abc, 456"]) { stage in
            let admin = stage.person(341)
            try await admin.says("!cfg KEEPALIVE_CHANNEL_IDS", in: SampleGuild.botLog)
            let reply = try await stage.sees(admin, in: SampleGuild.botLog) { $0.content.hasPrefix("🧩 Config") }
            let value = reply.content.split(separator: " • ").first { $0.hasPrefix("value=") }
            #expect(value?.filter { $0 != " " } == "value=123,456", "\(reply.content)")
        }
    }

    @Test("the self-ping asks the bot's own route at once and then every five minutes")
    func selfPing() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery) { stage in
            _ = await stage.log.first { $0.message.hasPrefix("keepalive:task_started • url=http://127.0.0.1:") }
            _ = await stage.log.first { $0.message == "keepalive:ping_ok • status=200" }
            await clock.waitForSleepers(6)
            await clock.advance(by: .seconds(330))
            let second = await stage.log.first {
                $0.message == "keepalive:ping_ok • status=200" && $0.time > Timestamp(milliseconds: 1_795_600_800_000)
            }
            #expect(second != nil)
            let answer = try await stage.get("/keepalive")
            #expect(answer.text == "ok")
        }
    }
}

/// A feature of the scenario's own: a job every quarter of an hour, with jitter.
private struct Sweeping: Feature {
    let name = "sweeping"
    let gate = Gate.always

    var jobs: [Job] {
        [
            Job("sweep", component: "housekeeping", schedule: { .every(.seconds(900)) }, jitter: .small) { _ in
                JobOutcome()
            }
        ]
    }
}

extension String {
    /// What stands behind the first occurrence of a text.
    fileprivate func text(behind mark: String) -> String? {
        firstRange(of: mark).map { String(self[$0.upperBound...]) }
    }
}
