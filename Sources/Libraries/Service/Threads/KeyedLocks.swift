import Synchronization

/// Locks for tasks, one per key, granted in the order in which they were asked for. A key that nobody holds costs nothing.
///
/// ```swift
/// try await locks.withLock("WKBR") { try await recompute() }
/// ```
///
/// Not reentrant: who holds a key and asks for it again waits for ever.
public final class KeyedLocks<Key: Hashable & Sendable>: Sendable {
    /// Those who wait, by key; a key that is held has an entry, also with nobody waiting.
    private let held = Mutex<[Key: [CheckedContinuation<Void, Never>]]>([:])

    /// Locks that nobody holds.
    public init() {}

    /// Runs `body` while no other task holds `key`. A cancelled task still waits for its turn, so that `body` decides what
    /// cancellation means.
    public func withLock<Result, Failure: Error>(
        _ key: Key, isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        await acquire(key)
        defer { release(key) }
        return try await body()
    }

    /// Runs `body` while no other task holds any of `keys`. They are taken in ascending order, so that two tasks with
    /// several keys never wait for each other.
    public func withLocks<Result, Failure: Error>(
        _ keys: some Sequence<Key>, isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws(Failure) -> Result
    ) async throws(Failure) -> Result where Key: Comparable {
        let sorted = Set(keys).sorted()
        for key in sorted { await acquire(key) }
        defer { for key in sorted { release(key) } }
        return try await body()
    }

    private func acquire(_ key: Key, isolation: isolated (any Actor)? = #isolation) async {
        await withCheckedContinuation { continuation in
            let isFree = held.withLock { held in
                guard held[key] != nil else {
                    held[key] = []
                    return true
                }
                held[key]?.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func release(_ key: Key) {
        let next = held.withLock { held -> CheckedContinuation<Void, Never>? in
            guard var waiting = held[key], !waiting.isEmpty else {
                held[key] = nil
                return nil
            }
            let next = waiting.removeFirst()
            held[key] = waiting
            return next
        }
        next?.resume()
    }
}
