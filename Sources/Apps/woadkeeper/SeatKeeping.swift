import Books
import Configuration
import Service
import Synchronization

/// Starts the comparison of the roster with the ledger after each load of the roster (recruitment chapter, section 14.5;
/// runtime chapter, section 13.2).
final class SeatRepairs: Sendable {
    private static let switches = ["recruitment_welcome", "feature_reservations", "placement_reservations"]

    private let seats: SeatBook
    private let names: MemberNames
    private let configuration: ConfigurationService
    private let roster: String
    private let activity: ActivityCounter
    private let running = Mutex<Task<Void, Never>?>(nil)

    init(
        _ seats: SeatBook, _ names: MemberNames, _ configuration: ConfigurationService, roster: String,
        activity: ActivityCounter
    ) {
        self.seats = seats
        self.names = names
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
        let task = Task {
            defer { activity.end() }
            await names.canBeAsked()
            guard !Task.isCancelled else { return }
            await seats.repairDrift()
        }
        running.withLock { $0 = task }
    }

    /// Lets a comparison that waits for Discord wait no longer.
    func stop() { running.withLock { $0 }?.cancel() }
}
