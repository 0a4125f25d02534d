import CPlatform
import Glibc
import Synchronization

/// A request from outside to end the process.
public enum TerminationSignal: Int32, Sendable {
    case interrupt = 2
    case terminate = 15
}

/// Turns SIGINT and SIGTERM into a sequence, so that a program can end in good order.
///
/// ```swift
/// for await signal in TerminationSignals.install() { … ; break }
/// ```
///
/// The first signal is delivered; a second one ends the process at once with status 128 + signal, however stuck the
/// program is. SIGPIPE is ignored: writing to a closed connection is an error of the writer, not the end of everything.
///
/// Handlers of signals belong to the process, so only its main program installs them.
public enum TerminationSignals {
    /// Installs the handlers and returns the sequence of signals, which ends with ``restoreDefaults()``. Called again, it
    /// counts signals anew and ends the earlier sequence.
    public static func install() -> AsyncStream<TerminationSignal> {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return AsyncStream { $0.finish() } }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        received.store(0, ordering: .sequentiallyConsistent)
        let former = writeEnd.exchange(ends[1], ordering: .sequentiallyConsistent)
        if former >= 0 { close(former) }
        signal(SIGPIPE, SIG_IGN)
        for number in [SIGINT, SIGTERM] { signal(number, handle) }

        let (stream, continuation) = AsyncStream.makeStream(
            of: TerminationSignal.self, bufferingPolicy: .bufferingOldest(1))
        let readEnd = ends[0]
        DedicatedThread.startDetached(name: "signals") {
            var byte: UInt8 = 0
            while true {
                let count = read(readEnd, &byte, 1)
                if count == 1, let signal = TerminationSignal(rawValue: Int32(byte)) {
                    continuation.yield(signal)
                } else if count >= 0 || errno != EINTR {
                    break
                }
            }
            close(readEnd)
            continuation.finish()
        }
        return stream
    }

    /// Gives all signals back the effect that they have in a fresh process, also for a program that is executed in
    /// place of this one.
    public static func restoreDefaults() {
        for number in [SIGINT, SIGTERM, SIGPIPE] { signal(number, SIG_DFL) }
        let end = writeEnd.exchange(-1, ordering: .sequentiallyConsistent)
        if end >= 0 { close(end) }
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
    }

    // A handler has no context, so what it needs is global. It only touches these two and calls `write` and `_exit`,
    // all of which are safe at any point of the program.
    private static let writeEnd = Atomic<Int32>(-1)
    private static let received = Atomic<Int32>(0)

    private static let handle: @convention(c) (Int32) -> Void = { number in
        let error = errno
        guard received.wrappingAdd(1, ordering: .sequentiallyConsistent).oldValue == 0 else { _exit(128 + number) }
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(writeEnd.load(ordering: .sequentiallyConsistent), &byte, 1)
        errno = error
    }
}
