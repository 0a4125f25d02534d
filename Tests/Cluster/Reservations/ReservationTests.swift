import Testing

@testable import Cluster

@Suite("Reservations")
struct ReservationTests {
    private static let today = Samples.day("2026-03-16")

    @Test("a row is read tolerantly")
    func reading() throws {
        let row = try #require(
            Reservation(
                cells: [
                    "900", "", "351", "#wkob", "2026/03/21", "2026-03-11 18:22:10", " ACTIVE", "why", "Galatea", "more",
                ],
                sheetRow: 7))
        #expect(row.tag?.text == "WKOB")
        #expect(row.isActive)
        #expect(row.reservedUntil == Samples.day("2026-03-21"))
        #expect(row.isUserBlank)
        #expect(row.notes == "why")
        #expect(Reservation(cells: ["", " ", ""], sheetRow: 8) == nil)
        let odd = Samples.reservation("AAA", user: "Ann?", until: "later", status: "on hold")
        #expect(odd.status == .other("on hold"))
        #expect(odd.ticketUserID == nil)
        #expect(!odd.isUserBlank)
        #expect(odd.reservedUntil == nil)
    }

    @Test("a new row has nine texts and reads back as an active hold")
    func newRow() throws {
        let new = NewReservation(
            threadID: 900_000_000_000_000_402, ticketUserID: 300, recruiterID: 350, clanLabel: "C1CE",
            reservedUntil: Samples.day("2026-03-20"), createdAt: UTCTime(cell: "2025-11-10T14:30:00Z")!)
        #expect(
            new.cells == [
                "900000000000000402", "300", "350", "C1CE", "2026-03-20", "2025-11-10T14:30:00+00:00", "active", "",
                "<@300>",
            ])
        let row = try #require(new.reservation(inRow: 9))
        #expect(row.isActive)
        #expect(row.createdAt == new.createdAt)
    }

    @Test("the header must be exact in its first nine cells; an empty tab is an empty ledger")
    func header() throws {
        let row = ["900", "300", "350", "AAA", "2026-03-20", "2026-03-10T10:00:00Z", "active", "", "Ann"]
        let headers = ReservationLedger.headers
        let ledger = try ReservationLedger(tab: [
            headers + ["extra"], ["", ""], row, ["", "", "", "", "", "", "", "", "", "x"],
        ])
        #expect(ledger.reservations.map(\.sheetRow) == [3])
        #expect(try ReservationLedger(tab: []).reservations.isEmpty)
        #expect(try ReservationLedger(tab: [["", " "], [""]]).reservations.isEmpty)
        #expect(throws: LedgerHeaderMismatch.self) { try ReservationLedger(tab: [row]) }
        var swapped = headers
        swapped.swapAt(0, 1)
        #expect(throws: LedgerHeaderMismatch(expected: headers, actual: swapped)) {
            try ReservationLedger(tab: [swapped, row])
        }
        #expect(throws: LedgerHeaderMismatch.self) {
            try ReservationLedger(tab: [headers.map { $0.uppercased() }, row])
        }
        #expect(throws: LedgerHeaderMismatch.self) { try ReservationLedger(tab: [[], headers]) }
    }

    @Test(
        "an active hold may end in any way and no other row changes",
        arguments: [
            (.release, .released), (.expire, .expired), (.expireWithTicket, .expired), (.close(.same), .closedSameClan),
            (.close(.other), .closedOtherClan), (.close(.cancelled), .cancelled),
            (.extend(until: Samples.day("2026-03-16")), .active),
        ] as [(ReservationChange, ReservationStatus)])
    func transitions(change: ReservationChange, status: ReservationStatus) throws {
        let hold = Samples.reservation("AAA", until: "2026-03-16")
        let result = try hold.applying(change, on: Self.today)
        #expect(result.status == status)
        #expect(result.identity == hold.identity)
        #expect(hold.status.mayBecome(status) == (status != .active))
        for ended in ReservationStatus.known + [.other("on hold"), .other("")] where ended != .active {
            #expect(throws: ReservationRefusal.notActive(ended)) {
                try Samples.reservation("AAA", status: ended.text).applying(change, on: Self.today)
            }
            #expect(!ended.mayBecome(status))
        }
    }

    @Test("dates refuse what is too early or unknown")
    func refusals() {
        let yesterday = Samples.day("2026-03-15")
        #expect(throws: ReservationRefusal.dateInPast(yesterday)) {
            try Samples.reservation("AAA").applying(.extend(until: yesterday), on: Self.today)
        }
        #expect(throws: ReservationRefusal.notDue(until: Samples.day("2026-03-17"))) {
            try Samples.reservation("AAA", until: "2026-03-17").applying(.expire, on: Self.today)
        }
        #expect(throws: ReservationRefusal.undated) {
            try Samples.reservation("AAA", until: "").applying(.expire, on: Self.today)
        }
        #expect(throws: Never.self) {
            try Samples.reservation("AAA", until: "").applying(.expireWithTicket, on: Self.today)
        }
    }

    @Test("a reminder is due on the last day, a release then and after it, and only for holds")
    func due() {
        let ledger = ReservationLedger([
            Samples.reservation("AAA", row: 2, until: "2026-03-15"),
            Samples.reservation("BBB", row: 3, until: "2026-03-16"),
            Samples.reservation("CCC", row: 4, until: "2026-03-17"), Samples.reservation("DDD", row: 5, until: "?"),
            Samples.reservation("EEE", row: 6, until: "2026-03-16", status: "expired"),
        ])
        #expect(ledger.reminders(on: Self.today).map(\.sheetRow) == [3])
        #expect(ledger.overdue(on: Self.today).map(\.sheetRow) == [2, 3])
        #expect(ledger.undated.map(\.sheetRow) == [5])
    }

    @Test("a row is found by what it is, wherever it stands and however its cells are written")
    func identity() {
        let hold = Samples.reservation("#aaa", row: 9, created: "2026-03-10T10:00:00+00:00")
        let moved = Samples.reservation("AAA", row: 3, until: "2027-01-01", created: "2026-03-10 10:00:00", name: "Bo")
        #expect(hold.identity == moved.identity)
        #expect(ReservationLedger([moved]).hold(hold.identity)?.sheetRow == 3)
        let released = Samples.reservation("AAA", status: "released")
        #expect(ReservationLedger([released]).hold(hold.identity) == nil)
        #expect(ReservationLedger([released]).contains(hold.identity))
        for other in [
            Samples.reservation("AAB"), Samples.reservation("AAA", thread: "901"), Samples.reservation("AAA", user: ""),
            Samples.reservation("AAA", created: "2026-03-10T10:00:01+00:00"),
        ] { #expect(other.identity != hold.identity) }
    }

    @Test("recent rows are those of four weeks, the newest first")
    func recent() throws {
        let now = try #require(UTCTime(cell: "2026-03-16T09:00:00Z"))
        let ledger = ReservationLedger([
            Samples.reservation("AAA", row: 2, created: "2026-03-06T09:00:00Z", status: "expired"),
            Samples.reservation("BBB", row: 3, created: "2025-12-26T09:00:00Z"),
            Samples.reservation("CCC", row: 4, until: "2026-03-01", created: "?"),
            Samples.reservation("DDD", row: 5, created: "2026-02-16T09:00:00Z"),
            Samples.reservation("EEE", row: 6, created: "2026-02-16T08:59:59Z"),
            Samples.reservation("FFF", row: 7, created: "2026-03-06T09:00:00Z"),
            Samples.reservation("GGG", row: 8, until: "", created: ""),
        ])
        #expect(ledger.recent(at: now).map(\.sheetRow) == [7, 2, 4, 5])
    }
}
