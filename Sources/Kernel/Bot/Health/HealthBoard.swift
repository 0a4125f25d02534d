public import Service
import Synchronization

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

    private struct State {
        var components: [String: Component] = [:]
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    private let time: any TimeSource
    private let state = Mutex(State())

    /// Creates a board on calendar time.
    public init(time: any TimeSource) {
        self.time = time
    }

    /// Notes what a component says of itself.
    public func report(_ name: String, isWell: Bool) {
        let now = time.now.seconds
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.components[name] = Component(isWell: isWell, reportedAt: now)
            guard Self.isReady(state.components) else { return [] }
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits until every required component is well, or until the caller's task is cancelled.
    public func waitUntilReady() async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state -> Bool in
                    if Task.isCancelled || Self.isReady(state.components) { return true }
                    state.waiting[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
    }

    /// Every known component by name; the required ones always.
    public var snapshot: [(name: String, component: Component)] {
        var known = state.withLock { $0.components }
        for name in Self.required where known[name] == nil {
            known[name] = Component(isWell: false, reportedAt: 0)
        }
        return known.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Whether every required component is well.
    public var isReady: Bool {
        state.withLock { Self.isReady($0.components) }
    }

    private static func isReady(_ components: [String: Component]) -> Bool {
        required.allSatisfy { components[$0]?.isWell == true }
    }

    /// Whether every known component is well, the required ones included.
    public var isWell: Bool { snapshot.allSatisfy(\.component.isWell) }
}
