/// The address of a connection: what Discord gave, with version, encoding and compression in its query.
///
/// Source: Discord documentation, Gateway, "Connecting".
enum GatewayAddress {
    /// Keeps what else the query of `url` says.
    static func completed(_ url: String, _ compression: GatewayCompression) -> String {
        var query = "v=10&encoding=json"
        if compression != .none { query += "&compress=\(compression.rawValue)" }
        if let mark = url.firstIndex(of: "?") {
            let own = url[url.index(after: mark)...].split(separator: "&").filter { part in
                !["v", "encoding", "compress"].contains(String(part.prefix { $0 != "=" }))
            }
            return url[..<mark] + "?" + (own.map(String.init) + [query]).joined(separator: "&")
        }
        let isBareHost = url.split(separator: "/", omittingEmptySubsequences: true).count == 2 && !url.hasSuffix("/")
        return url + (isBareHost ? "/?" : "?") + query
    }
}
