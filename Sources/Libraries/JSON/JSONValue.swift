/// A JSON value as a tree, to build and to send.
///
/// Two values are equal if they mean the same JSON: the order of members does not count, and an integer is equal however
/// it is held. `.integer(1)` and `.number(1)` differ, as their texts `1` and `1.0` do.
public enum JSONValue: Sendable {
    /// The literal `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// An integer that fits 64 bits signed.
    case integer(Int64)
    /// An integer that fits 64 bits unsigned; reading gives this case only beyond `Int64.max`.
    case unsigned(UInt64)
    /// Any other number. Those that are not finite are written as `null`, since JSON has no word for them.
    case number(Double)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object(JSONObject)

    /// Parses UTF-8 bytes with the rules of ``JSONDocument``.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        self = try JSONDocument(parsing: bytes).root.value
    }

    /// Parses a text with the rules of ``JSONDocument``.
    public init(parsing text: String) throws(JSONError) {
        self = try JSONDocument(parsing: text).root.value
    }

    /// The member with this key; nil if there is none or this is no object.
    ///
    /// Setting makes an object of a value that is none; setting nil removes the member.
    public subscript(_ key: String) -> JSONValue? {
        get {
            guard case .object(let object) = self else { return nil }
            return object[key]
        }
        set {
            if case .object(var object) = self {
                // The tree lets go of the object first, so that it is changed in place.
                self = .null
                object[key] = newValue
                self = .object(object)
            } else if let newValue {
                self = .object([key: newValue])
            }
        }
    }

    /// The element at this position, from 0; nil if there is none or this is no array.
    public subscript(_ position: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(position) else { return nil }
        return elements[position]
    }
}

extension JSONValue {
    /// Whether this is the literal `null`.
    public var isNull: Bool {
        self == .null
    }

    /// The text of a string.
    public var string: String? {
        guard case .string(let string) = self else { return nil }
        return string
    }

    /// The truth value of `true` or `false`.
    public var bool: Bool? {
        guard case .bool(let bool) = self else { return nil }
        return bool
    }

    /// A number that is whole and in range.
    public var int: Int? {
        switch self {
        case .integer(let number): Int(exactly: number)
        case .unsigned(let number): Int(exactly: number)
        case .number(let number): Int(exactly: number)
        default: nil
        }
    }

    /// A number that is whole, not negative and in range.
    public var uint64: UInt64? {
        switch self {
        case .integer(let number): UInt64(exactly: number)
        case .unsigned(let number): number
        case .number(let number): UInt64(exactly: number)
        default: nil
        }
    }

    /// Any number; an integer beyond 53 bits is rounded to the nearest.
    public var double: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .unsigned(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    /// The elements of an array; empty for anything else.
    public var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The members of an object; empty for anything else.
    public var members: JSONObject {
        guard case .object(let object) = self else { return [:] }
        return object
    }
}

extension JSONValue: Hashable {
    /// Equality of meaning.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.unsigned(let left), .unsigned(let right)): left == right
        case (.integer(let left), .unsigned(let right)): left == right
        case (.unsigned(let left), .integer(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left == right
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }

    /// Agrees with `==`.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let bool): hasher.combine(bool)
        case .integer(let number): hasher.combine(UInt64(bitPattern: number))
        case .unsigned(let number): hasher.combine(number)
        case .number(let number): hasher.combine(number)
        case .string(let string): hasher.combine(string)
        case .array(let elements): hasher.combine(elements)
        case .object(let object): hasher.combine(object)
        }
    }
}

extension JSONView {
    /// This value as a tree of its own, which no longer holds the document. Of members with equal keys the first is kept.
    public var value: JSONValue {
        switch tape.tag(at: index) {
        case Tape.Tag.null: .null
        case Tape.Tag.isTrue: .bool(true)
        case Tape.Tag.isFalse: .bool(false)
        case Tape.Tag.signed: .integer(Int64(bitPattern: tape.numberBits(at: index)))
        case Tape.Tag.unsigned: .unsigned(tape.numberBits(at: index))
        case Tape.Tag.double: .number(Double(bitPattern: tape.numberBits(at: index)))
        case Tape.Tag.string: .string(tape.string(at: index))
        case Tape.Tag.array: .array(elements.map(\.value))
        default: .object(JSONObject(members.lazy.map { ($0.key, $0.value.value) }))
        }
    }
}
