/// An HTTP/1.1 and WebSocket server on one IPv4 address.
///
/// ```swift
/// var routes = WebRoutes()
/// routes.on("GET", "/health") { _ in .text("ok") }
/// let server = WebServer(routes: routes, options: .init(port: 8080)) { record in … }
/// let port = try await server.start()
/// …
/// await server.stop(grace: .seconds(5))
/// ```
///
/// Sockets are served on one thread of the server's own; handlers run on the shared pool. Every response carries
/// `X-Trace-Id`, and the same id is the handler's `Trace.current`. Limits hold before memory is spent: a head that is
/// too long gets 431, a body 413, a body of unknown length 411, too slow a request 408, too many connections 503.
public final class WebServer: Sendable {
    /// How a server behaves; the defaults suit a service behind nothing.
    public struct Options: Sendable {
        /// The dotted IPv4 address to listen on: 127.0.0.1, or 0.0.0.0 for all.
        public var host: String
        /// The port; 0 lets the system choose one.
        public var port: Int
        /// Connections served at once; more are answered 503.
        public var maximumConnections = 1024
        /// The longest request line and header fields together, in bytes.
        public var maximumHeaderBytes = 16 << 10
        /// The longest WebSocket message that is received, in bytes; a longer one closes with 1009.
        public var maximumMessageBytes = 64 << 20
        /// From a connection's or a request's first byte to the end of its head.
        public var headerTimeout: Duration = .seconds(10)
        /// From the end of a head to the end of its body.
        public var bodyTimeout: Duration = .seconds(60)
        /// How long a connection may stay without a request.
        public var idleTimeout: Duration = .seconds(75)
        /// How long a peer may take no byte of what waits for it.
        public var writeTimeout: Duration = .seconds(30)
        /// How long a WebSocket's peer may take to answer a closing frame.
        public var closeTimeout: Duration = .seconds(5)
        /// The value of the `Server` header; nil for none.
        public var serverHeader: String?
        /// Gives the path under which a request is looked for in the routes, as segments; for routes that move.
        /// It must return at once. Nil looks for all under their own.
        public var relocation: (@Sendable ([String]) -> [String])?
        /// Answers paths that no route fits; nil answers 404.
        public var fallback: WebRoutes.Handler?

        /// Options with the defaults that the properties name.
        public init(host: String = "127.0.0.1", port: Int = 0) {
            self.host = host
            self.port = port
        }

        /// How much may wait for a peer before nothing more is made for it.
        let outputHighWater = 1 << 20
        /// How long the peer's last bytes are read away after the last response.
        let lingerTimeout: Duration = .seconds(5)

        /// How often deadlines are looked at.
        var tick: Duration {
            let shortest = min(headerTimeout, bodyTimeout, idleTimeout, writeTimeout, closeTimeout)
            return max(.milliseconds(10), min(shortest / 8, .milliseconds(250)))
        }
    }

    private let core: ServerCore

    /// A server that is not started. `accessLog` is called on the server's thread, once per answered request; it must
    /// not block.
    public init(
        routes: WebRoutes, options: Options, accessLog: @escaping @Sendable (AccessRecord) -> Void = { _ in }
    ) {
        core = ServerCore(routes: routes, options: options, accessLog: accessLog)
    }

    deinit {
        core.loop.finish()
    }

    /// Listens, and gives the port.
    ///
    /// - Throws: ``WebServerError``. A server that could not start cannot be started again.
    public func start() async throws -> Int {
        try core.startLoop()
        do {
            return try await core.listen()
        } catch {
            core.loop.finish()
            throw error
        }
    }

    /// Lets nobody in any more, closes idle connections, lets requests in hand finish, closes WebSockets with 1001;
    /// after `grace` drops what is left and cancels its handlers. Returns once every socket is closed, also to those who
    /// call while another stops it, and the port is free. A stopped server cannot be started again.
    public func stop(grace: Duration) async {
        await core.stop(grace: grace)
        await core.loop.waitUntilEnded()
    }
}
