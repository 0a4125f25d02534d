import Glibc

/// A blocking connection to a port of the loopback interface.
struct LoopbackConnection {
    private let descriptor: Int32

    enum Failure: Error { case refused, closed }

    init(port: Int) throws(Failure) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        let descriptor = descriptor
        guard Self.withAddress(port: port, { connect(descriptor, $0, $1) }) == 0 else {
            Glibc.close(descriptor)
            throw .refused
        }
    }

    func send(_ bytes: [UInt8]) throws(Failure) {
        guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { throw .closed }
    }

    /// What is there, at least one byte.
    func receive() throws(Failure) -> [UInt8] {
        let piece = [UInt8](unsafeUninitializedCapacity: 2048) { buffer, count in
            count = max(0, recv(descriptor, buffer.baseAddress, buffer.count, 0))
        }
        guard !piece.isEmpty else { throw .closed }
        return piece
    }

    func close() {
        Glibc.close(descriptor)
    }

    /// A port on which nobody listened a moment ago.
    static func freePort() throws(Failure) -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { Glibc.close(descriptor) }
        guard withAddress(port: 0, { bind(descriptor, $0, $1) }) == 0 else { throw .refused }
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        guard status == 0 else { throw .refused }
        return Int(in_port_t(bigEndian: address.sin_port))
    }

    private static func withAddress(port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }
}
