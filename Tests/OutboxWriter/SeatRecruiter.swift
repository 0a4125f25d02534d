import Books
import Cluster
import Spreadsheets
import TestTools

/// A recruiter who does one thing after the other to the seats of clans, and says before and after each what is wanted
/// and what was acknowledged.
///
/// A change is announced as `asked` with its `id`, the word for what is done (`do`), the hold or the clan, and answered
/// as `told` and `done`, `unsettled`, `blocked` or `failed`, with the same `id`. An operation ends with `played`.
struct SeatRecruiter {
    private static let recruits = 40
    /// The clans whose seats are wanted; few, so that they run full.
    private static let clans = ["WKAS", "WKBR", "wk-ct", "WKDV", "WKFH", "WKKN", "WKLM", "WKSP", "WKTD", "WKZN"]

    private let number: Int
    private let book: SeatBook
    private var random: SplitMix
    private var operation = 0
    private var step = 0

    init(_ number: Int, _ book: SeatBook, _ random: SplitMix) {
        (self.number, self.book, self.random) = (number, book, random)
    }

    /// Does one thing.
    mutating func play(_ operation: Int) async {
        (self.operation, step) = (operation, 0)
        do throws(SeatFailure) {
            switch random.next() % 10 {
            case 0..<4: try await reserve()
            case 4..<6: try await extend()
            case 6: try await release()
            case 7: try await expire()
            default: try await close()
            }
        } catch {
            // Nothing could be read, so nothing was asked.
        }
        Surroundings.say("played")
    }

    // MARK: What is done

    private mutating func reserve() async throws(SeatFailure) {
        let recruit = anyRecruit()
        let label = Self.clans[index(Self.clans.count)]
        var wish = NewReservation(
            threadID: thread(of: recruit), ticketUserID: id(of: recruit), recruiterID: UInt64(351 + number),
            clanLabel: label, reservedUntil: book.today + index(7),
            // A second for each operation, so that each row has its own identity.
            createdAt: UTCTime(secondsSince1970: book.now.secondsSince1970 + operation % 10_000 * 3),
            notes: index(3) == 0 ? "reason, \"quoted\"" : "", username: name(of: recruit))
        guard let tag = ClanTag(label) else { return }
        var saved = await save(wish)
        if saved == .blocked(.reasonRequired) {
            // A person who is asked for a reason gives one, a moment later.
            wish.notes = "=1+1"
            wish.createdAt = UTCTime(secondsSince1970: wish.createdAt.secondsSince1970 + 1)
            saved = await save(wish)
        }
        switch saved {
        case .saved?, .recorded?: await recompute(tag)
        case .blocked?, nil: break
        }
    }

    private mutating func save(_ wish: NewReservation) async -> SavedReservation? {
        guard let row = wish.reservation(inRow: 0) else { return nil }
        let id = asked(
            "reserve",
            [
                "hold": row.identity.description, "until": wish.reservedUntil.description,
                "cells": wish.cells.joined(separator: "\u{1F}"),
            ])
        do throws(SeatFailure) {
            let saved = try await book.reserve(wish, cause: id)
            if case .blocked = saved { told(id, "blocked") } else { told(id, "done") }
            return saved
        } catch {
            told(id, "failed")
            return nil
        }
    }

    /// Only its own recruiter moves the date of a recruit's hold, so that it is known which date was wanted last.
    private mutating func extend() async throws(SeatFailure) {
        let own = try await holds().filter { $0.ticketUserID.map { Int($0 % 100) % SeatKeeper.recruiters } == number }
        guard let hold = any(of: own) else { return }
        let day = book.today + index(10)
        await change(hold, by: .extend(until: day), ["do": "extend", "until": day.description])
    }

    private mutating func release() async throws(SeatFailure) {
        guard let hold = any(of: try await holds()) else { return }
        await end(hold, by: .release, "released")
    }

    private mutating func expire() async throws(SeatFailure) {
        let ledger = try await book.ledger(.background)
        guard let hold = any(of: ledger.overdue(on: book.today)) else { return }
        await end(hold, by: .expire, "expired")
    }

    private mutating func close() async throws(SeatFailure) {
        let recruit = anyRecruit()
        let ledger = try await book.ledger()
        let clans = try await book.clans()
        let holds = ledger.holds(
            ofTicket: thread(of: recruit), recruit: Recruit(id: id(of: recruit), name: name(of: recruit) ?? ""))
        let final = anyEnd(holds.first)
        let previous = index(4) == 0 ? FinalClan(Self.clans[index(Self.clans.count)]) : nil
        let settlement = TicketSettlement(holds: holds, final: final, previous: previous) { clans[$0] != nil }
        for settled in settlement.holds {
            await change(
                settled.hold, by: .close(settled.outcome),
                ["do": "end", "status": settled.outcome.status.text])
        }
        for tag in settlement.affected { await recompute(tag, by: settlement.changes[tag] ?? SeatChange()) }
    }

    private mutating func end(_ hold: Reservation, by change: ReservationChange, _ status: String) async {
        let isDone = await self.change(hold, by: change, ["do": "end", "status": status])
        if isDone, let tag = hold.tag { await recompute(tag) }
    }

    @discardableResult
    private mutating func change(
        _ hold: Reservation, by change: ReservationChange, _ fields: [String: String]
    ) async -> Bool {
        let id = asked(fields["do"] ?? "", fields.merging(["hold": hold.identity.description]) { $1 })
        do throws(SeatFailure) {
            try await book.change(hold, by: change, cause: id)
            told(id, "done")
            return true
        } catch {
            told(id, "failed")
            return false
        }
    }

    private mutating func recompute(_ tag: ClanTag, by change: SeatChange = SeatChange()) async {
        let id = asked("seats", ["tag": tag.text, "manual": String(change.manual)])
        do throws(SeatFailure) {
            let seats = try await book.recompute(tag, by: change).update.manualOpenSpots
            told(id, "done", ["moved": String(seats.after - seats.before)])
        } catch {
            if case .notWritten(.unsettled) = error { told(id, "unsettled") } else { told(id, "failed") }
        }
    }

    // MARK: What is chosen

    /// The holds of all recruits that this process knows.
    private func holds() async throws(SeatFailure) -> [Reservation] {
        let known = Set((0..<Self.recruits).map { id(of: $0) })
        return try await book.ledger().holds.filter { $0.ticketUserID.map { known.contains($0) } ?? false }
    }

    private mutating func anyRecruit() -> Int { index(Self.recruits) }

    private mutating func any(of holds: [Reservation]) -> Reservation? {
        holds.isEmpty ? nil : holds[index(holds.count)]
    }

    /// Where a ticket ends: in the clan that holds the seat, in another, or nowhere.
    private mutating func anyEnd(_ hold: Reservation?) -> FinalClan {
        switch index(4) {
        case 0: .noPlacement
        case 1: FinalClan(Self.clans[index(Self.clans.count)]) ?? .noPlacement
        default: hold?.tag.map { .clan($0) } ?? .noPlacement
        }
    }

    private mutating func index(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

    private func id(of recruit: Int) -> UInt64 { 910_000_000_000_000_000 + UInt64(recruit) }

    private func thread(of recruit: Int) -> UInt64 { 920_000_000_000_000_000 + UInt64(recruit) }

    /// Names as people have them: none that is known, two alike, with what sheets and lists take for something else.
    private func name(of recruit: Int) -> String? {
        switch recruit % 5 {
        case 0: nil
        case 1: "=SUM(A1) \(recruit)"
        case 2: "Ann, Bo \(recruit)"
        case 3: "Ünï \(recruit) 🦊"
        default: "Twin"
        }
    }

    // MARK: What is said

    private mutating func asked(_ what: String, _ fields: [String: String]) -> String {
        step += 1
        let id = "\(operation).\(step)"
        Surroundings.say("asked", fields.merging(["id": id, "do": what]) { $1 })
        return id
    }

    private func told(_ id: String, _ outcome: String, _ fields: [String: String] = [:]) {
        Surroundings.say("told \(outcome)", fields.merging(["id": id]) { $1 })
    }
}
