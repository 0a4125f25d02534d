/// Why bytes are not a JSON document (RFC 8259) that this library reads.
public enum JSONError: Error, Sendable, Hashable {
    /// Nothing but white space.
    case empty
    /// More bytes than are read (2 GiB).
    case tooLarge
    /// More open arrays and objects than ``JSONDocument/maximumDepth``.
    case tooDeep(limit: Int)
    /// The bytes are not UTF-8.
    case invalidUTF8
    /// A string without its closing quote.
    case unclosedString
    /// A control character (below U+0020) that stands unescaped in a string.
    case controlCharacterInString
    /// An unknown or incomplete escape in a string.
    case invalidEscape
    /// A malformed number, or one beyond the range of a 64-bit floating point number.
    case invalidNumber
    /// A word other than `true`, `false` and `null`.
    case invalidLiteral
    /// A missing or misplaced bracket, comma, colon, key or value.
    case invalidStructure
    /// A complete value is followed by more than white space. The offset, in bytes, is that of the first byte too many.
    case trailingContent(offset: Int)
    /// The memory for the document could not be allocated.
    case outOfMemory
}

extension JSONError: CustomStringConvertible {
    /// One line for logs.
    public var description: String {
        switch self {
        case .empty: "empty JSON document"
        case .tooLarge: "JSON document too large"
        case .tooDeep(let limit): "JSON nested deeper than \(limit)"
        case .invalidUTF8: "JSON is not UTF-8"
        case .unclosedString: "unclosed string in JSON"
        case .controlCharacterInString: "unescaped control character in a JSON string"
        case .invalidEscape: "invalid escape in a JSON string"
        case .invalidNumber: "invalid number in JSON"
        case .invalidLiteral: "invalid literal in JSON"
        case .invalidStructure: "malformed JSON"
        case .trailingContent(let offset): "content after the end of JSON at byte \(offset)"
        case .outOfMemory: "out of memory for JSON"
        }
    }
}
