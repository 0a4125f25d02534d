import Glibc

/// An address of the Internet, as far as the connection policy needs it.
enum IPAddress: Equatable {
    /// In host byte order.
    case v4(UInt32)
    /// Sixteen bytes in network byte order.
    case v6([UInt8])

    /// Reads `192.0.2.1` or `2001:db8::1`.
    init?(_ text: String) {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 {
            self = .v4(UInt32(bigEndian: v4.s_addr))
            return
        }
        var v6 = in6_addr()
        // An interface of a link-local address, as in `fe80::1%eth0`, is no part of the address.
        let withoutZone = text.prefix { $0 != "%" }
        guard inet_pton(AF_INET6, String(withoutZone), &v6) == 1 else { return nil }
        self = .v6(withUnsafeBytes(of: v6) { Array($0) })
    }

    /// Reads a socket address; nil for families other than IPv4 and IPv6.
    init?(socketAddress: UnsafePointer<sockaddr>, length: Int) {
        let raw = UnsafeRawPointer(socketAddress)
        switch Int32(socketAddress.pointee.sa_family) {
        case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
            self = .v4(UInt32(bigEndian: raw.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr))
        case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
            let address = raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            self = .v6(withUnsafeBytes(of: address) { Array($0) })
        default: return nil
        }
    }

    /// Whether the address belongs to a host of the public Internet. Everything that the IANA special-purpose
    /// registries (RFC 6890 and its updates) set apart is not public; of IPv6 only global unicast, `2000::/3`, is,
    /// without the ranges that carry an IPv4 address in themselves.
    var isPublic: Bool {
        switch self {
        case .v4(let address): !Self.reservedV4.contains { address & $0.mask == $0.network }
        case .v6(let bytes): Self.isPublic(v6: bytes)
        }
    }

    private static let reservedV4: [(network: UInt32, mask: UInt32)] = [
        (0x0000_0000, 0xFF00_0000),  // 0.0.0.0/8, this network
        (0x0A00_0000, 0xFF00_0000),  // 10.0.0.0/8, private
        (0x6440_0000, 0xFFC0_0000),  // 100.64.0.0/10, shared by carriers
        (0x7F00_0000, 0xFF00_0000),  // 127.0.0.0/8, loopback
        (0xA9FE_0000, 0xFFFF_0000),  // 169.254.0.0/16, link-local
        (0xAC10_0000, 0xFFF0_0000),  // 172.16.0.0/12, private
        (0xC000_0000, 0xFFFF_FF00),  // 192.0.0.0/24, protocol assignments
        (0xC000_0200, 0xFFFF_FF00),  // 192.0.2.0/24, documentation
        (0xC058_6300, 0xFFFF_FF00),  // 192.88.99.0/24, 6to4 relays
        (0xC0A8_0000, 0xFFFF_0000),  // 192.168.0.0/16, private
        (0xC612_0000, 0xFFFE_0000),  // 198.18.0.0/15, measurements
        (0xC633_6400, 0xFFFF_FF00),  // 198.51.100.0/24, documentation
        (0xCB00_7100, 0xFFFF_FF00),  // 203.0.113.0/24, documentation
        (0xE000_0000, 0xE000_0000),  // 224.0.0.0/3, multicast, reserved, broadcast
    ]

    private static func isPublic(v6 bytes: [UInt8]) -> Bool {
        guard bytes.count == 16, bytes[0] & 0xE0 == 0x20 else { return false }
        let first = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        let second = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        switch first {
        case 0x2001: return second >= 0x0200 && second != 0x0DB8  // protocol assignments with Teredo; documentation
        case 0x2002: return false  // 6to4 carries an IPv4 address
        case 0x3FFF: return second & 0xF000 != 0  // 3fff::/20, documentation
        default: return true
        }
    }
}

extension IPAddress: CustomStringConvertible {
    var description: String {
        switch self {
        case .v4(let address): (0..<4).map { "\(address >> (24 - 8 * $0) & 0xFF)" }.joined(separator: ".")
        case .v6(let bytes):
            stride(from: 0, to: bytes.count - 1, by: 2)
                .map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }
                .joined(separator: ":")
        }
    }
}
