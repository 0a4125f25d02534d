import CWebSockets

/// Opens WebSockets (RFC 6455) over `ws://` and `wss://`. One client has one thread, started by the first connect,
/// that serves all of its connections.
///
/// ```swift
/// let client = WebSocketClient()
/// let connection = try await client.connect(to: "wss://gateway.example/?v=10")
/// try await connection.send(.text("hello"))
/// while let message = try await connection.receive() { … }
/// await client.shutdown()
/// ```
///
/// Extensions such as `permessage-deflate` are not offered, redirects are not followed, and proxies are not used.
public final class WebSocketClient: Sendable {
    /// Limits and trust of a client.
    public struct Options: Sendable {
        /// A PEM file with certificate authorities to trust beside the system's.
        public var certificateAuthorityFile: String?
        /// The largest message that is accepted or sent, in bytes. A larger one from the peer closes with 1009.
        public var maximumMessageBytes = 64 << 20
        /// The socket is not read while this many received messages wait …
        public var maximumInboxMessages = 32
        /// … or while they have this many bytes.
        public var maximumInboxBytes = 4 << 20
        /// How many messages may wait to be sent.
        public var maximumOutboxMessages = 256
        /// How long a closing handshake may take before the connection is dropped.
        public var closeTimeout = Duration.seconds(3)

        /// The system's certificate authorities, messages up to 64 MiB.
        public init() {}
    }

    private let options: Options
    private let loop: ServiceLoop

    /// Makes a client; nothing runs before the first ``connect(to:headers:deadline:)``.
    public init(options: Options = Options()) {
        self.options = options
        self.loop = ServiceLoop(certificateAuthorityFile: options.certificateAuthorityFile)
    }

    deinit {
        loop.stop()
    }

    /// Opens a connection: resolves the name, tries its addresses one after the other, and shakes hands.
    /// - Parameters:
    ///   - url: `ws://` or `wss://`, percent-encoded, at most about 2,000 bytes.
    ///   - headers: added to the handshake's request, 8 KiB at most.
    ///   - deadline: for all of it.
    /// - Throws: ``WebSocketError``, or `CancellationError`.
    public func connect(
        to url: String, headers: [(String, String)] = [], deadline: Duration = .seconds(15)
    ) async throws -> any WebSocketConnection {
        let end = ContinuousClock.now + deadline
        let endpoint = try Endpoint(url)
        let headers = try HandshakeHeaders(headers)
        var addresses = try await NameResolution.addresses(of: endpoint.host, until: end)[...]
        while let address = addresses.popFirst() {
            let now = ContinuousClock.now
            let attemptEnd = addresses.isEmpty ? end : now + (end - now) / (addresses.count + 1)
            do {
                return try await open(endpoint, at: address, headers: headers, until: attemptEnd)
            } catch let error as WebSocketError where error.leavesOtherAddresses && !addresses.isEmpty {
                continue
            }
        }
        throw WebSocketError.nameResolutionFailed("\(endpoint.host): no address")
    }

    private func open(
        _ endpoint: Endpoint, at address: String, headers: HandshakeHeaders, until end: ContinuousClock.Instant
    ) async throws -> any WebSocketConnection {
        let limits = Link.Limits(
            messageBytes: options.maximumMessageBytes, inboxMessages: max(1, options.maximumInboxMessages),
            inboxBytes: max(1, options.maximumInboxBytes), outboxMessages: max(1, options.maximumOutboxMessages))
        let link = Link(endpoint: endpoint, address: address, headers: headers, limits: limits)
        loop.submit(.open(link))
        do {
            try await link.opened.value(until: end, orElse: WebSocketError.timedOut)
        } catch {
            link.abort(because: "not opened")
            loop.submit(.look(link))
            throw error
        }
        return LiveConnection(link: link, loop: loop, closeTimeout: options.closeTimeout)
    }

    /// Drops all connections and ends the thread. A client that was shut down opens nothing any more.
    public func shutdown() async {
        loop.stop()
        await loop.awaitStop()
    }
}

extension WebSocketError {
    /// Whether the same host may still be reached at another of its addresses.
    fileprivate var leavesOtherAddresses: Bool {
        switch self {
        case .connectionFailed, .timedOut: true
        default: false
        }
    }
}

/// A connection as its user holds it; letting go of it drops the connection.
private final class LiveConnection: WebSocketConnection {
    private let link: Link
    private let loop: ServiceLoop
    private let closeTimeout: Duration

    init(link: Link, loop: ServiceLoop, closeTimeout: Duration) {
        self.link = link
        self.loop = loop
        self.closeTimeout = closeTimeout
    }

    deinit {
        link.abort(because: "released")
        loop.submit(.look(link))
    }

    var closure: WebSocketClose? { link.closure }

    func receive() async throws -> WebSocketMessage? {
        try await link.receive { self.wakeLoop() }
    }

    func send(_ message: WebSocketMessage) async throws {
        guard message.byteCount <= link.limits.messageBytes else {
            throw WebSocketError.messageTooLarge(limit: link.limits.messageBytes)
        }
        switch message {
        case .text(let text):
            try await link.send(.text, padded: padded(text.utf8)) { self.wakeLoop() }
        case .binary(let bytes):
            try await link.send(.binary, padded: padded(bytes)) { self.wakeLoop() }
        }
    }

    func ping() async throws {
        try await link.send(.ping, padded: padded([UInt8]())) { self.wakeLoop() }
    }

    func close(code: UInt16, reason: String) async {
        guard link.requestClose(code: sendable(code), reason: reason.fittingCloseFrame) else { return }
        wakeLoop()
        do {
            try await link.awaitEnd(until: .now + closeTimeout)
        } catch {
            await abort()
        }
    }

    func abort() async {
        link.abort(because: "aborted")
        wakeLoop()
    }

    private func wakeLoop() {
        loop.submit(.look(link))
    }

    /// With room in front for the frame header that the library writes there.
    private func padded(_ payload: some Collection<UInt8>) -> [UInt8] {
        let padding = cws_write_padding()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(padding + payload.count)
        bytes.append(contentsOf: repeatElement(0, count: padding))
        bytes.append(contentsOf: payload)
        return bytes
    }

    /// RFC 6455 7.4: what may stand in a close frame.
    private func sendable(_ code: UInt16) -> UInt16 {
        switch code {
        case 1000...1003, 1007...1011, 3000...4999: code
        default: 1000
        }
    }
}

extension String {
    /// The longest beginning of at most 123 bytes that ends between two characters.
    fileprivate var fittingCloseFrame: String {
        var text = self
        while text.utf8.count > 123 { text.removeLast() }
        return text
    }
}
