/// Header fields in the order in which they are sent or came; names compare without regard to case.
///
///     var headers: HTTPHeaders = ["Accept": "application/json"]
///     headers.add(name: "X-Audit-Log-Reason", value: "spam")
///     headers["accept"]  // "application/json"
///
/// Source: RFC 9110, section 5.
public struct HTTPHeaders: Sendable {
    /// One header field.
    public struct Field: Sendable, Hashable {
        /// The name, in the case in which it was given.
        public var name: String
        /// The value without surrounding white space.
        public var value: String

        /// Creates a field.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    private var fields: [Field] = []

    /// Creates an empty list.
    public init() {}

    /// The first value of a field; setting it replaces all fields of that name, setting nil removes them.
    public subscript(_ name: String) -> String? {
        get { fields.first { Self.areEqual($0.name, name) }?.value }
        set {
            let position = fields.firstIndex { Self.areEqual($0.name, name) }
            fields.removeAll { Self.areEqual($0.name, name) }
            guard let newValue else { return }
            fields.insert(Field(name: name, value: newValue), at: position ?? fields.endIndex)
        }
    }

    /// All values of a field, in order.
    public func values(of name: String) -> [String] {
        fields.compactMap { Self.areEqual($0.name, name) ? $0.value : nil }
    }

    /// Adds a field after those that are there, also if one of the same name is.
    public mutating func add(name: String, value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Forgets all fields.
    mutating func removeAll() {
        fields.removeAll(keepingCapacity: true)
    }

    /// Names are ASCII: comparing bytes with the case bit of letters folded is enough and allocates nothing.
    private static func areEqual(_ one: String, _ other: String) -> Bool {
        guard one.utf8.count == other.utf8.count else { return false }
        return zip(one.utf8, other.utf8).allSatisfy { $0 == $1 || lowercased($0) == lowercased($1) }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
}

extension HTTPHeaders: Collection {
    /// The position of the first field.
    public var startIndex: Int { fields.startIndex }
    /// The position behind the last field.
    public var endIndex: Int { fields.endIndex }
    /// The position of the next field.
    public func index(after index: Int) -> Int { index + 1 }
    /// The field at a position.
    public subscript(_ position: Int) -> Field { fields[position] }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    /// Keeps the order of the literal, and fields of the same name apart.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field(name: $0.0, value: $0.1) }
    }
}
