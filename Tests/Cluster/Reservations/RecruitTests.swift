import Testing

@testable import Cluster

@Suite("Which hold belongs to whom")
struct RecruitTests {
    private static let ledger = ReservationLedger([
        Samples.reservation("AAA", row: 2, thread: "900", user: "300", name: "Ann"),
        Samples.reservation("BBB", row: 3, thread: "901", user: "", until: "2026-03-18", name: " Eskil the Grey"),
        Samples.reservation("CCC", row: 4, thread: "902", user: "302", name: "Ann"),
        Samples.reservation(
            "DDD", row: 5, thread: "902", user: "300", until: "2026-03-18", status: "released", name: "Ann"),
        Samples.reservation("EEE", row: 6, thread: "903", user: "300", until: "", name: "Ann"),
        Samples.reservation("FFF", row: 7, thread: "904", user: "9E+17?", name: "Rounded"),
    ])

    @Test(
        "a ticket's holds are those of its thread and of its recruit; a name counts last and never against an id",
        arguments: [
            (900, Recruit(id: 300), [2, 6]), (900, Recruit(id: nil, name: "Ann"), [2]),
            (999, Recruit(id: 300, name: "Eskil the Grey"), [2, 6]),
            (999, Recruit(id: nil, name: "ESKIL THE GREY "), [3]), (999, Recruit(id: 555, name: "eskil the grey"), [3]),
            (999, Recruit(id: nil, name: "Ann"), []), (999, Recruit(id: nil, name: ""), []),
            (902, Recruit(id: nil), [4]),
            (999, Recruit(id: nil, name: "Rounded"), []),
        ] as [(UInt64, Recruit, [Int])])
    func ticket(thread: UInt64, recruit: Recruit, rows: [Int]) {
        #expect(Self.ledger.holds(ofTicket: thread, recruit: recruit).map(\.sheetRow) == rows)
    }

    @Test("a command means the recruit's one hold in the clan")
    func match() {
        let several = ReservationLedger([
            Samples.reservation("AAA", row: 2), Samples.reservation("AAA", row: 3, thread: "901"),
        ])
        #expect(Self.ledger.match(Recruit(id: 300), in: Samples.tag("AAA")) == .one(Self.ledger.reservations[0]))
        #expect(Self.ledger.match(Recruit(id: 300), in: Samples.tag("CCC")) == .none)
        #expect(several.match(Recruit(id: 300), in: Samples.tag("AAA")) == .several(several.reservations))
    }

    @Test(
        "one recruit holds one seat, of a clan with room or with a reason",
        arguments: [
            (300, 999, "2026-03-20", 5, "", "duplicate 2"), (555, 901, "2026-03-20", 5, "", "duplicate 3"),
            (555, 900, "2026-03-20", 5, "", nil), (555, 999, "2026-03-15", 5, "", "past"),
            (555, 999, "2026-03-16", 1, "", "reason"),
            (555, 999, "2026-03-16", 1, " ", "reason"), (555, 999, "2026-03-16", 1, "leaves soon", nil),
            (555, 999, "2026-03-16", 2, "", nil),
        ] as [(UInt64, UInt64, String, Int, String, String?)])
    func obstacles(user: UInt64, thread: UInt64, until: String, spots: Int, notes: String, obstacle: String?) {
        let new = NewReservation(
            threadID: thread, ticketUserID: user, recruiterID: 350, clanLabel: "aaa", reservedUntil: Samples.day(until),
            createdAt: UTCTime(secondsSince1970: 0), notes: notes, username: "Somebody")
        let found = Self.ledger.obstacle(to: new, manualOpenSpots: spots, on: Samples.day("2026-03-16"))
        let expected: String? =
            switch found {
            case .duplicate(let hold): "duplicate \(hold.sheetRow)"
            case .dateInPast: "past"
            case .reasonRequired: "reason"
            case nil: nil
            }
        #expect(expected == obstacle)
    }

    @Test("people read the holds that end first, undated ones last")
    func order() {
        let holds = [("2026-03-20", 5), ("", 2), ("2026-03-18", 9), ("2026-03-20", 3), ("?", 1)].map {
            Samples.reservation("AAA", row: $0.1, until: $0.0)
        }
        #expect(ReservationLedger.listed(holds).map(\.sheetRow) == [9, 3, 5, 1, 2])
    }

    @Test("a ticket shows its hold, or what is wrong with it")
    func view() {
        let hold = Samples.reservation("c1-cm")
        #expect(TicketHolds([], clanInName: nil) == .none)
        #expect(TicketHolds([hold], clanInName: nil) == .one(hold))
        #expect(TicketHolds([hold], clanInName: FinalClan("C1CM")) == .one(hold))
        #expect(
            TicketHolds([hold], clanInName: FinalClan("C1CE")) == .mismatch(hold, inName: .clan(Samples.tag("C1CE"))))
        #expect(TicketHolds([hold, hold], clanInName: nil) == .several([hold, hold]))
    }

    @Test(
        "a holder is told by the first name that is known",
        arguments: [
            ("300", "Ann", "Annabel", "Annabel"), ("300", "Ann", nil, "Ann"), ("300", " ", nil, "300"),
            ("", "", nil, "900"),
        ] as [(String, String, String?, String)])
    func holderName(user: String, snapshot: String, member: String?, name: String) {
        #expect(Samples.reservation("AAA", user: user, name: snapshot).holderName { _ in member } == name)
    }
}
