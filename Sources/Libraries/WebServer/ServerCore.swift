import CWebSockets
import Glibc

/// Everything that a server does on its loop's thread: accepts, reads, writes, and watches deadlines. The actor's
/// executor is the loop, so its methods and the loop's events never overlap.
actor ServerCore {
    private enum Phase {
        case idle, running, stopping, stopped
    }

    static let listenerID = 0
    /// Connections beyond the limit that are told so; still more are dropped unheard.
    static let refusalLimit = 64

    nonisolated let loop = EventLoop()
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    let routes: WebRoutes
    let options: WebServer.Options
    let accessLog: @Sendable (AccessRecord) -> Void
    var connections: [Int: Connection] = [:]
    /// The WebSockets whose handlers have not returned, under the numbers of their connections.
    var sockets: [Int: WebSocketState] = [:]
    var exchangeCount = 0

    private var phase = Phase.idle
    private var listener: Int32 = -1
    private var isAccepting = true
    private var connectionCount = 0
    private var emptyWaiters: [CheckedContinuation<Void, Never>] = []
    private var scratch = [UInt8](repeating: 0, count: 1 << 16)

    init(
        routes: WebRoutes, options: WebServer.Options, accessLog: @escaping @Sendable (AccessRecord) -> Void
    ) {
        self.routes = routes
        self.options = options
        self.accessLog = accessLog
    }

    var isStopping: Bool { phase != .running }

    // MARK: Start and stop

    /// Starts the loop's thread; called before anything else on this actor.
    nonisolated func startLoop() throws(WebServerError) {
        let limit = options.maximumConnections + Self.refusalLimit + 1
        try loop.start(descriptorLimit: limit) { event, id in
            self.assumeIsolated { $0.handle(event, id) }
        }
    }

    /// Opens the port and gives its number.
    func listen() throws(WebServerError) -> Int {
        guard phase == .idle else { throw .alreadyStarted }
        let (descriptor, port) = try ListeningSocket.open(host: options.host, port: options.port)
        guard loop.adopt(descriptor, as: Self.listenerID) else { throw .loopUnavailable }
        listener = descriptor
        phase = .running
        loop.requestTick(after: options.tick)
        return port
    }

    /// Lets nobody in any more and waits until nothing is in hand, but no longer than `grace`.
    func stop(grace: Duration) async {
        guard phase == .running else {
            if phase == .idle { phase = .stopped }
            return
        }
        phase = .stopping
        loop.close(Self.listenerID)
        for connection in connections.values {
            if let socket = connection.socket {
                startClosing(connection, socket, code: 1001, reason: "server is stopping")
            } else if !connection.isInHand {
                drop(connection)
            }
        }
        let timer = Task {
            try? await Task.sleep(for: grace)
            releaseEmptyWaiters()
        }
        await waitUntilNothingIsInHand()
        timer.cancel()
        for connection in connections.values { drop(connection) }
        for socket in sockets.values { socket.handler?.cancel() }
        phase = .stopped
        loop.finish()
    }

    private func waitUntilNothingIsInHand() async {
        if !connections.values.contains(where: \.isInHand) { return }
        await withCheckedContinuation { emptyWaiters.append($0) }
    }

    private func releaseEmptyWaiters() {
        for waiter in emptyWaiters { waiter.resume() }
        emptyWaiters = []
    }

    /// To be called whenever a connection may have nothing in hand any more.
    func noteProgress() {
        if !emptyWaiters.isEmpty, !connections.values.contains(where: \.isInHand) { releaseEmptyWaiters() }
    }

    // MARK: Events

    private func handle(_ event: EventLoop.Event, _ id: Int) {
        switch event {
        case .tick:
            checkDeadlines()
        case .readable where id == Self.listenerID:
            accept()
        case .readable:
            if let connection = connections[id] { read(connection) }
        case .writable:
            if let connection = connections[id] {
                flush(connection)
                // What was held back while too much output waited.
                if connections[id] != nil { process(connection) }
            }
        case .closed:
            if let connection = connections[id] { drop(connection) }
        }
    }

    private func checkDeadlines() {
        guard phase == .running || phase == .stopping else { return }
        loop.requestTick(after: options.tick)
        if !isAccepting {
            isAccepting = true
            loop.setReading(true, of: Self.listenerID)
        }
        let now = ContinuousClock.now
        for connection in connections.values {
            if let deadline = connection.writeDeadline, deadline <= now {
                // In order, the system would go on offering what this peer does not take.
                ListeningSocket.makeCloseAbortive(connection.descriptor)
                drop(connection)
            } else if let deadline = connection.readDeadline, deadline <= now {
                connection.readDeadline = nil
                readTimedOut(connection)
            }
        }
    }

    private func accept() {
        for _ in 0..<64 {
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            let descriptor = withUnsafeMutableBytes(of: &address) { bytes in
                accept4(listener, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length, flags)
            }
            guard descriptor >= 0 else {
                if errno == EINTR || errno == ECONNABORTED { continue }
                if errno != EAGAIN {
                    // Out of descriptors or memory: the next tick tries again, for the event would come at once.
                    isAccepting = false
                    loop.setReading(false, of: Self.listenerID)
                }
                return
            }
            admit(descriptor, address)
        }
    }

    private func admit(_ descriptor: Int32, _ address: sockaddr_in) {
        guard connections.count < options.maximumConnections + Self.refusalLimit else {
            Glibc.close(descriptor)
            return
        }
        ListeningSocket.configure(accepted: descriptor)
        connectionCount += 1
        let id = Self.listenerID + connectionCount
        guard loop.adopt(descriptor, as: id) else { return }
        let connection = Connection(id: id, descriptor: descriptor, peerAddress: ListeningSocket.text(of: address))
        connections[id] = connection
        if connections.count > options.maximumConnections {
            refuse(connection, status: 503)
        } else {
            connection.readDeadline = .now + options.headerTimeout
        }
    }

    // MARK: Bytes in

    private func read(_ connection: Connection) {
        // A few rounds only, so that one busy peer does not hold up the others.
        for _ in 0..<4 where connection.isReading && !connection.hasInputEnded {
            let count = scratch.withUnsafeMutableBytes { recv(connection.descriptor, $0.baseAddress, $0.count, 0) }
            if count > 0 {
                scratch.withUnsafeBytes { connection.input.append(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            } else if count == 0 {
                connection.hasInputEnded = true
            } else if errno == EAGAIN {
                break
            } else if errno != EINTR {
                drop(connection)
                return
            }
            process(connection)
            guard connections[connection.id] != nil else { return }
            if count > 0, count < scratch.count { break }
        }
    }

    /// Uses what was received, as far as the connection's phase allows, and decides whether to read on.
    func process(_ connection: Connection) {
        switch connection.phase {
        case .socket(let socket): processSocket(connection, socket)
        default: processHTTP(connection)
        }
        guard connections[connection.id] != nil else { return }
        setReading(wantsReading(connection), of: connection)
        noteProgress()
    }

    private func wantsReading(_ connection: Connection) -> Bool {
        if connection.hasInputEnded { return false }
        return switch connection.phase {
        case .handling: connection.input.count < scratch.count
        case .head: connection.output.count < options.outputHighWater
        case .socket(let socket): socket.isInputClosed || !socket.isInboxFull
        case .body, .discarding, .lingering: true
        }
    }

    private func setReading(_ isReading: Bool, of connection: Connection) {
        guard connection.isReading != isReading else { return }
        connection.isReading = isReading
        loop.setReading(isReading, of: connection.id)
    }

    private func readTimedOut(_ connection: Connection) {
        switch connection.phase {
        case .head where connection.input.isEmpty, .discarding, .lingering, .socket, .handling: drop(connection)
        case .head, .body: refuse(connection, status: 408)
        }
    }

    // MARK: Bytes out

    /// Sends as much as the socket takes; what is left goes when it is writable.
    func flush(_ connection: Connection) {
        var budget = 1 << 20
        while !connection.output.isEmpty {
            guard budget > 0 else {
                loop.requestWriting(to: connection.id)
                break
            }
            let sent = connection.output.sendNext { bytes in
                Glibc.send(connection.descriptor, bytes.baseAddress, min(bytes.count, 1 << 18), Int32(MSG_NOSIGNAL))
            }
            if sent > 0 {
                budget -= sent
                connection.writeDeadline = .now + options.writeTimeout
            } else if errno == EAGAIN {
                if connection.writeDeadline == nil { connection.writeDeadline = .now + options.writeTimeout }
                loop.requestWriting(to: connection.id)
                break
            } else if errno != EINTR {
                drop(connection)
                return
            }
        }
        if connection.output.count < options.outputHighWater {
            connection.socket?.releaseSenders(isOpen: true)
        }
        guard connection.output.isEmpty else { return }
        connection.writeDeadline = nil
        if connection.closesAfterOutput { linger(connection) }
        noteProgress()
    }

    private func linger(_ connection: Connection) {
        if connection.hasInputEnded {
            drop(connection)
            return
        }
        if case .lingering = connection.phase { return }
        connection.socket.map { endSocket($0) }
        connection.phase = .lingering
        connection.input.removeAll()
        connection.readDeadline = .now + options.lingerTimeout
        shutdown(connection.descriptor, Int32(SHUT_WR))
        setReading(true, of: connection)
    }

    /// Lets go of a connection, whatever it was doing.
    func drop(_ connection: Connection) {
        guard connections.removeValue(forKey: connection.id) != nil else { return }
        loop.close(connection.id)
        switch connection.phase {
        case .handling(let exchange, let task):
            task.cancel()
            log(exchange, status: 499, of: connection)
        case .socket(let socket):
            endSocket(socket)
        case .head, .body, .discarding, .lingering:
            break
        }
        noteProgress()
    }
}
