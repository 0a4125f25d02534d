import JSON
public import Service
import WebSocketClient

/// A session with Discord's gateway, version 10: connects, keeps the heartbeat, resumes, and hands out events in order.
///
/// ```swift
/// let gateway = Gateway(configuration, transport: WebSocketClient(), time: TransportTime(), logger: logger)
/// try await gateway.run { output in
///     if case .dispatch(let dispatch) = output { … }
/// }
/// ```
///
/// `run` waits for the handler before it reads on: a consumer that is full slows the socket down, and nothing piles up.
/// Source: Discord documentation, "Gateway"; design, sections 3 and 6.
public actor Gateway {
    /// What a session needs to know.
    public struct Configuration: Sendable {
        /// The bot's token; never logged.
        public var token: String
        /// The groups of events.
        public var intents: GatewayIntents
        /// How frames are compressed.
        public var compression: GatewayCompression
        /// The name that Discord shows for this client.
        public var libraryName: String
        /// Where to connect; asked before every identify. A `GatewayFailure` that it throws ends ``Gateway/run(_:)``.
        public var info: @Sendable () async throws -> GatewayInfo

        /// Creates a configuration.
        public init(
            token: String, intents: GatewayIntents, compression: GatewayCompression = .zstdStream, libraryName: String,
            info: @escaping @Sendable () async throws -> GatewayInfo
        ) {
            self.token = token
            self.intents = intents
            self.compression = compression
            self.libraryName = libraryName
            self.info = info
        }
    }

    /// What the consumer is told.
    public enum Output: Sendable {
        /// A connection stands; READY or RESUMED follows.
        case connected
        /// An event of the session.
        case dispatch(GatewayDispatch)
        /// A connection ended; another one follows.
        case disconnected(code: UInt16?, reason: String)
    }

    /// Delays and limits; tests shorten nothing, they move the time.
    private enum Pace {
        static let openDeadline = Duration.seconds(15)
        static let helloDeadline = Duration.seconds(20)
        static let answerDeadline = Duration.seconds(45)
        static let beatDeadline = Duration.seconds(10)
        /// What the milliseconds between two heartbeats can be; Discord asks for about 41 seconds.
        static let beats = 1000...86_400_000
        static let zombieCode: UInt16 = 4000
        static let resumableCode: UInt16 = 4000
    }

    /// Which dispatches are dealt with; consumers call `finish`.
    public nonisolated let tracker = SequenceTracker()

    private let configuration: Configuration
    private let transport: any GatewayTransport
    private let time: any TimeSource
    private let logger: Logger
    private let onFrame: @Sendable () -> Void
    private let random: @Sendable (ClosedRange<Double>) -> Double

    private var session: GatewaySession?
    private var link: (any WebSocketConnection)?
    private var heartbeat: Task<Void, Never>?
    private var budget = CommandBudget()
    private var isStopping = false
    private var isDelivering = false
    private var isAcknowledged = true
    private var beatSentAt: Timestamp?
    private var plan = ReconnectPlan()
    private var identifies = IdentifyBudget()
    /// What Discord asks for at least before the next attempt.
    private var courtesy = Duration.zero
    /// Cuts short what `stop` need not wait for.
    private var interrupt: (@Sendable () -> Void)?

    /// The time between the last heartbeat and its acknowledgement; nil before the first.
    public private(set) var latency: Duration?

    /// Creates a gateway.
    /// - Parameters:
    ///   - resuming: a session of an earlier process to go on with.
    ///   - time: transport time.
    ///   - onFrame: called for every frame that arrives, acknowledgements included.
    ///   - random: a number from a range; handed in for tests.
    public init(
        _ configuration: Configuration, resuming session: GatewaySession? = nil, transport: any GatewayTransport,
        time: any TimeSource, logger: Logger, onFrame: @escaping @Sendable () -> Void = {},
        random: @escaping @Sendable (ClosedRange<Double>) -> Double = { Double.random(in: $0) }
    ) {
        self.configuration = configuration
        self.transport = transport
        self.time = time
        self.logger = logger
        self.onFrame = onFrame
        self.random = random
        self.session = session
        if let session { tracker.reset(session: session.id, sequence: session.sequence) }
    }

    /// Whether a session exists that the next connection resumes.
    public var isResuming: Bool { session != nil }

    /// Gives up the session, so that the next connection identifies.
    public func forgetSession() {
        session = nil
        plan.forgetSession()
    }

    /// Keeps a session until `stop` or cancellation.
    /// - Throws: `GatewayFailure` where only a person can help.
    public func run(_ handler: @escaping @Sendable (Output) async -> Void) async throws(GatewayFailure) {
        while !isStopping, !Task.isCancelled {
            let verdict = await connectOnce(handler)
            guard !isStopping, !Task.isCancelled else { return }
            switch verdict {
            case .resume: break
            case .identify: forgetSession()
            case .fail(let failure): throw failure
            }
            let wait = max(plan.wait * random(0.5...1), courtesy)
            courtesy = .zero
            try? await interruptibly { [time] in try await time.sleep(for: wait) }
        }
    }

    /// Stops handing out events at once, then closes the connection. A wait before the next attempt ends too.
    /// - Parameter resumable: whether a later process shall go on with the session.
    /// - Returns: the session as far as everything is dealt with; nil if there is none to resume.
    @discardableResult
    public func stop(resumable: Bool) async -> GatewaySession? {
        isStopping = true
        interrupt?()
        let left = checkpoint
        await link?.close(code: resumable ? Pace.resumableCode : 1000, reason: "")
        return resumable ? left : nil
    }

    /// The session as far as everything is dealt with.
    public var checkpoint: GatewaySession? {
        guard var session else { return nil }
        let done = tracker.checkpoint
        if done.session == session.id { session.sequence = done.sequence }
        return session
    }

    /// Asks for members; they arrive as dispatches.
    /// - Throws: what the connection throws; `GatewayUnavailable` while there is none.
    public func requestMembers(_ request: MembersRequest) async throws {
        guard let link else { throw GatewayUnavailable() }
        try await send(GatewayPayloads.requestMembers(request), over: link)
    }

    // MARK: One connection

    private func connectOnce(_ handler: @escaping @Sendable (Output) async -> Void) async -> GatewayVerdict {
        plan.begin()
        let target = plan.target(hasSession: session != nil)
        if target == .newSession { forgetSession() }
        let address: String
        do {
            address = try await self.address(of: target)
        } catch let failure as GatewayFailure {
            return .fail(failure)
        } catch {
            // Says nothing against the session: Discord as a whole cannot be reached.
            if !isStopping { logger.warning("gateway address unknown", ["attempt": .int(plan.attempts)], error: error) }
            return .resume
        }
        defer { plan.end(at: time.now, wasResuming: target != .newSession) }
        let link: any WebSocketConnection
        let decompressor: (any Decompressor)?
        do {
            decompressor = try configuration.compression.makeDecompressor()
            link = try await interruptibly { [transport] in
                try await transport.open(address, deadline: Pace.openDeadline)
            }
        } catch {
            if !isStopping { logger.warning("gateway unreachable", ["attempt": .int(plan.attempts)], error: error) }
            return .resume
        }
        guard !isStopping else {
            await link.abort()
            return .resume
        }
        self.link = link
        isAcknowledged = true
        defer { self.link = nil }
        let verdict = await withTaskCancellationHandler {
            await read(link, decompressor, handler)
        } onCancel: {
            Task { await link.abort() }
        }
        heartbeat?.cancel()
        heartbeat = nil
        await link.abort()
        return verdict
    }

    /// Reads until the connection ends, and says what follows.
    private func read(
        _ link: any WebSocketConnection, _ decompressor: (any Decompressor)?,
        _ handler: @escaping @Sendable (Output) async -> Void
    ) async -> GatewayVerdict {
        var silence = watch(link, patience: Pace.helloDeadline, complaint: "gateway sent no hello in time")
        defer { silence.cancel() }
        do {
            while let message = try await link.receive() {
                onFrame()
                guard !isStopping else { continue }
                guard let payload = try Self.payload(of: message, decompressor) else { continue }
                let frame = try GatewayFrame(parsing: payload)
                switch frame.operation {
                case .hello:
                    // A connection has one heartbeat and one greeting, whatever it says.
                    guard heartbeat == nil else { continue }
                    silence.cancel()
                    silence = watch(
                        link, patience: Pace.answerDeadline, complaint: "gateway did not answer the greeting in time")
                    let interval = frame.body?["heartbeat_interval"]?.int ?? 41_250
                    let beats = Duration.milliseconds(min(max(interval, Pace.beats.lowerBound), Pace.beats.upperBound))
                    heartbeat = Task { await self.beat(every: beats, over: link) }
                    await handler(.connected)
                    try await open(link)
                case .heartbeat:
                    try await sendHeartbeat(over: link)
                case .acknowledgement:
                    isAcknowledged = true
                    if let beatSentAt { latency = time.now - beatSentAt }
                case .dispatch:
                    guard let dispatch = accept(frame) else { continue }
                    silence.cancel()
                    isDelivering = true
                    await handler(.dispatch(dispatch))
                    isDelivering = false
                case .reconnect:
                    logger.info("gateway asks to reconnect")
                    await link.close(code: Pace.resumableCode, reason: "")
                    await handler(.disconnected(code: nil, reason: "reconnect requested"))
                    return .resume
                case .invalidSession:
                    let isResumable = frame.body?.bool ?? false
                    logger.info("gateway session invalid", ["resumable": .bool(isResumable)])
                    await link.close(code: Pace.resumableCode, reason: "")
                    await handler(.disconnected(code: nil, reason: "invalid session"))
                    courtesy = .seconds(random(1...5))
                    return isResumable ? .resume : .identify
                case .identify, .presence, .resume, .requestMembers, nil:
                    break
                }
            }
        } catch {
            logger.warning("gateway connection failed", error: error)
        }
        let closure = await link.closure
        let code = closure?.initiatedByPeer == true ? closure?.code : nil
        logger.info(
            "gateway connection ended", ["code": .int(code.map(Int.init)), "reason": .string(closure?.reason ?? "")])
        await handler(.disconnected(code: code, reason: closure?.reason ?? ""))
        return GatewayVerdict(closeCode: code, intents: configuration.intents)
    }

    private static func payload(
        of message: WebSocketMessage, _ decompressor: (any Decompressor)?
    ) throws(DecompressionFailure) -> [UInt8]? {
        switch message {
        case .text(let text): Array(text.utf8)
        case .binary(let bytes): if let decompressor { try decompressor.payload(completedBy: bytes) } else { bytes }
        }
    }

    /// Notes what a dispatch says about the session. Nil for one that belongs to no session, and for one that has not what
    /// each of its kind has: it says nothing, and does not count as the answer to a greeting.
    private func accept(_ frame: GatewayFrame) -> GatewayDispatch? {
        guard let sequence = frame.sequence, sequence > 0, let name = frame.name, let body = frame.body else {
            return nil
        }
        if name == "READY" {
            guard let id = body["session_id"]?.string, let url = body["resume_gateway_url"]?.string else { return nil }
            session = GatewaySession(id: id, sequence: sequence, resumeURL: url)
            tracker.reset(session: id, sequence: sequence - 1)
        }
        guard let id = session?.id else { return nil }
        if name == "READY" || name == "RESUMED" { plan.becameReady(at: time.now, byResuming: name == "RESUMED") }
        session?.sequence = sequence
        tracker.begin(sequence, of: id)
        return GatewayDispatch(sequence: sequence, name: name, body: body, sessionID: id)
    }

    // MARK: Sending

    private func open(_ link: any WebSocketConnection) async throws {
        if let session {
            try await send(GatewayPayloads.resume(session, token: configuration.token), over: link, isUrgent: true)
        } else {
            identifies.note(at: time.now)
            try await send(GatewayPayloads.identify(configuration), over: link, isUrgent: true)
        }
    }

    private func send(
        _ payload: JSONValue, over link: any WebSocketConnection, isUrgent: Bool = false
    ) async throws {
        let slot = budget.nextSlot(now: time.now, isUrgent: isUrgent)
        budget.record(slot)
        if slot > time.now { try await time.sleep(until: slot) }
        try await link.send(.text(payload.text))
    }

    private func sendHeartbeat(over link: any WebSocketConnection) async throws {
        beatSentAt = time.now
        try await send(GatewayPayloads.heartbeat(session?.sequence), over: link, isUrgent: true)
    }

    /// Beats until cancelled. A beat that was not acknowledged by the next means a dead connection, unless this side does
    /// not read because its consumer is full; and so does a beat that the connection does not take.
    private func beat(every interval: Duration, over link: any WebSocketConnection) async {
        do {
            try await time.sleep(for: interval * random(0...1))
            while !Task.isCancelled {
                guard isAcknowledged || isDelivering else {
                    logger.warning("gateway heartbeat not acknowledged")
                    await link.close(code: Pace.zombieCode, reason: "")
                    return
                }
                isAcknowledged = false
                let silence = watch(link, patience: Pace.beatDeadline, complaint: "gateway takes no heartbeat")
                defer { silence.cancel() }
                try await sendHeartbeat(over: link)
                silence.cancel()
                try await time.sleep(for: interval)
            }
        } catch {
            // Cancelled, or a connection that takes nothing any more: the reader notices that it is gone, and decides.
            if !Task.isCancelled { await link.abort() }
        }
    }

    // MARK: Before a connection

    /// The address of the next connection. Before an identify it waits until one may be sent.
    private func address(of target: ReconnectPlan.Target) async throws -> String {
        if target == .resumeAddress, let session {
            return GatewayAddress.completed(session.resumeURL, configuration.compression)
        }
        var info = try await currentInfo()
        guard target == .newSession else { return GatewayAddress.completed(info.url, configuration.compression) }
        while info.sessionStartRemaining <= 0 {
            try await waitForIdentify(info)
            info = try await currentInfo()
        }
        try await waitForIdentify(info)
        return GatewayAddress.completed(info.url, configuration.compression)
    }

    private func currentInfo() async throws -> GatewayInfo {
        try await interruptibly { [configuration] in try await configuration.info() }
    }

    private func waitForIdentify(_ info: GatewayInfo) async throws {
        if identifies.becameScarce(info) {
            logger.error(
                "few gateway sessions left for today",
                [
                    "remaining": .int(info.sessionStartRemaining), "total": .int(info.sessionStartTotal),
                    "reset_after_ms": .milliseconds(info.sessionStartResetAfter),
                ])
        }
        let slot = identifies.nextSlot(info, at: time.now)
        try await interruptibly { [time] in try await time.sleep(until: slot) }
    }

    // MARK: Waiting

    /// Runs what `stop` cuts short.
    private func interruptibly<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard !isStopping else { throw CancellationError() }
        let task = Task(operation: body)
        interrupt = { task.cancel() }
        defer { interrupt = nil }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Gives a connection up after a while, unless the task is cancelled.
    private func watch(
        _ link: any WebSocketConnection, patience: Duration, complaint: String
    ) -> Task<Void, any Error> {
        Task { [time, logger] in
            try await time.sleep(for: patience)
            logger.warning(complaint)
            await link.abort()
        }
    }
}

/// There is no connection at the moment.
public struct GatewayUnavailable: Error, Sendable, Equatable {
    /// Creates the error.
    public init() {}
}
