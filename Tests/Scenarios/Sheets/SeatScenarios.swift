import DiscordSimulator
import Service
import SheetsSimulator
import TestTools
import Testing

@testable import woadkeeper

@Suite("Sheets: the rows that a held seat changes")
struct SeatScenarios {
    private static let (roster, ledger) = ("recruitment/bot_info", "recruitment/Reservations")

    private static func google() -> Scenery {
        var scenery = Scenery.clocked(at: Scenery.sampleMorning).scenery
        scenery.usesGoogle = true
        return scenery
    }

    /// A recruiter's conversation up to the confirmation.
    private static func asks(_ play: ReservePlay, _ tag: String, for recruit: Int) async throws {
        try await play.says("!reserve \(tag) <@\(SampleGuild.id(recruit))>", sees: "Until which date?")
        try await play.says("2026-03-20", sees: "Reserve 1 spot in")
    }

    @Test("sheets.22: a held seat changes its clan's three columns in row 24, and nothing else on the tab")
    func oneRow() async throws {
        try await ReservePlay.play(on: Self.google()) { play in
            let before = try play.stage.lines(Self.roster)
            _ = try await play.reserves("WKSP")
            let after = try play.stage.lines(Self.roster)
            #expect(before.count == after.count)
            let changed = before.indices.filter { before[$0] != after[$0] }
            #expect(changed == [23], "row 24")
            let (old, new) = (CSVLine.cells(of: before[23]), CSVLine.cells(of: after[23]))
            #expect(old[2] == "WKSP" && old.indices.filter { old[$0] != new[$0] } == [31, 33, 34])
            #expect([new[4], new[31], new[33], new[34]] == ["1", "0", "1", "1 -> Aldermoor"])
        }
    }

    @Test("sheets.23: a row that people insert above a clan between read and write moves the change along")
    func insertedRow() async throws {
        try await ReservePlay.play(on: Self.google()) { play in
            let sheets = try #require(play.stage.sheets)
            try await Self.asks(play, "WKSP", for: 301)
            let lines = try play.stage.lines(Self.roster)
            let before = sheets.requests.matching("values.append").count
            sheets.faults.fail("values.append", times: 1, with: .slow(.milliseconds(800)))
            try await play.person.says("yes", in: play.thread)
            try await eventually("the append is on its way") {
                sheets.requests.matching("values.append").count > before
            }
            let blank = String(repeating: ",", count: 34)
            try play.stage.put(
                (lines[..<23] + [blank] + lines[23...]).joined(separator: "\r\n") + "\r\n", Self.roster)
            try await play.stage.sees(play.person, in: play.thread, within: .seconds(20)) {
                $0.content.contains("Reserved 1 spot")
            }
            let after = try play.stage.lines(Self.roster)
            #expect(after[23] == blank)
            #expect(try play.stage.seats("WKSP") == ["0", "1", "1 -> Aldermoor"])
            let others = { (lines: [String]) in lines.filter { !$0.contains(",WKSP,") } }
            #expect(others(after).filter { $0 != blank } == others(lines).filter { $0 != blank })
        }
    }

    @Test("sheets.25: a hold beyond the seats that ends leaves column E and shows no seat")
    func noSeat() async throws {
        try await ReservePlay.play(on: Self.google()) { play in
            let reply = try await play.elsewhere("!reserve release <@\(SampleGuild.id(306))> WKKN")
            #expect(reply.content.contains("was released"))
            let row = try #require(try play.stage.rows(Self.roster).first { $0.count > 34 && $0[2] == "WKKN" })
            #expect([row[4], row[31], row[33], row[34]] == ["0", "0", "0", ""])
        }
    }

    @Test("sheets.26: of two recruiters at the last seat one holds it, and the other is asked for a reason first")
    func lastSeat() async throws {
        try await ReservePlay.play(on: Self.google()) { play in
            let other = ReservePlay(
                stage: play.stage, person: play.stage.person(352), thread: SampleGuild.id(413))
            try await Self.asks(play, "WKSP", for: 301)
            try await Self.asks(other, "WKSP", for: 313)
            async let first = play.person.says("yes", in: play.thread)
            async let second = other.person.says("yes", in: other.thread)
            _ = try await (first, second)
            let ends: @Sendable (SimulatedMessage) -> Bool = {
                $0.content.contains("Reserved 1 spot") || $0.content.contains("write a short reason")
            }
            let answers = [
                try await play.stage.sees(play.person, in: play.thread, within: .seconds(20), where: ends),
                try await play.stage.sees(other.person, in: other.thread, within: .seconds(20), where: ends),
            ]
            #expect(answers.count { $0.content.contains("Reserved 1 spot") } == 1)
            #expect(try play.ledger().count { $0[3] == "WKSP" } == 1)
            let loser = answers[0].content.contains("reason") ? play : other
            try await loser.says("a seat opens on Friday", sees: "Reason: a seat opens on Friday")
            try await loser.says("yes", sees: "Reserved 1 spot")
            let rows = try play.ledger().filter { $0[3] == "WKSP" }
            #expect(rows.count == 2 && rows.count { $0[7] == "a seat opens on Friday" } == 1)
            let seats = try play.stage.seats("WKSP")
            #expect(seats[0] == "0" && seats[1] == "2")
            #expect(seats[2].hasPrefix("2 -> ") && seats[2].contains("Aldermoor") && seats[2].contains("Maristela"))
        }
    }

    @Test("sheets.27: an append that Google stored and never answered is one row after the retry")
    func storedAppend() async throws {
        try await ReservePlay.play(on: Self.google()) { play in
            let sheets = try #require(play.stage.sheets)
            try await Self.asks(play, "WKLM", for: 301)
            sheets.faults.fail("values.append", times: 1, with: .resetInBody)
            try await play.says("yes", sees: "Reserved 1 spot")
            #expect(try play.ledger().count { $0.first == "\(SampleGuild.id(401))" } == 1)
            #expect(sheets.requests.matching("values.append").count == 1, "found again, not appended again")
        }
    }

    @Test("sheets.28: with two headers swapped nothing is written; one more column is left alone")
    func headers() async throws {
        try await ReservePlay.play(on: Self.google()) { play in
            try await Self.asks(play, "WKLM", for: 301)
            let sound = try play.stage.text(Self.ledger)
            try play.stage.edit(Self.ledger, "clan_tag,reserved_until", to: "reserved_until,clan_tag")
            let swapped = try play.stage.text(Self.ledger)
            try await play.says("yes", sees: "ledger header")
            #expect(try play.stage.text(Self.ledger) == swapped)
            #expect(try play.stage.seats("WKLM") == ["4", "1", "1 -> Eskil the Grey"])
            #expect(play.stage.log.messages.contains { $0.contains("reservations header mismatch") })

            let wider = sound.split(separator: "\r\n").enumerated().map { index, line in
                index == 0 ? "\(line),remarks" : index == 1 ? "\(line),keep me" : "\(line),"
            }
            try play.stage.put(wider.joined(separator: "\r\n") + "\r\n", Self.ledger)
            _ = try await play.reserves("WKLM")
            #expect(try play.ledger().first?[9] == "keep me")
            #expect(try play.ledger().last?.prefix(4).last == "WKLM")
        }
    }
}

extension Stage {
    /// The lines of a tab, its header rows included.
    func lines(_ tab: String) throws -> [String] {
        try text(tab).split(separator: "\r\n", omittingEmptySubsequences: true).map(String.init)
    }
}
