import Glibc

/// Writes the head of a response (RFC 9112).
enum ResponseEncoder {
    /// What the connection decides about a response, not the handler.
    struct Framing {
        var trace: String
        var serverHeader: String?
        var closes = false
        var isVersion10 = false
        var isHead = false
    }

    /// The bytes to send for a response, the body apart so that a large one is not copied.
    static func encode(_ response: WebResponse, framing: Framing) -> (head: [UInt8], body: [UInt8]) {
        var head = "HTTP/1.1 \(response.status) \(reason(response.status))\r\n"
        for (name, value) in response.headers where isAllowed(name, value) {
            head += "\(name): \(value)\r\n"
        }
        let hasNoBody = response.status == 204 || response.status == 304
        if !hasNoBody { head += "Content-Length: \(response.body.count)\r\n" }
        head += "Date: \(date())\r\n"
        if let server = framing.serverHeader { head += "Server: \(server)\r\n" }
        if framing.closes {
            head += "Connection: close\r\n"
        } else if framing.isVersion10 {
            head += "Connection: keep-alive\r\n"
        }
        head += "X-Trace-Id: \(framing.trace)\r\n\r\n"
        return (Array(head.utf8), hasNoBody || framing.isHead ? [] : response.body)
    }

    /// The head that turns a connection into a WebSocket (RFC 6455, section 4.2.2).
    static func encodeUpgrade(accept: String, framing: Framing) -> [UInt8] {
        var head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        head += "Sec-WebSocket-Accept: \(accept)\r\n"
        if let server = framing.serverHeader { head += "Server: \(server)\r\n" }
        head += "X-Trace-Id: \(framing.trace)\r\n\r\n"
        return Array(head.utf8)
    }

    private static let ownFields: Set<String> = [
        "content-length", "connection", "transfer-encoding", "date", "x-trace-id",
    ]

    private static func isAllowed(_ name: String, _ value: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy(\.isTokenCharacter) && value.utf8.allSatisfy(\.isFieldCharacter)
            && !ownFields.contains(name.lowercased())
    }

    /// Now, as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
    private static func date() -> String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) "
            + "\(parts.tm_year + 1900) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
    }

    /// The customary words for a status; they mean nothing to a client.
    static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 411: "Length Required"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 417: "Expectation Failed"
        case 426: "Upgrade Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: "Status"
        }
    }
}
