import Service
import Testing

@testable import DiscordSimulator
@testable import woadkeeper

/// The lines that operators grep for. Source: placement chapter, sections 2.1, 10 and 15.
@Suite("Placement: what operators grep for")
struct PlacementLogScenarios {
    private static let toggles = "recruitment/FeatureToggles"
    private static let lines = [
        "[cron] reservation reminder scheduler started (12:00Z)",
        "[cron] reservation auto-release scheduler started (18:00Z)",
    ]

    /// Switches reservations by the sheet.
    private static func set(_ isOn: Bool, _ stage: Stage) throws {
        let rows = try stage.text(toggles).split(whereSeparator: \.isNewline).map { row in
            guard row.lowercased().contains("_reservations,") else { return String(row) }
            return row.prefix { $0 != "," } + (isOn ? ",TRUE" : ",FALSE")
        }
        try stage.put(rows.joined(separator: "\r\n") + "\r\n", toggles)
    }

    @Test("a job whose ledger is broken fails by its name, and says so again in the evening")
    func failedJob() async throws {
        let (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        try await ReservePlay.play(on: scenery) { play in
            try play.stage.edit("recruitment/Reservations", "thread_id,ticket_user_id", to: "thread,ticket_user_id")
            for (hours, job) in [(4, "reservations_reminder_daily"), (6, "reservations_autorelease_daily")] {
                await clock.advance(by: .seconds(hours * 3600))
                let line = await play.stage.log.first {
                    $0.message == "reservation job failed" && $0["job"] == .string(job)
                }
                #expect(line?.level == .error, "\(job)")
            }
            try await play.stage.sees(play.stage.person(341), in: SampleGuild.botLog) {
                $0.content.contains("reservations-autorelease — ") && $0.content.contains("result=fail")
            }
        }
    }

    @Test("switched off, the jobs pass with a line each; switched on by a reload, their schedulers start")
    func switches() async throws {
        let (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        try await ReservePlay.play(on: scenery, prepare: { try Self.set(false, $0) }) { play in
            let admin = play.stage.person(341)
            await clock.advance(by: .seconds(10 * 3600))
            for job in ["reminder", "auto-release"] {
                let line = "reservation \(job) skipped (feature disabled)"
                #expect(await play.stage.log.first { $0.message == line }?.level == .debug, "\(line)")
            }
            #expect(Self.lines.allSatisfy { !play.stage.log.messages.contains($0) })
            try Self.set(true, play.stage)
            try await admin.says("!ops reload", in: SampleGuild.botLog)
            for line in Self.lines { #expect(await play.logs { $0 == line }, "\(line)") }
            try await play.stage.settles(admin, in: SampleGuild.botLog)
        }
    }

    @Test("switched on, each scheduler says once at boot that it started")
    func started() async throws {
        try await ReservePlay.play { play in
            for line in Self.lines { #expect(await play.logs { $0 == line }, "\(line)") }
            try await play.stage.settles(play.person, in: play.thread)
            #expect(Self.lines.allSatisfy { line in play.stage.log.messages.count { $0 == line } == 1 })
        }
    }

    @Test("while the switches cannot be read, who calls is told that it is off, and operators that nobody knows")
    func unknownSwitch() async throws {
        try await ReservePlay.play(prepare: { try $0.spoil(Self.toggles) }) { play in
            try await play.says("!reserve WKLM", sees: "disabled")
            let line = await play.stage.log.first { $0.message == "feature toggle check failed" }
            #expect(line?.level == .error && line?["feature"] == "feature_reservations")
        }
    }

    @Test("a channel that cannot be fetched is named, and the reminder counts as an error")
    func unfetchable() async throws {
        let id = "900000000000009999"
        let (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        try await ReservePlay.play(["RECRUITERS_CHANNEL_ID": id], on: scenery) { play in
            try play.stage.edit("recruitment/Reservations", "WKBR,2026-03-20", to: "WKBR,2026-03-16")
            play.stage.simulator.faults.fail(
                "GET", "/channels/{channel_id}", path: "/channels/\(id)", with: .refused(.missingAccess))
            await clock.advance(by: .seconds(4 * 3600))
            let line = await play.stage.log.first {
                $0.message == "failed to fetch channel" && $0["channel_id"] == .string(id)
            }
            #expect(line?.level == .warning)
            try await play.stage.sees(play.stage.person(341), in: SampleGuild.botLog) {
                $0.content.contains("due=1 • notified=0 • errors=1 • result=error")
            }
        }
    }
}
