import CWebSockets
import Glibc

/// Runs `body` on a new detached thread that takes no signals: those are for the threads that expect them.
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) throws(WebSocketError) {
    final class Box {
        let name: String
        let body: @Sendable () -> Void
        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
    let box = Unmanaged.passRetained(Box(name, body))
    var thread = pthread_t()
    let status = pthread_create(
        &thread, nil,
        { pointer in
            guard let pointer else { return nil }
            let box = Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue()
            var signals = sigset_t()
            sigfillset(&signals)
            pthread_sigmask(SIG_BLOCK, &signals, nil)
            pthread_setname_np(pthread_self(), box.name)
            box.body()
            return nil
        }, box.toOpaque())
    guard status == 0 else {
        box.release()
        throw .unavailable("no thread: \(String(cString: strerror(status)))")
    }
    pthread_detach(thread)
}
