import Testing

@testable import Cluster

@Suite("What a ticket's row says")
struct TicketStatusTests {
    @Test(
        "every status reads back as it is written",
        arguments: [
            .open, .awaitingClan, .awaitingDetails, .closed, .autoClosed, .deleted,
            .closing(TicketClosing(final: .noPlacement)),
            .closing(
                TicketClosing(
                    final: FinalClan("WKNR")!, previous: FinalClan("WKMO"),
                    steps: [.init(tag: ClanTag("WKMO")!, before: 1, after: 2)])),
        ] as [TicketStatus])
    func roundTrip(status: TicketStatus) {
        #expect(TicketStatus(cell: status.text, isDated: false) == status)
        #expect(TicketStatus(cell: " \(status.text.uppercased()) ", isDated: true) == status)
    }

    @Test(
        "a word that means nothing is open, or closed where the row is dated",
        arguments: [
            "", "done", "closing:", "closing:AAA|x", "closing:AAA|BBB:1>", "closing:AAA|prev:",
            "closing:AAA|prev:B|prev:C",
        ])
    func foreign(cell: String) {
        #expect(TicketStatus(cell: cell, isDated: false) == .open)
        #expect(TicketStatus(cell: cell, isDated: true) == .closed)
    }

    @Test("a close notes what it needs to be carried on")
    func closing() {
        var closing = TicketClosing(final: FinalClan("WKNR")!, previous: FinalClan("wkmo"))
        closing.steps.append(.init(tag: Samples.tag("WKMO"), before: 1, after: 2))
        #expect(closing.text == "closing:WKNR|prev:WKMO|WKMO:1>2")
        #expect(TicketClosing(final: FinalClan("WKNR")!, previous: FinalClan("WKNR")).text == "closing:WKNR")
        #expect(TicketClosing(final: .noPlacement, previous: .noPlacement).text == "closing:NONE")
    }

    @Test(
        "the number in the cell tells whether a write happened",
        arguments: [(2, .done), (1, .apply), (3, .unknown)] as [(Int, TicketClosing.SeatStep.Resumption)])
    func resumption(found: Int, resumption: TicketClosing.SeatStep.Resumption) {
        #expect(
            TicketClosing.SeatStep(tag: Samples.tag("AAA"), before: 1, after: 2).resumption(found: found) == resumption)
    }
}
