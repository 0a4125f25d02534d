import DiscordSimulator
import Service
import Testing

@testable import woadkeeper

@Suite("Placement: the daily reminder and release")
struct DailyScenarios {
    private static let audit = SampleGuild.reservationAudit
    private static func link(_ thread: Int) -> String {
        "https://discord.com/channels/\(SampleGuild.guild)/\(SampleGuild.id(thread))"
    }

    /// The sample ledger with Brindlefox's seat in WKBR ending on this day.
    private static func ending(_ day: String) -> @Sendable (Stage) throws -> Void {
        { try $0.edit("recruitment/Reservations", "WKBR,2026-03-20", to: "WKBR,\(day)") }
    }

    @Test("placement.26: at noon recruiters are told of a seat that ends today, with commands, buttons and the ticket")
    func reminder() async throws {
        let (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        try await ReservePlay.play(on: scenery, thread: 402, prepare: { try Self.ending("2026-03-16")($0) }) { play in
            try play.stage.edit("recruitment/bot_info", "1 -> Brindlefox", to: "1 -> somebody else")
            await clock.advance(by: .seconds(4 * 3600))
            let post = try await play.stage.sees(play.person, in: SampleGuild.recruiters) {
                $0.content.contains("Reservation ending today")
            }
            #expect(post.content.hasPrefix("<@&\(SampleGuild.id(103))>\n📌 **Reservation ending today**"))
            let user = "<@\(SampleGuild.id(302))>"
            for text in [
                "Clan: `WKBR` • Recruit: \(user)", "• Extend: `!reserve extend \(user) WKBR 2026-03-23`",
                "• Release now: `!reserve release \(user) WKBR`", "Ticket: \(Self.link(402))",
            ] {
                #expect(post.content.contains(text), "\(text)")
            }
            #expect(post.mentionedRoles == [SampleGuild.id(103)] && post.mentionedUsers.isEmpty)
            #expect(post.buttons.map(\.label) == ["Extend 7 days", "Release now"])
            #expect(await play.messages().allSatisfy { !$0.content.contains("ending today") }, "not in the ticket")
            #expect(try play.stage.seats("WKBR") == ["1", "1", "1 -> Brindlefox"])
            let line = "ticket=W0602 • user=brindlefox • clan=WKBR • expires=2026-03-16 • result=notified"
            #expect(play.stage.log.messages.contains("🧭 reservation_reminder — \(line)"))
            try await play.stage.sees(play.stage.person(341), in: SampleGuild.botLog) {
                $0.content.contains("🧭 reservation_reminder — due=1 • notified=1 • errors=0 • result=ok")
            }
        }
    }

    @Test("placement.27: a noon with nothing due is told as well")
    func nothingDue() async throws {
        let (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        try await ReservePlay.play(on: scenery) { play in
            await clock.advance(by: .seconds(4 * 3600))
            let line = "🧭 reservation_reminder — due=0 • notified=0 • errors=0 • result=ok"
            try await play.stage.sees(play.stage.person(341), in: SampleGuild.botLog) { $0.content.contains(line) }
            #expect(play.stage.log.messages.contains(line))
            #expect(await play.stage.botMessages(play.person, in: SampleGuild.recruiters).isEmpty)
        }
    }

    @Test(
        "placement.28: in the evening only what is due ends, its ticket and the audit are told, and its thread is open")
    func release() async throws {
        let (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        try await ReservePlay.play(on: scenery, thread: 402, prepare: { try Self.ending("2026-03-16")($0) }) { play in
            let before = try play.ledger().filter { $0.first != "\(SampleGuild.id(402))" }
            await clock.advance(by: .seconds(10 * 3600))
            let note = try await play.stage.sees(play.person, in: play.thread) { $0.content.contains("has expired") }
            #expect(note.content.contains("`WKBR`") && note.content.contains("<@\(SampleGuild.id(302))>"))
            #expect(try play.status(of: 402) == "expired")
            #expect(try play.ledger().filter { $0.first != "\(SampleGuild.id(402))" } == before)
            let audit = try await play.stage.sees(play.stage.person(341), in: Self.audit)
            #expect(
                audit.content
                    == "⚠️ Reservation expired — clan=`WKBR` • user=`<@\(SampleGuild.id(302))>` • until=`2026-03-16`"
                    + " • action=auto-release • ticket=\(Self.link(402))")
            try await play.isNamed("W0602-brindlefox")
            #expect(try play.stage.seats("WKBR") == ["2", "0", ""])
            #expect(
                play.stage.log.messages.contains(
                    "🧭 reservations-autorelease — clan=WKBR • user=brindlefox • until=2026-03-16 • result=expired"))
            #expect(
                play.stage.log.messages.contains(
                    "🧭 reservations-autorelease — due=1 • expired=1 • undated=1 • errors=0 • result=ok"))
            #expect(await play.messages().count { $0.content.contains("has expired") } == 1)
        }
    }

    @Test("placement.29: what fell due while nobody served is made up for once after the start")
    func catchUp() async throws {
        let (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        try await ReservePlay.play(on: scenery, thread: 402, prepare: { try Self.ending("2026-03-15")($0) }) { play in
            await clock.advance(by: .seconds(3 * 3600))
            await play.stage.stopBot()
            await clock.advance(by: .seconds(8 * 3600))
            try await play.stage.startBot()
            try await play.stage.sees(play.person, in: play.thread) { $0.content.contains("has expired") }
            #expect(try play.status(of: 402) == "expired")
            let line = await play.stage.log.first {
                $0.message.hasPrefix("[cron] catch-up job=reservations_autorelease_daily slot=2026-03-16T18:00:00")
            }
            #expect(line != nil)
            try await play.stage.sees(play.stage.person(341), in: SampleGuild.botLog) {
                $0.content.contains("reservations-autorelease — due=1 • expired=1")
            }
            // A second start on the same evening finds the run noted.
            await play.stage.stopBot()
            try await play.stage.startBot()
            try await play.stage.settles(play.person, in: play.thread)
            #expect(await play.messages().count { $0.content.contains("has expired") } == 1)
            #expect(play.stage.log.messages.count { $0.hasPrefix("[cron] catch-up job=reservations_autorelease") } == 1)
            #expect(!play.stage.log.messages.contains { $0.hasPrefix("[cron] catch-up job=reservations_reminder") })
        }
    }

    @Test(
        "runtime.32: a reminder whose hour passed while nobody served comes once after the start, and not again that day"
    )
    func missedReminder() async throws {
        // At 11:55.
        let start = Timestamp(milliseconds: Scenery.sampleMorning.milliseconds + 235 * 60_000)
        let (scenery, clock) = Scenery.clocked(at: start)
        try await ReservePlay.play(on: scenery, thread: 402, prepare: { try Self.ending("2026-03-16")($0) }) { play in
            await play.stage.stopBot()
            await clock.advance(by: .seconds(15 * 60))
            try await play.stage.startBot()
            try await play.stage.sees(play.person, in: SampleGuild.recruiters) { $0.content.contains("ending today") }
            _ = await play.logs { $0.hasPrefix("🧭 reservation_reminder — due=1 • notified=1") }
            await play.stage.stopBot()
            try await play.stage.startBot()
            await clock.advance(by: .seconds(5 * 3600))
            try await play.stage.settles(play.person, in: play.thread)
            let posts = await play.stage.botMessages(play.person, in: SampleGuild.recruiters)
            #expect(posts.count { $0.content.contains("ending today") } == 1)
            #expect(play.stage.log.messages.count { $0.hasPrefix("🧭 reservation_reminder — due=") } == 1)
        }
    }

    @Test("placement.30: a hold whose thread was deleted ends as well, and the audit has no link")
    func deletedThread() async throws {
        let (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        try await ReservePlay.play(on: scenery, thread: 402, prepare: { try Self.ending("2026-03-16")($0) }) { play in
            try await play.stage.person(341).deletes(channel: play.thread)
            await clock.advance(by: .seconds(4 * 3600))
            let reminder = try await play.stage.sees(play.person, in: SampleGuild.recruiters) {
                $0.content.contains("Reservation ending today")
            }
            #expect(!reminder.content.contains("Ticket: "))
            await clock.advance(by: .seconds(6 * 3600))
            let audit = try await play.stage.sees(play.stage.person(341), in: Self.audit)
            #expect(audit.content.hasSuffix("until=`2026-03-16` • action=auto-release"))
            #expect(try play.status(of: 402) == "expired")
            #expect(try play.stage.seats("WKBR") == ["2", "0", ""])
            #expect(play.stage.log.messages.contains("reservation expiry thread missing"))
        }
    }

    @Test("the buttons of a reminder extend and release, after a restart too, and refuse members")
    func buttons() async throws {
        let (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        let prepare: (Stage) throws -> Void = { stage in
            try Self.ending("2026-03-16")(stage)
            try stage.edit("recruitment/Reservations", "WKKN,2026-03-22", to: "WKKN,2026-03-16")
        }
        try await ReservePlay.play(on: scenery, thread: 402, prepare: prepare) { play in
            await clock.advance(by: .seconds(4 * 3600))
            let posts = try await play.reminders(2)
            await play.stage.stopBot()
            try await play.stage.startBot()
            let (brindlefox, fennimore) = (posts["WKBR"], posts["WKKN"])
            let first = try #require(brindlefox)
            try await play.person.clicks(label: "Extend 7 days", on: first)
            let extended = try await play.stage.sees(play.person, first) { $0.content.contains("✅") }
            #expect(extended.content.contains("extended until `2026-03-23`"))
            #expect(extended.content.contains("(by <@\(SampleGuild.id(351))>)") && extended.buttons.isEmpty)
            #expect(try play.row(of: 402)[4] == "2026-03-23")
            let second = try #require(fennimore)
            try await play.person.clicks(label: "Release now", on: second)
            try await play.stage.sees(play.person, second) { $0.content.contains("was released") && $0.buttons.isEmpty }
            #expect(try play.status(of: 406) == "released")
            #expect(try play.stage.seats("WKKN") == ["0", "0", ""])
            await clock.advance(by: .seconds(6 * 3600))
            #expect(try play.status(of: 402) == "active")
        }
    }
}

extension ReservePlay {
    /// The reminders in the recruiters' channel by their clans, once there are so many.
    func reminders(_ count: Int) async throws -> [String: SimulatedMessage] {
        let posts = try await stage.simulator.eventually(within: .seconds(10), "reminders") { state in
            let posts = state.messages(in: SampleGuild.recruiters).filter { $0.content.contains("ending today") }
            return posts.count >= count ? posts : nil
        }
        return Dictionary(
            posts.map { ($0.content.contains("`WKBR`") ? "WKBR" : "WKKN", $0) }, uniquingKeysWith: { $1 })
    }
}
