import Discord
import Synchronization

/// The uses of components that were acknowledged and wait for their turn, so that a handler knows whether another one of
/// the same burst follows.
final class Presses: Sendable {
    private struct Key: Hashable {
        var message: MessageID
        var user: UserID
    }

    private let waiting = Mutex<[Key: Set<InteractionID>]>([:])

    /// How many uses wait for their turn.
    var count: Int { waiting.withLock { $0.values.reduce(0) { $0 + $1.count } } }

    /// Notes that a use waits for its turn.
    func add(_ interaction: Interaction) {
        guard let key = Self.key(interaction) else { return }
        waiting.withLock { _ = $0[key, default: []].insert(interaction.id) }
    }

    /// Notes that a use has its turn. What is delivered twice waits once.
    func remove(_ interaction: Interaction) {
        guard let key = Self.key(interaction) else { return }
        waiting.withLock { waiting in
            waiting[key]?.remove(interaction.id)
            if waiting[key]?.isEmpty == true { waiting[key] = nil }
        }
    }

    /// Whether another use by the same person on the same message waits.
    func hasSuccessor(of interaction: Interaction) -> Bool {
        guard let key = Self.key(interaction) else { return false }
        return waiting.withLock { $0[key] != nil }
    }

    private static func key(_ interaction: Interaction) -> Key? {
        interaction.message.map { Key(message: $0.id, user: interaction.user.id) }
    }
}
