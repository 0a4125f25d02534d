/// What the program writes into a clan's row: how many seats are free, how many are held, and for whom.
///
/// A pure function of the seats open in the game and the holds. Source: recruitment chapter, section 11; sheets chapter,
/// section 5.1.
public struct Availability: Sendable, Hashable {
    /// AF: seats that are open and not held; never below 0.
    public let openSpots: Int
    /// AH: the number of holds.
    public let activeHolds: Int
    /// AI: `2 -> Ann, Bo`; empty without holds, `2 ->` where no name is known.
    public let summary: String

    /// - Parameters:
    ///   - manualOpenSpots: column E.
    ///   - holders: for whom each hold is, one entry per hold, in the order of the ledger; blank where nobody knows.
    public init(manualOpenSpots: Int, holders: [String]) {
        activeHolds = holders.count
        openSpots = Self.effective(manualOpenSpots: manualOpenSpots, holds: holders.count)
        summary = Self.summary(of: holders)
    }

    /// Seats that are open and not held: E less the holds, never below 0.
    public static func effective(manualOpenSpots: Int, holds: Int) -> Int {
        max(manualOpenSpots - holds, 0)
    }

    /// The cells that do not say this yet.
    public func writes(over clan: Clan) -> [SeatWrite] {
        let wanted = [
            SeatWrite(.openSpots, .number(openSpots)), SeatWrite(.activeHolds, .number(activeHolds)),
            SeatWrite(.holdSummary, .text(summary)),
        ]
        return wanted.filter { clan[$0.column] != $0.text }
    }

    private static func summary(of holders: [String]) -> String {
        guard !holders.isEmpty else { return "" }
        var names: [String] = []
        for holder in holders.map({ String($0.trimmed) }) where !holder.isEmpty && !names.contains(holder) {
            names.append(holder)
        }
        return names.isEmpty ? "\(holders.count) ->" : "\(holders.count) -> \(names.joined(separator: ", "))"
    }
}
