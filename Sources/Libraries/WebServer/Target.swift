/// A request target: split first, decoded after, so that an encoded delimiter stays inside its part (RFC 3986, 2.2).
struct Target {
    var segments: [String]
    var path: String
    var query: [(name: String, value: String)]

    /// Reads an origin-form target, or an absolute-form one whose scheme and authority are dropped, or `*`.
    init(parsing bytes: ArraySlice<UInt8>) throws(RequestHead.Refusal) {
        guard !bytes.isEmpty, bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { throw .malformed }
        if bytes.elementsEqual("*".utf8) {
            (segments, path, query) = (["*"], "*", [])
            return
        }
        var rest = try Self.dropOrigin(bytes)
        if let fragment = rest.firstIndex(of: UInt8(ascii: "#")) { rest = rest[..<fragment] }
        let mark = rest.firstIndex(of: UInt8(ascii: "?"))
        let rawPath = rest[..<(mark ?? rest.endIndex)].dropFirst()
        query = mark.map { Self.query(rest[($0 + 1)...]) } ?? []
        if rawPath.isEmpty {
            (segments, path) = ([], "/")
        } else {
            var segments: [String] = []
            for segment in rawPath.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
                try segments.append(Self.segment(segment))
            }
            self.segments = segments
            path = "/" + segments.joined(separator: "/")
        }
    }

    private static func dropOrigin(_ bytes: ArraySlice<UInt8>) throws(RequestHead.Refusal) -> ArraySlice<UInt8> {
        if bytes.first == UInt8(ascii: "/") { return bytes }
        for scheme in ["http://", "https://"] where bytes.starts(with: scheme.utf8) {
            let rest = bytes.dropFirst(scheme.utf8.count)
            if let slash = rest.firstIndex(of: UInt8(ascii: "/")) { return rest[slash...] }
            return [UInt8(ascii: "/")]
        }
        throw .malformed
    }

    private static func segment(_ bytes: ArraySlice<UInt8>) throws(RequestHead.Refusal) -> String {
        guard let decoded = PercentCoding.decode(bytes, isStrict: true), !decoded.contains(0),
            let text = String(validating: decoded, as: UTF8.self)
        else { throw .malformed }
        return text
    }

    /// A query as forms and browsers write it: a stray `%` stands for itself, bytes that are no UTF-8 are repaired.
    private static func query(_ bytes: ArraySlice<UInt8>) -> [(name: String, value: String)] {
        bytes.split(separator: UInt8(ascii: "&")).map { pair in
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            func text(_ part: ArraySlice<UInt8>) -> String {
                let spaced = part.map { $0 == UInt8(ascii: "+") ? 0x20 : $0 }
                return String(decoding: PercentCoding.decode(spaced[...], isStrict: false) ?? spaced, as: UTF8.self)
            }
            return (text(parts[0]), parts.count > 1 ? text(parts[1]) : "")
        }
    }
}

/// Percent-encoding (RFC 3986, section 2.1).
enum PercentCoding {
    /// Decodes once. A `%` without two hexadecimal digits gives nil if strict, and else stands for itself.
    static func decode(_ bytes: ArraySlice<UInt8>, isStrict: Bool) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            if bytes.endIndex - index >= 2, let high = bytes[index].hexDigit, let low = bytes[index + 1].hexDigit {
                result.append(high << 4 | low)
                index += 2
            } else if isStrict {
                return nil
            } else {
                result.append(byte)
            }
        }
        return result
    }
}

extension UInt8 {
    fileprivate var hexDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
