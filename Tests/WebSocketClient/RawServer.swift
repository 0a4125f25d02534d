import CCrypto
import FoundationEssentials
import Glibc
import Synchronization

struct RawServerError: Error {
    var what: String
}

/// A TCP server on the loopback whose answers a test writes byte by byte: each connection runs the script on a
/// thread of its own.
final class RawServer: Sendable {
    private final class Failures: Sendable {
        let list = Mutex<[any Error]>([])
    }

    let port: UInt16
    /// An element for each script that has run to its end.
    let ends: AsyncStream<Void>
    private let listener: Int32
    private let failures = Failures()
    private let scheme: String

    /// - Parameters:
    ///   - tls: ends TLS on every connection before its script runs; a handshake that fails is no failure of a script.
    ///   - receiveBuffer: how much the system takes from a client that is not read, in bytes.
    init(
        tls: TLSIdentity? = nil, receiveBuffer: Int32? = nil, script: @escaping @Sendable (Peer) throws -> Void
    ) throws {
        scheme = tls == nil ? "ws" : "wss"
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        if var receiveBuffer {
            // Accepted sockets inherit it; the system then no longer lets the window grow.
            setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        guard bound else { throw RawServerError(what: "cannot listen") }
        port = UInt16(bigEndian: address.sin_port)
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        self.ends = ends
        thread { [failures] in
            while true {
                let socket = accept(listener, nil, nil)
                guard socket >= 0 else { return }
                thread {
                    let peer = Peer(socket: socket, tls: tls?.accept(socket))
                    if tls != nil, peer.tls == nil { return peer.close() }
                    do { try script(peer) } catch { failures.list.withLock { $0.append(error) } }
                    peer.close()
                    end.yield()
                }
            }
        }
    }

    /// Ends the listening. Called at the end of each test: releasing the server could happen before its last client.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    var url: String { "\(scheme)://127.0.0.1:\(port)/socket?a=1" }
    /// What the scripts have thrown.
    var scriptErrors: [any Error] { failures.list.withLock { $0 } }
}

/// Holds up the script of a peer, on its own thread, until a test opens it.
final class Latch: Sendable {
    private let ends: (read: Int32, write: Int32)

    init() {
        var ends: [Int32] = [-1, -1]
        pipe(&ends)
        self.ends = (ends[0], ends[1])
    }

    deinit {
        close(ends.read)
        close(ends.write)
    }

    func open() {
        var byte: UInt8 = 1
        _ = write(ends.write, &byte, 1)
    }

    func wait() {
        var byte: UInt8 = 0
        _ = read(ends.read, &byte, 1)
    }
}

private func thread(_ body: @escaping @Sendable () -> Void) {
    final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    pthread_create(
        &thread, nil,
        { pointer in
            Unmanaged<Box>.fromOpaque(pointer!).takeRetainedValue().body()
            return nil
        }, Unmanaged.passRetained(Box(body)).toOpaque())
    pthread_detach(thread)
}

/// The server's end of one connection. Blocking, with a limit of ten seconds per operation.
final class Peer: Sendable {
    struct Frame: Equatable {
        var opcode: UInt8
        var payload: [UInt8]
        var isFinal = true
        var wasMasked = true
    }

    private let socket: Int32
    let tls: TLSSession?
    private let isClosed = Mutex(false)

    init(socket: Int32, tls: TLSSession? = nil) {
        self.socket = socket
        self.tls = tls
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    func close() {
        let mustClose = isClosed.withLock { closed in
            defer { closed = true }
            return !closed
        }
        if mustClose { _ = Glibc.close(socket) }
    }

    /// The request's lines, without the empty one at the end.
    func readRequest() throws -> [String] {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual([13, 10, 13, 10]) { head += try read(1) }
        return String(decoding: head.dropLast(4), as: UTF8.self).split(separator: "\r\n").map(String.init)
    }

    @discardableResult
    func acceptHandshake(_ extraHeaders: String = "") throws -> [String] {
        let request = try readRequest()
        guard let line = request.first(where: { $0.lowercased().hasPrefix("sec-websocket-key: ") }) else {
            throw RawServerError(what: "no key")
        }
        let key = line.dropFirst("sec-websocket-key: ".count)
        let accept = sha1(Array("\(key)258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8))
        try write(
            text: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: \(Data(accept).base64EncodedString())\r\n\(extraHeaders)\r\n")
        return request
    }

    func send(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) throws {
        try write(Self.frame(opcode, payload, isFinal: isFinal))
    }

    static func frame(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) -> [UInt8] {
        var frame: [UInt8] = [(isFinal ? 0x80 : 0) | opcode]
        switch payload.count {
        case ..<126: frame.append(UInt8(payload.count))
        case ..<65536: frame += [126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default: frame.append(127); frame += (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        return frame + payload
    }

    func sendClose(_ code: UInt16?, _ reason: String = "") throws {
        try send(8, code.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] + Array(reason.utf8) } ?? [])
    }

    func receive() throws -> Frame {
        let head = try read(2)
        var count = Int(head[1] & 0x7F)
        if count == 126 { count = try read(2).reduce(0) { $0 << 8 | Int($1) } }
        if count == 127 { count = try read(8).reduce(0) { $0 << 8 | Int($1) } }
        let isMasked = head[1] & 0x80 != 0
        let mask = isMasked ? try read(4) : [0, 0, 0, 0]
        var payload = try read(count)
        for index in payload.indices { payload[index] ^= mask[index & 3] }
        return Frame(opcode: head[0] & 0x0F, payload: payload, isFinal: head[0] & 0x80 != 0, wasMasked: isMasked)
    }

    func write(text: String) throws { try write(Array(text.utf8)) }

    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                tls?.write($0) ?? Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw RawServerError(what: "write: \(errno)") }
            rest = rest.dropFirst(count)
        }
    }

    /// Writes as much as the socket takes before it takes nothing for half a second; returns how much that was.
    func writeUntilBlocked(_ bytes: [UInt8]) -> Int {
        var sent = 0
        var event = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        while sent < bytes.count, poll(&event, 1, 500) == 1 {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count <= 0 { break }
            sent += count
        }
        return sent
    }

    func read(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { bytes in
                let room = UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
                return tls?.read(room) ?? recv(socket, room.baseAddress, room.count, 0)
            }
            guard got > 0 else { throw RawServerError(what: got == 0 ? "end" : "read: \(errno)") }
            filled += got
        }
        return bytes
    }

    /// Waits until there is something to read, without reading it.
    func waitForInput() {
        var event = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        _ = poll(&event, 1, 10_000)
    }

    /// Waits until the other side has closed; false if it did not or sent something.
    func seesEnd() -> Bool {
        var byte: UInt8 = 0
        return recv(socket, &byte, 1, 0) == 0
    }

    private func sha1(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 20)
        EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha1(), nil)
        return digest
    }
}
