public import JSON

/// A model that reads itself from JSON. What it needs is demanded, everything else is tolerated: unknown members and
/// values, missing ones, ids as texts or numbers, parts that are malformed.
public protocol JSONDecodable: Sendable {
    /// Reads the value.
    init(_ json: JSONView) throws(DecodingFailure)
}

/// A member that a model cannot do without is missing or of another type.
public struct DecodingFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where, as in `message.author.id`.
    public var path: String

    /// Names the member.
    public init(path: String) {
        self.path = path
    }

    /// The place in words.
    public var description: String { "missing or malformed: \(path)" }
}

extension Array: JSONDecodable where Element: JSONDecodable {
    /// Reads the elements of an array. Elements that cannot be read are left out, so that one of them does not hide
    /// the others; anything but an array is a failure.
    public init(_ json: JSONView) throws(DecodingFailure) {
        guard json.kind == .array else { throw DecodingFailure(path: "array") }
        self = json.elements.compactMap { try? Element($0) }
    }
}
