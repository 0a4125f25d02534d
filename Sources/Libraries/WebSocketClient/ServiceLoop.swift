import CWebSockets
import Glibc
import Synchronization

/// The library's context and the one thread that may touch it. Other threads leave commands and wake it with
/// `lws_cancel_service`, the only call that the library allows them.
///
/// `@unchecked Sendable`: `sockets`, `tables`, `vhost` and `trust` are used on the loop's thread only; all else is behind
/// `shared`.
final class ServiceLoop: @unchecked Sendable {
    enum Command: Sendable {
        case open(Link)
        case look(Link)
    }

    private enum Phase { case idle, running, stopping, stopped }

    private struct Shared {
        var phase = Phase.idle
        /// Set while the context may be woken; every use from another thread happens under the lock.
        var context: Context?
        var commands: [Command] = []
        var waiting: [OneShot<Void>] = []
    }

    /// The library's context, so that it may lie in the state that the lock guards.
    ///
    /// `@unchecked Sendable`: used by the loop's thread alone, but for `lws_cancel_service`, which other threads call
    /// under the lock; the loop takes the pointer out of the state, under the same lock, before it destroys the context.
    private struct Context: @unchecked Sendable {
        var pointer: OpaquePointer
    }

    private let certificateAuthorityFile: String?
    private let shared = Mutex(Shared())
    private var sockets: [UnsafeMutableRawPointer: Socket] = [:]
    private let tables = LibraryTables()
    /// The library's settings of all connections, part of the context.
    private var vhost: OpaquePointer?
    /// Whom secure connections trust; made for the first of them.
    private var trust: OpaquePointer?

    init(certificateAuthorityFile: String?) {
        self.certificateAuthorityFile = certificateAuthorityFile
    }

    // MARK: Any thread

    /// Leaves a command for the loop, starting its thread for the first one. A loop that was stopped ends the link.
    func submit(_ command: Command) {
        let (accepted, mustStart) = shared.withLock { shared -> (Bool, Bool) in
            switch shared.phase {
            case .stopping, .stopped: return (false, false)
            case .running:
                shared.commands.append(command)
                if let context = shared.context { lws_cancel_service(context.pointer) }
                return (true, false)
            case .idle:
                shared.commands.append(command)
                shared.phase = .running
                return (true, true)
            }
        }
        guard accepted else { return refuse(command, WebSocketError.unavailable("the client was shut down")) }
        guard mustStart else { return }
        do {
            try startThread(named: "ws-client") { self.run() }
        } catch {
            conclude(because: error)
        }
    }

    /// Asks the loop to end all connections and its thread.
    func stop() {
        shared.withLock { shared in
            switch shared.phase {
            case .idle: shared.phase = .stopped
            case .running:
                shared.phase = .stopping
                if let context = shared.context { lws_cancel_service(context.pointer) }
            case .stopping, .stopped: break
            }
        }
    }

    /// Waits until the thread has left the library.
    func awaitStop() async {
        let stopped = OneShot<Void>()
        let isStopped = shared.withLock { shared in
            if shared.phase == .stopped { return true }
            shared.waiting.append(stopped)
            return false
        }
        if !isStopped { try? await stopped.value() }
    }

    private func refuse(_ command: Command, _ error: any Error) {
        guard case .open(let link) = command else { return }
        link.opened.decide(.failure(error))
    }

    // MARK: The loop's thread

    private func run() {
        cws_silence_log()
        if let certificateAuthorityFile, access(certificateAuthorityFile, R_OK) != 0 {
            // The library would go on without it, and say only that nobody vouches for the server.
            return conclude(because: WebSocketError.unavailable("cannot read \(certificateAuthorityFile)"))
        }
        guard let context = makeContext() else {
            return conclude(because: WebSocketError.unavailable("the WebSocket library did not start"))
        }
        shared.withLock { $0.context = Context(pointer: context) }
        obeyCommands(in: context)
        while shared.withLock({ $0.phase == .running }), lws_service(context, 0) >= 0 {}

        shared.withLock { shared in
            shared.phase = .stopping
            shared.context = nil
        }
        lws_context_destroy(context)
        SSL_CTX_free(trust)
        conclude(because: WebSocketError.unavailable("the client was shut down"))
    }

    private func makeContext() -> OpaquePointer? {
        withSettings { settings in
            settings.options = cws_client_context_options()
            guard let context = lws_create_context(&settings) else { return nil }
            settings.options = 0
            vhost = lws_create_vhost(context, &settings)
            guard vhost == nil else { return context }
            lws_context_destroy(context)
            return nil
        }
    }

    /// Lets the host open secure connections; false if it cannot.
    private func allowSecureConnections() -> Bool {
        guard trust == nil else { return true }
        guard let trust = cws_make_trust(certificateAuthorityFile) else { return false }
        let isReady = withSettings { settings in
            settings.options = cws_secure_host_options()
            settings.provided_client_ssl_ctx = trust
            return lws_init_vhost_client_ssl(&settings, vhost) == 0
        }
        if isReady { self.trust = trust } else { SSL_CTX_free(trust) }
        return isReady
    }

    private func withSettings<Result>(_ body: (inout lws_context_creation_info) -> Result) -> Result {
        var settings = lws_context_creation_info()
        settings.port = CONTEXT_PORT_NO_LISTEN
        settings.protocols = UnsafePointer(tables.protocols)
        settings.gid = -1
        settings.uid = -1
        settings.user = Unmanaged.passUnretained(self).toOpaque()
        settings.pt_serv_buf_size = UInt32(LibraryTables.bufferBytes)
        settings.max_http_header_data2 = 16384
        // The deadlines of the callers rule; these only catch what they forget.
        settings.timeout_secs = 600
        settings.connect_timeout_secs = 600
        return "".withCString { noProxy in
            // Left out, the library would take one from the process environment.
            settings.http_proxy_address = noProxy
            return body(&settings)
        }
    }

    /// Nothing runs any more: ends what is left and tells who waits.
    private func conclude(because error: any Error) {
        for socket in sockets.values {
            socket.link.opened.decide(.failure(error))
            socket.link.socketEnded("the client was shut down")
        }
        sockets = [:]
        let (commands, waiting) = shared.withLock { shared in
            defer { (shared.commands, shared.waiting, shared.phase) = ([], [], .stopped) }
            return (shared.commands, shared.waiting)
        }
        commands.forEach { refuse($0, error) }
        waiting.forEach { $0.decide(.success(())) }
    }

    func obeyCommands(in context: OpaquePointer) {
        let commands = shared.withLock { shared in
            defer { shared.commands = [] }
            return shared.commands
        }
        for command in commands {
            switch command {
            case .open(let link): open(link, in: context)
            case .look(let link): sockets[link.key]?.obeyOrders()
            }
        }
    }

    private func open(_ link: Link, in context: OpaquePointer) {
        guard link.closure == nil else { return }
        guard !link.endpoint.isSecure || allowSecureConnections() else {
            link.opened.decide(.failure(WebSocketError.unavailable("no certificate authorities")))
            return link.socketEnded("not connected")
        }
        let socket = Socket(link)
        let key = link.key
        sockets[key] = socket
        let connection = link.address.withCString { address in
            link.endpoint.authority.withCString { host in
                link.endpoint.target.withCString { path in
                    "http/1.1".withCString { protocolName in
                        var info = lws_client_connect_info()
                        info.context = context
                        info.vhost = vhost
                        info.address = address
                        info.port = Int32(link.endpoint.port)
                        info.ssl_connection = cws_client_connection_flags(link.endpoint.isSecure ? 1 : 0)
                        info.path = path
                        info.host = host
                        info.alpn = protocolName
                        info.ietf_version_or_minus_one = -1
                        info.retry_and_idle_policy = UnsafePointer(tables.noIdlePolicy)
                        // The table is looked up with it, so a late callback finds nothing rather than freed memory.
                        info.opaque_user_data = key
                        return lws_client_connect_via_info(&info)
                    }
                }
            }
        }
        if let connection {
            // It may have failed and gone on the way.
            if sockets[key] === socket { socket.handle = connection }
        } else {
            link.opened.decide(.failure(WebSocketError.connectionFailed("\(link.address): no socket")))
            link.socketEnded("not connected")
            sockets[key] = nil
        }
    }

    /// What the library reports about a socket or, with a wake-up, about nothing in particular. A result other than 0
    /// makes it close the socket.
    fileprivate func react(
        to reason: lws_callback_reasons, on handle: OpaquePointer, user: UnsafeMutableRawPointer?,
        data: UnsafeMutableRawPointer?, count: Int
    ) -> Int32 {
        if reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED {
            obeyCommands(in: lws_get_context(handle))
            return 0
        }
        guard let key = lws_get_opaque_user_data(handle), let socket = sockets[key] else { return 0 }
        if reason == LWS_CALLBACK_WSI_DESTROY {
            socket.ended("connection lost")
            sockets[key] = nil
            return 0
        }
        return socket.react(to: reason, on: handle, user: user, data: data, count: count)
    }
}

/// What the library keeps pointers to for as long as its context lives.
private final class LibraryTables {
    /// Of the library's read buffer, and so of the pieces in which a message arrives.
    static let bufferBytes = 65536

    let protocols = UnsafeMutablePointer<lws_protocols>.allocate(capacity: 2)
    /// All zero: no periodic pings. Who uses a connection knows what silence means.
    let noIdlePolicy = UnsafeMutablePointer<lws_retry_bo_t>.allocate(capacity: 1)
    private let name = strdup("client")

    init() {
        protocols.initialize(repeating: lws_protocols(), count: 2)
        protocols[0].name = name.map { UnsafePointer($0) }
        protocols[0].callback = socketCallback
        protocols[0].rx_buffer_size = Self.bufferBytes
        protocols[0].tx_packet_size = Self.bufferBytes
        noIdlePolicy.initialize(to: lws_retry_bo_t())
    }

    deinit {
        protocols.deallocate()
        noIdlePolicy.deallocate()
        free(name)
    }
}

private func socketCallback(
    handle: OpaquePointer?, reason: lws_callback_reasons, user: UnsafeMutableRawPointer?,
    data: UnsafeMutableRawPointer?, count: Int
) -> Int32 {
    guard let handle, let owner = lws_get_context(handle).flatMap({ lws_context_user($0) }) else { return 0 }
    let loop = Unmanaged<ServiceLoop>.fromOpaque(owner).takeUnretainedValue()
    return loop.react(to: reason, on: handle, user: user, data: data, count: count)
}
