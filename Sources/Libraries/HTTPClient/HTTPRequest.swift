/// A request method.
public enum HTTPMethod: String, Sendable, Hashable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"

    /// Whether doing it twice is the same as doing it once (RFC 9110, section 9.2.2).
    public var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete: true
        case .post, .patch: false
        }
    }
}

/// Which addresses a request may connect to.
public enum ConnectionPolicy: Sendable, Hashable {
    /// Every address.
    case any
    /// Only addresses of the public Internet. Checked on the address that is connected to, after names are resolved
    /// and also when a kept connection is used again, so a public name that leads to a private address is refused.
    case publicAddressesOnly
}

/// One exchange to be made.
///
///     var request = HTTPRequest(.post, "https://example.org/rows")
///     request.body = .bytes(json, contentType: "application/json")
///     request.deadline = .seconds(5)
public struct HTTPRequest: Sendable {
    /// The method.
    public var method: HTTPMethod
    /// The whole address: `http` or `https`, only printable ASCII, without user name and password.
    public var url: String
    /// Header fields. `Content-Type` comes from the body and `User-Agent` from the client's options if not given here.
    public var headers: HTTPHeaders
    /// What is sent.
    public var body: HTTPBody
    /// How long the whole exchange may take, counted from the call of `send`, with time spent waiting for a connection.
    public var deadline: Duration
    /// The longest body that is accepted, after decompression.
    public var maximumResponseBytes: Int
    /// Which addresses may be connected to.
    public var connectionPolicy: ConnectionPolicy
    /// Whether the server is asked for a compressed body, which is then delivered decompressed. The response's headers
    /// still speak of the compressed one.
    public var acceptsCompression: Bool

    /// Creates a request.
    public init(
        _ method: HTTPMethod,
        _ url: String,
        headers: HTTPHeaders = [:],
        body: HTTPBody = .none,
        deadline: Duration = .seconds(15),
        maximumResponseBytes: Int = 16 << 20,
        connectionPolicy: ConnectionPolicy = .any,
        acceptsCompression: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.deadline = deadline
        self.maximumResponseBytes = maximumResponseBytes
        self.connectionPolicy = connectionPolicy
        self.acceptsCompression = acceptsCompression
    }
}
