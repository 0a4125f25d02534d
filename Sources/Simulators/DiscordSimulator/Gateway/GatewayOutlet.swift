import JSON
import Service
import Synchronization

/// The way out to one gateway socket: a bounded queue that the socket's sender empties.
final class GatewayOutlet: Sendable {
    /// What the sender does next.
    enum Item: Sendable {
        case payload([UInt8])
        case close(code: UInt16, reason: String)
        case abort
        case silence
    }

    /// A client that leaves this many payloads unread is too slow to be served.
    private static let limit = 16_384

    /// What waits to be sent; the sender calls `sent()` after each item.
    let items: AsyncStream<Item>
    private let continuation: AsyncStream<Item>.Continuation
    private let activity: ActivityCounter
    private let isEnded = Mutex(false)

    init(activity: ActivityCounter) {
        self.activity = activity
        (items, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.limit))
    }

    /// Queues a payload.
    func send(_ payload: [UInt8]) { put(.payload(payload)) }

    /// Closes the socket after what was queued before.
    func close(code: UInt16, reason: String) { putLast(.close(code: code, reason: reason)) }

    /// Drops the socket without a closing handshake.
    func abort() { putLast(.abort) }

    /// Sends nothing more and leaves the socket open, like a network path that swallows everything.
    func silence() { putLast(.silence) }

    /// Notes that an item was sent, or cannot be sent any more.
    func sent() { activity.end() }

    /// Takes nothing more.
    func finish() {
        isEnded.withLock { $0 = true }
        continuation.finish()
    }

    private func putLast(_ item: Item) {
        put(item)
        finish()
    }

    private func put(_ item: Item) {
        let isEnded = isEnded.withLock { $0 }
        guard !isEnded else { return }
        activity.begin()
        switch continuation.yield(item) {
        case .enqueued: break
        case .dropped:
            activity.end()
            finish()
        case .terminated: activity.end()
        @unknown default: activity.end()
        }
    }
}
