import Cluster
import JSON
import Spreadsheets
import Testing

/// What must be true of ledger and roster after everything that processes were told and people did.
///
/// It knows nothing of how the program works: only what was asked, what was acknowledged, and the few rules of
/// arithmetic that recruiters know too.
struct SeatModel {
    /// What is known of a row of the ledger.
    private struct Row {
        /// Whether it has to be there, must not be, or may be.
        enum Presence { case certain, absent, possible }

        var presence: Presence
        /// The cells that never change: all but date and status.
        var fixed: [String]
        var remark = ""
        /// What the date may be.
        var dates: Set<String>
        /// What the status may be while nothing else is known.
        var statuses: Set<String> = ["active"]
        /// The statuses in which its hold was ended and acknowledged.
        var endings: [String] = []
        /// The status that a person gave it.
        var byHand: String?

        init(_ presence: Presence, _ cells: [String], remark: String = "") {
            self.presence = presence
            fixed = SeatModel.fixed(cells)
            self.remark = remark
            dates = [cells[Reservation.Column.reservedUntil.rawValue]]
            let status = cells[Reservation.Column.status.rawValue]
            statuses = [status]
        }
    }

    /// What is known of a clan's row.
    private struct Seats {
        var cells: [String]
        /// What column E may be.
        var spots: ClosedRange<Int>
    }

    /// Whether people keep column E.
    let isKeptByPeople: Bool
    /// How many operations were done.
    private(set) var operations = 0
    /// The holds that the last process was in the middle of changing.
    private(set) var unanswered: Set<String> = []
    private var rows: [String: Row] = [:]
    private var seats: [String: Seats] = [:]
    private let others: [[String]]
    private var last: [String: LedgerLine] = [:]
    private var outcomes: [String: Int] = [:]

    init(ledger: [LedgerLine], roster: RosterLines, isKeptByPeople: Bool) {
        self.isKeptByPeople = isKeptByPeople
        others = roster.others
        for line in ledger { rows[line.identity] = Row(.certain, line.cells, remark: line.remark) }
        for clan in roster.clans {
            let spots = Int(clan.cells[SeatSheets.manualSpots.index]) ?? 0
            seats[clan.tag] = Seats(cells: clan.cells, spots: spots...spots)
        }
        remember(ledger)
    }

    /// How often what came of changes.
    var summary: String {
        outcomes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }

    // MARK: Processes

    /// Takes in everything that a process said until its end.
    mutating func hear(_ lines: [JSONValue]) {
        var asked: [String: JSONValue] = [:]
        for line in lines {
            let words = (line["msg"]?.string ?? "").split(separator: " ").map { String($0) }
            switch words.first {
            case "played": operations += 1
            case "asked":
                if let id = line["id"]?.string { asked[id] = line }
                ask(line)
            case "told":
                let wish = line["id"]?.string.flatMap { asked.removeValue(forKey: $0) }
                if let wish { tell(wish, words[1], moved: line["moved"]?.string.flatMap { Int($0) } ?? 0) }
            default: break
            }
        }
        // What was under way at the end may have happened or not.
        for wish in asked.values { leave(wish) }
        unanswered = Set(asked.values.compactMap { $0["hold"]?.string })
    }

    private mutating func ask(_ wish: JSONValue) {
        guard wish["do"]?.string == "reserve", let hold = wish["hold"]?.string else { return }
        let cells = (wish["cells"]?.string ?? "").split(separator: "\u{1F}", omittingEmptySubsequences: false)
        rows[hold] = Row(.possible, cells.map { String($0) })
    }

    private mutating func tell(_ wish: JSONValue, _ outcome: String, moved: Int) {
        let what = wish["do"]?.string ?? ""
        outcomes["\(what) \(outcome)", default: 0] += 1
        switch (what, outcome) {
        case ("reserve", "done"): change(wish) { $0.presence = .certain }
        case ("reserve", _): change(wish) { $0.presence = .absent }
        case ("extend", "done"): change(wish) { $0.dates = [wish["until"]?.string ?? ""] }
        case ("end", "done"): change(wish) { $0.endings.append(wish["status"]?.string ?? "") }
        case ("seats", "done"): widen(wish, by: moved...moved)
        case ("seats", "unsettled"): leave(wish)
        default: break
        }
    }

    private mutating func leave(_ wish: JSONValue) {
        switch wish["do"]?.string {
        case "extend": change(wish) { $0.dates.insert(wish["until"]?.string ?? "") }
        case "end": change(wish) { $0.statuses.insert(wish["status"]?.string ?? "") }
        case "seats":
            let manual = wish["manual"]?.string.flatMap { Int($0) } ?? 0
            widen(wish, by: min(manual, 0)...max(manual, 0))
        default: break
        }
    }

    private mutating func change(_ wish: JSONValue, _ body: (inout Row) -> Void) {
        guard let hold = wish["hold"]?.string, var row = rows[hold] else { return }
        body(&row)
        rows[hold] = row
    }

    private mutating func widen(_ wish: JSONValue, by change: ClosedRange<Int>) {
        guard !isKeptByPeople, let tag = wish["tag"]?.string, let spots = seats[tag]?.spots else { return }
        seats[tag]?.spots = (spots.lowerBound + change.lowerBound)...(spots.upperBound + change.upperBound)
    }

    // MARK: People

    /// A person deleted a row. It may come back if the program did not know yet that it had been there.
    mutating func removed(_ line: LedgerLine) {
        rows[line.identity]?.presence = .possible
        last[line.identity] = nil
    }

    /// A person ended a hold.
    mutating func ended(_ line: LedgerLine, by status: String) { rows[line.identity]?.byHand = status }

    /// A person moved the date of a hold.
    mutating func moved(_ line: LedgerLine, to date: String) { rows[line.identity]?.dates = [date] }

    /// A person added a row.
    mutating func added(_ line: LedgerLine) { rows[line.identity] = Row(.certain, line.cells) }

    /// A person wrote something beside a row.
    mutating func remarked(_ line: LedgerLine, _ remark: String) { rows[line.identity]?.remark = remark }

    /// A person set how many members of a clan may be replaced.
    mutating func setInactives(of tag: String, to text: String) {
        seats[tag]?.cells[SeatSheets.inactives.index] = text
    }

    /// A person set the seats open in the game.
    mutating func setSpots(of tag: String, to text: String) {
        let spots = Int(text) ?? 0
        seats[tag]?.spots = spots...spots
    }

    // MARK: What must be true at any time

    /// Keeps the ledger as people left it, for the next comparison.
    mutating func remember(_ ledger: [LedgerLine]) {
        last = Dictionary(ledger.map { ($0.identity, $0) }) { first, _ in first }
    }

    /// Holds the ledger against the one that was remembered: rows neither vanish nor come twice, what has ended stays as
    /// it is, and a recruit holds one seat.
    mutating func compare(_ ledger: [LedgerLine]) {
        let now = Dictionary(grouping: ledger, by: \.identity)
        for (identity, lines) in now where lines.count > 1 {
            Issue.record("row \(identity) is there \(lines.count) times")
        }
        for (identity, before) in last {
            guard let line = now[identity]?.first else {
                Issue.record("row \(identity) vanished")
                continue
            }
            if !before.isActive { #expect(line.cells == before.cells, "an ended row changed") }
        }
        let recruits = ledger.filter { $0.isActive && $0[.ticketUserID].hasPrefix("91") }
        for (recruit, holds) in Dictionary(grouping: recruits, by: { $0[.ticketUserID] }) where holds.count > 1 {
            Issue.record("recruit \(recruit) holds \(holds.count) seats: \(holds.map(\.identity))")
        }
        remember(ledger)
    }

    // MARK: What must be true at the end

    /// Holds the ledger against everything that was acknowledged.
    func check(_ ledger: [LedgerLine]) {
        let lines = Dictionary(grouping: ledger, by: \.identity)
        for identity in lines.keys where rows[identity] == nil { Issue.record("nobody asked for row \(identity)") }
        for (identity, row) in rows {
            switch (row.presence, lines[identity]?.first) {
            case (.certain, nil): Issue.record("row \(identity) is lost")
            case (.absent, _?): Issue.record("row \(identity) is there, though its recruiter was told that it is not")
            case (_, let line?): check(line, row)
            case (_, nil): break
            }
        }
        #expect(operations >= 60)
    }

    private func check(_ line: LedgerLine, _ row: Row) {
        #expect(Self.fixed(line.cells) == row.fixed)
        #expect(line.remark == row.remark)
        #expect(row.dates.contains(line[.reservedUntil]), "\(line) of \(row.dates)")
        #expect(row.endings.count <= 1, "\(line) ended \(row.endings)")
        if let byHand = row.byHand {
            #expect(line[.status] == byHand, "what a person wrote stands")
        } else if let ending = row.endings.first {
            #expect(line[.status] == ending, "\(line)")
        } else {
            #expect(row.statuses.contains(line[.status]), "\(line) of \(row.statuses)")
        }
    }

    /// Holds the roster against the ledger.
    func check(_ roster: RosterLines, against ledger: [LedgerLine]) {
        #expect(roster.clans.count == seats.count)
        for clan in roster.clans {
            guard let seats = seats[clan.tag] else { continue }
            let spots = Int(clan.cells[SeatSheets.manualSpots.index]) ?? -1
            #expect(seats.spots.contains(spots), "\(clan.tag) has \(spots) open seats of \(seats.spots)")
            let holds = ledger.filter { $0.isActive && ClanTag($0[.clanTag])?.text == clan.tag }
            var expected = seats.cells
            expected[SeatSheets.manualSpots.index] = String(spots)
            expected[SeatSheets.openSpots.index] = String(max(spots - holds.count, 0))
            expected[SeatSheets.holds.index] = String(holds.count)
            expected[SeatSheets.summary.index] = Self.summary(of: holds)
            #expect(clan.cells == expected, "\(clan.tag)")
        }
        let blank = { (row: [String]) in row.allSatisfy(\.isEmpty) }
        #expect(
            Set(roster.others.filter { !blank($0) }) == Set(others.filter { !blank($0) }), "a row without seats changed"
        )
    }

    /// The names of those who hold seats, each once, behind their number.
    private static func summary(of holds: [LedgerLine]) -> String {
        guard !holds.isEmpty else { return "" }
        var names: [String] = []
        for name in holds.map({ $0[.usernameSnapshot] }) where !names.contains(name) { names.append(name) }
        return "\(holds.count) -> \(names.joined(separator: ", "))"
    }

    private static func fixed(_ cells: [String]) -> [String] {
        var cells = cells
        cells[Reservation.Column.reservedUntil.rawValue] = ""
        cells[Reservation.Column.status.rawValue] = ""
        return cells
    }
}
