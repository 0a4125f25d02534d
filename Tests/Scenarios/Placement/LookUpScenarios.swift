import Bot
import Journal
import Service
import TestTools
import Testing

@testable import DiscordSimulator
@testable import woadkeeper

@Suite("Placement: what Discord does not answer")
struct LookUpScenarios {
    /// The sample ledger with Brindlefox's seat in WKBR ending today.
    private static func endsToday(_ stage: Stage) throws {
        try stage.edit("recruitment/Reservations", "WKBR,2026-03-20", to: "WKBR,2026-03-16")
    }

    @Test("a ticket that Discord does not tell about is not taken for gone, and is dealt with as soon as it does")
    func ticket() async throws {
        let (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        let ticket = "/channels/\(SampleGuild.id(402))"
        try await ReservePlay.play(
            on: scenery, thread: 402,
            prepare: { stage in
                try Self.endsToday(stage)
                // Threads that are archived are not known from the start.
                try await stage.person(341).archives(SampleGuild.id(402))
            }
        ) { play in
            // Not worth trying again, so that nobody waits for it.
            play.stage.simulator.faults.fail("GET", path: ticket, times: .max, with: .serverError(501))
            await clock.advance(by: .seconds(4 * 3600))
            let reminder = try await play.stage.sees(play.person, in: SampleGuild.recruiters) {
                $0.content.contains("Reservation ending today")
            }
            #expect(!reminder.content.contains("Ticket: "))
            #expect(
                await play.logs {
                    $0 == "🧭 reservation_reminder — due=1 • notified=1 • errors=1 • result=error"
                })
            await clock.advance(by: .seconds(6 * 3600))
            #expect(
                await play.logs {
                    $0 == "🧭 reservations-autorelease — due=1 • expired=1 • undated=1 • errors=1 • result=error"
                })
            #expect(try play.status(of: 402) == "expired")
            let messages = play.stage.log.messages
            #expect(messages.contains { $0.hasSuffix("result=error • reason=lookup_failed") })
            #expect(!messages.contains { $0.hasSuffix("reason=missing_channel") })
            #expect(!messages.contains("reservation expiry thread missing"))
            let journal = try play.stage.journal
            let open = try await journal.openFlows()
            #expect(open.count == 1)
            play.stage.simulator.faults.clear()
            await clock.advance(by: .seconds(20 * 60))
            try await eventually("nothing is left to do") { try await journal.openFlows().isEmpty }
            #expect(play.stage.simulator.requests.all.contains { $0.path == ticket && $0.status == 200 })
        }
    }

    @Test("recruiters are not reminded where nobody can tell whether they were, and are once that is known")
    func unknownPosts() async throws {
        let (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        try await ReservePlay.play(on: scenery, thread: 402, prepare: { try Self.endsToday($0) }) { play in
            let posts = "/channels/\(SampleGuild.recruiters)/messages"
            play.stage.simulator.faults.fail("GET", path: posts, times: .max, with: .serverError(501))
            await clock.advance(by: .seconds(4 * 3600))
            #expect(
                await play.logs {
                    $0.hasPrefix("🧭 reservation_reminder — due=1 • notified=0 • errors=1 • result=fail • reason=")
                })
            #expect(await play.stage.botMessages(play.person, in: SampleGuild.recruiters).isEmpty)
            play.stage.simulator.faults.clear()
            await play.stage.stopBot()
            try await play.stage.startBot()
            try await play.stage.sees(play.person, in: SampleGuild.recruiters) { $0.content.contains("ending today") }
        }
    }

    @Test("a reminder that stands behind a hundred other messages of the day is not repeated")
    func pages() async throws {
        let (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        try await ReservePlay.play(on: scenery, thread: 402, prepare: { try Self.endsToday($0) }) { play in
            for number in 1...110 { try await play.person.says("chatter \(number)", in: SampleGuild.recruiters) }
            await clock.advance(by: .seconds(4 * 3600))
            try await play.stage.sees(play.person, in: SampleGuild.recruiters) { $0.content.contains("ending today") }
            _ = await play.logs { $0 == "🧭 reservation_reminder — due=1 • notified=1 • errors=0 • result=ok" }
            // As if the run had not been noted.
            let key = JobMarkers.key(of: "reservations_reminder_daily")
            _ = await play.logs { $0.hasPrefix("[cron] result job=reservations_reminder_daily ok=true") }
            try await eventually("the run is noted in the sheet") {
                try play.stage.text("recruitment/Config").contains("\(key),2026-03-16")
            }
            await play.stage.stopBot()
            try play.stage.edit("recruitment/Config", "\(key),2026-03-16", to: "\(key),2026-03-14")
            try await Self.forget(key, in: play.stage)
            await clock.advance(by: .seconds(3600))
            try await play.stage.startBot()
            #expect(
                await play.logs { $0 == "🧭 reservation_reminder — due=1 • notified=0 • errors=0 • result=ok" })
            let reminders = await play.stage.botMessages(play.person, in: SampleGuild.recruiters).count {
                $0.content.contains("ending today")
            }
            #expect(reminders == 1)
        }
    }

    /// Takes a value out of the journal of a bot that was stopped.
    private static func forget(_ key: String, in stage: Stage) async throws {
        let journal = try await Journal.open(directory: stage.folder.state, time: CalendarTime(), logger: .silent)
        try await journal.setValue(nil, for: key)
        await journal.close()
    }
}
