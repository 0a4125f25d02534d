import Glibc
import Synchronization
import Testing

/// A loopback port that passes bytes on to another one, and can reset both sides in the middle of a request: what a
/// client meets when a proxy dies while it is sending.
final class CuttingWire: Sendable {
    struct NoSocket: Error {}

    private struct State {
        var pattern: String?
        var limit = 0
        var cuts = 0
        var open: Set<Int32> = []
        var isClosed = false
    }

    /// The port to connect to.
    let port: Int
    private let listener: Int32
    private let target: Int
    private let state = Mutex(State())

    /// A wire to a port on this machine.
    init(to target: Int) throws {
        self.target = target
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = Self.loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard isBound else { throw NoSocket() }
        listener = descriptor
        port = Int(UInt16(bigEndian: address.sin_port))
        Threads.start { self.accept() }
    }

    /// Resets the next request whose first bytes contain this text, once so many bytes of it have been passed on.
    func cutNextRequest(containing text: String, after count: Int) {
        state.withLock { state in
            state.pattern = text
            state.limit = count
        }
    }

    /// How many requests were cut.
    var cuts: Int { state.withLock { $0.cuts } }

    /// Closes everything.
    func close() {
        state.withLock { state in
            state.isClosed = true
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    // MARK: Passing on

    private func accept() {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            guard client >= 0, let server = connect() else { break }
            let isOpen = state.withLock { state in
                if !state.isClosed { state.open.formUnion([client, server]) }
                return !state.isClosed
            }
            guard isOpen else { break }
            let pair = Pair(client: client, server: server)
            Threads.start { self.pass(from: client, to: server, pair, isRequest: true) }
            Threads.start { self.pass(from: server, to: client, pair, isRequest: false) }
        }
        Glibc.close(listener)
    }

    /// Both ends of a connection, closed when neither direction has anything more to pass.
    private final class Pair: Sendable {
        let client: Int32
        let server: Int32
        private let directions = Mutex(2)

        init(client: Int32, server: Int32) {
            self.client = client
            self.server = server
        }

        /// Whether the caller was the last one.
        func leave() -> Bool {
            directions.withLock { directions in
                directions -= 1
                return directions == 0
            }
        }
    }

    private func pass(from source: Int32, to sink: Int32, _ pair: Pair, isRequest: Bool) {
        var buffer = [UInt8](repeating: 0, count: 1024)
        var budget: Int?
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            if isRequest, budget == nil { budget = takeLimit(for: buffer.prefix(count)) }
            let passed = min(count, budget ?? count)
            guard send(sink, buffer, passed, Int32(MSG_NOSIGNAL)) == passed else { break }
            if let left = budget { budget = left - passed }
            if budget == 0 {
                reset(pair)
                break
            }
        }
        shutdown(sink, Int32(SHUT_WR))
        guard pair.leave() else { return }
        state.withLock { $0.open.subtract([pair.client, pair.server]) }
        Glibc.close(pair.client)
        Glibc.close(pair.server)
    }

    private func takeLimit(for bytes: ArraySlice<UInt8>) -> Int? {
        state.withLock { state in
            guard let pattern = state.pattern, String(decoding: bytes, as: UTF8.self).contains(pattern) else {
                return nil
            }
            state.pattern = nil
            state.cuts += 1
            return state.limit
        }
    }

    /// Lets both sides see a reset instead of an orderly end.
    private func reset(_ pair: Pair) {
        for descriptor in [pair.client, pair.server] {
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            shutdown(descriptor, Int32(SHUT_RD))
        }
    }

    private func connect() -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = Self.loopback(port: target)
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if !isConnected { Glibc.close(descriptor) }
        return isConnected ? descriptor : nil
    }

    private static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}

extension Stage {
    /// The port on which the simulated Discord listens.
    func simulatorPort() throws -> Int {
        let address = try #require(environment["DISCORD_API_BASE_URL"])
        return try #require(address.split(separator: ":").last.flatMap { Int($0.prefix { $0.isNumber }) })
    }
}
