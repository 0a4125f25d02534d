/// A parsed JSON document: immutable, shared by every ``JSONView`` into it, freed with the last of them.
///
/// Parsing checks the whole text at once; views then read fields where they lie, so that a large document costs little when
/// few of its fields are wanted. Tolerances, beyond RFC 8259, because one odd field must not cost a whole document:
///
/// - an escaped surrogate without its partner (`"\ud83d"`) becomes U+FFFD;
/// - an integer beyond 64 bits is kept as the nearest `Double`; beyond the range of `Double` it is an error;
/// - of members with equal keys, a lookup and ``JSONView/value`` take the first, while ``JSONView/members`` gives all.
public struct JSONDocument: Sendable {
    /// How many arrays and objects may be open at once. An empty array or object at the bottom does not count.
    public static let maximumDepth = 256

    private let tape: Tape

    /// Parses UTF-8 bytes that hold one JSON value of any kind.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        tape = try bytes.withUnsafeBufferPointer { bytes throws(JSONError) in
            try Self.parse(bytes)
        }
    }

    /// Parses the text of one JSON value of any kind.
    public init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// The outermost value.
    public var root: JSONView {
        JSONView(tape: tape, index: Tape.rootIndex)
    }

    private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) -> Tape {
        do {
            return try Tape(parsing: bytes, maximumDepth: maximumDepth)
        } catch {
            return try parseAgain(bytes, after: error)
        }
    }

    /// The tolerances are applied here, after the strict parser refused, so that well-formed documents pay nothing for them.
    private static func parseAgain(
        _ bytes: UnsafeBufferPointer<UInt8>, after refusal: JSONError
    ) throws(JSONError) -> Tape {
        switch refusal {
        case .invalidEscape, .invalidNumber:
            guard let tolerable = Tolerance.rewriting(bytes) else { throw refusal }
            return try tolerable.withUnsafeBufferPointer { bytes throws(JSONError) in
                try Tape(parsing: bytes, maximumDepth: maximumDepth)
            }
        case .invalidStructure:
            throw trailingContent(in: bytes) ?? refusal
        default:
            throw refusal
        }
    }

    private static func trailingContent(in bytes: UnsafeBufferPointer<UInt8>) -> JSONError? {
        guard let extent = FirstValue.extent(in: bytes), let rest = extent.offsetOfRest else { return nil }
        let firstValue = UnsafeBufferPointer(rebasing: bytes[..<extent.end])
        guard (try? Tape(parsing: firstValue, maximumDepth: maximumDepth)) != nil else { return nil }
        return .trailingContent(offset: rest)
    }
}
