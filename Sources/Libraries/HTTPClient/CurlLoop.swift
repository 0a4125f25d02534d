import CCurl
import Glibc
import Synchronization

/// The thread that drives libcurl. Requests and cancellations come in through a locked inbox, results go out through
/// continuations; everything of libcurl is touched by this thread only, but for `curl_multi_wakeup`.
final class CurlLoop: Sendable {
    struct Submission: Sendable {
        let id: UInt64
        let request: HTTPRequest
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>
    }

    /// What waits for the thread, and how far its life has come.
    private struct Inbox {
        var submissions: [Submission] = []
        var cancellations: [UInt64] = []
        var isStopping = false
        var hasEnded = false
        /// To be joined by the first who waits for the end; nil once that was done, or if nobody will.
        var thread: pthread_t?
        var waiters: [CheckedContinuation<Void, Never>] = []

        var isEmpty: Bool { submissions.isEmpty && cancellations.isEmpty && !isStopping }
    }

    /// libcurl's multi handle.
    ///
    /// `@unchecked Sendable`: used by the loop's thread alone, but for `curl_multi_wakeup`, which any thread may call
    /// while the handle exists; it does until `hasEnded`, and `wake` runs under the inbox's lock before that.
    private struct MultiHandle: @unchecked Sendable {
        let pointer: UnsafeMutableRawPointer?
    }

    private let options: HTTPClient.Options
    private let multi: MultiHandle
    private let inbox = Mutex(Inbox())
    private let lastID = Atomic<UInt64>(0)

    init(options: HTTPClient.Options) {
        self.options = options
        // Once for the process, as libcurl asks; the result only matters if there is no handle afterwards.
        let isReady = Self.isLibraryReady
        multi = MultiHandle(pointer: isReady ? curl_multi_init() : nil)
        guard multi.pointer != nil, startThread() else {
            inbox.withLock { $0.hasEnded = true }
            return
        }
    }

    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    func makeID() -> UInt64 {
        lastID.add(1, ordering: .relaxed).newValue
    }

    func submit(_ submission: Submission) {
        let isAccepted = inbox.withLock { inbox in
            guard !inbox.isStopping, !inbox.hasEnded else { return false }
            let wasEmpty = inbox.isEmpty
            inbox.submissions.append(submission)
            if wasEmpty { wake() }
            return true
        }
        if !isAccepted { submission.continuation.resume(returning: .failure(.stopped)) }
    }

    func cancel(_ id: UInt64) {
        inbox.withLock { inbox in
            guard !inbox.hasEnded else { return }
            let wasEmpty = inbox.isEmpty
            inbox.cancellations.append(id)
            if wasEmpty { wake() }
        }
    }

    func stop() {
        inbox.withLock { inbox in
            guard !inbox.isStopping, !inbox.hasEnded else { return }
            inbox.isStopping = true
            wake()
        }
    }

    func waitUntilEnded() async {
        await withCheckedContinuation { continuation in
            let hasEnded = inbox.withLock { inbox in
                if !inbox.hasEnded { inbox.waiters.append(continuation) }
                return inbox.hasEnded
            }
            if hasEnded { continuation.resume() }
        }
        // The thread has only its return left to do, so this does not block.
        let thread = inbox.withLock { inbox in
            defer { inbox.thread = nil }
            return inbox.thread
        }
        if let thread { pthread_join(thread, nil) }
    }

    private func wake() {
        // Fails only for a handle that is none.
        _ = curl_multi_wakeup(multi.pointer)
    }
}

// MARK: - The thread

extension CurlLoop {
    private func startThread() -> Bool {
        // The lock keeps the thread from ending before its id is noted.
        inbox.withLock { inbox in
            var thread = pthread_t()
            let loop = Unmanaged.passRetained(self)
            let code = pthread_create(
                &thread, nil,
                { context in
                    if let context { Unmanaged<CurlLoop>.fromOpaque(context).takeRetainedValue().run() }
                    return nil
                }, loop.toOpaque())
            guard code == 0 else {
                loop.release()
                return false
            }
            inbox.thread = thread
            return true
        }
    }

    private func run() {
        blockSignals()
        let transfers = TransferTable(multi: multi.pointer, options: options)
        while let work = takeWork() {
            for submission in work.submissions { transfers.start(submission) }
            for id in work.cancellations { transfers.end(id, .failure(.cancelled)) }
            transfers.advance()
        }
        transfers.endAll(.stopped)
        end()
    }

    /// What came in since the last call; nil when it is time to stop.
    private func takeWork() -> (submissions: [Submission], cancellations: [UInt64])? {
        inbox.withLock { inbox in
            guard !inbox.isStopping else { return nil }
            guard !inbox.isEmpty else { return ([], []) }
            defer {
                inbox.submissions = []
                inbox.cancellations = []
            }
            return (inbox.submissions, inbox.cancellations)
        }
    }

    private func end() {
        let (submissions, waiters) = inbox.withLock { inbox in
            _ = curl_multi_cleanup(multi.pointer)
            inbox.hasEnded = true
            if inbox.waiters.isEmpty {
                // The client was let go, or shutdown has yet to ask: in both cases nobody needs to join.
                pthread_detach(pthread_self())
                inbox.thread = nil
            }
            defer {
                inbox.submissions = []
                inbox.waiters = []
            }
            return (inbox.submissions, inbox.waiters)
        }
        for submission in submissions { submission.continuation.resume(returning: .failure(.stopped)) }
        for waiter in waiters { waiter.resume() }
    }

    /// Signals are for the threads that wait for them; and OpenSSL writes to sockets without suppressing SIGPIPE.
    private func blockSignals() {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, nil)
    }
}
