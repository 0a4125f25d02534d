import CWebSockets
import Glibc
import Synchronization

/// One libwebsockets context served by one thread, offered to Swift as a serial executor.
///
/// libwebsockets is used for what it does best here: waiting on sockets, timers, and being woken from other threads.
/// Sockets are adopted as plain descriptors (its `raw-file` role). Its HTTP role is not used, because as a server it
/// hands out targets that are already percent-decoded, drops headers that it does not know, and closes a connection
/// without an answer when a request is malformed.
///
/// Ownership and threads:
/// - The thread holds the loop until ``finish()``; the context's user pointer is unretained and valid for that time.
/// - No Swift object is handed to libwebsockets: each descriptor carries a number as its opaque user data, by which
///   the owner looks its connection up. A descriptor that was closed is simply not found.
/// - From other threads only `lws_cancel_service` is called, inside the lock under which the context is retired.
/// - Jobs and closes run between two calls of `lws_service`, never inside one of its callbacks.
///
/// `@unchecked Sendable`: everything that is not behind the mutex is touched on the loop's thread alone (checked by
/// ``checkIsolated()`` whenever the owning actor is entered) or written before the thread starts.
final class EventLoop: SerialExecutor, @unchecked Sendable {
    /// What happened to a descriptor, or that the tick which was asked for has come.
    enum Event {
        case readable, writable, closed, tick
    }

    private enum Phase {
        case idle, serving, ending, ended
    }

    private struct Inbox {
        var jobs: [UnownedJob] = []
        var phase = Phase.idle
        /// The thread that may run jobs now: the loop's while it serves, else whoever enqueued one.
        var owner: pthread_t?
        /// Whether a thread serves, or has yet to close its descriptors.
        var hasContext = false
        var onEnd: [CheckedContinuation<Void, Never>] = []
    }

    /// What libwebsockets' callbacks find the loop by.
    private struct Anchor {
        // First, so that the timer callback's pointer to it is a pointer to the whole.
        var timer = lws_sorted_usec_list_t()
        var loop: UnsafeMutableRawPointer?
    }

    private let inbox = Mutex(Inbox())
    private let protocols: UnsafeMutablePointer<lws_protocols>
    private let protocolName = strdup("loop")
    private let anchor: UnsafeMutablePointer<Anchor>
    private var context: OpaquePointer?
    private var host: OpaquePointer?
    private var handler: (Event, Int) -> Void = { _, _ in }
    private var live: [Int: OpaquePointer] = [:]
    private var doomed: [Int: OpaquePointer] = [:]
    private var writers: Set<Int> = []

    init() {
        protocols = .allocate(capacity: 2)
        protocols.initialize(repeating: lws_protocols(), count: 2)
        protocols[0].name = UnsafePointer(protocolName)
        protocols[0].callback = { socket, reason, _, _, _ in EventLoop.receive(reason, of: socket) }
        anchor = .allocate(capacity: 1)
        anchor.initialize(to: Anchor())
    }

    deinit {
        protocols.deallocate()
        anchor.deallocate()
        free(protocolName)
    }

    /// Starts the thread; works once. From now on `handler` gets every event, on that thread. `descriptorLimit` bounds
    /// how many descriptors can be adopted at once.
    func start(
        descriptorLimit: Int, handler: @escaping @Sendable (Event, Int) -> Void
    ) throws(WebServerError) {
        let isFirst = inbox.withLock { inbox in
            guard inbox.phase == .idle else { return false }
            inbox.phase = .serving
            inbox.hasContext = true
            return true
        }
        guard isFirst else { throw .alreadyStarted }
        anchor.pointee.loop = Unmanaged.passUnretained(self).toOpaque()
        self.handler = handler
        let isCreated = createContext(descriptorLimit: descriptorLimit)
        var thread = pthread_t()
        let reference = Unmanaged.passRetained(self)
        if !isCreated || pthread_create(&thread, nil, { EventLoop.threadMain($0) }, reference.toOpaque()) != 0 {
            reference.release()
            inbox.withLock { $0.phase = .ended }
            destroyContext()
            throw .loopUnavailable
        }
        pthread_detach(thread)
    }

    /// Ends the thread after the jobs in hand and closes every descriptor. Later jobs run where they are enqueued.
    func finish() {
        inbox.withLock { inbox in
            guard inbox.phase == .serving else { return }
            inbox.phase = .ending
            if let context { lws_cancel_service(context) }
        }
    }

    /// Waits until every descriptor is closed, after ``finish()``; returns at once where nothing was started.
    func waitUntilEnded() async {
        await withCheckedContinuation { continuation in
            let hasEnded = inbox.withLock { inbox in
                if inbox.hasContext { inbox.onEnd.append(continuation) }
                return !inbox.hasContext
            }
            if hasEnded { continuation.resume() }
        }
    }

    private func createContext(descriptorLimit: Int) -> Bool {
        // A setting of the whole process; the library would write to standard error.
        lws_set_log_level(0, nil)
        var info = lws_context_creation_info()
        info.port = CONTEXT_PORT_NO_LISTEN
        info.protocols = UnsafePointer(protocols)
        info.options = UInt64(LWS_SERVER_OPTION_EXPLICIT_VHOSTS)
        info.fd_limit_per_thread = UInt32(descriptorLimit + 8)
        info.user = UnsafeMutableRawPointer(anchor)
        guard let context = lws_create_context(&info) else { return false }
        let host = lws_create_vhost(context, &info)
        inbox.withLock { _ in self.context = context }
        self.host = host
        return host != nil
    }

    private func destroyContext() {
        if let context { lws_context_destroy(context) }
        context = nil
        handler = { _, _ in }
        let waiters = inbox.withLock { inbox in
            defer { (inbox.hasContext, inbox.onEnd) = (false, []) }
            return inbox.onEnd
        }
        for waiter in waiters { waiter.resume() }
    }

    // MARK: Descriptors (on the loop's thread)

    /// Takes ownership of `descriptor` and reports its events under `id`; false (and closed) if there is no room.
    func adopt(_ descriptor: Int32, as id: Int) -> Bool {
        var description = lws_adopt_desc_t()
        description.vh = host
        description.type = LWS_ADOPT_RAW_FILE_DESC
        description.fd.filefd = descriptor
        // One more than the number, for zero would be no pointer.
        description.opaque = UnsafeMutableRawPointer(bitPattern: id + 1)
        guard let socket = lws_adopt_descriptor_vhost_via_info(&description) else {
            Glibc.close(descriptor)
            return false
        }
        live[id] = socket
        return true
    }

    /// Lets `readable` events of a descriptor come, or holds them back: that is the back-pressure on its peer.
    func setReading(_ isReading: Bool, of id: Int) {
        guard let socket = live[id] else { return }
        lws_rx_flow_control(socket, isReading ? 1 : 0)
    }

    /// Asks for one `writable` event.
    func requestWriting(to id: Int) {
        // Not yet: libwebsockets drops a request made from inside the event that it reports.
        writers.insert(id)
    }

    /// Closes the descriptor soon; no event of it is reported any more.
    func close(_ id: Int) {
        guard let socket = live.removeValue(forKey: id) else { return }
        lws_rx_flow_control(socket, 0)
        doomed[id] = socket
    }

    /// Asks for one `tick` event.
    func requestTick(after delay: Duration) {
        anchor.withMemoryRebound(to: lws_sorted_usec_list_t.self, capacity: 1) { timer in
            lws_sul_schedule(context, 0, timer, { EventLoop.receiveTick($0) }, delay.microseconds)
        }
    }

    // MARK: SerialExecutor

    func enqueue(_ job: consuming ExecutorJob) {
        // The job may let go of the actor, and with it of this loop, while it is still being enqueued or drained here.
        let keeper = Unmanaged.passRetained(self)
        defer { keeper.release() }
        let job = UnownedJob(job)
        let drainsHere = inbox.withLock { inbox in
            inbox.jobs.append(job)
            switch inbox.phase {
            case .serving, .ending:
                // More than one job: the thread was woken for the first already.
                if inbox.jobs.count == 1, let context { lws_cancel_service(context) }
                return false
            case .idle, .ended:
                guard inbox.owner == nil else { return false }
                inbox.owner = pthread_self()
                return true
            }
        }
        if drainsHere { drainUnserved() }
    }

    func checkIsolated() {
        precondition(inbox.withLock { $0.owner } == pthread_self(), "not on the web server's loop")
    }

    /// Runs what is enqueued while no thread serves, as the only thread that does so.
    private func drainUnserved() {
        while true {
            let jobs = inbox.withLock { inbox in
                defer { inbox.jobs = [] }
                if inbox.jobs.isEmpty { inbox.owner = nil }
                return inbox.jobs
            }
            if jobs.isEmpty { return }
            for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
        }
    }

    // MARK: The thread

    private static func threadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        pthread_setname_np(pthread_self(), "web-server")
        Unmanaged<EventLoop>.fromOpaque(argument).takeRetainedValue().run()
        return nil
    }

    private func run() {
        takeOver()
        while runJobs() {
            closeDoomed()
            for id in writers {
                if let socket = live[id] { lws_callback_on_writable(socket) }
            }
            writers.removeAll(keepingCapacity: true)
            if lws_service(context, 0) < 0 { break }
        }
        closeDoomed()
        // Under the lock nobody is inside `lws_cancel_service`, and nobody enters it afterwards.
        inbox.withLock { $0.phase = .ended }
        destroyContext()
        drainUnserved()
    }

    /// Waits for a thread that still drains jobs from before the start.
    private func takeOver() {
        while true {
            let isOwner = inbox.withLock { inbox in
                guard inbox.owner == nil else { return false }
                inbox.owner = pthread_self()
                return true
            }
            if isOwner { return }
            sched_yield()
        }
    }

    /// Runs what was enqueued; false once there is nothing and the loop shall end.
    private func runJobs() -> Bool {
        let (jobs, phase) = inbox.withLock { inbox in
            defer { inbox.jobs = [] }
            return (inbox.jobs, inbox.phase)
        }
        for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
        return phase == .serving || !jobs.isEmpty
    }

    private func closeDoomed() {
        // Lowest number first: a listening socket, which was adopted first, is gone before a connection is.
        while let id = doomed.keys.min(), let socket = doomed.removeValue(forKey: id) {
            lws_set_timeout(socket, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_SYNC)
        }
    }

    private static func receive(_ reason: lws_callback_reasons, of socket: OpaquePointer?) -> Int32 {
        switch reason {
        case LWS_CALLBACK_RAW_RX_FILE: report(.readable, of: socket)
        case LWS_CALLBACK_RAW_WRITEABLE_FILE: report(.writable, of: socket)
        case LWS_CALLBACK_RAW_CLOSE_FILE: report(.closed, of: socket)
        default: break
        }
        return 0
    }

    private static func report(_ event: Event, of socket: OpaquePointer?) {
        guard let socket, let anchor = lws_context_user(lws_get_context(socket)),
            let loop = anchor.assumingMemoryBound(to: Anchor.self).pointee.loop
        else { return }
        let id = Int(bitPattern: lws_get_opaque_user_data(socket)) - 1
        Unmanaged<EventLoop>.fromOpaque(loop).takeUnretainedValue().report(event, of: id)
    }

    private func report(_ event: Event, of id: Int) {
        if event == .closed {
            doomed[id] = nil
            guard live.removeValue(forKey: id) != nil else { return }
        } else if live[id] == nil {
            return
        }
        handler(event, id)
    }

    private static func receiveTick(_ timer: UnsafeMutablePointer<lws_sorted_usec_list_t>?) {
        guard let timer else { return }
        let anchor = UnsafeMutableRawPointer(timer).assumingMemoryBound(to: Anchor.self)
        guard let loop = anchor.pointee.loop else { return }
        Unmanaged<EventLoop>.fromOpaque(loop).takeUnretainedValue().handler(.tick, 0)
    }
}

extension Duration {
    /// Whole microseconds, rounded down.
    var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
}
