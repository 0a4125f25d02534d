package import Service
import Synchronization

/// A clock that is off by as much as it was told.
package final class AdjustableClock: TimeSource {
    private let base: any TimeSource
    private let offset = Mutex(Duration.zero)

    package init(_ base: any TimeSource) {
        self.base = base
    }

    package var now: Timestamp { base.now + offset.withLock { $0 } }

    package func sleep(until deadline: Timestamp) async throws {
        try await base.sleep(until: deadline - offset.withLock { $0 })
    }

    /// Sets it, as an operator or a time server does.
    package func adjust(by duration: Duration) { offset.withLock { $0 += duration } }
}
