/// The protocol that an exchange used.
public enum HTTPVersion: Sendable, Hashable {
    case http1_0
    case http1_1
    case http2
    case http3
}

/// How long the parts of an exchange took, each counted from its start.
public struct HTTPTimings: Sendable, Hashable {
    /// Until the host's name was resolved.
    public var nameLookup: Duration
    /// Until the connection was open; zero if one was used again.
    public var connect: Duration
    /// Until TLS was agreed; zero without TLS or if a connection was used again.
    public var tls: Duration
    /// Until the first byte of the response.
    public var firstByte: Duration
    /// Until the end.
    public var total: Duration
    /// Whether a kept connection was used.
    public var reusedConnection: Bool

    /// Creates timings.
    public init(
        nameLookup: Duration = .zero,
        connect: Duration = .zero,
        tls: Duration = .zero,
        firstByte: Duration = .zero,
        total: Duration = .zero,
        reusedConnection: Bool = false
    ) {
        self.nameLookup = nameLookup
        self.connect = connect
        self.tls = tls
        self.firstByte = firstByte
        self.total = total
        self.reusedConnection = reusedConnection
    }
}

/// A complete response. Every status is one, also 3xx (redirects are not followed), 4xx and 5xx.
public struct HTTPResponse: Sendable {
    /// The status code.
    public var status: Int
    /// The header fields; trailers are dropped.
    public var headers: HTTPHeaders
    /// The body.
    public var body: [UInt8]
    /// The protocol that was used.
    public var version: HTTPVersion
    /// How long it took.
    public var timings: HTTPTimings
    /// Whether the request was sent a second time because a kept connection had died without an answer: the first one may
    /// have been applied too. Only idempotent requests are.
    public var wasSentAgain: Bool

    /// Creates a response, as a scripted transport does.
    public init(
        status: Int,
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        version: HTTPVersion = .http1_1,
        timings: HTTPTimings = HTTPTimings(),
        wasSentAgain: Bool = false
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.version = version
        self.timings = timings
        self.wasSentAgain = wasSentAgain
    }
}
