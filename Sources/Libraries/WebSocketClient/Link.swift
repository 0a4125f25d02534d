import CWebSockets
import Synchronization

/// One connection, or one attempt at it: the meeting point of the tasks that use it and of the service loop that
/// owns the socket. Everything here is behind one lock; continuations resume outside of it.
final class Link: Sendable {
    struct Limits: Sendable {
        var messageBytes: Int
        var inboxMessages: Int
        var inboxBytes: Int
        var outboxMessages: Int
    }

    /// A frame on its way out.
    struct Outgoing {
        enum Kind { case text, binary, ping }
        var id: Int
        var kind: Kind
        /// The payload behind the padding that the library writes the frame header into.
        var bytes: [UInt8]
        var sent: CheckedContinuation<Void, any Error>
    }

    /// What the service loop should do with the socket now.
    struct Orders {
        var abort: Bool
        var reads: Bool
        var writes: Bool
    }

    /// What the service loop should write now that the socket takes it.
    enum Turn {
        case frame(Outgoing.Kind, [UInt8])
        case close(code: UInt16, reason: String)
        case nothing
    }

    private struct State {
        var inbox: [WebSocketMessage] = []
        var inboxBytes = 0
        var receivers: [(id: Int, continuation: CheckedContinuation<WebSocketMessage?, any Error>)] = []
        var outbox: [Outgoing] = []
        /// Given to the library, which has not yet said that the socket took all of it.
        var inFlight: Outgoing?
        var closeRequest: (code: UInt16, reason: String)?
        var abortRequested = false
        var socketEnded = false
        /// Decided when the socket is gone.
        var endWaiters: [OneShot<Void>] = []
        var closure: WebSocketClose?
        var nextID = 0

        func isInboxFull(_ limits: Limits) -> Bool {
            inbox.count >= limits.inboxMessages || inboxBytes >= limits.inboxBytes
        }

        mutating func makeID() -> Int {
            nextID += 1
            return nextID
        }
    }

    let endpoint: Endpoint
    let address: String
    let headers: HandshakeHeaders
    let limits: Limits
    /// Decided once the connection is open or cannot be opened.
    let opened = OneShot<Void>()
    private let state = Mutex(State())

    init(endpoint: Endpoint, address: String, headers: HandshakeHeaders, limits: Limits) {
        self.endpoint = endpoint
        self.address = address
        self.headers = headers
        self.limits = limits
    }

    /// What the service loop knows this link by.
    var key: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    var closure: WebSocketClose? { state.withLock { $0.closure } }

    // MARK: Tasks

    /// The next message; `taken` runs when one was taken from the inbox, so that the loop may read again.
    func receive(taken: @Sendable () -> Void) async throws -> WebSocketMessage? {
        try Task.checkCancellation()
        let id = state.withLock { $0.makeID() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let next = state.withLock { state -> WebSocketMessage?? in
                    if !state.inbox.isEmpty {
                        let message = state.inbox.removeFirst()
                        state.inboxBytes -= message.byteCount
                        return .some(message)
                    }
                    if state.closure != nil { return .some(nil) }
                    state.receivers.append((id, continuation))
                    return .none
                }
                switch next {
                case .some(let message):
                    if message != nil { taken() }
                    continuation.resume(returning: message)
                case .none:
                    // The handler below may have run before there was anything to cancel.
                    if Task.isCancelled { cancelReceive(id) }
                }
            }
        } onCancel: {
            cancelReceive(id)
        }
    }

    private func cancelReceive(_ id: Int) {
        let receiver = state.withLock { state in
            state.receivers.firstIndex(where: { $0.id == id }).map { state.receivers.remove(at: $0) }
        }
        receiver?.continuation.resume(throwing: CancellationError())
    }

    /// Queues a frame and waits until the socket took it; `queued` runs when the loop has something to write.
    func send(_ kind: Outgoing.Kind, padded bytes: [UInt8], queued: @Sendable () -> Void) async throws {
        try Task.checkCancellation()
        let id = state.withLock { $0.makeID() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let refusal = state.withLock { state -> WebSocketError? in
                    if let closure = state.closure { return .closed(closure) }
                    if let request = state.closeRequest {
                        return .closed(.init(code: request.code, reason: request.reason, initiatedByPeer: false))
                    }
                    guard state.outbox.count < limits.outboxMessages else {
                        return .outboxFull(limit: limits.outboxMessages)
                    }
                    state.outbox.append(Outgoing(id: id, kind: kind, bytes: bytes, sent: continuation))
                    return nil
                }
                if let refusal {
                    continuation.resume(throwing: refusal)
                } else {
                    if Task.isCancelled { cancelSend(id) }
                    queued()
                }
            }
        } onCancel: {
            cancelSend(id)
        }
    }

    private func cancelSend(_ id: Int) {
        let frame = state.withLock { state in
            state.outbox.firstIndex(where: { $0.id == id }).map { state.outbox.remove(at: $0) }
        }
        frame?.sent.resume(throwing: CancellationError())
    }

    /// Returns false if there is nothing to close any more.
    func requestClose(code: UInt16, reason: String) -> Bool {
        state.withLock { state in
            guard state.closure == nil else { return false }
            if state.closeRequest == nil { state.closeRequest = (code, reason) }
            return true
        }
    }

    /// Waits until the socket is gone.
    /// - Throws: `CancellationError`, ``WebSocketError/timedOut``.
    func awaitEnd(until deadline: ContinuousClock.Instant) async throws {
        let end = OneShot<Void>()
        let isOver = state.withLock { state in
            if !state.socketEnded { state.endWaiters.append(end) }
            return state.socketEnded
        }
        if !isOver { try await end.value(until: deadline, orElse: WebSocketError.timedOut) }
    }

    /// The connection counts as ended from here on, whatever the socket still does.
    func abort(because reason: String) {
        state.withLock { state in
            state.abortRequested = true
            state.inbox = []
            state.inboxBytes = 0
        }
        finish(WebSocketClose(code: WebSocketClose.abnormal, reason: reason, initiatedByPeer: false))
    }

    // MARK: Service loop

    var orders: Orders {
        state.withLock { state in
            Orders(
                abort: state.abortRequested,
                reads: state.closeRequest != nil || !state.isInboxFull(limits),
                writes: !state.outbox.isEmpty || state.closeRequest != nil)
        }
    }

    /// Hands a message to who waits for it, or queues it. Returns whether more may be read.
    func deliver(_ message: WebSocketMessage) -> Bool {
        let (receiver, mayRead) = state.withLock { state in
            if state.closure != nil { return (nil as CheckedContinuation<WebSocketMessage?, any Error>?, true) }
            if !state.receivers.isEmpty { return (state.receivers.removeFirst().continuation, true) }
            state.inbox.append(message)
            state.inboxBytes += message.byteCount
            return (nil, state.closeRequest != nil || !state.isInboxFull(limits))
        }
        receiver?.resume(returning: message)
        return mayRead
    }

    /// Called when the socket takes bytes: what was in flight is out.
    func nextTurn() -> Turn {
        let (done, turn) = state.withLock { state -> (Outgoing?, Turn) in
            let done = state.inFlight
            state.inFlight = nil
            guard state.closure == nil else { return (done, .nothing) }
            if !state.outbox.isEmpty {
                var frame = state.outbox.removeFirst()
                let bytes = frame.bytes
                frame.bytes = []
                state.inFlight = frame
                return (done, .frame(frame.kind, bytes))
            }
            if let request = state.closeRequest {
                return (done, .close(code: request.code, reason: request.reason))
            }
            return (done, .nothing)
        }
        done?.sent.resume()
        return turn
    }

    /// How the connection ended, unless that was known before.
    func finish(_ closure: WebSocketClose) {
        let (closure, receivers, unsent) = state.withLock { state in
            if state.closure == nil { state.closure = closure }
            // What waits has found the inbox empty.
            let receivers = state.receivers
            let unsent = [state.inFlight].compactMap { $0 } + state.outbox
            state.receivers = []
            state.inFlight = nil
            state.outbox = []
            return (state.closure ?? closure, receivers, unsent)
        }
        receivers.forEach { $0.continuation.resume(returning: nil) }
        unsent.forEach { $0.sent.resume(throwing: WebSocketError.closed(closure)) }
    }

    /// The socket is gone.
    func socketEnded(_ reason: String) {
        let (requested, waiters) = state.withLock { state in
            state.socketEnded = true
            defer { state.endWaiters = [] }
            return (state.closeRequest, state.endWaiters)
        }
        finish(
            requested.map { WebSocketClose(code: $0.code, reason: $0.reason, initiatedByPeer: false) }
                ?? WebSocketClose(code: WebSocketClose.abnormal, reason: reason, initiatedByPeer: true))
        waiters.forEach { $0.decide(.success(())) }
    }
}
