import Glibc
import Synchronization

/// A server on loopback whose every connection is played by a script on a thread of its own, so that a test decides
/// which bytes come and when.
final class LoopbackServer: Sendable {
    /// One accepted connection; used by its own thread only.
    struct Connection {
        let descriptor: Int32
        /// Counts from one.
        let number: Int

        struct Request {
            var head: String
            var body: [UInt8]

            var line: String { String(head.prefix { !$0.isNewline }) }

            func header(_ name: String) -> String? {
                head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
                    .map { String($0.dropFirst(name.count + 1).drop { $0 == " " }) }
            }
        }

        /// Reads one request with a `Content-Length` body; nil once the client has closed.
        func readRequest() -> Request? {
            var bytes: [UInt8] = []
            while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
                guard let byte = read(1)?.first else { return nil }
                bytes.append(byte)
            }
            var request = Request(head: String(decoding: bytes, as: UTF8.self), body: [])
            let length = request.header("Content-Length").flatMap { Int($0) } ?? 0
            while request.body.count < length {
                guard let more = read(length - request.body.count) else { return nil }
                request.body += more
            }
            return request
        }

        /// Up to so many bytes; nil once the client has closed.
        func read(_ count: Int) -> [UInt8]? {
            var buffer = [UInt8](repeating: 0, count: count)
            let result = recv(descriptor, &buffer, count, 0)
            return result > 0 ? Array(buffer.prefix(result)) : nil
        }

        /// Exactly so many bytes.
        func readExactly(_ count: Int) -> [UInt8]? {
            var bytes: [UInt8] = []
            while bytes.count < count {
                guard let more = read(count - bytes.count) else { return nil }
                bytes += more
            }
            return bytes
        }

        /// False once the client has closed.
        @discardableResult
        func write(_ bytes: [UInt8]) -> Bool {
            var rest = bytes[...]
            while !rest.isEmpty {
                let sent = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard sent > 0 else { return false }
                rest = rest.dropFirst(sent)
            }
            return true
        }

        @discardableResult
        func write(_ text: String) -> Bool { write(Array(text.utf8)) }

        /// Makes the end of the script a reset instead of an orderly close.
        func resetOnClose() {
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        }

        /// Returns when the client has closed.
        func waitUntilClosed() {
            while read(1024) != nil {}
        }
    }

    let port: Int
    private let listener: Int32
    private let counter = Atomic<Int>(0)

    /// How many connections were accepted.
    var connections: Int { counter.load(ordering: .acquiring) }
    var url: String { "http://127.0.0.1:\(port)" }

    /// Starts listening on a free port. The script plays one connection, which is closed at its end.
    init(_ script: @escaping @Sendable (Connection) -> Void) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw SystemFailure(call: "listen", code: errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
        startThread { [weak self] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0, let number = self?.counter.add(1, ordering: .acquiringAndReleasing).newValue
                else { break }
                startThread {
                    script(Connection(descriptor: descriptor, number: number))
                    close(descriptor)
                }
            }
            close(listener)
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
    }
}

struct SystemFailure: Error {
    var call: String
    var code: Int32
}

/// Runs work on a new detached thread.
func startThread(_ work: @escaping @Sendable () -> Void) {
    final class Work {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Work(work)).toOpaque()
    pthread_create(
        &thread, nil,
        { context in
            if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run() }
            return nil
        }, context)
    pthread_detach(thread)
}

/// Lets a script tell a test, or a test tell a script, that something happened.
final class Signal: Sendable {
    private let state = Mutex<(isSet: Bool, waiters: [CheckedContinuation<Void, Never>])>((false, []))

    func set() {
        let waiters = state.withLock { state in
            defer { state = (true, []) }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isSet = state.withLock { state in
                if !state.isSet { state.waiters.append(continuation) }
                return state.isSet
            }
            if isSet { continuation.resume() }
        }
    }
}
