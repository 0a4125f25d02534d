/// The network as an ``HTTPTransport``: HTTP/1.1 and HTTP/2 over TLS by libcurl, with connections kept and shared.
///
///     let client = HTTPClient()
///     let response = try await client.send(HTTPRequest(.get, "https://example.org"))
///     await client.shutdown()
///
/// All work is done by one thread of its own; the calls only wait. Redirects are never followed, proxies of the
/// environment are not used, cookies are not kept.
public final class HTTPClient: HTTPTransport {
    /// How a client behaves.
    public struct Options: Sendable {
        /// A file of PEM certificates to trust beside the system's directory of authorities.
        public var caFile: String?
        /// How long name resolution, connecting and TLS may take together.
        public var connectTimeout: Duration
        /// How many connections one host may have; further requests wait within their deadline.
        public var maximumConnectionsPerHost: Int
        /// How many idle connections are kept.
        public var maximumIdleConnections: Int
        /// The `User-Agent` of requests that bring none.
        public var userAgent: String?
        /// Called after every exchange on the client's thread; must not block.
        public var observer: (@Sendable (HTTPExchange) -> Void)?

        /// Creates options.
        public init(
            caFile: String? = nil,
            connectTimeout: Duration = .seconds(5),
            maximumConnectionsPerHost: Int = 16,
            maximumIdleConnections: Int = 32,
            userAgent: String? = nil,
            observer: (@Sendable (HTTPExchange) -> Void)? = nil
        ) {
            self.caFile = caFile
            self.connectTimeout = connectTimeout
            self.maximumConnectionsPerHost = maximumConnectionsPerHost
            self.maximumIdleConnections = maximumIdleConnections
            self.userAgent = userAgent
            self.observer = observer
        }
    }

    private let loop: CurlLoop

    /// Creates a client and starts its thread.
    public init(options: Options = Options()) {
        loop = CurlLoop(options: options)
    }

    deinit {
        loop.stop()
    }

    /// Sends a request within its deadline. Cancelling the task ends the exchange at once.
    public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let id = loop.makeID()
        let deadline = ContinuousClock.now + request.deadline
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.submit(.init(id: id, request: request, deadline: deadline, continuation: continuation))
                // The handler may have run before there was anything to cancel.
                if Task.isCancelled { loop.cancel(id) }
            }
        } onCancel: {
            loop.cancel(id)
        }
        return try result.get()
    }

    /// Fails what is in flight with ``HTTPError/stopped``, closes all connections and waits until the thread has ended.
    /// Later calls of ``send(_:)`` fail at once; shutting down again waits for the same end.
    public func shutdown() async {
        loop.stop()
        await loop.waitUntilEnded()
    }
}

/// What an observer is told of one exchange.
public struct HTTPExchange: Sendable {
    /// The request's method.
    public var method: HTTPMethod
    /// The host with its port, if the address names one.
    public var host: String
    /// The status; nil if there was no response.
    public var status: Int?
    /// Why there was no response.
    public var error: HTTPError?
    /// How long it took.
    public var timings: HTTPTimings
}
