/// Where a service lives: `https://discord.com/api/v10`. HTTPS, or anything on the loopback host for simulations.
public struct BaseURL: Sendable, Hashable, CustomStringConvertible {
    /// Discord's API, version 10. Source: Discord documentation, Reference, "Base URL".
    public static let discordAPI = BaseURL(trusted: "https://discord.com/api/v10")
    /// Discord's images and files. Source: Discord documentation, Reference, "Image Base URL".
    public static let discordCDN = BaseURL(trusted: "https://cdn.discordapp.com")

    /// The address without a slash at its end.
    public let description: String
    /// Whether the host is this machine.
    public let isLoopback: Bool

    private init(trusted text: String) {
        description = text
        isLoopback = false
    }

    /// Reads an address; nil if it is no plain HTTPS address and not one on the loopback host either.
    public init?(_ text: String) {
        var text = Substring(text)
        while text.hasSuffix("/") { text = text.dropLast() }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !#"?#@\"#.utf8.contains($0) }),
            let separator = text.firstRange(of: "://")
        else { return nil }
        let scheme = text[..<separator.lowerBound].lowercased()
        let authority = text[separator.upperBound...].prefix { $0 != "/" }
        guard let host = Self.host(of: authority) else { return nil }
        isLoopback = Self.isLoopback(host)
        guard scheme == "https" || scheme == "http" && isLoopback else { return nil }
        description = String(text)
    }

    /// The host without its port; nil if either is malformed.
    private static func host(of authority: Substring) -> Substring? {
        let host: Substring
        let rest: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[...end]
            rest = authority[authority.index(after: end)...]
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority[host.endIndex...]
        }
        guard !host.isEmpty, rest.isEmpty || isPort(rest) else { return nil }
        return host
    }

    /// Whether this is a colon and a port number.
    private static func isPort(_ text: Substring) -> Bool {
        let digits = text.dropFirst()
        return text.hasPrefix(":") && digits.allSatisfy(\.isWholeNumber) && UInt16(digits) != nil
    }

    private static func isLoopback(_ host: Substring) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
    }
}
