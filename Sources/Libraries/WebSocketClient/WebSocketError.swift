/// Why a WebSocket could not be opened or used.
public enum WebSocketError: Error, Sendable, Equatable {
    /// Not a `ws://` or `wss://` URL that can be connected to.
    case invalidURL(String)
    /// A header that cannot be sent, or that belongs to the handshake itself.
    case invalidHeader(String)
    /// The host name has no address; the text is the resolver's.
    case nameResolutionFailed(String)
    /// No TCP connection, or it was lost before the server answered the handshake.
    case connectionFailed(String)
    /// The TLS handshake failed or the certificate was refused.
    case tls(String)
    /// The server answered with an HTTP status other than 101.
    case handshakeRejected(status: Int)
    /// The server answered 101 but not as RFC 6455 4.2.2 demands.
    case handshakeInvalid(String)
    /// The deadline of the connect has passed.
    case timedOut
    /// The connection has ended; nothing can be sent any more.
    case closed(WebSocketClose)
    /// A message to be sent is larger than this many bytes.
    case messageTooLarge(limit: Int)
    /// This many messages are waiting to be sent already.
    case outboxFull(limit: Int)
    /// The client was shut down, or could not start; the text says which.
    case unavailable(String)
}
