import Books
import Configuration
import Discord
import Service
import Synchronization

/// Starts the comparison of the roster with the ledger after each load of the roster (recruitment chapter, section 14.5;
/// runtime chapter, section 13.2).
final class SeatRepairs: Sendable {
    private static let switches = ["recruitment_welcome", "feature_reservations", "placement_reservations"]

    private let seats: SeatBook
    private let configuration: ConfigurationService
    private let roster: String
    private let activity: ActivityCounter

    init(_ seats: SeatBook, _ configuration: ConfigurationService, roster: String, activity: ActivityCounter) {
        self.seats = seats
        self.configuration = configuration
        self.roster = roster
        self.activity = activity
    }

    /// Whether anybody cares for seats.
    private var isWanted: Bool {
        !configuration.toggles.isUnusable && configuration.toggles.isOn(anyOf: Self.switches)
    }

    /// Hears that a load of the roster begins; returns at once.
    func prepare() {
        guard isWanted else { return }
        Task { await seats.prepareRepair() }
    }

    /// Hears of a load that has ended; returns at once.
    func note(_ result: RefreshResult) {
        guard result.name == roster, result.isOK, isWanted else { return }
        activity.begin()
        Task {
            await seats.repairDrift()
            activity.end()
        }
    }
}

/// The names of members, also of those whom the view has not seen yet: asked for once, so that what stands in the sheet does
/// not depend on who spoke since the start.
final class MemberNames: Sendable {
    private let rest: RESTClient
    private let view: GuildViewStore
    private let guilds: @Sendable () -> Set<GuildID>
    /// Those who are no members, or could not be asked for.
    private let unknown = Mutex<Set<UserID>>([])

    init(rest: RESTClient, view: GuildViewStore, guilds: @escaping @Sendable () -> Set<GuildID>) {
        self.rest = rest
        self.view = view
        self.guilds = guilds
    }

    /// The name under which somebody is known in a guild.
    func name(_ id: UInt64) -> String? {
        let user = UserID(integerLiteral: id)
        return view.snapshot.all.lazy.compactMap { $0.displayName(of: user) }.first
    }

    /// Makes the names of members known.
    func resolve(_ ids: [UInt64]) async {
        for id in ids where name(id) == nil {
            let user = UserID(integerLiteral: id)
            guard !unknown.withLock({ $0.contains(user) }) else { continue }
            var isMember = false
            for guild in view.snapshot.all.map(\.id) where guilds().isEmpty || guilds().contains(guild) {
                guard let member = try? await rest.member(user, of: guild) else { continue }
                view.remember(member, in: guild)
                isMember = true
            }
            if !isMember { unknown.withLock { _ = $0.insert(user) } }
        }
    }
}
