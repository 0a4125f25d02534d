import Synchronization

/// Knows the highest sequence whose predecessors are all dealt with: what a later process may resume from.
///
/// Dispatches begin in order and end in any order, each in its lane.
public final class SequenceTracker: Sendable {
    private struct State {
        var session = ""
        var open: Set<Int> = []
        var newest = 0
    }

    private let state = Mutex(State())

    /// Creates an empty tracker.
    public init() {}

    /// Starts with a session of which everything up to `sequence` is dealt with.
    func reset(session: String, sequence: Int) {
        state.withLock { $0 = State(session: session, open: [], newest: sequence) }
    }

    /// A dispatch was handed out.
    func begin(_ sequence: Int, of session: String) {
        state.withLock { state in
            guard state.session == session else { return }
            state.open.insert(sequence)
            state.newest = sequence
        }
    }

    /// Everything that a dispatch caused is done. Calls for another session are ignored.
    public func finish(_ sequence: Int, of session: String) {
        state.withLock { state in
            guard state.session == session else { return }
            state.open.remove(sequence)
        }
    }

    /// The session's id and the highest sequence below which nothing is open.
    public var checkpoint: (session: String, sequence: Int) {
        state.withLock { state in
            (state.session, state.open.min().map { $0 - 1 } ?? state.newest)
        }
    }
}
