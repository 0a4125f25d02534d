/// What a request carries.
public enum HTTPBody: Sendable {
    /// Nothing.
    case none
    /// Bytes of a media type, for example `application/json`.
    case bytes([UInt8], contentType: String)
    /// A form with files, `multipart/form-data`.
    case multipart([MultipartPart])
}

/// One field or file of a form. Source: RFC 7578.
public struct MultipartPart: Sendable, Hashable {
    /// The field's name.
    public var name: String
    /// The file's name; nil for a plain field.
    public var filename: String?
    /// The media type; nil for plain text.
    public var contentType: String?
    /// The content.
    public var bytes: [UInt8]

    /// Creates a part.
    public init(name: String, filename: String? = nil, contentType: String? = nil, bytes: [UInt8]) {
        self.name = name
        self.filename = filename
        self.contentType = contentType
        self.bytes = bytes
    }
}

/// The bytes of a form with files.
enum MultipartForm {
    /// A boundary that no content contains, but by a chance of 2⁻¹²⁸.
    static func makeBoundary() -> String {
        var generator = SystemRandomNumberGenerator()
        let halves = [generator.next(), generator.next()].map { (half: UInt64) in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        return "form-\(halves.joined())"
    }

    static func contentType(boundary: String) -> String {
        "multipart/form-data; boundary=\(boundary)"
    }

    static func encode(_ parts: [MultipartPart], boundary: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.reduce(64) { $0 + $1.bytes.count + 256 })
        for part in parts {
            bytes += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(escaped(part.name))\"".utf8
            if let filename = part.filename {
                bytes += "; filename=\"\(escaped(filename))\"".utf8
            }
            if let contentType = part.contentType {
                bytes += "\r\nContent-Type: \(withoutLineBreaks(contentType))".utf8
            }
            bytes += "\r\n\r\n".utf8
            bytes += part.bytes
            bytes += "\r\n".utf8
        }
        bytes += "--\(boundary)--\r\n".utf8
        return bytes
    }

    /// As browsers write names: quotes and line breaks percent-encoded, the rest as UTF-8 (HTML, "multipart/form-data
    /// encoding algorithm").
    private static func escaped(_ name: String) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "\"": result += "%22"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func withoutLineBreaks(_ value: String) -> String {
        String(String.UnicodeScalarView(value.unicodeScalars.filter { $0 != "\r" && $0 != "\n" }))
    }
}
