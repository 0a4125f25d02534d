import Journal
import Service
import SheetsSimulator
import TestTools
import Testing

@testable import DiscordSimulator
@testable import woadkeeper

/// The bot is killed in the middle of what it does to a hold, and the next process does the rest, once.
@Suite("Placement: a kill in the middle of a hold's change", .timeLimit(.minutes(3)))
struct HoldCrashScenarios {
    /// Where the kill comes.
    enum Cut: String, CaseIterable, Sendable {
        /// Before anything of the row is recorded.
        case check
        /// When the row is recorded and not in the sheet.
        case ledger
        /// When the ticket is to hear of it.
        case note
        /// When the reservation audit is to hear of it.
        case audit
        /// When the person is to hear of it.
        case answer
    }

    private static let aldermoor = "<@\(SampleGuild.id(301))>"
    private static let brindlefox = "<@\(SampleGuild.id(302))>"

    /// A stage with a simulated Google, on the sample's morning by a clock that goes on by itself.
    private static func googleScenery() -> (scenery: Scenery, clock: AdjustableClock) {
        let clock = AdjustableClock(CalendarTime())
        clock.adjust(by: Scenery.sampleMorning - clock.now)
        return (Scenery(calendar: clock, usesGoogle: true), clock)
    }

    @Test(
        "a release that was cut off is told once in the ticket and once to who asked, and the thread is open",
        arguments: [
            Cut.ledger, .note, .answer,
        ])
    func release(cut: Cut) async throws {
        let (scenery, clock) = Self.googleScenery()
        try await ReservePlay.play(on: scenery, thread: 402) { play in
            try play.cuts(cut, askedIn: SampleGuild.recruiters)
            let question = try await play.person.says(
                "!reserve release \(Self.brindlefox) WKBR", in: SampleGuild.recruiters)
            try await play.isCut(cut, askedIn: SampleGuild.recruiters)
            try await play.stage.killBot()
            // What the last process sent may still be under way, for some seconds.
            clock.adjust(by: .seconds(10))
            try await play.stage.startBot()
            let answer = try await play.stage.sees(play.person, in: SampleGuild.recruiters) {
                $0.reference?.messageID == question.id
            }
            #expect(
                answer.content == "The seat in `WKBR` for \(Self.brindlefox) was released and returned to the pool.")
            try await play.stage.sees(play.person, in: play.thread) { $0.content.contains("was released") }
            try await play.isNamed("W0602-brindlefox")
            try await eventually("the ledger says so") { try play.status(of: 402) == "released" }
            try await eventually("the seat is free") { try play.stage.seats("WKBR") == ["2", "0", ""] }
            try await play.isSaidOnce("was released", in: [play.thread, SampleGuild.recruiters])
        }
    }

    @Test(
        "a seat that was being held is told once in the ticket, and the thread is named for it",
        arguments: [
            Cut.ledger, .answer,
        ])
    func reserve(cut: Cut) async throws {
        let (scenery, clock) = Self.googleScenery()
        try await ReservePlay.play(on: scenery) { play in
            let prompt = try await play.asksForConfirmation()
            try play.cuts(cut, askedIn: play.thread)
            try await play.person.says("yes", in: play.thread)
            try await play.isCut(cut, askedIn: play.thread)
            try await play.stage.killBot()
            // What the last process sent may still be under way, for some seconds.
            clock.adjust(by: .seconds(10))
            try await play.stage.startBot()
            let answer = try await play.stage.sees(play.person, in: play.thread) {
                $0.content.contains("Reserved 1 spot")
            }
            #expect(answer.content.contains("`WKLM` for \(Self.aldermoor) until `2026-03-20`"))
            #expect(answer.content.contains("Holds of this clan now: **2** • effective open spots: **3**"))
            try await play.isNamed("Res-W0601-aldermoor-WKLM")
            try await eventually("the ledger has the row, once") {
                try play.ledger().count { $0.first == "\(SampleGuild.id(401))" && $0[6] == "active" } == 1
            }
            try await eventually("the seat is held") {
                try play.stage.seats("WKLM") == ["3", "2", "2 -> Eskil the Grey, Aldermoor"]
            }
            try await play.isSaidOnce("Reserved 1 spot", in: [play.thread])
            #expect(await play.messages().allSatisfy { $0.id != prompt.id }, "the prompt is gone")
        }
    }

    @Test("a recruiter whose reservation was cut off before it was recorded hears that nothing was saved")
    func nothingSaved() async throws {
        let (scenery, clock) = Self.googleScenery()
        try await ReservePlay.play(on: scenery) { play in
            let before = try play.ledger()
            _ = try await play.asksForConfirmation()
            try play.cuts(.check, askedIn: play.thread)
            try await play.person.says("yes", in: play.thread)
            try await play.isCut(.check, askedIn: play.thread)
            try await play.stage.killBot()
            // What the last process sent may still be under way, for some seconds.
            clock.adjust(by: .seconds(10))
            try await play.stage.startBot()
            let told = try await play.stage.sees(play.person, in: play.thread) { $0.content.contains("was not saved") }
            #expect(told.content.contains("run `!reserve` again"))
            try await play.isSaidOnce("was not saved", in: [play.thread])
            #expect(try play.ledger() == before)
            #expect(await play.threadName() == "W0601-aldermoor")
            _ = try await play.reserves("WKLM")
        }
    }

    @Test(
        "a hold that was expiring is told once in the ticket and once in the audit, and the thread is open",
        arguments: [
            Cut.note, .audit,
        ])
    func expire(cut: Cut) async throws {
        let (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        try await ReservePlay.play(
            on: scenery, thread: 402,
            prepare: { try $0.edit("recruitment/Reservations", "WKBR,2026-03-20", to: "WKBR,2026-03-16") }
        ) { play in
            try play.cuts(cut, askedIn: play.thread)
            async let evening: Void = clock.advance(by: .seconds(10 * 3600))
            try await play.isCut(cut, askedIn: play.thread)
            try await play.stage.killBot()
            await evening
            try await play.stage.startBot()
            try await play.stage.sees(play.person, in: play.thread) { $0.content.contains("has expired") }
            try await play.stage.sees(play.stage.person(341), in: SampleGuild.reservationAudit) {
                $0.content.contains("action=auto-release • ticket=")
            }
            try await play.isNamed("W0602-brindlefox")
            #expect(try play.status(of: 402) == "expired")
            try await eventually("the seat is free") { try play.stage.seats("WKBR") == ["2", "0", ""] }
            try await play.isSaidOnce("has expired", in: [play.thread])
            try await play.isSaidOnce("action=auto-release", in: [SampleGuild.reservationAudit], by: 341)
        }
    }

    @Test(
        "names of tickets that do not fit the ledger are mended at the start, unless that cannot be read or they are closed"
    )
    func names() async throws {
        let (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        try await ReservePlay.play(on: scenery) { play in
            await play.stage.stopBot()
            let admin = play.stage.person(341)
            try await admin.renames(SampleGuild.id(401), to: "Res-W0601-aldermoor-WKLM")
            try await admin.renames(SampleGuild.id(402), to: "W0602-brindlefox")
            try await admin.renames(SampleGuild.id(406), to: "Closed-W0606-fennimore-WKKN")
            let ledger = try play.stage.text("recruitment/Reservations")
            try play.stage.spoil("recruitment/Reservations")
            try await play.stage.startBot()
            #expect(await play.logs { $0 == "reservations not compared with their tickets yet" })
            #expect(await play.threadName() == "Res-W0601-aldermoor-WKLM")
            try play.stage.remove("recruitment/Reservations")
            try play.stage.put(ledger, "recruitment/Reservations")
            await clock.advance(by: .seconds(20))
            try await play.isNamed("W0601-aldermoor")
            let other = ReservePlay(stage: play.stage, person: play.person, thread: SampleGuild.id(402))
            try await other.isNamed("Res-W0602-brindlefox-WKBR")
            let closed = ReservePlay(stage: play.stage, person: play.person, thread: SampleGuild.id(406))
            try await closed.isNamed("Closed-W0606-fennimore-WKKN")
        }
    }
}

extension Stage {
    /// Ends the bot as a kill does: from here on nothing of it is kept, sent or said.
    func killBot() async throws {
        let journal = try journal
        await journal.close()
        simulator.faults.clear()
        simulator.faults.fail(times: .max, with: .refused(.missingAccess))
        sheets?.faults.clear()
        sheets?.faults.fail(times: .max, with: .status(403))
        // Nothing is waited for.
        let end = Task { await stopBot() }
        end.cancel()
        await end.value
        simulator.faults.clear()
        sheets?.faults.clear()
    }
}

extension ReservePlay {
    /// The conversation for Aldermoor up to the last question, which it gives.
    fileprivate func asksForConfirmation() async throws -> SimulatedMessage {
        try await says("!reserve WKLM <@\(SampleGuild.id(301))>", sees: "Until which date?")
        return try await says("2026-03-20", sees: "Reserve 1 spot in")
    }

    /// Lets what comes at a cut fail again and again.
    fileprivate func cuts(_ cut: HoldCrashScenarios.Cut, askedIn channel: WorldID) throws {
        switch cut {
        case .check: try #require(stage.sheets).faults.fail("values.batchGet", times: .max, with: .status(503))
        case .ledger:
            let faults = try #require(stage.sheets).faults
            for operation in ["values.batchUpdate", "values.append"] {
                faults.fail(operation, times: .max, with: .status(503))
            }
        case .note, .audit, .answer:
            stage.simulator.faults.fail(
                "POST", path: path(of: cut, askedIn: channel), times: .max, with: .serverError(503))
        }
    }

    /// Waits until the bot is there.
    fileprivate func isCut(_ cut: HoldCrashScenarios.Cut, askedIn channel: WorldID) async throws {
        switch cut {
        case .check: try await sheetsFailed(["values.batchGet"])
        case .ledger: try await sheetsFailed(["values.batchUpdate", "values.append"])
        case .note, .audit, .answer:
            let path = path(of: cut, askedIn: channel)
            try await eventually("the bot posts to \(path)") {
                stage.simulator.requests.all.contains { $0.method == "POST" && $0.path == path && $0.status == 503 }
            }
        }
    }

    private func sheetsFailed(_ operations: [String]) async throws {
        let requests = try #require(stage.sheets).requests
        try await eventually("a request to Google failed") {
            operations.contains { requests.matching($0).contains { $0.status == 503 } }
        }
    }

    private func path(of cut: HoldCrashScenarios.Cut, askedIn channel: WorldID) -> String {
        let place =
            switch cut {
            case .note: thread
            case .audit: SampleGuild.reservationAudit
            default: channel
            }
        return "/channels/\(place)/messages"
    }

    /// Lets everything come to rest, the bot started once more, and counts what it said.
    fileprivate func isSaidOnce(_ text: String, in channels: [WorldID], by reader: Int? = nil) async throws {
        let reader = reader.map { stage.person($0) } ?? person
        await stage.stopBot()
        try await stage.startBot()
        try await stage.settles(person, in: thread)
        for channel in channels {
            let count = await stage.botMessages(reader, in: channel).count { $0.content.contains(text) }
            #expect(count == 1, "\(text) in \(channel)")
        }
    }
}
