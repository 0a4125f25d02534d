import DiscordSimulator
import HTTPClient
import JSON
import Service
import Testing

@Suite("Runtime: heartbeat and watchdog", .timeLimit(.minutes(2)))
struct WatchdogScenarios {
    /// What an environment says of the watchdog, and the thresholds that follow.
    struct Cadence: Sendable, CustomTestStringConvertible {
        var settings: [String: String]
        var interval: Int
        var stall: Int
        var grace: Int
        var testDescription: String { settings.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ") }
    }

    @Test("runtime.15: an outage that outlasts the grace ends the process, however often a reconnect fails meanwhile")
    func outage() async throws {
        let time = ManualTime(start: Timestamp(milliseconds: 0))
        try await Stage.play(["ENV_NAME": "stage"], on: Scenery(transport: time)) { stage in
            try await stage.settles(stage.person(331), in: SampleGuild.hearth)
            await stage.simulator.stop()
            _ = try #require(await stage.log.first { $0.message == "gateway connection ended" })
            for attempt in 1...3 { try await stage.failsToReconnect(attempt, time) }
            #expect(time.now < Timestamp(milliseconds: 200_000))
            await time.advance(to: Timestamp(milliseconds: 250_000))
            #expect(await stage.exitStatus() == 1)
            // The outage began with the first disconnect, and the check at 185 s still found it within the grace.
            let line = "[watchdog] disconnected for 245.0s (limit=210s) — exiting"
            #expect(stage.log.records.contains { $0.message == line && $0.level == .error })
            #expect(try await stage.get("/ready").json["components"]?["discord"]?["ok"]?.bool == false)
        }
    }

    @Test("runtime.15: a login that never comes through is an outage since the start")
    func neverReady() async throws {
        let time = ManualTime(start: Timestamp(milliseconds: 0))
        try await Stage.play(
            ["ENV_NAME": "stage"], on: Scenery(transport: time), waitsUntilReady: false,
            prepare: { $0.simulator.faults.fail("GET", "/gateway/bot", times: 10_000, with: .serverError(503)) }
        ) { stage in
            _ = try #require(await stage.log.first { $0.message.hasPrefix("[watchdog] active") })
            await time.advance(to: Timestamp(milliseconds: 300_000))
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
}

extension Stage {
    /// Waits until an attempt to reconnect has failed. Time goes on only where the bot waits for it.
    fileprivate func failsToReconnect(_ attempt: Int, _ time: ManualTime) async throws {
        for _ in 0..<20 {
            let line = await log.first(within: .milliseconds(250)) { record in
                record.message == "gateway unreachable" && record.fields.contains { $0.value == .int(attempt) }
            }
            if line != nil { return }
            await time.advance(by: .seconds(2))
        }
        Issue.record("attempt \(attempt) to reconnect was not seen")
    }
}
