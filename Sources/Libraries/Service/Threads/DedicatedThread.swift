import CPlatform
import Glibc

/// A thread of its own, for work that blocks: disks, subprocesses, C libraries that wait.
///
/// An actor whose methods block names it as its executor, and then runs on that thread only, leaving the shared pool to
/// those who never block:
///
/// ```swift
/// actor Archive {
///     private let thread = DedicatedThread(name: "archive")
///     nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
/// }
/// ```
///
/// The thread starts with the first job. After ``stop()`` it finishes what is queued and ends; a job that still comes
/// later is not lost: it starts the thread again for as long as there is work.
public final class DedicatedThread: SerialExecutor {
    private enum Work {
        case job(UnownedJob, UnownedSerialExecutor)
        case call(@Sendable () -> Void)
    }

    private struct State {
        var queue: [Work] = []
        var isStopping = false
        var thread: pthread_t?
        var onEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let name: String
    private let monitor = ThreadMonitor(State())

    /// A thread that appears under `name` (at most 15 bytes are shown) in process listings.
    public init(name: String) {
        self.name = name
    }

    deinit {
        monitor.update { $0.isStopping = true }
    }

    /// Queues a job of an actor; called by the concurrency runtime.
    public func enqueue(_ job: consuming ExecutorJob) {
        submit(.job(UnownedJob(job), asUnownedSerialExecutor()))
    }

    /// Runs `body`, which may block, on the thread, after everything that was queued before.
    public func run<Result: Sendable>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            submit(.call { continuation.resume(with: Swift.Result { try body() }) })
        }
    }

    /// Queues `body`, which may block, behind everything that was queued before, and returns at once.
    public func enqueue(_ body: @escaping @Sendable () -> Void) {
        submit(.call(body))
    }

    /// Lets the thread finish what is queued and end. Returns at once and may be called repeatedly.
    public func stop() {
        monitor.update { $0.isStopping = true }
    }

    /// Like ``stop()``, and returns once the thread has ended. Must not be called from a job of this thread.
    public func stopAndWait() async {
        await withCheckedContinuation { continuation in
            let hasEnded = monitor.update { state in
                state.isStopping = true
                guard state.thread != nil else { return true }
                state.onEnd.append(continuation)
                return false
            }
            if hasEnded { continuation.resume() }
        }
    }

    /// Whether the caller runs on this thread.
    public var isCurrent: Bool {
        monitor.read { state in
            state.thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false
        }
    }

    /// Traps unless the caller runs on this thread; what `assumeIsolated` of an actor on it relies on.
    public func checkIsolated() {
        precondition(isCurrent, "not on thread \(name)")
    }

    private func submit(_ work: Work) {
        monitor.update { state in
            state.queue.append(work)
            if state.thread == nil { state.thread = startThread() }
        }
    }

    private func startThread() -> pthread_t? {
        let monitor = monitor
        return Self.startDetached(name: name) {
            while let work = Self.next(from: monitor) {
                switch work {
                case .job(let job, let executor): job.runSynchronously(on: executor)
                case .call(let body): body()
                }
            }
        }
    }

    /// Waits for work; nil when there is none left and the thread shall end.
    private static func next(from monitor: ThreadMonitor<State>) -> Work? {
        enum Step { case work(Work), end([CheckedContinuation<Void, Never>]) }
        let step = monitor.wait { state -> Step? in
            if !state.queue.isEmpty { return .work(state.queue.removeFirst()) }
            guard state.isStopping else { return nil }
            state.thread = nil
            defer { state.onEnd = [] }
            return .end(state.onEnd)
        }
        switch step {
        case .work(let work): return work
        case .end(let waiters):
            for waiter in waiters { waiter.resume() }
            return nil
        case nil: return nil
        }
    }
}

extension DedicatedThread {
    private final class Body {
        let run: @Sendable () -> Void
        let name: String
        init(_ name: String, _ run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Starts a detached thread that runs `body` once and takes no signals.
    ///
    /// Without a thread nothing that waits for it could ever go on, so a system that refuses one ends the process.
    @discardableResult
    static func startDetached(name: String, _ body: @escaping @Sendable () -> Void) -> pthread_t {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { pthread_attr_destroy(&attributes) }

        let context = Unmanaged.passRetained(Body(name, body))
        var thread = pthread_t()
        let status = pthread_create(&thread, &attributes, runBody, context.toOpaque())
        precondition(status == 0, "no thread for \(name): error \(status)")
        return thread
    }

    private static let runBody: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
        guard let context else { return nil }
        let body = Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        _ = String(body.name.utf8.prefix(15).map { Character(UnicodeScalar($0)) })
            .withCString { pthread_setname_np(pthread_self(), $0) }
        body.run()
        return nil
    }
}
