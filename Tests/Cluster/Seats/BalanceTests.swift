import Testing

@testable import Cluster

@Suite("The books stay balanced")
struct BalanceTests {
    @Test(
        "whatever people and the program do, the roster shows what the ledger holds",
        arguments: [ManualSpotsOwner.bot, .human], [0...3, 40...60])
    func balanced(owner: ManualSpotsOwner, spots: ClosedRange<Int>) {
        for seed in UInt64(1)...12 {
            var office = Office(seed: seed, owner: owner, spots: spots)
            let atFirst = office.seatsAndPlaced
            for step in 1...80 {
                let ended = office.ledger.reservations.filter { !$0.isActive }.map(\.identity)
                office.act()
                let trace = "seed \(seed), step \(step), \(owner): \(office.event)"
                guard SeatDrift(of: office.directory, against: office.ledger).isBalanced else {
                    Issue.record("out of balance: \(trace)")
                    return
                }
                for clan in office.directory.clans {
                    let held = office.ledger.holds(of: clan.tag).count
                    #expect(clan[.openSpots] == String(max(clan.manualOpenSpots - held, 0)), "\(trace)")
                    #expect(clan[.activeHolds] == String(held), "\(trace)")
                    #expect(clan.manualOpenSpots >= 0, "\(trace)")
                    #expect(clan[.inactives] == "3", "\(trace)")
                }
                for ticket in office.tickets { #expect(office.ledger.holds(of: ticket.recruit).count <= 1, "\(trace)") }
                #expect(ended.allSatisfy { office.ledger.hold($0) == nil }, "\(trace)")
                let owed = owner == .human ? office.owed.values.reduce(0, +) : 0
                if spots.lowerBound > 0 {
                    #expect(office.seatsAndPlaced + owed == atFirst + office.addedByHand, "\(trace)")
                }
            }
        }
    }
}
