/// Where a `ws://` or `wss://` URL leads, and what the handshake says about it.
struct Endpoint: Sendable, Equatable {
    var isSecure: Bool
    /// Without brackets for an IPv6 address.
    var host: String
    var port: UInt16
    /// Path and query, beginning with a slash.
    var target: String
    /// The `Host` header: with the port where it is not the scheme's own. TLS takes the server name from it.
    var authority: String

    /// The library composes the request line and the `Host` header in buffers of 2048 and 128 bytes.
    private static let maximumTargetLength = 2000
    private static let maximumAuthorityLength = 110

    init(_ url: String) throws(WebSocketError) {
        let rest: Substring
        if let remainder = url.dropping(prefix: "wss://") {
            (isSecure, rest) = (true, remainder)
        } else if let remainder = url.dropping(prefix: "ws://") {
            (isSecure, rest) = (false, remainder)
        } else {
            throw .invalidURL("\(url): neither ws:// nor wss://")
        }
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .invalidURL("\(url): characters that must be percent-encoded")
        }

        let authorityEnd = rest.firstIndex(where: { $0 == "/" || $0 == "?" || $0 == "#" }) ?? rest.endIndex
        let named = rest[..<authorityEnd]
        let withoutFragment = rest[authorityEnd...].prefix(while: { $0 != "#" })
        target = withoutFragment.hasPrefix("/") ? String(withoutFragment) : "/" + withoutFragment

        guard !named.contains("@") else { throw .invalidURL("\(url): user names are not supported") }
        let hostText: Substring
        let portText: Substring?
        if named.first == "[" {
            guard let bracket = named.firstIndex(of: "]") else { throw .invalidURL("\(url): unclosed bracket") }
            hostText = named[named.index(after: named.startIndex)..<bracket]
            let afterBracket = named[named.index(after: bracket)...]
            guard afterBracket.isEmpty || afterBracket.first == ":" else { throw .invalidURL("\(url): no port") }
            portText = afterBracket.isEmpty ? nil : afterBracket.dropFirst()
            guard !isSecure else { throw .invalidURL("\(url): TLS needs a name or an IPv4 address") }
        } else {
            let parts = named.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            hostText = parts[0]
            portText = parts.count == 2 ? parts[1] : nil
        }
        guard !hostText.isEmpty else { throw .invalidURL("\(url): no host") }
        host = String(hostText)

        let ownPort: UInt16 = isSecure ? 443 : 80
        if let portText {
            guard portText.allSatisfy(\.isWholeNumber), let number = UInt16(portText), number > 0 else {
                throw .invalidURL("\(url): no port \(portText)")
            }
            port = number
        } else {
            port = ownPort
        }
        let bracketed = named.first == "[" ? "[\(host)]" : host
        authority = port == ownPort ? bracketed : "\(bracketed):\(port)"

        guard target.utf8.count <= Self.maximumTargetLength, authority.utf8.count <= Self.maximumAuthorityLength else {
            throw .invalidURL("URL of \(url.utf8.count) bytes: too long")
        }
    }
}

extension String {
    /// What follows an ASCII prefix in any case; `nil` without it.
    fileprivate func dropping(prefix: String) -> Substring? {
        guard self.prefix(prefix.count).lowercased() == prefix else { return nil }
        return self.dropFirst(prefix.count)
    }
}

/// Headers that the caller adds to the opening handshake, ready for the wire.
struct HandshakeHeaders: Sendable {
    let bytes: [UInt8]

    private static let maximumBytes = 8192
    private static let ownedByHandshake: Set<String> = ["host", "connection", "upgrade", "content-length"]

    init(_ headers: [(String, String)]) throws(WebSocketError) {
        var bytes: [UInt8] = []
        for (name, value) in headers {
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isTokenByte) else {
                throw .invalidHeader("\(name): not a header name")
            }
            guard !Self.ownedByHandshake.contains(name.lowercased()),
                !name.lowercased().hasPrefix("sec-websocket-")
            else {
                throw .invalidHeader("\(name): set by the handshake")
            }
            guard value.utf8.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }) else {
                throw .invalidHeader("\(name): control characters in the value")
            }
            bytes += Array("\(name): \(value)\r\n".utf8)
        }
        guard bytes.count <= Self.maximumBytes else {
            throw .invalidHeader("\(bytes.count) bytes of headers, at most \(Self.maximumBytes)")
        }
        self.bytes = bytes
    }

    /// RFC 9110 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
