public import Service
import Synchronization

/// Remembers keys for a short while, so that the same thing is said once.
///
/// The first of several events with one key passes; later ones inside the window are dropped and do not extend it. At
/// most 256 keys are remembered, the oldest are forgotten first. Source: runtime chapter, section 10.6.
public final class Deduper: Sendable {
    private static let window = Duration.seconds(5)
    private static let capacity = 256

    private let time: any TimeSource
    /// In the order of their time.
    private let seen = Mutex<[(key: String, at: Timestamp)]>([])

    /// A deduper on transport time.
    public init(time: any TimeSource) {
        self.time = time
    }

    /// Whether nothing with this key passed within the window.
    public func isNew(_ key: String) -> Bool {
        let now = time.now
        return seen.withLock { seen in
            seen.removeAll { now - $0.at >= Self.window }
            guard !seen.contains(where: { $0.key == key }) else { return false }
            if seen.count == Self.capacity { seen.removeFirst() }
            seen.append((key, now))
            return true
        }
    }
}
