import Glibc
import Service

/// A client that sends exactly the bytes it is told to: a blocking socket on a thread of its own.
///
/// Every call that waits fails after its deadline, so that a test fails instead of hanging.
package actor RawClient {
    package enum Failure: Error, Equatable {
        case cannotConnect(Int32)
        case timedOut(received: String)
        case reset
        case ended(received: String)
        case malformed(String)
    }

    /// A response taken apart just far enough to assert on it.
    package struct Response: Sendable {
        package var status: Int
        package var headers: [(name: String, value: String)]
        package var body: [UInt8]

        package var text: String { String(decoding: body, as: UTF8.self) }
        package func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    private let thread: DedicatedThread
    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var isOpen = true

    package init(port: Int, receiveBuffer: Int32? = nil) throws {
        let thread = DedicatedThread(name: "raw-client")
        self.thread = thread
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafeBytes(of: &address) { bytes in
            connect(descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
        }
        guard code == 0 else {
            let code = errno
            Glibc.close(descriptor)
            isOpen = false
            throw Failure.cannotConnect(code)
        }
    }

    deinit {
        if isOpen { Glibc.close(descriptor) }
        thread.stop()
    }

    package func send(_ text: String) throws { try send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8], within limit: Duration = .seconds(10)) throws {
        let deadline = ContinuousClock.now + limit
        var sent = 0
        while sent < bytes.count {
            try wait(for: POLLOUT, until: deadline)
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count > 0 { sent += count } else if errno != EAGAIN { throw Failure.reset }
        }
    }

    /// How many of the bytes the socket takes at most, until it takes none for `pause`.
    package func sendUntilBlocked(_ bytes: [UInt8], pause: Duration) -> Int {
        var sent = 0
        while sent < bytes.count, (try? wait(for: POLLOUT, until: .now + pause)) != nil {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress?.advanced(by: sent), $0.count - sent,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count <= 0 { break }
            sent += count
        }
        return sent
    }

    /// Reads one response by its `Content-Length`; with `hasBody` false, its head only.
    package func response(hasBody: Bool = true, within limit: Duration = .seconds(10)) throws -> Response {
        let deadline = ContinuousClock.now + limit
        var end = Self.headEnd(buffer)
        while end == nil {
            try fill(until: deadline)
            end = Self.headEnd(buffer)
        }
        guard let end else { throw Failure.malformed("no head") }
        let lines = String(decoding: buffer[..<end], as: UTF8.self).split(
            separator: "\r\n", omittingEmptySubsequences: false)
        let start = lines[0].split(separator: " ")
        guard start.count >= 2, start[0] == "HTTP/1.1", let status = Int(start[1]) else {
            throw Failure.malformed(String(lines[0]))
        }
        let headers = lines.dropFirst().map { line -> (name: String, value: String) in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (String(parts[0]), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
        }
        buffer.removeFirst(end + 4)
        var response = Response(status: status, headers: headers, body: [])
        let length = hasBody ? response.header("content-length").flatMap { Int($0) } ?? 0 : 0
        response.body = try bytes(length, until: deadline)
        return response
    }

    package func bytes(_ count: Int, within limit: Duration = .seconds(10)) throws -> [UInt8] {
        try bytes(count, until: .now + limit)
    }

    /// Waits for the peer's end; false if bytes come instead.
    package func sawEnd(within limit: Duration = .seconds(10)) throws -> Bool {
        guard buffer.isEmpty else { return false }
        do {
            try fill(until: .now + limit)
            return false
        } catch Failure.ended {
            return true
        }
    }

    /// Waits, without reading, until the peer has reset the connection.
    package func waitForReset(within limit: Duration = .seconds(10)) throws { try wait(for: 0, until: .now + limit) }

    package func shutdownWriting() { Glibc.shutdown(descriptor, Int32(SHUT_WR)) }

    /// Closes in order, or with a reset.
    package func close(abruptly: Bool = false) {
        if abruptly {
            var value = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout.size(ofValue: value)))
        }
        if isOpen { Glibc.close(descriptor) }
        isOpen = false
    }

    private func bytes(_ count: Int, until deadline: ContinuousClock.Instant) throws -> [UInt8] {
        while buffer.count < count { try fill(until: deadline) }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    private func fill(until deadline: ContinuousClock.Instant) throws {
        try wait(for: POLLIN, until: deadline)
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count > 0 {
            buffer += chunk[..<count]
        } else if count == 0 {
            throw Failure.ended(received: String(decoding: buffer, as: UTF8.self))
        } else if errno == ECONNRESET {
            throw Failure.reset
        }
    }

    private func wait(for event: Int32, until deadline: ContinuousClock.Instant) throws {
        let left = ContinuousClock.now.duration(to: deadline)
        let milliseconds = max(0, left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000)
        var request = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        if poll(&request, 1, Int32(milliseconds)) == 0 {
            throw Failure.timedOut(received: String(decoding: buffer.prefix(4096), as: UTF8.self))
        }
    }

    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            var index = 3
            while index < bytes.count {
                if bytes[index] == 10, bytes[index - 1] == 13, bytes[index - 2] == 10, bytes[index - 3] == 13 {
                    return index - 3
                }
                index += 1
            }
            return nil
        }
    }
}
