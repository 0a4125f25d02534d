import DiscordSimulator
import HTTPClient
import JSON
import Service
import Testing

@Suite("Runtime: heartbeat and watchdog", .timeLimit(.minutes(5)))
struct WatchdogScenarios {
    /// What an environment says of the watchdog, and the thresholds that follow.
    struct Cadence: Sendable, CustomTestStringConvertible {
        var settings: [String: String]
        var interval: Int
        var stall: Int
        var grace: Int
        var testDescription: String {
            settings.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
        }
    }

    @Test("runtime.12: a quiet hour with acknowledgements is a healthy hour")
    func quietHour() async throws {
        let time = ManualTime(start: Timestamp(milliseconds: 0))
        try await Stage.play(["ENV_NAME": "stage"], on: Scenery(transport: time)) { stage in
            try await stage.settles(stage.person(331), in: SampleGuild.hearth)
            while time.now < Timestamp(milliseconds: 3_600_000) {
                // One heartbeat falls into each interval; without its acknowledgement the age would be a whole one.
                await time.flows(for: Self.heartbeatInterval)
                try await stage.becomesYounger(than: Self.heartbeatInterval)
            }
            let lines = stage.log.records.filter { $0.logger == "system.watchdog" }.map(\.message)
            #expect(lines.first?.hasPrefix("[watchdog] active: stall_after=210s, interval=60s") == true)
            #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("[watchdog] heartbeat ok (age=") })
            #expect(lines.count == 1 + 7, "the first check after 5 s, then one line in ten minutes")
            #expect(try await stage.get("/health").status == 200)
        }
    }

    @Test("runtime.13: when frames stop on a socket that stays open, the process ends with status 1")
    func zombie() async throws {
        let time = ManualTime(start: Timestamp(milliseconds: 0))
        let settings = ["LOG_CHANNEL_ID": "", "WATCHDOG_CHECK_SEC": "10", "WATCHDOG_STALL_SEC": "20"]
        try await Stage.play(
            settings, on: Scenery(transport: time),
            prepare: { await $0.simulator.faults.ignoreHeartbeats(true) }
        ) { stage in
            try await stage.hasReadEverything()
            await time.flows(for: .seconds(30))
            #expect(await stage.exitStatus() == 1)
            let zombie = "[watchdog] zombie: age=25.0>20, since_ok=10.0, latency=None — exiting"
            #expect(stage.log.records.contains { $0.message == zombie && $0.level == .error })
            #expect(try await stage.lines().contains { $0["msg"]?.string == zombie })
        }
    }

    @Test(
        "runtime.14: when frames stop though the last round trip was short, one line in ten minutes says so"
    )
    func oldButHealthy() async throws {
        let time = ManualTime(start: Timestamp(milliseconds: 0))
        var scenery = Scenery(transport: time)
        scenery.options.heartbeatInterval = .seconds(4 * 3600)
        try await Stage.play(["ENV_NAME": "stage", "LOG_CHANNEL_ID": ""], on: scenery) { stage in
            try await stage.hasReadEverything()
            let faults = stage.simulator.faults
            await faults.delayAcknowledgements(by: .milliseconds(200))
            let sleepers = time.sleeperCount
            await faults.requestHeartbeat()
            await time.waitForSleepers(sleepers + 1)
            await faults.ignoreHeartbeats(true)
            await time.advance(by: .milliseconds(200))
            try await stage.becomesYounger(than: .milliseconds(200))

            await time.flows(for: .seconds(1500))
            let lines = stage.log.messages.filter { $0.hasPrefix("[watchdog] heartbeat old") }
            let ages = ["244.8", "844.8", "1444.8"]
            #expect(
                lines
                    == ages.map {
                        "[watchdog] heartbeat old but latency healthy (age=\($0), latency=0.2) — skipping restart"
                    })
            #expect(!stage.log.messages.contains { $0.contains("exiting") })
            let live = try await stage.get("/healthz")
            #expect(live.status == 503)
        }
    }

    @Test(
        "runtime.15: an outage that outlasts the grace ends the process, however often a reconnect fails meanwhile"
    )
    func outage() async throws {
        let time = ManualTime(start: Timestamp(milliseconds: 0))
        try await Stage.play(["ENV_NAME": "stage"], on: Scenery(transport: time)) { stage in
            try await stage.settles(stage.person(331), in: SampleGuild.hearth)
            await stage.simulator.stop()
            _ = try #require(await stage.log.first { $0.message == "gateway connection ended" })
            // The connection that was lost at once is the first of the series.
            for attempt in 2...4 { try await stage.failsToReconnect(attempt, time) }
            #expect(time.now < Timestamp(milliseconds: 200_000))
            await time.flows(for: Timestamp(milliseconds: 250_000) - time.now)
            #expect(await stage.exitStatus() == 1)
            // The outage began with the first disconnect, and the check at 185 s still found it within the grace.
            let line = "[watchdog] disconnected for 245.0s (limit=210s) — exiting"
            #expect(stage.log.records.contains { $0.message == line && $0.level == .error })
            #expect(try await stage.get("/ready").json["components"]?["discord"]?["ok"]?.bool == false)
        }
    }

    @Test("a login that never comes through is an outage since the start")
    func neverReady() async throws {
        let time = ManualTime(start: Timestamp(milliseconds: 0))
        try await Stage.play(
            ["ENV_NAME": "stage"], on: Scenery(transport: time), waitsUntilReady: false,
            prepare: {
                $0.simulator.faults.fail("GET", "/gateway/bot", times: 10_000, with: .serverError(503))
            }
        ) { stage in
            _ = try #require(await stage.log.first { $0.message.hasPrefix("[watchdog] active") })
            await time.flows(for: .seconds(300))
            #expect(await stage.exitStatus() == 1)
            let last = stage.log.records.last { $0.logger == "system.watchdog" }
            #expect(last?.level == .error)
            #expect(last?.message.hasPrefix("[watchdog] disconnected for 2") == true)
            #expect(last?.message.hasSuffix("s (limit=210s) — exiting") == true)
        }
    }

    @Test(
        "runtime.16: the name of the environment decides how often the watchdog looks",
        arguments: [
            Cadence(settings: ["ENV_NAME": "Stage"], interval: 60, stall: 210, grace: 210),
            Cadence(settings: ["ENV_NAME": "prod"], interval: 360, stall: 1110, grace: 1110),
            Cadence(settings: ["KEEPALIVE_INTERVAL_SEC": "120"], interval: 120, stall: 390, grace: 390),
        ])
    func cadence(_ cadence: Cadence) async throws {
        try await Stage.play(cadence.settings) { stage in
            let line = "[watchdog] active: stall_after=\(cadence.stall)s, interval=\(cadence.interval)s"
            #expect(stage.log.messages.contains(line + ", disconnect_grace=\(cadence.grace)s"))
            let health = try await stage.get("/health").json
            #expect(health["keepalive_sec"]?.int == cadence.interval)
            #expect(health["stall_after_sec"]?.int == cadence.stall)
            let deprecation =
                "KEEPALIVE_INTERVAL_SEC is deprecated; use WATCHDOG_CHECK_SEC instead. Using legacy value 120s."
            #expect(
                stage.log.messages.filter { $0 == deprecation }.count
                    == (cadence.settings["KEEPALIVE_INTERVAL_SEC"] == nil ? 0 : 1))
            try await stage.settles(stage.person(331), in: SampleGuild.hearth)
        }
    }

    @Test("runtime.17: an interval of zero is clamped, and the watchdog looks every five seconds")
    func clamped() async throws {
        let time = ManualTime(start: Timestamp(milliseconds: 0))
        let settings = ["LOG_CHANNEL_ID": "", "WATCHDOG_CHECK_SEC": "0", "WATCHDOG_STALL_SEC": "22"]
        try await Stage.play(
            settings, on: Scenery(transport: time),
            prepare: { await $0.simulator.faults.ignoreHeartbeats(true) }
        ) { stage in
            try await stage.hasReadEverything()
            #expect(
                stage.log.messages.filter { $0 == "config: WATCHDOG_CHECK_SEC=0 < min 5; clamping" }.count
                    == 1)
            #expect(try await stage.get("/health").json["keepalive_sec"]?.int == 5)
            // A loop that spun would see the stall as soon as it is there, at the next movement of time after 22 s.
            await time.flows(for: .seconds(30))
            #expect(await stage.exitStatus() == 1)
            #expect(
                stage.log.messages.contains(
                    "[watchdog] zombie: age=25.0>22, since_ok=5.0, latency=None — exiting"))
        }
    }

    @Test("promise 45: rows of a Config tab set the watchdog and the self-ping anew as soon as they are reloaded")
    func configRows() async throws {
        let time = ManualTime(start: Timestamp(milliseconds: 0))
        try await Stage.play(
            ["ENV_NAME": "stage", "LOG_CHANNEL_ID": ""], on: Scenery(transport: time),
            prepare: { await $0.simulator.faults.ignoreHeartbeats(true) }
        ) { stage in
            try await stage.hasReadEverything()
            _ = try #require(await stage.log.first { $0.message == "keepalive:ping_ok • status=200" })
            await time.flows(for: .seconds(6))
            let rows = "WATCHDOG_CHECK_SEC,10\r\nWATCHDOG_STALL_SEC,20\r\nKEEPALIVE_PATH,up\r\n"
            try stage.add(rows, to: "recruitment/Config")
            let admin = stage.person(341)
            let command = try await admin.says("!ops reload", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, after: command)
            let active = "[watchdog] active: stall_after=20s, interval=10s, disconnect_grace=20s"
            _ = try #require(await stage.log.first { $0.message == active })
            let port = try stage.port
            let started = "keepalive:task_started • url=http://127.0.0.1:\(port)/up • interval=300s"
            _ = try #require(await stage.log.first { $0.message == started })
            #expect(try await stage.get("/up").text == "ok")
            #expect(try await stage.get("/keepalive").status == 404)
            #expect(try await stage.get("/health").json["stall_after_sec"]?.int == 20)
            // The check at 5 s was the last of the old rhythm, whose next would have come at 65 s.
            await time.flows(for: .seconds(30))
            #expect(await stage.exitStatus() == 1)
            #expect(
                stage.log.messages.contains("[watchdog] zombie: age=29.0>20, since_ok=10.0, latency=None — exiting"))
            #expect(!stage.log.messages.contains { $0.hasPrefix("keepalive:ping_fail") })
        }
    }

    private static let heartbeatInterval = Duration.milliseconds(41_250)
}

extension ManualTime {
    /// Moves time on to where somebody wakes, in steps of ten seconds at most, and after each lets the loops that were woken
    /// go to sleep again.
    fileprivate func flows(for duration: Duration) async {
        let end = now + duration
        while now < end {
            let resting = sleeperCount
            // On whole seconds, where the loops wake: they then set their next alarm before time goes on.
            let next = min(nextDeadline ?? end, now + .seconds(10)).milliseconds
            let second = max((next + 999) / 1000, now.milliseconds / 1000 + 1)
            await advance(to: min(end, Timestamp(milliseconds: second * 1000)))
            // Not everybody who woke is a loop.
            let patience = ContinuousClock.now + .milliseconds(250)
            while sleeperCount < resting, ContinuousClock.now < patience { await Task.yield() }
        }
    }
}

extension Stage {
    /// Waits until the gateway has delivered all that it had for a bot without a log channel.
    fileprivate func hasReadEverything() async throws {
        _ = try #require(await log.first { $0.message == "Guild allow-list verified" })
        // Loads have deadlines, which would be taken for other sleepers.
        _ = try #require(await log.first { $0.message == "Cache preloader completed" })
    }

    /// Waits until a sign of life has arrived that is younger than this, while the process stays live.
    fileprivate func becomesYounger(than age: Duration) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while true {
            let answer = try await get("/healthz")
            try #require(answer.status == 200)
            if try #require(try answer.json["age_seconds"]?.double) < age / .seconds(1) { return }
            try #require(ContinuousClock.now < deadline, "the heartbeat was not acknowledged")
        }
    }

    /// Waits until an attempt to reconnect has failed. Time goes on only where the bot waits for it.
    fileprivate func failsToReconnect(_ attempt: Int, _ time: ManualTime) async throws {
        for _ in 0..<20 {
            let line = await log.first(within: .milliseconds(250)) { record in
                ["gateway unreachable", "gateway address unknown"].contains(record.message)
                    && record.fields.contains { $0.value == .int(attempt) }
            }
            if line != nil { return }
            await time.advance(by: .seconds(2))
        }
        Issue.record("attempt \(attempt) to reconnect was not seen")
    }
}
