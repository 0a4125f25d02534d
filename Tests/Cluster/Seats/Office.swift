import TestTools
import Testing

@testable import Cluster

/// The roster, the ledger and the tickets of a small cluster, with people and a program that work on them by chance. Each
/// event takes the way that it takes in the program: decide, change the ledger, then write one clan's cells after another.
struct Office {
    struct Ticket {
        let thread: UInt64
        let recruit: Recruit
        var final: FinalClan?
    }

    static let unlisted = FinalClan("ZZZ")!

    let owner: ManualSpotsOwner
    var directory: ClanDirectory
    var ledger = ReservationLedger([])
    var tickets: [Ticket]
    var today = Samples.day("2026-03-01")
    /// What people added to column E of all clans by hand.
    var addedByHand = 0
    /// Moves of column E that people were asked for and have not made.
    var owed: [ClanTag: Int] = [:]
    /// The last event, for messages.
    private(set) var event = "opened"
    private var random: SplitMix

    init(seed: UInt64, owner: ManualSpotsOwner, spots: ClosedRange<Int>) {
        var random = SplitMix(seed: seed)
        self.owner = owner
        let clans = (0..<4).map { index in
            Samples.clan(
                "C\(index)", row: 4 + index,
                [.manualOpenSpots: String(Int.random(in: spots, using: &random)), .inactives: "3"])
        }
        directory = ClanDirectory(clans)
        tickets = (0..<8).map { Ticket(thread: 900 + $0, recruit: Recruit(id: 300 + $0, name: "N\($0)")) }
        self.random = random
        repair()
    }

    mutating func act() {
        switch Int.random(in: 0..<12, using: &random) {
        case 0...3: reserve()
        case 4: extend()
        case 5: release()
        case 6: passDays()
        case 7: closeForInactivity()
        case 8, 9: close()
        case 10: editRoster()
        default: editLedger()
        }
    }

    // MARK: Events

    private mutating func reserve() {
        let ticket = tickets.randomElement(using: &random)!
        let clan = directory.clans.randomElement(using: &random)!
        let new = NewReservation(
            threadID: ticket.thread, ticketUserID: ticket.recruit.id!, recruiterID: 350, clanLabel: clan.tag.text,
            reservedUntil: today + Int.random(in: -1...9, using: &random),
            createdAt: today.at(hour: ledger.reservations.count),
            notes: Bool.random(using: &random) ? "leaves soon" : "", username: ticket.recruit.name)
        event = "reserve \(clan.tag) for \(ticket.recruit.name)"
        guard ledger.obstacle(to: new, manualOpenSpots: clan.manualOpenSpots, on: today) == nil else { return }
        ledger.update(new.reservation(inRow: (ledger.reservations.map(\.sheetRow).max() ?? 1) + 1)!)
        write(.reserved, to: clan.tag)
    }

    private mutating func extend() {
        guard let hold = ledger.holds.randomElement(using: &random) else { return }
        event = "extend \(hold.sheetRow)"
        let day = today + Int.random(in: -2...9, using: &random)
        if end(hold, by: .extend(until: day)), let tag = hold.tag { write(.extended, to: tag) }
    }

    private mutating func release() {
        guard let hold = ledger.reservations.randomElement(using: &random), let tag = hold.tag else { return }
        event = "release \(hold.sheetRow)"
        if end(hold, by: .release) { write(.freed, to: tag) }
    }

    private mutating func passDays() {
        today = today + Int.random(in: 1...3, using: &random)
        event = "expire on \(today)"
        for hold in ledger.overdue(on: today) where end(hold, by: .expire) {
            if let tag = hold.tag { write(.freed, to: tag) }
        }
        #expect(ledger.overdue(on: today).isEmpty)
    }

    private mutating func closeForInactivity() {
        let ticket = tickets.randomElement(using: &random)!
        event = "inactive \(ticket.recruit.name)"
        for hold in ledger.holds(inThread: ticket.thread) where end(hold, by: .expireWithTicket) {
            if let tag = hold.tag { write(.freed, to: tag) }
        }
    }

    private mutating func close() {
        let index = tickets.indices.randomElement(using: &random)!
        let choices: [FinalClan] = directory.clans.map { .clan($0.tag) } + [.noPlacement, Self.unlisted]
        let final = choices.randomElement(using: &random)!
        let ticket = tickets[index]
        event = "close \(ticket.recruit.name) with \(final), before \(ticket.final?.description ?? "nothing")"
        let settlement = TicketSettlement(
            holds: ledger.holds(ofTicket: ticket.thread, recruit: ticket.recruit), final: final, previous: ticket.final,
            isListed: { directory[$0] != nil })
        for settled in settlement.holds {
            #expect(end(settled.hold, by: .close(settled.outcome)))
        }
        for tag in settlement.affected { write(settlement.changes[tag]!, to: tag) }
        tickets[index].final = final
        #expect(ledger.holds(ofTicket: ticket.thread, recruit: ticket.recruit).isEmpty)
    }

    /// A person changes column E, does what the program asked for, or spoils a cell of the program.
    private mutating func editRoster() {
        let clan = directory.clans.randomElement(using: &random)!
        event = "edit \(clan.tag)"
        if let owed = owed.removeValue(forKey: clan.tag), clan.manualOpenSpots + owed >= 0 {
            set(.manualOpenSpots, of: clan, to: String(clan.manualOpenSpots + owed))
        } else if Bool.random(using: &random) {
            let added = Int.random(in: 0...2, using: &random)
            addedByHand += added
            set(.manualOpenSpots, of: clan, to: String(clan.manualOpenSpots + added))
        } else {
            let column = [Clan.Column.openSpots, .activeHolds, .holdSummary].randomElement(using: &random)!
            set(column, of: clan, to: "99")
            #expect(!SeatDrift(of: directory, against: ledger).isBalanced)
        }
        repair()
    }

    /// A person sorts the ledger, or writes another status over a hold.
    private mutating func editLedger() {
        event = "edit the ledger"
        if Bool.random(using: &random), let hold = ledger.holds.randomElement(using: &random) {
            var edited = hold
            edited.status = .other("on hold")
            ledger.update(edited)
        } else {
            let shuffled = ledger.reservations.shuffled(using: &random)
            ledger = ReservationLedger(
                shuffled.enumerated().compactMap { row, reservation in
                    Reservation(
                        cells: [
                            String(reservation.threadID!), String(reservation.ticketUserID!), "350",
                            reservation.clanLabel,
                            reservation.reservedUntil!.description, reservation.createdAt!.description,
                            reservation.status.text, reservation.notes, reservation.usernameSnapshot,
                        ], sheetRow: row + 2)
                })
        }
        repair()
    }

    // MARK: Writing

    /// Changes a row of the ledger, found anew by its identity; false where the rules refuse.
    private mutating func end(_ hold: Reservation, by change: ReservationChange) -> Bool {
        guard let changed = try? ledger.hold(hold.identity)?.applying(change, on: today) else {
            #expect(ledger.hold(hold.identity) == nil || change != .release)
            return false
        }
        ledger.update(changed)
        return true
    }

    private mutating func write(_ change: SeatChange, to tag: ClanTag) {
        let clan = directory[tag]!
        let holds = ledger.holds(of: tag)
        let update = SeatUpdate(
            of: clan, by: change, holders: holds.map { $0.holderName { _ in nil } }, owner: owner)
        let before = clan.manualOpenSpots - (holds.count - change.holds)
        let after = update.manualOpenSpots.after - holds.count
        if owner == .bot, before >= 0, after >= 0, clan.manualOpenSpots + change.manual >= 0,
            clan[.openSpots] == String(before)
        {
            #expect(update.availability.openSpots - before == change.wanted, "\(event)")
        }
        if update.changeForPeople != 0 { owed[tag, default: 0] += update.changeForPeople }
        directory.apply(update.writes, to: tag)
    }

    private mutating func set(_ column: Clan.Column, of clan: Clan, to text: String) {
        directory.apply([SeatWrite(column, .text(text))], to: clan.tag)
    }

    private mutating func repair() {
        for repair in SeatDrift(of: directory, against: ledger).repairs {
            directory.apply(repair.writes, to: repair.clan.tag)
        }
    }

    // MARK: Counting

    /// Seats open in the game and people whom tickets put into them.
    var seatsAndPlaced: Int {
        let placed = tickets.filter { $0.final?.tag.map { directory[$0] != nil } ?? false }.count
        return directory.clans.map(\.manualOpenSpots).reduce(placed, +)
    }
}
