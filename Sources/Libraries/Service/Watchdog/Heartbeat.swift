import Synchronization

/// What is known about the liveness of a connection, on a monotonic clock.
///
/// Every frame that arrives touches it, acknowledgements included; so a quiet night is not a stall.
public final class Heartbeat: Sendable {
    /// What is known at one moment. Ages are never negative.
    public struct Snapshot: Sendable, Equatable {
        /// Whether the connection stands.
        public var isConnected: Bool
        /// Time since the last sign of life, at first since the start.
        public var lastEventAge: Duration
        /// Time since the connection was last ready to use; nil if it never was.
        public var lastReadyAge: Duration?
        /// Time since the present outage began; nil while there is none, and before the first connection.
        public var disconnectAge: Duration?
        /// Time since the start of the process.
        public var processAge: Duration

        /// A snapshot; see the properties for what each argument means.
        public init(
            isConnected: Bool,
            lastEventAge: Duration,
            lastReadyAge: Duration?,
            disconnectAge: Duration?,
            processAge: Duration
        ) {
            self.isConnected = isConnected
            self.lastEventAge = lastEventAge
            self.lastReadyAge = lastReadyAge
            self.disconnectAge = disconnectAge
            self.processAge = processAge
        }
    }

    private struct State {
        var isConnected = false
        var lastEvent: Timestamp
        var lastReady: Timestamp?
        var outage: Timestamp?
    }

    private let time: any TimeSource
    private let start: Timestamp
    private let state: Mutex<State>

    /// A heartbeat that begins now; `time` is transport time.
    public init(time: any TimeSource) {
        self.time = time
        start = time.now
        state = Mutex(State(lastEvent: start))
    }

    /// Notes a sign of life.
    public func touch() {
        let now = time.now
        state.withLock { $0.lastEvent = now }
    }

    /// Notes that the connection stands; ends an outage.
    public func connected() {
        let now = time.now
        state.withLock { state in
            state.isConnected = true
            state.lastEvent = now
            state.outage = nil
        }
    }

    /// Notes that the connection is ready to use; ends an outage.
    public func ready() {
        let now = time.now
        state.withLock { state in
            state.isConnected = true
            state.lastEvent = now
            state.lastReady = now
            state.outage = nil
        }
    }

    /// Notes that the connection is lost. Failed attempts to reconnect do not restart the outage.
    public func disconnected() {
        let now = time.now
        state.withLock { state in
            state.isConnected = false
            if state.outage == nil { state.outage = now }
        }
    }

    /// What is known now.
    public var snapshot: Snapshot {
        let now = time.now
        func age(_ time: Timestamp) -> Duration { max(.zero, now - time) }
        return state.withLock { state in
            Snapshot(
                isConnected: state.isConnected,
                lastEventAge: age(state.lastEvent),
                lastReadyAge: state.lastReady.map(age),
                disconnectAge: state.outage.map(age),
                processAge: age(start)
            )
        }
    }
}
