import DiscordSimulator
import Service
import SheetsSimulator
import TestTools
import Testing

@testable import woadkeeper

@Suite("Placement: extending and releasing")
struct HoldScenarios {
    private static let brindlefox = "<@\(SampleGuild.id(302))>"

    @Test(
        "placement.14: after a recompute that failed the recruiter is warned, the thread renamed, and a retry mends it")
    func recompute() async throws {
        let (plain, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        var scenery = plain
        scenery.usesGoogle = true
        try await ReservePlay.play(["GSHEETS_RETRY_ATTEMPTS": "1"], on: scenery) { play in
            let sheets = try #require(play.stage.sheets)
            try await play.says("!reserve WKLM <@\(SampleGuild.id(301))>", sees: "Until which date?")
            try await play.says("2026-03-20", sees: "Reserve 1 spot in")
            sheets.faults.fail("values.batchUpdate", times: 1000, with: .status(400))
            let warning = try await play.says("yes", sees: "could not be refreshed")
            #expect(warning.content.contains("was saved"))
            try await play.isNamed("Res-W0601-aldermoor-WKLM")
            #expect(try play.ledger().count { $0.first == "\(SampleGuild.id(401))" } == 1)
            sheets.faults.clear()
            await clock.advance(by: .seconds(5))
            #expect(try play.stage.seats("WKLM") == ["3", "2", "2 -> Eskil the Grey, Aldermoor"])
        }
    }

    @Test("placement.15: a release in any channel frees one seat, tells the ticket and gives it its open name")
    func release() async throws {
        try await ReservePlay.play(thread: 402) { play in
            let reply = try await play.elsewhere("!reserve release \(Self.brindlefox) WKBR")
            #expect(reply.content.contains("`WKBR` for \(Self.brindlefox) was released"))
            #expect(reply.mentionedUsers.isEmpty)
            #expect(try play.status(of: 402) == "released")
            #expect(try play.stage.seats("WKBR") == ["2", "0", ""])
            try await play.isNamed("W0602-brindlefox")
            let note = try await play.stage.sees(play.person, in: play.thread) { $0.content.contains("was released") }
            #expect(note.mentionedUsers.isEmpty)
            let line =
                "channel=#Recruitment › recruiters • user=\(Self.brindlefox) • clan=WKBR • result=ok • source=global"
            #expect(play.stage.log.messages.contains("🧭 reservation_release — \(line)"))
        }
    }

    @Test("placement.16: without a hold both say so, and with two of them nothing changes")
    func noneOrSeveral() async throws {
        try await ReservePlay.play { play in
            let row = "\(SampleGuild.id(402)),\(SampleGuild.id(302)),\(SampleGuild.id(351)),WKBR,2026-03-21,"
            try play.stage.add(row + "2026-03-13T17:05:00+00:00,active,,Brindlefox\r\n", to: "recruitment/Reservations")
            let before = try play.ledger()
            for (command, event) in [("release", "release"), ("extend", "extend")] {
                let date = command == "extend" ? " 2999-01-01" : ""
                let none = try await play.elsewhere("!reserve \(command) <@\(SampleGuild.id(301))> WKAS\(date)")
                #expect(none.content.contains("no active reservation"))
                let several = try await play.elsewhere("!reserve \(command) \(Self.brindlefox) WKBR\(date)")
                #expect(several.content.contains("several active reservations"))
                let lines = play.stage.log.messages.filter { $0.hasPrefix("⚠️ reservation_\(event) — ") }
                #expect(lines.contains { $0.hasSuffix("clan=WKAS • result=not_found • source=global") })
                #expect(lines.contains { $0.hasSuffix("result=error • reason=multiple_rows • source=global") })
            }
            #expect(try play.ledger() == before)
        }
    }

    @Test("placement.17: a recruit who left the server is released by id")
    func departed() async throws {
        try await ReservePlay.play { play in
            let reply = try await play.elsewhere("!reserve release \(SampleGuild.id(307)) WKOB")
            #expect(reply.content.contains("<@\(SampleGuild.id(307))> was released"))
            #expect(try play.status(of: 407) == "released")
            #expect(try play.stage.seats("WKOB") == ["3", "0", ""])
        }
    }

    @Test("placement.18: a date that is over or none is refused, and the log says so")
    func invalidDate() async throws {
        try await ReservePlay.play { play in
            let before = try play.ledger()
            for date in ["2020-01-01", "tomorrow", "2026-02-30"] {
                let reply = try await play.elsewhere("!reserve extend \(Self.brindlefox) WKBR \(date)")
                #expect(reply.content.contains("valid date"))
            }
            #expect(
                play.stage.log.messages.count { $0.hasSuffix("result=error • reason=invalid_date • source=global") }
                    == 3)
            #expect(try play.ledger() == before)
        }
    }

    @Test(
        "placement.19: in the ticket and in the control thread a hold is extended, with both dates in the log",
        arguments: [402, 206])
    func extend(place: Int) async throws {
        try await ReservePlay.play(thread: 402) { play in
            let reply = try await play.elsewhere(
                "!reserve extend \(Self.brindlefox) WKBR 2999-01-01", in: SampleGuild.id(place))
            #expect(reply.content.contains("extended until `2999-01-01`"))
            #expect(try play.row(of: 402)[4] == "2999-01-01")
            #expect(try play.status(of: 402) == "active")
            #expect(try play.stage.seats("WKBR") == ["1", "1", "1 -> Brindlefox"])
            #expect(
                play.stage.log.messages.contains {
                    $0.hasPrefix("🧭 reservation_extend — ")
                        && $0.hasSuffix("clan=WKBR • old=2026-03-20 • new=2999-01-01 • result=ok • source=global")
                })
            #expect(await play.threadName() == "Res-W0602-brindlefox-WKBR")
        }
    }

    @Test("a release that Google does not take is said to be recorded; if it is not made after all, staff hear of it")
    func recordedInVain() async throws {
        var (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        scenery.usesGoogle = true
        // A person waits for the sheet for up to twenty seconds.
        scenery.transport = HastyTime(factor: 8)
        try await ReservePlay.play(["GSHEETS_RETRY_ATTEMPTS": "1"], on: scenery) { play in
            let sheets = try #require(play.stage.sheets)
            sheets.faults.fail("values.batchUpdate", times: 10_000, with: .status(503))
            let question = try await play.person.says(
                "!reserve release \(Self.brindlefox) WKBR", in: SampleGuild.recruiters)
            let isTried = await play.stage.log.first {
                $0.message == "outbox: change not made yet"
                    && $0.fields.contains { $0.key == "table" && $0.value == .string("reservations") }
            }
            #expect(isTried != nil)
            sheets.faults.fail("values.batchGet", times: 10_000, with: .status(503))
            let reply = try await play.stage.sees(play.person, in: SampleGuild.recruiters, within: .seconds(60)) {
                $0.reference?.messageID == question.id
            }
            #expect(reply.content.contains("recorded and will appear there by itself"))
            #expect(reply.content.contains("do not enter it again"))
            try play.stage.edit("recruitment/Reservations", "17:05:00+00:00,active", to: "17:05:00+00:00,on hold")
            sheets.faults.clear()
            let admin = play.stage.person(341)
            let line = try await play.stage.sees(admin, in: SampleGuild.botLog, within: .seconds(60)) {
                $0.content.contains("Reservation not changed")
            }
            #expect(line.content.contains("clan=WKBR • recruit=\(Self.brindlefox)"))
            #expect(line.content.contains("change=status released"))
            #expect(line.mentionedUsers.isEmpty)
            #expect(try play.status(of: 402) == "on hold")
            await clock.advance(by: .seconds(5))
            try await eventually("the seats without the hold") { try play.stage.seats("WKBR") == ["2", "0", ""] }
        }
    }

    @Test("placement.20: a ledger that is sorted between look-up and write gets its change in the right row")
    func sorted() async throws {
        let (plain, _) = Scenery.clocked(at: Scenery.sampleMorning)
        var scenery = plain
        scenery.usesGoogle = true
        try await ReservePlay.play(on: scenery) { play in
            let sheets = try #require(play.stage.sheets)
            let before = sheets.requests.matching("values.batchGet").count
            sheets.faults.fail("values.batchGet", times: 100, with: .slow(.milliseconds(500)))
            try await play.person.says("!reserve extend \(Self.brindlefox) WKBR 2026-04-01", in: SampleGuild.recruiters)
            try await eventually("the look-up") { sheets.requests.matching("values.batchGet").count > before }
            let text = try play.stage.text("recruitment/Reservations")
            let lines = text.split(separator: "\r\n", omittingEmptySubsequences: true)
            try play.stage.put(
                ([lines[0]] + lines.dropFirst().reversed()).joined(separator: "\r\n") + "\r\n",
                "recruitment/Reservations")
            try await play.stage.sees(play.person, in: SampleGuild.recruiters, within: .seconds(20)) {
                $0.content.contains("extended until `2026-04-01`")
            }
            let changed = try play.ledger().filter { $0[4] == "2026-04-01" }
            #expect(changed.map(\.first) == ["\(SampleGuild.id(402))"])
        }
    }
}

extension ReservePlay {
    /// Writes in another channel, and gives the answer.
    func elsewhere(_ text: String, in channel: WorldID = SampleGuild.recruiters) async throws -> SimulatedMessage {
        let question = try await person.says(text, in: channel)
        return try await stage.sees(person, in: channel, within: .seconds(15)) {
            $0.reference?.messageID == question.id
        }
    }

    /// The cells of the first row of a thread.
    func row(of thread: Int) throws -> [String] {
        try #require(try ledger().first { $0.first == "\(SampleGuild.id(thread))" })
    }

    /// The status of the hold of a thread.
    func status(of thread: Int) throws -> String { try row(of: thread)[6] }
}
