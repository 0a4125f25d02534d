import Glibc

/// A mutual exclusion lock with a condition that threads can wait for: what `Synchronization.Mutex` does not offer.
/// Only threads that may block, that is dedicated ones, call ``wait(_:until:)``.
///
/// `@unchecked Sendable`: `state` is touched only while `lock` is held; the two C objects live at a fixed address from
/// `init` to `deinit` and are made for concurrent use.
final class ThreadMonitor<State>: @unchecked Sendable {
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var state: State

    init(_ state: State) {
        self.state = state
        lock = .allocate(capacity: 1)
        lock.initialize(to: pthread_mutex_t())
        pthread_mutex_init(lock, nil)
        condition = .allocate(capacity: 1)
        condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        condition.deallocate()
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    /// Runs `body` while holding the lock, then wakes all who wait so that they look at the state again.
    func update<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(lock)
        defer {
            pthread_cond_broadcast(condition)
            pthread_mutex_unlock(lock)
        }
        return try body(&state)
    }

    /// Runs `body` while holding the lock.
    func read<Result>(_ body: (State) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return try body(state)
    }

    /// Blocks the calling thread until `body` gives a value, trying after each update. With a limit, gives nil once
    /// that much time has passed.
    func wait<Result>(atMost limit: Duration? = nil, until body: (inout State) -> Result?) -> Result? {
        var deadline = timespec()
        if let limit {
            clock_gettime(CLOCK_MONOTONIC, &deadline)
            let (seconds, attoseconds) = limit.components
            deadline.tv_sec += Int(seconds)
            deadline.tv_nsec += Int(attoseconds / 1_000_000_000)
            if deadline.tv_nsec >= 1_000_000_000 {
                deadline.tv_sec += 1
                deadline.tv_nsec -= 1_000_000_000
            }
        }
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        while true {
            if let result = body(&state) { return result }
            if limit == nil {
                pthread_cond_wait(condition, lock)
            } else if pthread_cond_timedwait(condition, lock, &deadline) == ETIMEDOUT {
                return body(&state)
            }
        }
    }
}
