import Glibc

/// The system calls about sockets that are no reading and writing.
enum ListeningSocket {
    /// Opens a socket that listens on a dotted IPv4 address; gives the port that it got, which matters for port 0.
    static func open(host: String, port: Int) throws(WebServerError) -> (descriptor: Int32, port: Int) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { throw .invalidHost(host) }
        guard let number = UInt16(exactly: port) else { throw .cannotListen(code: EINVAL) }
        address.sin_port = number.bigEndian

        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { throw .cannotListen(code: errno) }
        // A port whose old connections still linger can be listened on again; one with a listener cannot.
        set(descriptor, Int32(SOL_SOCKET), SO_REUSEADDR)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutableBytes(of: &address) { bytes -> Int32 in
            let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            let isOpen = bind(descriptor, pointer, length) == 0 && Glibc.listen(descriptor, 511) == 0
            return isOpen && getsockname(descriptor, pointer, &length) == 0 ? 0 : errno
        }
        guard code == 0 else {
            close(descriptor)
            throw code == EADDRINUSE ? .portInUse(port) : .cannotListen(code: code)
        }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// Small responses go at once; a peer that vanished without a word is noticed some day.
    static func configure(accepted descriptor: Int32) {
        set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
        set(descriptor, Int32(SOL_SOCKET), SO_KEEPALIVE)
    }

    static func text(of address: sockaddr_in) -> String {
        let number = UInt32(bigEndian: address.sin_addr.s_addr)
        return stride(from: 24, through: 0, by: -8).map { String(number >> UInt32($0) & 0xFF) }.joined(separator: ".")
    }

    /// Closing resets the connection instead of ending it in order.
    static func makeCloseAbortive(_ descriptor: Int32) {
        var value = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout.size(ofValue: value)))
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32) {
        var value: Int32 = 1
        // These only tune: without them the server works, so a failure is none.
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
