public import WebSocketClient

/// Opens the WebSocket that a ``Gateway`` speaks over.
///
/// The live one is a `WebSocketClient`; tests script their own.
public protocol GatewayTransport: Sendable {
    /// Opens a connection.
    /// - Throws: whatever kept the handshake from succeeding within `deadline`.
    func open(_ url: String, deadline: Duration) async throws -> any WebSocketConnection
}

extension WebSocketClient: GatewayTransport {
    /// Opens a connection without further headers.
    public func open(_ url: String, deadline: Duration) async throws -> any WebSocketConnection {
        try await connect(to: url, headers: [], deadline: deadline)
    }
}
