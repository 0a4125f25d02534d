import Bot
import Cluster
import Discord
import FoundationEssentials
import Journal
import Service

/// A hold that waits for the word of the recruiter who asked for it with `/reserve new`. Kept in the journal, so that the
/// buttons of the message that asks work after a restart.
struct HoldProposal: Codable, Sendable, Hashable {
    /// The buttons of the message that asks.
    enum Control {
        static let save = "resv_save"
        static let change = "resv_change"
        static let reason = "resv_reason"
        static let cancel = "resv_cancel"
    }

    /// The interaction that asked for it: its record in the journal, which the buttons name. The id of their message is not
    /// known before somebody may press them.
    let id: InteractionID
    /// Who asked for it.
    let owner: UserID
    /// The tag as the roster writes it.
    let label: String
    let recruit: UserID
    private let lastDay: Int
    let reason: String
    /// Whether no seat is free, so that there must be a reason.
    var isFull: Bool
    /// Whether the recruit is a member of the server.
    let isMember: Bool

    init(
        id: InteractionID, owner: UserID, label: String, recruit: UserID, until: CalendarDay, reason: String,
        isFull: Bool, isMember: Bool
    ) {
        self.id = id
        self.owner = owner
        self.label = label
        self.recruit = recruit
        lastDay = until.daysSince1970
        self.reason = reason
        self.isFull = isFull
        self.isMember = isMember
    }

    /// The custom id of a control that belongs to it.
    func customID(_ name: String) -> String { "\(name):\(id)" }

    var tag: ClanTag? { ClanTag(label) }
    var until: CalendarDay { CalendarDay(daysSince1970: lastDay) }
    var needsReason: Bool { isFull && reason.isEmpty }

    /// What is to be saved.
    var request: HoldRequest? {
        tag.map { HoldRequest(label: label, tag: $0, recruit: recruit, until: until, reason: reason) }
    }
}

/// The journal's records of what waits for a recruiter's word.
struct ProposalBook: Sendable {
    private static let kind = "reserve.proposal"

    let journal: Journal

    /// What a control belongs to; nil where that was settled.
    func proposal(_ control: ComponentID) async throws -> HoldProposal? {
        guard let id = control.fields.first.flatMap({ UInt64($0) }),
            let record = try await journal.panel(id), record.kind == Self.kind
        else { return nil }
        return try? JSONDecoder().decode(HoldProposal.self, from: Data(record.state))
    }

    func save(_ proposal: HoldProposal) async throws {
        let state = Array(try JSONEncoder().encode(proposal))
        try await journal.savePanel(proposal.id.rawValue.rawValue, kind: Self.kind, state: state)
    }

    func forget(_ proposal: HoldProposal) async throws {
        try await journal.deletePanel(proposal.id.rawValue.rawValue)
    }
}
