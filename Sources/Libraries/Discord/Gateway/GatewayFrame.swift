public import JSON

/// One payload of the gateway. Only the envelope is looked at; the body stays a view until somebody wants it.
struct GatewayFrame: Sendable {
    /// The operations that matter to a client. Source: Discord documentation, "Gateway Opcodes".
    enum Operation: Int, Sendable {
        case dispatch = 0
        case heartbeat = 1
        case identify = 2
        case presence = 3
        case resume = 6
        case reconnect = 7
        case requestMembers = 8
        case invalidSession = 9
        case hello = 10
        case acknowledgement = 11
    }

    /// The operation; nil for one that this client does not know.
    var operation: Operation?
    /// The sequence of a dispatch.
    var sequence: Int?
    /// The name of a dispatch.
    var name: String?
    /// The body.
    var body: JSONView?

    init(parsing payload: [UInt8]) throws(JSONError) {
        let root = try JSONDocument(parsing: payload).root
        operation = root["op"]?.int.flatMap(Operation.init)
        sequence = root["s"]?.int
        name = root["t"]?.string
        body = root["d"]
    }
}

/// An event as it was dispatched; the body is decoded by whoever listens.
public struct GatewayDispatch: Sendable {
    /// The session's sequence number.
    public var sequence: Int
    /// The name: `MESSAGE_CREATE`.
    public var name: String
    /// The body.
    public var body: JSONView
    /// The session that it belongs to.
    public var sessionID: String
}
