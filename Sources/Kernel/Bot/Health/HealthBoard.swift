public import Service

/// The health components that probes and `!ops health` show: what reported, whether it is well, and since when.
///
/// Source: runtime chapter, sections 6.3 and 6.4.
public final class HealthBoard: Sendable {
    /// The state of one component.
    public struct Component: Sendable, Equatable {
        /// Whether it is well.
        public var isWell: Bool
        /// When it last reported, in seconds since the Unix epoch; 0 for one that never did.
        public var reportedAt: Double
    }

    /// The components without which the bot is not ready.
    public static let required = ["runtime", "discord"]

    private let time: any TimeSource
    private let components = Awaitable<[String: Component]>([:])

    /// Creates a board on calendar time.
    public init(time: any TimeSource) {
        self.time = time
    }

    /// Notes what a component says of itself.
    public func report(_ name: String, isWell: Bool) {
        let component = Component(isWell: isWell, reportedAt: time.now.seconds)
        components.withLock { $0[name] = component }
    }

    /// Waits until every required component is well, or until the caller's task is cancelled.
    public func waitUntilReady() async {
        await components.until(Self.isReady)
    }

    /// Every known component by name; the required ones always.
    public var snapshot: [(name: String, component: Component)] {
        var known = components.withLock { $0 }
        for name in Self.required where known[name] == nil {
            known[name] = Component(isWell: false, reportedAt: 0)
        }
        return known.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Whether every required component is well.
    public var isReady: Bool {
        components.withLock { Self.isReady($0) }
    }

    @Sendable
    private static func isReady(_ components: [String: Component]) -> Bool {
        required.allSatisfy { components[$0]?.isWell == true }
    }

    /// Whether every known component is well, the required ones included.
    public var isWell: Bool { snapshot.allSatisfy(\.component.isWell) }
}
