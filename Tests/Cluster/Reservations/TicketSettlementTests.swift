import Testing

@testable import Cluster

@Suite("What a closed ticket settles")
struct TicketSettlementTests {
    private static func settlement(_ holds: [String], _ final: String, _ previous: String?) -> TicketSettlement {
        TicketSettlement(
            holds: holds.enumerated().map { Samples.reservation($0.element, row: $0.offset + 2) },
            final: FinalClan(final)!, previous: previous.flatMap { FinalClan($0) },
            isListed: { ["AAA", "BBB", "CCC"].contains($0.text) })
    }

    /// Placement chapter, sections 8.1 and 11.3; welcome chapter, section 7.6: holds, final, previous, the label, and the
    /// change that each clan should see.
    @Test(
        "the table of decisions",
        arguments: [
            ([], "NONE", nil, "none", [:]), ([], "AAA", nil, "none", ["AAA": -1]),
            ([], "AAA", "NONE", "none", ["AAA": -1]),
            ([], "AAA", "BBB", "none", ["AAA": -1, "BBB": 1]), ([], "AAA", "AAA", "none", [:]),
            ([], "NONE", "BBB", "none", ["BBB": 1]),
            ([], "NONE", "NONE", "none", [:]), ([], "ZZZ", nil, "none", [:]), ([], "ZZZ", "BBB", "none", ["BBB": 1]),
            ([], "NONE", "ZZZ", "none", [:]), (["AAA"], "NONE", nil, "cancelled", ["AAA": 1]),
            (["#aaa"], "AAA", nil, "same", ["AAA": 0]),
            (["AAA"], "BBB", nil, "other", ["AAA": 1, "BBB": -1]), (["AAA"], "ZZZ", nil, "other", ["AAA": 1]),
            ([""], "BBB", nil, "other", ["BBB": -1]), (["ZZZ"], "BBB", nil, "other", ["BBB": -1]),
            // Several holds: the final clan's seat is taken once.
            (["AAA", "BBB"], "AAA", nil, "same", ["AAA": 0, "BBB": 1]),
            (["BBB", "CCC"], "AAA", nil, "other", ["AAA": -1, "BBB": 1, "CCC": 1]),
            (["AAA", "AAA"], "AAA", nil, "same", ["AAA": 1]),
            (["AAA", "BBB"], "NONE", nil, "cancelled", ["AAA": 1, "BBB": 1]),
            // A hold and an earlier close: both settle.
            (["AAA"], "BBB", "CCC", "other", ["AAA": 1, "BBB": -1, "CCC": 1]),
            (["AAA"], "AAA", "CCC", "same", ["AAA": 0, "CCC": 1]),
            (["AAA"], "AAA", "AAA", "same", ["AAA": 1]), (["AAA"], "NONE", "AAA", "cancelled", ["AAA": 2]),
        ] as [([String], String, String?, String, [String: Int])])
    func decisions(holds: [String], final: String, previous: String?, label: String, wanted: [String: Int]) {
        let settlement = Self.settlement(holds, final, previous)
        #expect(settlement.label == label)
        #expect(Dictionary(uniqueKeysWithValues: settlement.changes.map { ($0.key.text, $0.value.wanted) }) == wanted)
        #expect(settlement.affected.map(\.text) == wanted.keys.sorted())
        #expect(settlement.holds.count == holds.count)
    }

    @Test("each hold ends in its own way")
    func outcomes() {
        let settlement = Self.settlement(["AAA", "BBB"], "AAA", nil)
        #expect(settlement.holds.map(\.outcome) == [.same, .other])
        #expect(settlement.holds.map(\.outcome.status) == [.closedSameClan, .closedOtherClan])
        #expect(Self.settlement(["AAA", "BBB"], "NONE", nil).holds.map(\.outcome.status) == [.cancelled, .cancelled])
    }

    @Test("a promo ticket settles a hold of its thread, and without one nothing")
    func promo() {
        let final = FinalClan.clan(Samples.tag("AAA"))
        #expect(TicketSettlement.promo(holds: [], final: final, previous: nil, isListed: { _ in true }) == nil)
        let settled = TicketSettlement.promo(
            holds: [Samples.reservation("BBB")], final: final, previous: nil, isListed: { _ in true })
        #expect(settled?.affected.map(\.text) == ["AAA", "BBB"])
    }
}
