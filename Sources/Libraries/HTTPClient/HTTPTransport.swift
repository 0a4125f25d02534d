/// Something that makes exchanges: the network, or a script in tests.
public protocol HTTPTransport: Sendable {
    /// Sends a request and waits for the whole response.
    ///
    /// - Throws: what hindered a whole response; a response of any status is not an error.
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse
}

/// Why there is no response.
public enum HTTPError: Error, Sendable, Hashable {
    /// The request cannot be sent as it is: bad address, scheme or header.
    case invalidRequest(String)
    /// The task was cancelled. Whether the request was applied is unknown.
    case cancelled
    /// The deadline or the connect timeout passed.
    case timedOut(requestSent: Bool)
    /// No connection could be opened; nothing was sent.
    case connectionFailed(String)
    /// The connection broke, or what came was not HTTP.
    case connectionLost(String, requestSent: Bool)
    /// The server's certificate was refused or TLS could not be agreed; nothing was sent.
    case tls(String)
    /// The response is longer than the request allows.
    case responseTooLarge(limit: Int)
    /// The connection policy forbids this address; nothing was sent.
    case forbiddenAddress(String)
    /// The client was shut down.
    case stopped

    /// Whether the request may have reached the server. If false, the server has certainly not seen it.
    public var mayHaveBeenSent: Bool {
        switch self {
        case .invalidRequest, .connectionFailed, .tls, .forbiddenAddress: false
        case .timedOut(let requestSent), .connectionLost(_, let requestSent): requestSent
        case .cancelled, .responseTooLarge, .stopped: true
        }
    }
}

extension HTTPError: CustomStringConvertible {
    /// One line for a log; names no path and no header.
    public var description: String {
        switch self {
        case .invalidRequest(let reason): "invalid request: \(reason)"
        case .cancelled: "cancelled"
        case .timedOut(let requestSent): requestSent ? "timed out waiting for the response" : "timed out before sending"
        case .connectionFailed(let reason): "connection failed: \(reason)"
        case .connectionLost(let reason, let requestSent):
            "connection lost \(requestSent ? "after" : "before") sending: \(reason)"
        case .tls(let reason): "TLS failed: \(reason)"
        case .responseTooLarge(let limit): "response longer than \(limit) bytes"
        case .forbiddenAddress(let address): "address \(address) is not public"
        case .stopped: "client stopped"
        }
    }
}
