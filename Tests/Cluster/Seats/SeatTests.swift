import Testing

@testable import Cluster

@Suite("Seats")
struct SeatTests {
    @Test(
        "what recruiters see follows from the seats in the game and the holds",
        arguments: [
            (3, ["A", "B"], 1, "2 -> A, B"), (0, [], 0, ""), (1, ["A", "A"], 0, "2 -> A"), (4, ["", " "], 2, "2 ->"),
            (2, [" Ann ", "", "Bo"], 0, "3 -> Ann, Bo"), (-1, [], 0, ""),
        ] as [(Int, [String], Int, String)])
    func availability(spots: Int, holders: [String], open: Int, summary: String) {
        let availability = Availability(manualOpenSpots: spots, holders: holders)
        #expect(availability.openSpots == open)
        #expect(availability.activeHolds == holders.count)
        #expect(availability.summary == summary)
    }

    /// Sheets chapter, section 5.1, one row each: wanted change of AF, of R, and of E where the program keeps it.
    @Test(
        "every event changes what the table says",
        arguments: [
            ("created", .reserved, -1, 1, 0), ("extended", .extended, 0, 0, 0), ("released", .freed, 1, -1, 0),
            ("placed, no hold", .filled, -1, 0, -1), ("placed in the held clan", .freed + .filled, 0, -1, -1),
            ("placed elsewhere, held clan", .freed, 1, -1, 0), ("placed elsewhere, new clan", .filled, -1, 0, -1),
            ("moved away", .vacated, 1, 0, 1),
        ] as [(String, SeatChange, Int, Int, Int)])
    func table(event: String, change: SeatChange, wanted: Int, holds: Int, manual: Int) {
        #expect(change.wanted == wanted)
        #expect(change.holds == holds)
        let held = 2
        let before = Samples.clan("AAA", [.manualOpenSpots: "5", .openSpots: "3", .activeHolds: "2"])
        let holders = Array(repeating: "x", count: held + holds)
        let bot = SeatUpdate(of: before, by: change, holders: holders, owner: .bot)
        #expect(bot.availability.openSpots == 3 + wanted, "\(event)")
        #expect(bot.manualOpenSpots == .init(before: 5, after: 5 + manual))
        #expect(bot.writes.contains { $0.column == .manualOpenSpots } == (manual != 0))
        #expect(bot.noteForPeople == nil)
        let human = SeatUpdate(of: before, by: change, holders: holders, owner: .human)
        #expect(human.manualOpenSpots == .init(before: 5, after: 5))
        #expect(!human.writes.contains { $0.column == .manualOpenSpots })
        #expect(human.noteForPeople == (manual == 0 ? nil : "- AAA: update column E by \(manual > 0 ? "+1" : "-1")"))
    }

    @Test("seats never fall below none, and only what changes is written")
    func floor() {
        let full = Samples.clan("AAA", [.manualOpenSpots: "0", .openSpots: "0", .activeHolds: "0"])
        let update = SeatUpdate(of: full, by: .filled, holders: [], owner: .bot)
        #expect(update.writes.isEmpty)
        let stale = Samples.clan(
            "AAA", [.manualOpenSpots: "3/30", .openSpots: "", .activeHolds: "x", .holdSummary: "old"])
        let repaired = SeatUpdate(of: stale, by: .extended, holders: [], owner: .bot)
        #expect(repaired.writes.map(\.text) == ["3", "0", ""])
        #expect(repaired.writes.map(\.column) == [.openSpots, .activeHolds, .holdSummary])
    }

    @Test(
        "the setting says who keeps the seats in the game; without it the layout does",
        arguments: [
            ("human", 4, .human, false), (" BOT ", 31, .bot, false), (nil, 4, .bot, false), (nil, 31, .human, false),
            ("", 31, .human, false), ("robot", 4, .bot, true), ("robot", 31, .human, true),
        ] as [(String?, Int, ManualSpotsOwner, Bool)])
    func owner(value: String?, column: Int, owner: ManualSpotsOwner, isUnknown: Bool) {
        let named = ManualSpotsOwner.named(by: value, layout: RosterLayout(openSpots: column))
        #expect(named.owner == owner)
        #expect(named.isUnknownWord == isUnknown)
    }

    @Test("a count that the header finds elsewhere follows what is written there")
    func layout() {
        let layout = RosterLayout(
            openSpots: Clan.Column.manualOpenSpots.rawValue, reserved: Clan.Column.activeHolds.rawValue)
        let clan = Samples.clan("AAA", layout: layout, [.manualOpenSpots: "3", .openSpots: "3"])
        var directory = ClanDirectory([clan], layout: layout)
        let update = SeatUpdate(of: clan, by: .freed + .filled, holders: ["Bo"], owner: .bot)
        directory.apply(update.writes, to: clan.tag)
        #expect(directory[clan.tag]?.openSpots == 2)
        #expect(directory[clan.tag]?.reserved == 1)
    }

    @Test("cells that roster and ledger disagree about are found, and so are holds of no clan")
    func drift() throws {
        let directory = ClanDirectory([
            Samples.clan(
                "AAA", row: 4, [.manualOpenSpots: "3", .openSpots: "2", .activeHolds: "1", .holdSummary: "1 -> Ann"]),
            Samples.clan(
                "BBB", row: 5, [.manualOpenSpots: "1", .openSpots: "1", .activeHolds: "1", .holdSummary: "1 -> Bo"]),
            Samples.clan("CCC", row: 6, [.manualOpenSpots: "0", .openSpots: "0", .activeHolds: "0"]),
            Samples.clan("AAA", row: 9, [.manualOpenSpots: "9"]),
        ])
        let ledger = ReservationLedger([
            Samples.reservation("#aaa", row: 2), Samples.reservation("ZZZ", row: 3),
            Samples.reservation("CCC", row: 4, status: "released"),
        ])
        let drift = SeatDrift(of: directory, against: ledger)
        #expect(drift.repairs.map(\.clan.tag.text) == ["BBB"])
        #expect(drift.repairs.first?.writes.map(\.text) == ["0", ""])
        #expect(drift.unknownTags.map(\.text) == ["ZZZ"])
        #expect(!drift.isBalanced)
        let named = SeatDrift(of: directory, against: ledger) { $0 == 300 ? "Annabel" : nil }
        #expect(named.repairs.first?.writes.map(\.text) == ["1 -> Annabel"])
    }
}
