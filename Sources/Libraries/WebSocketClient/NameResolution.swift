import Glibc

/// Host names to addresses, on a thread per look-up: `getaddrinfo` blocks, cannot be cancelled, and one that hangs
/// must hold up neither the service loop nor the next look-up.
enum NameResolution {
    /// The numeric addresses of `host` in the order in which they should be tried, without repetition.
    static func addresses(of host: String, until deadline: ContinuousClock.Instant) async throws -> [String] {
        let outcome = OneShot<[String]>()
        try startThread(named: "ws-resolve") {
            outcome.decide(Result { try lookUp(host) })
        }
        return try await outcome.value(until: deadline, orElse: WebSocketError.timedOut)
    }

    private static func lookUp(_ host: String) throws -> [String] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        var status = getaddrinfo(host, nil, &hints, &list)
        if status == EAI_NONAME {
            // A machine whose only interface is the loopback has no configured family.
            hints.ai_flags = 0
            status = getaddrinfo(host, nil, &hints, &list)
        }
        guard status == 0 else {
            throw WebSocketError.nameResolutionFailed("\(host): \(String(cString: gai_strerror(status)))")
        }
        defer { freeaddrinfo(list) }

        var addresses: [String] = []
        var next = list
        while let entry = next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let status = getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            if status == 0 {
                let bytes = text.prefix(while: { $0 != 0 }).map(UInt8.init(bitPattern:))
                let address = String(decoding: bytes, as: UTF8.self)
                if !addresses.contains(address) { addresses.append(address) }
            }
            next = entry.pointee.ai_next
        }
        guard !addresses.isEmpty else { throw WebSocketError.nameResolutionFailed("\(host): no address") }
        return addresses
    }
}
