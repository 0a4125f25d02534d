@testable import HTTPClient
@testable import WebSocketClient

extension Subject {
    /// An address reads back from what it is shown as; a WebSocket address keeps to one line and its limits.
    static let addresses = text("addresses") { text in
        if let address = IPAddress(text) {
            try promise(IPAddress(address.description) == address, "\(text) is shown as \(address)")
            _ = address.isPublic
        }
        guard let endpoint = try? Endpoint(text) else { return }
        let (host, target) = (endpoint.host, endpoint.target)
        try promise(!host.isEmpty && target.hasPrefix("/"), "\(host) and \(target)")
        for part in [host, target, endpoint.authority] {
            try promise(part.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "\(part) breaks the request's line")
        }
        let again = try Endpoint("\(endpoint.isSecure ? "wss" : "ws")://\(endpoint.authority)\(target)")
        try promise(again == endpoint, "\(again) was \(endpoint)")
    }
}
