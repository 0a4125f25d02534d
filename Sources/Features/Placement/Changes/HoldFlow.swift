import Cluster
import Discord

/// A change of a hold and all that follows it, as the journal keeps it from right before the ledger is written until the last
/// step is done. A process that is killed in between leaves the rest to the next one.
///
/// What is kept is what the next process cannot find out: whose event it was, where it was asked for, and how the hold stood.
/// Texts, names and numbers are made anew. Source: sheets chapter, section 9.3; design, section 6.
struct HoldFlow: Codable, Sendable, Hashable {
    /// What is done to the hold.
    enum Kind: String, Codable, Sendable, CaseIterable {
        case reserve, extend, release, expire
    }

    /// What follows the ledger.
    enum Step: String, Sendable, CaseIterable {
        /// The clan's numbers.
        case recompute
        /// The line that operators look for.
        case log
        /// What the ticket hears.
        case note
        /// The thread's name.
        case rename
        /// The line for the reservation audit.
        case audit
        /// What the person hears who asked for it.
        case answer
    }

    /// Who waits for an answer, and where.
    struct Asked: Codable, Sendable, Hashable {
        var channel: ChannelID
        /// The message that asks, or whose button was pressed; nil for a slash command.
        var message: MessageID?
        var person: UserID
        /// Whether the answer is an edit of that message.
        var isButton = false
        /// A question that is to go away.
        var prompt: MessageID?
    }

    /// How a change stands in the ledger.
    enum Standing: Sendable, Hashable {
        /// The ledger says it.
        case made(Reservation)
        /// The ledger is as it was.
        case notMade
        /// Somebody has changed the hold since, so that nothing follows any more.
        case overtaken
    }

    var kind: Kind
    /// The event's key: the same event is one flow.
    var cause: String
    var guild: GuildID?
    /// The nine cells before the change, of a new hold those that are added.
    var cells: [String]
    /// The tag as the roster writes it.
    var label: String
    /// Whom it is about, where an id tells.
    var user: UserID?
    /// The new last day, where it moves.
    var until: String?
    /// The day in UTC on which it began.
    var day: String
    var asked: Asked?

    /// The flow's name in the journal.
    var id: String { "\(Self.prefix)\(kind.rawValue):\(cause):\(hold.map { "\($0.identity)" } ?? "")" }

    /// What names of flows of holds begin with.
    static let prefix = "hold:"

    /// The hold as it was, of a new one as it shall be.
    var hold: Reservation? { Reservation(cells: cells, sheetRow: 0) }

    /// What follows, in this order.
    var steps: [Step] {
        switch kind {
        case .reserve: [.recompute, .answer, .rename, .log]
        case .extend: [.log, .note, .answer]
        case .release: [.recompute, .log, .note, .rename, .answer]
        case .expire: [.note, .rename, .audit, .log, .recompute]
        }
    }

    /// What is left once some steps are done.
    func remaining(after done: Set<Step>) -> [Step] { steps.filter { !done.contains($0) } }

    /// How the change stands in a ledger that was read just now.
    func standing(in ledger: ReservationLedger) -> Standing {
        guard let identity = hold?.identity else { return .overtaken }
        guard let row = ledger.reservations.first(where: { $0.identity == identity }) else {
            return kind == .reserve ? .notMade : .overtaken
        }
        switch (kind, row.status) {
        case (.reserve, .active): return .made(row)
        case (.extend, .active): return row.reservedUntil?.description == until ? .made(row) : .notMade
        case (.release, .released), (.expire, .expired): return .made(row)
        case (.release, .active), (.expire, .active): return .notMade
        default: return .overtaken
        }
    }
}
