/// The head of a request, taken apart (RFC 9112, sections 2 to 6).
struct RequestHead {
    /// Why a head was refused: the status to answer with.
    struct Refusal: Error, Equatable {
        var status: Int

        static let malformed = Refusal(status: 400)
    }

    var method: String
    /// The path's segments as sent, and each decoded once. `/` has none, `/a/` has `a` and an empty one.
    var segments: [String]
    var path: String
    var query: [(name: String, value: String)]
    var headers: [(name: String, value: String)]
    var contentLength: Int
    var isVersion10: Bool
    var keepsAlive: Bool
    var expectsContinue: Bool

    /// Reads a head without its closing empty line.
    init(parsing bytes: ArraySlice<UInt8>) throws(Refusal) {
        var lines = bytes.splitLines()
        guard let requestLine = lines.popFirst() else { throw .malformed }
        let parts = requestLine.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(\.isTokenCharacter) else { throw .malformed }
        method = String(decoding: parts[0], as: UTF8.self)
        isVersion10 = try Self.isVersion10(parts[2])
        let target = try Target(parsing: parts[1])
        segments = target.segments
        path = target.path
        query = target.query

        var headers: [(name: String, value: String)] = []
        headers.reserveCapacity(lines.count)
        for line in lines { try headers.append(Self.field(line)) }
        self.headers = headers

        let isVersion10 = isVersion10
        func values(_ name: String) -> [String] {
            headers.compactMap { $0.name.equalsIgnoringASCIICase(name) ? $0.value : nil }
        }
        func tokens(_ name: String) -> [String] {
            values(name).flatMap { $0.split(separator: ",") }.map { $0.trimmingBlanks.lowercased() }
        }
        let hosts = values("Host")
        guard hosts.count == 1 || (hosts.isEmpty && isVersion10) else { throw .malformed }
        contentLength = try Self.contentLength(
            values("Content-Length"), encodings: values("Transfer-Encoding").isEmpty ? nil : tokens("Transfer-Encoding")
        )
        let connection = tokens("Connection")
        keepsAlive = isVersion10 ? connection.contains("keep-alive") : !connection.contains("close")
        let expectations = tokens("Expect")
        guard expectations.allSatisfy({ $0 == "100-continue" }) else { throw Refusal(status: 417) }
        expectsContinue = !expectations.isEmpty && !isVersion10
    }

    func header(_ name: String) -> String? {
        headers.first { $0.name.equalsIgnoringASCIICase(name) }?.value
    }

    /// Whether a comma-separated header names a token, in any case.
    func lists(_ token: String, in name: String) -> Bool {
        headers.contains { header in
            header.name.equalsIgnoringASCIICase(name)
                && header.value.split(separator: ",").contains { part in
                    String(part.trimmingBlanks).equalsIgnoringASCIICase(token)
                }
        }
    }

    private static func isVersion10(_ version: ArraySlice<UInt8>) throws(Refusal) -> Bool {
        if version.elementsEqual("HTTP/1.1".utf8) { return false }
        if version.elementsEqual("HTTP/1.0".utf8) { return true }
        throw version.starts(with: "HTTP/".utf8) ? Refusal(status: 505) : .malformed
    }

    private static func field(_ line: ArraySlice<UInt8>) throws(Refusal) -> (name: String, value: String) {
        // A line that begins with a blank would continue the one before (obs-fold): refused like any bad name.
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
            line[..<colon].allSatisfy(\.isTokenCharacter)
        else { throw .malformed }
        let value = line[(colon + 1)...].trimmingBlanks
        guard value.allSatisfy(\.isFieldCharacter) else { throw .malformed }
        return (String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
    }

    /// The length of the body. A header that names an encoding, even none, is never passed over: who stands in front of
    /// the server might have framed the body by it (RFC 9112, section 6.3 and 11.2).
    private static func contentLength(_ lengths: [String], encodings: [String]?) throws(Refusal) -> Int {
        if let encodings {
            guard lengths.isEmpty, let encoding = encodings.first else { throw .malformed }
            throw Refusal(status: encoding == "chunked" ? 411 : 501)
        }
        guard let first = lengths.first else { return 0 }
        guard lengths.allSatisfy({ $0 == first }), !first.isEmpty, first.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { throw .malformed }
        // Digits that no Int holds are a length beyond every limit.
        return Int(first) ?? .max
    }
}

extension UInt8 {
    /// `tchar` of RFC 9110, section 5.6.2.
    var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }

    /// What may stand in a field value: no control character but the tab.
    var isFieldCharacter: Bool { (self >= 0x20 && self != 0x7F) || self == 0x09 }
}

extension ArraySlice<UInt8> {
    var trimmingBlanks: ArraySlice<UInt8> {
        var slice = self
        while let first = slice.first, first == 0x20 || first == 0x09 { slice.removeFirst() }
        while let last = slice.last, last == 0x20 || last == 0x09 { slice.removeLast() }
        return slice
    }

    /// Splits at CR LF.
    fileprivate func splitLines() -> ArraySlice<ArraySlice<UInt8>> {
        var lines: [ArraySlice<UInt8>] = []
        var rest = self
        while let end = rest.firstIndex(of: 0x0A) {
            // A bare LF stays in its line, where no grammar allows it.
            guard end > rest.startIndex, rest[end - 1] == 0x0D else { return [] }
            lines.append(rest[..<(end - 1)])
            rest = rest[(end + 1)...]
        }
        lines.append(rest)
        return lines[...]
    }
}

extension Substring {
    var trimmingBlanks: Substring {
        var slice = self
        while let first = slice.first, first == " " || first == "\t" { slice.removeFirst() }
        while let last = slice.last, last == " " || last == "\t" { slice.removeLast() }
        return slice
    }
}
