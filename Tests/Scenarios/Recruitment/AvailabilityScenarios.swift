import DiscordSimulator
import Service
import SheetsSimulator
import TestTools
import Testing

@testable import woadkeeper

@Suite("Recruitment: availability columns")
struct AvailabilityScenarios {
    private static let (roster, ledger) = ("recruitment/bot_info", "recruitment/Reservations")

    /// Lets the bot read the roster again, and waits until it has put right what disagreed with the ledger.
    private static func refreshes(_ stage: Stage) async throws {
        let admin = stage.person(341)
        try await admin.says("!ops refresh clans", in: SampleGuild.botLog)
        try await stage.sees(admin, in: SampleGuild.botLog) { $0.titles == ["Refresh • clans"] }
        _ = await stage.log.first { $0.message == "availability drift repaired" }
    }

    /// Waits until the card of a clan, turned to its entry criteria, shows so many seats.
    private static func card(of tag: String, shows spots: Int, _ stage: Stage) async throws {
        let member = stage.person(331)
        let call = try await member.says("!clan \(tag)", in: SampleGuild.hearth)
        let card = try await stage.sees(member, in: SampleGuild.hearth, after: call) {
            $0.has("💡") && $0.titles.first?.contains("| \(tag) |") == true
        }
        try await member.reacts(with: "💡", to: card)
        let flipped = try await stage.sees(member, card) { $0.titles.first?.contains("Spots:") == true }
        #expect(flipped.titles.first?.hasSuffix("**Spots:** \(spots)") == true, "\(flipped.titles)")
    }

    /// Waits until AF, AH and AI of a clan are in the sheet, which readers of the bot see before.
    private static func sheet(of tag: String, shows seats: [String], _ stage: Stage) async throws {
        try await eventually("\(tag) to have \(seats)") { (try? stage.seats(tag)) == seats }
    }

    @Test("recruitment.37: two holds on three seats leave one, named in the sheet, and what people keep stays as it is")
    func derived() async throws {
        try await Stage.play { stage in
            _ = try await stage.startupSummary()
            // A third seat, inactives in somebody's own words, and a second hold.
            try stage.edit(Self.roster, "WKBR,29,2,", to: "WKBR,29,3,")
            try stage.edit(Self.roster, "Wednesdays,1,1,1,", to: "Wednesdays,1,\" 07, Ann is away \",1,")
            try stage.edit(
                Self.ledger, "\(SampleGuild.id(304)),\(SampleGuild.id(351)),WKFH",
                to: "\(SampleGuild.id(304)),\(SampleGuild.id(351)),WKBR")
            try await Self.refreshes(stage)
            try await Self.card(of: "WKBR", shows: 1, stage)
            try await Self.sheet(of: "WKBR", shows: ["1", "2", "2 -> Brindlefox, Dorrigan"], stage)
            let row = try #require(try stage.rows(Self.roster).first { $0.count > 34 && $0[2] == "WKBR" })
            #expect([row[4], row[32]] == ["3", " 07, Ann is away "])
            #expect(try stage.text(Self.roster).contains("Wednesdays,1,\" 07, Ann is away \",2,"))
        }
    }

    @Test(
        "recruitment.38: a blank row above a clan moves nothing: its own row is written", arguments: [false, true])
    func divider(usesGoogle: Bool) async throws {
        try await Stage.play(on: Scenery(usesGoogle: usesGoogle)) { stage in
            _ = try await stage.startupSummary()
            let before = try stage.rows(Self.roster)
            let divider = String(repeating: ",", count: 34)
            let heading = ",CLAN NAME,TAG" + String(repeating: ",", count: 32)
            try stage.edit(Self.roster, "37,Briar Regents,", to: "\(divider)\r\n\(heading)\r\n37,Briar Regents,")
            try stage.edit(Self.roster, "WKBR,29,2,", to: "WKBR,29,5,")
            try await Self.refreshes(stage)
            try await Self.card(of: "WKBR", shows: 4, stage)
            try await Self.sheet(of: "WKBR", shows: ["4", "1", "1 -> Brindlefox"], stage)
            let rows = try stage.rows(Self.roster)
            #expect(rows.contains(CSVLine.cells(of: divider)) && rows.contains(CSVLine.cells(of: heading)))
            let others = { (rows: [[String]]) in rows.filter { $0[2].hasPrefix("WK") && $0[2] != "WKBR" } }
            #expect(others(rows) == others(before))
        }
    }

    @Test("however late Discord connects, the first look at the roster names holders as the guild knows them")
    func namesAtStart() async throws {
        try await Stage.play(prepare: { stage in
            try stage.edit(Self.ledger, "active,,Brindlefox", to: "active,,<@\(SampleGuild.id(302))>")
            try stage.edit(Self.roster, "1 -> Brindlefox", to: "1 -> <@\(SampleGuild.id(302))>")
            stage.simulator.faults.fail("GET", "/gateway/bot", with: .slow(.milliseconds(500)))
        }) { stage in
            _ = try await stage.startupSummary()
            try await Self.sheet(of: "WKBR", shows: ["1", "1", "1 -> Brindlefox"], stage)
            try await Self.card(of: "WKBR", shows: 1, stage)
        }
    }

    @Test("recruitment.39: a write that the sheet refuses leaves the numbers that people see, and who asked is told")
    func refused() async throws {
        var (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        scenery.usesGoogle = true
        try await ReservePlay.play(["GSHEETS_RETRY_ATTEMPTS": "1"], on: scenery) { play in
            let (stage, sheets) = (play.stage, try #require(play.stage.sheets))
            try await play.says("!reserve WKLM <@\(SampleGuild.id(301))>", sees: "Until which date?")
            try await play.says("2026-03-20", sees: "Reserve 1 spot in")
            let before = try stage.seats("WKLM")
            sheets.faults.fail("values.batchUpdate", times: 50, with: .status(400))
            try await play.says("yes", sees: "the clan's availability could not be refreshed yet")
            try await Self.card(of: "WKLM", shows: try #require(before.first.flatMap { Int($0) }), stage)
            #expect(try stage.seats("WKLM") == before)
            // Once the sheet takes it, it is made up for.
            sheets.faults.clear()
            await clock.advance(by: .seconds(30))
            _ = await stage.log.first { $0.message == "recomputed clan availability" }
            try await Self.card(of: "WKLM", shows: 3, stage)
            try await Self.sheet(of: "WKLM", shows: ["3", "2", "2 -> Eskil the Grey, Aldermoor"], stage)
        }
    }
}
