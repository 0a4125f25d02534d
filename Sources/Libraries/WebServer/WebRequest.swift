/// One HTTP request, with its whole body.
public struct WebRequest: Sendable {
    /// The method as sent, for example `PATCH`.
    public var method: String
    /// The path, percent-decoded, without the query.
    public var path: String
    /// The segments that stood for the `:name` parts of the route's pattern, each percent-decoded once.
    public var parameters: [String: String]
    /// The query's pairs in their order, each percent-decoded once after splitting; `+` reads as a space.
    public var query: [(name: String, value: String)]
    /// The header fields in their order.
    public var headers: [(name: String, value: String)]
    /// The body; empty if there was none.
    public var body: [UInt8]
    /// The peer's IPv4 address.
    public var peerAddress: String
    /// The identity of this exchange, a UUIDv4 in lower case; the response carries it as `X-Trace-Id`.
    public var trace: String

    /// Creates a request, which is of use for tests of handlers.
    public init(
        method: String, path: String, parameters: [String: String] = [:], query: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [], body: [UInt8] = [], peerAddress: String = "127.0.0.1",
        trace: String
    ) {
        self.method = method
        self.path = path
        self.parameters = parameters
        self.query = query
        self.headers = headers
        self.body = body
        self.peerAddress = peerAddress
        self.trace = trace
    }

    /// Whether the peer is on this machine (127.0.0.0/8).
    public var isLoopbackPeer: Bool { peerAddress.hasPrefix("127.") }

    /// The first value of the query under exactly this name.
    public func queryValue(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }

    /// The first header field of this name, in any case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name.equalsIgnoringASCIICase(name) }?.value
    }
}

extension String {
    func equalsIgnoringASCIICase(_ other: String) -> Bool {
        utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8) { $0.asciiLowercased == $1.asciiLowercased }
    }
}

extension UInt8 {
    var asciiLowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}
