import JSON

/// A multipart form (RFC 7578) as clients send messages with files: `payload_json` and `files[n]`.
struct MultipartForm {
    var payload: JSONValue = .object(JSONObject())
    var uploads: [IndexedUpload] = []

    /// Reads a body; nil if it is not well formed.
    init?(_ body: [UInt8], contentType: String) {
        guard let boundary = Self.parameter("boundary", of: contentType) else { return nil }
        let delimiter = Array("--\(boundary)".utf8)
        guard var position = Self.find(delimiter, in: body, from: 0) else { return nil }
        while true {
            position += delimiter.count
            if body[position...].starts(with: "--".utf8) { return }
            guard body[position...].starts(with: "\r\n".utf8),
                let next = Self.find(Array("\r\n".utf8) + delimiter, in: body, from: position),
                let headEnd = Self.find(Array("\r\n\r\n".utf8), in: body, from: position), headEnd + 4 <= next
            else { return nil }
            let head = String(decoding: body[(position + 2)..<max(position + 2, headEnd)], as: UTF8.self)
            guard take(head, Array(body[(headEnd + 4)..<next])) else { return nil }
            position = next + 2
        }
    }

    /// Takes one part; false if its JSON is broken.
    private mutating func take(_ head: String, _ content: [UInt8]) -> Bool {
        var disposition = ""
        var contentType: String?
        for line in head.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.drop(while: \.isWhitespace) }
            guard parts.count == 2 else { continue }
            switch parts[0].lowercased() {
            case "content-disposition": disposition = String(parts[1])
            case "content-type": contentType = String(parts[1])
            default: break
            }
        }
        let name = Self.parameter("name", of: disposition) ?? ""
        if name == "payload_json" {
            guard let value = try? JSONValue(parsing: content) else { return false }
            payload = value
        } else if let filename = Self.parameter("filename", of: disposition) {
            var index = String(uploads.count)
            if name.hasPrefix("files["), name.hasSuffix("]") { index = String(name.dropFirst(6).dropLast()) }
            uploads.append(
                IndexedUpload(index: index, filename: filename, contentType: contentType, bytes: content))
        }
        return true
    }

    /// A parameter of a header value, with or without quotes.
    private static func parameter(_ name: String, of header: String) -> String? {
        for part in header.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].trimmed() == name else { continue }
            let value = pair[1].trimmed()
            return value.count >= 2 && value.hasPrefix("\"") && value.hasSuffix("\"")
                ? String(value.dropFirst().dropLast()) : value
        }
        return nil
    }

    private static func find(_ needle: [UInt8], in body: [UInt8], from start: Int) -> Int? {
        guard let first = needle.first, start <= body.count else { return nil }
        var position = start
        while let candidate = body[position...].firstIndex(of: first) {
            if body[candidate...].starts(with: needle) { return candidate }
            position = candidate + 1
        }
        return nil
    }
}

extension Substring {
    fileprivate func trimmed() -> String {
        var text = drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
