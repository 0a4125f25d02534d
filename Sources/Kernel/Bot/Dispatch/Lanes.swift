import Synchronization

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
        var waiting: [CheckedContinuation<Void, Never>] = []

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
        var drained: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    /// Creates the queues.
    public init(depth: Int = 256) {
        self.depth = depth
    }

    /// The number of lanes that hold or run work.
    public var count: Int { state.withLock { $0.lanes.count } }

    /// The names of what runs now, for the log at a shutdown that cuts work off.
    public var running: [String] { state.withLock { $0.lanes.values.map(\.running) } }

    /// Adds work to the end of a lane. Waits while the lane is full.
    public func enqueue(_ name: String, in key: Key, _ work: @escaping Work) async {
        while true {
            let isQueued = state.withLock { state -> Bool in
                guard var lane = state.lanes.removeValue(forKey: key) else {
                    state.lanes[key] = Lane(running: name)
                    Task { await self.run(key, first: work) }
                    return true
                }
                let hasRoom = lane.count < depth
                if hasRoom { lane.queue.append((name, work)) }
                state.lanes[key] = lane
                return hasRoom
            }
            if isQueued { return }
            await roomInLane(key)
        }
    }

    /// Waits until no lane holds work, or until the caller's task is cancelled.
    public func waitUntilDrained() async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state -> Bool in
                    if state.lanes.isEmpty || Task.isCancelled { return true }
                    state.drained[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.drained.removeValue(forKey: id) }?.resume()
        }
    }

    private func roomInLane(_ key: Key) async {
        await withCheckedContinuation { continuation in
            let hasRoom = state.withLock { state -> Bool in
                guard let lane = state.lanes[key], lane.count >= depth else { return true }
                state.lanes[key]?.waiting.append(continuation)
                return false
            }
            if hasRoom { continuation.resume() }
        }
    }

    private func run(_ key: Key, first: @escaping Work) async {
        var work = first
        while true {
            await work()
            let (next, freed) = state.withLock { state -> (Work?, [CheckedContinuation<Void, Never>]) in
                guard let next = state.lanes[key]?.next() else {
                    state.lanes[key] = nil
                    guard state.lanes.isEmpty else { return (nil, []) }
                    defer { state.drained = [:] }
                    return (nil, Array(state.drained.values))
                }
                defer { state.lanes[key]?.waiting = [] }
                return (next, state.lanes[key]?.waiting ?? [])
            }
            for continuation in freed { continuation.resume() }
            guard let next else { return }
            work = next
        }
    }
}
