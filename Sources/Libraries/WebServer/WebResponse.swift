/// One HTTP response, with its whole body.
public struct WebResponse: Sendable {
    /// The status, 200 to 599.
    public var status: Int
    /// Header fields. `Content-Length`, `Connection`, `Transfer-Encoding`, `Date` and `X-Trace-Id` are the server's and
    /// ignored here, as is a field whose name or value could not stand on one line.
    public var headers: [(name: String, value: String)]
    /// The body; not sent for HEAD, 204 and 304.
    public var body: [UInt8]
    /// For servers that try their clients: after so many bytes of head and body together the connection is closed,
    /// whatever the head promised. Nil sends everything.
    public var breaksOffAfter: Int?

    /// Creates a response.
    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A plain text in UTF-8.
    public static func text(_ text: String, status: Int = 200) -> WebResponse {
        bytes(Array(text.utf8), contentType: "text/plain; charset=utf-8", status: status)
    }

    /// A JSON document that is already encoded.
    public static func json(_ bytes: [UInt8], status: Int = 200) -> WebResponse {
        self.bytes(bytes, contentType: "application/json", status: status)
    }

    /// Any bytes.
    public static func bytes(_ bytes: [UInt8], contentType: String, status: Int = 200) -> WebResponse {
        WebResponse(status: status, headers: [("Content-Type", contentType)], body: bytes)
    }
}

/// What is known of an answered request; one record each, also for answers that the server made by itself.
public struct AccessRecord: Sendable {
    /// The identity that the response carried as `X-Trace-Id`.
    public var trace: String
    /// The method as sent; empty if the request could not be read that far.
    public var method: String
    /// The decoded path without the query; empty if the request could not be read that far.
    public var path: String
    /// The status that was sent; 101 for a WebSocket, 499 if the peer left before the handler had answered.
    public var status: Int
    /// From the first byte of the request to the response handed to the socket.
    public var duration: Duration
    /// The peer's IPv4 address.
    public var peerAddress: String
}
