import Service

/// Queues of work, one per key: first in, first out inside a lane, lanes side by side.
///
/// An event of a thread or channel waits only for the events of the same thread or channel. A lane holds at most `depth`
/// pieces of work; `enqueue` waits while its lane is full, and with it the reader of the gateway, so that the socket is
/// not read faster than the events are handled.
public final class Lanes<Key: Hashable & Sendable>: Sendable {
    /// A piece of work; it handles its own errors.
    public typealias Work = @Sendable () async -> Void

    /// How many pieces of work a lane holds before `enqueue` waits.
    public let depth: Int

    private struct Lane {
        var running: String
        var queue: [(name: String, work: Work)] = []
        var head = 0

        var count: Int { queue.count - head }

        mutating func next() -> Work? {
            guard head < queue.count else { return nil }
            let (name, work) = queue[head]
            running = name
            head += 1
            if head > 64, head * 2 > queue.count {
                queue.removeFirst(head)
                head = 0
            }
            return work
        }
    }

    private struct State {
        var lanes: [Key: Lane] = [:]
        var isClosed = false
    }

    private enum Admission {
        case queued, full, closed
    }

    private let state = Awaitable(State())

    /// Creates the queues.
    public init(depth: Int = 256) {
        self.depth = depth
    }

    /// The number of lanes that hold or run work.
    public var count: Int { state.withLock { $0.lanes.count } }

    /// The names of what runs now, for the log at a shutdown that cuts work off.
    public var running: [String] { state.withLock { $0.lanes.values.map(\.running) } }

    /// Adds work to the end of a lane. Waits while the lane is full.
    /// - Returns: false if the queues were closed, or the caller's task cancelled, before there was room; the work never
    ///   runs then.
    @discardableResult
    public func enqueue(_ name: String, in key: Key, _ work: @escaping Work) async -> Bool {
        let depth = depth
        while true {
            let admission = state.withLock { state -> Admission in
                guard !state.isClosed else { return .closed }
                guard var lane = state.lanes.removeValue(forKey: key) else {
                    state.lanes[key] = Lane(running: name)
                    Task { await self.run(key, first: work) }
                    return .queued
                }
                let hasRoom = lane.count < depth
                if hasRoom { lane.queue.append((name, work)) }
                state.lanes[key] = lane
                return hasRoom ? .queued : .full
            }
            switch admission {
            case .queued: return true
            case .closed: return false
            case .full:
                await state.until { $0.isClosed || ($0.lanes[key]?.count ?? 0) < depth }
                if Task.isCancelled { return false }
            }
        }
    }

    /// Takes no more work, and lets those go who wait for room. What is queued still runs.
    public func close() {
        state.withLock { $0.isClosed = true }
    }

    /// Waits until no lane holds work, or until the caller's task is cancelled.
    public func waitUntilDrained() async {
        await state.until { $0.lanes.isEmpty }
    }

    private func run(_ key: Key, first: @escaping Work) async {
        var work = first
        while true {
            await work()
            let next = state.withLock { state -> Work? in
                let next = state.lanes[key]?.next()
                if next == nil { state.lanes[key] = nil }
                return next
            }
            guard let next else { return }
            work = next
        }
    }
}
