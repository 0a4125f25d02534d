import Synchronization

/// One WebSocket, seen from the handler of its route.
///
/// Pings are answered and fragments put together before a handler sees them. At most 64 messages (or one megabyte of
/// them, or one longer message) wait to be received; then the peer's socket is not read.
public final class WebSocketSession: Sendable {
    /// A whole message.
    public enum Message: Sendable, Equatable {
        case text(String)
        case binary([UInt8])
    }

    /// How the peer said goodbye.
    public struct Close: Sendable, Equatable {
        /// The code; nil if the closing frame carried none.
        public var code: UInt16?
        /// The reason; empty if there was none.
        public var reason: String

        /// Whether a closing frame may carry this code (RFC 6455, section 7.4, and the registry of codes).
        static func isSendable(_ code: UInt16) -> Bool {
            (1000...1003).contains(code) || (1007...1014).contains(code) || (3000...4999).contains(code)
        }
    }

    /// Why a message could not be sent.
    public enum Failure: Error, Sendable, Equatable {
        /// The connection is closed, or is being closed.
        case closed
    }

    private let core: ServerCore
    private let id: Int
    private let peer = Mutex<Close?>(nil)
    private let tickets = Atomic(0)

    init(core: ServerCore, id: Int) {
        self.core = core
        self.id = id
    }

    /// How the peer closed; nil as long as it did not, and for good if it vanished without a closing frame.
    public var peerClose: Close? { peer.withLock { $0 } }

    /// The next message; nil once the connection is closed and all was received, or if the task is cancelled.
    public func receive() async -> Message? {
        let ticket = tickets.wrappingAdd(1, ordering: .relaxed).newValue
        return await withTaskCancellationHandler {
            await core.receive(from: id, ticket: ticket)
        } onCancel: {
            Task { await core.cancelReceive(ticket, of: id) }
        }
    }

    /// Sends a text. Returns once it is queued and less than a megabyte waits for the peer.
    ///
    /// - Throws: ``Failure/closed``.
    public func send(text: String) async throws {
        try await core.send(WebSocketOpcode.text, Array(text.utf8), to: id)
    }

    /// Sends bytes. Returns once they are queued and less than a megabyte waits for the peer.
    ///
    /// - Throws: ``Failure/closed``.
    public func send(binary: [UInt8]) async throws {
        try await core.send(WebSocketOpcode.binary, binary, to: id)
    }

    /// Starts the closing handshake after what was sent before; nothing can be sent afterwards. The connection is
    /// dropped if the peer does not answer in time. A code that may not stand in a frame (1005, 1006, 1015, or below
    /// 1000) sends a closing frame without one; the reason is cut to 123 bytes.
    public func close(code: UInt16 = 1000, reason: String = "") async {
        await core.close(id, code: code, reason: reason)
    }

    /// Drops the connection without a closing handshake; the peer sees a reset.
    public func abort() async {
        await core.abort(id)
    }

    func record(_ close: Close) {
        peer.withLock { $0 = close }
    }
}
