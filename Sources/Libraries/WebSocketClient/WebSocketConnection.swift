/// One WebSocket message, put together from all of its fragments.
public enum WebSocketMessage: Sendable, Equatable {
    /// A text message; the bytes on the wire were valid UTF-8.
    case text(String)
    /// A binary message.
    case binary([UInt8])

    var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .binary(let bytes): bytes.count
        }
    }
}

/// How a connection ended.
public struct WebSocketClose: Sendable, Equatable {
    /// The close code: the peer's, or the one given to ``WebSocketConnection/close(code:reason:)``. `nil` when the
    /// peer's close frame carried none; ``abnormal`` when the connection ended without a closing handshake.
    ///
    /// The library below reports the peer's codes 1004 to 1006 and 1012 to 2999 as 1002.
    public var code: UInt16?
    /// The text of the close frame, or what went wrong.
    public var reason: String
    /// Whether the peer closed or dropped the connection.
    public var initiatedByPeer: Bool

    /// Describes an end.
    public init(code: UInt16?, reason: String, initiatedByPeer: Bool) {
        self.code = code
        self.reason = reason
        self.initiatedByPeer = initiatedByPeer
    }

    /// 1006, the number that RFC 6455 7.1.5 reserves for an end without a close frame.
    public static let abnormal: UInt16 = 1006
}

/// An open WebSocket. All methods may be called from any task.
public protocol WebSocketConnection: Sendable {
    /// The next message, in the order of arrival; `nil` once the connection has ended and everything that arrived
    /// before was received. While nobody receives, a bounded number of messages waits and then the socket is not
    /// read any more, which also means that no ping of the peer is answered.
    /// - Throws: `CancellationError`; no message is lost by it.
    func receive() async throws -> WebSocketMessage?

    /// Sends a message; returns when it was handed to the operating system.
    /// - Throws: ``WebSocketError/closed(_:)``, ``WebSocketError/outboxFull(limit:)``,
    ///   ``WebSocketError/messageTooLarge(limit:)``, or `CancellationError` if it was cancelled in time to not be sent.
    func send(_ message: WebSocketMessage) async throws

    /// Sends a ping frame; returns and throws as ``send(_:)``. Pings of the peer are answered without help.
    func ping() async throws

    /// Sends what is queued, then a close frame, and returns when the peer has answered it or after the client's
    /// close timeout. Does nothing on a connection that has ended.
    /// - Parameters:
    ///   - code: 1000 to 1003, 1007 to 1011 or 3000 to 4999; anything else cannot be sent and becomes 1000.
    ///   - reason: cut to the 123 bytes that fit into a close frame.
    func close(code: UInt16, reason: String) async

    /// Drops the connection at once, without a closing handshake. Messages not yet received are dropped too.
    func abort() async

    /// How the connection ended; `nil` while it is open.
    var closure: WebSocketClose? { get async }
}
