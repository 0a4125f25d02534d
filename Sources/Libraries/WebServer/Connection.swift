/// One accepted socket. Not `Sendable`: it lives in its ``ServerCore`` and is touched on the loop's thread alone. The
/// descriptor belongs to the loop, which closes it exactly once, when the core lets go of the connection.
final class Connection {
    /// A request on its way through the server.
    struct Exchange {
        var number: Int
        var trace: String
        var head: RequestHead?
        var start: ContinuousClock.Instant
    }

    enum Phase {
        /// Waiting for a request, or reading its head.
        case head
        /// Reading the body that the route's handler will get.
        case body(Exchange, WebRoutes.Handler, parameters: [String: String])
        /// The handler runs.
        case handling(Exchange, Task<Void, Never>)
        /// Reading past the body of a request that was refused.
        case discarding(remaining: Int)
        /// The last response was sent; what the peer still sends is read away, for closing with unread input would make
        /// the system reset the connection and might take the response with it.
        case lingering
        case socket(WebSocketState)
    }

    let id: Int
    let descriptor: Int32
    let peerAddress: String
    var phase = Phase.head
    var input = InputBuffer()
    /// What came of the body of the request that is being read.
    var body: [UInt8] = []
    var output = OutputQueue()
    /// Up to where the input was searched for the end of the head.
    var searched = 0
    /// When the first byte of the request that is being read came.
    var requestStart: ContinuousClock.Instant?
    /// When waiting for the peer's bytes ends.
    var readDeadline: ContinuousClock.Instant?
    /// When waiting for the peer to take bytes ends.
    var writeDeadline: ContinuousClock.Instant?
    var hasInputEnded = false
    /// Nothing more will be answered on this connection.
    var closesAfterOutput = false
    var isReading = true

    init(id: Int, descriptor: Int32, peerAddress: String) {
        self.id = id
        self.descriptor = descriptor
        self.peerAddress = peerAddress
    }

    /// Whether the server owes the peer something.
    var isInHand: Bool {
        switch phase {
        case .head, .discarding: !input.isEmpty || !output.isEmpty
        case .body, .handling, .socket: true
        case .lingering: false
        }
    }

    var socket: WebSocketState? {
        if case .socket(let state) = phase { state } else { nil }
    }
}

/// What a WebSocket's handler and its connection share. It outlives the connection until the handler returns, so that
/// messages which came before the end are still received.
final class WebSocketState {
    typealias Message = WebSocketSession.Message

    static let inboxLimit = (messages: 64, bytes: 1 << 20)

    let session: WebSocketSession
    var handler: Task<Void, Never>?
    /// The handler has returned: nobody receives any more, and reading goes on only for the closing handshake.
    var isAbandoned = false
    var decoder: WebSocketDecoder
    var inbox: [Message] = []
    var inboxBytes = 0
    var receivers: [(ticket: Int, continuation: CheckedContinuation<Message?, Never>)] = []
    var senders: [CheckedContinuation<Bool, Never>] = []
    var hasSentClose = false
    /// The peer closed, or was found to break the protocol: nothing more is received.
    var isInputClosed = false

    init(session: WebSocketSession, maximumMessageBytes: Int) {
        self.session = session
        decoder = WebSocketDecoder(maximumMessageBytes: maximumMessageBytes)
    }

    var isInboxFull: Bool { inbox.count >= Self.inboxLimit.messages || inboxBytes >= Self.inboxLimit.bytes }

    func deliver(_ message: Message) {
        if isAbandoned { return }
        if receivers.isEmpty {
            inbox.append(message)
            inboxBytes += message.byteCount
        } else {
            receivers.removeFirst().continuation.resume(returning: message)
        }
    }

    func abandon() {
        isAbandoned = true
        inbox = []
        inboxBytes = 0
    }

    func endInput() {
        isInputClosed = true
        for receiver in receivers { receiver.continuation.resume(returning: nil) }
        receivers = []
    }

    func releaseSenders(isOpen: Bool) {
        for sender in senders { sender.resume(returning: isOpen) }
        senders = []
    }
}

extension WebSocketSession.Message {
    var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .binary(let bytes): bytes.count
        }
    }
}
