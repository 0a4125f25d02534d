/// What crosses the wire between a simulator and its bots, for measurements of the time between cause and effect.
public enum WireEvent: Sendable {
    /// A gateway payload is about to be compressed and written; these are its bytes as JSON.
    case payloadLeaves([UInt8])
    /// A request with a known route was read and is not yet dealt with; the path is without `/api/v10`.
    case requestArrives(method: String, path: String)
}
