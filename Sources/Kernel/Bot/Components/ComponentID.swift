/// What a button, select or modal stands for, carried in its custom id and read back without any memory.
///
/// The text is the name, `@version` for every version after the first, and the fields, separated by colons:
/// `rp_cb`, `rp_cb:900000000000000351`, `hold@2:WKBR:2026-03-20`. A name without version is version 1, so the plain ids
/// that the previous deployment posted are members of the scheme. Inside a field `%`, `:` and `@` are percent-escaped.
/// Discord allows 100 UTF-16 units (Message components, custom id); state that does not fit belongs in the journal under
/// the message's id.
public struct ComponentID: Sendable, Hashable {
    /// What the component does; letters, digits, `_`, `-` and `.`.
    public var name: String
    /// The layout of the fields; starts at 1.
    public var version: Int
    /// What the handler needs to know, as text.
    public var fields: [String]

    /// The limit that Discord sets, in UTF-16 units.
    public static let maximumLength = 100

    /// An id that does not fit into a custom id.
    public struct TooLong: Error, Sendable, Equatable {
        /// The text as it would have been sent.
        public var text: String
    }

    /// Creates an id.
    public init(_ name: String, version: Int = 1, fields: [String] = []) {
        self.name = name
        self.version = version
        self.fields = fields
    }

    /// Reads a custom id; nil where the text has no name or a version that is no positive number.
    public init?(customID: String) {
        // By scalars, since a field may begin with a mark that would join the delimiter to one character.
        let parts = customID.unicodeScalars.split(separator: ":", omittingEmptySubsequences: false)
        let head = parts[0].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = head.first, !name.isEmpty else { return nil }
        self.name = String(name)
        if head.count == 2 {
            guard let version = Int(String(head[1])), version > 0 else { return nil }
            self.version = version
        } else {
            self.version = 1
        }
        fields = parts.dropFirst().map { Self.unescape($0) }
    }

    /// The custom id to send.
    /// - Throws: `TooLong` beyond 100 UTF-16 units.
    public func customID() throws(TooLong) -> String {
        let head = version == 1 ? name : "\(name)@\(version)"
        let text = ([head] + fields.map(Self.escape)).joined(separator: ":")
        guard text.utf16.count <= Self.maximumLength else { throw TooLong(text: text) }
        return text
    }

    private static func escape(_ field: String) -> String {
        field.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "%": text += "%25"
            case ":": text += "%3A"
            case "@": text += "%40"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    private static func unescape(_ field: Substring.UnicodeScalarView) -> String {
        guard field.contains("%") else { return String(field) }
        var text = String.UnicodeScalarView()
        var rest = field
        while let scalar = rest.popFirst() {
            if scalar == "%", let plain = escapes[String(rest.prefix(2))] {
                text.append(plain)
                rest = rest.dropFirst(2)
            } else {
                text.append(scalar)
            }
        }
        return String(text)
    }

    private static let escapes: [String: Unicode.Scalar] = ["25": "%", "3A": ":", "40": "@"]
}
