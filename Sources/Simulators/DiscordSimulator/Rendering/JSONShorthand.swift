import JSON

extension JSONValue {
    /// A snowflake, which Discord writes as text.
    static func id(_ id: WorldID) -> JSONValue { .string(String(id)) }

    /// A snowflake or null.
    static func id(_ id: WorldID?) -> JSONValue { id.map { .string(String($0)) } ?? .null }

    /// A whole number.
    static func int(_ number: Int) -> JSONValue { .integer(Int64(number)) }

    /// A text or null.
    static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    /// Permission bits, which Discord writes as decimal text.
    static func permissions(_ bits: PermissionBits) -> JSONValue { .string(String(bits.rawValue)) }

    /// The elements of an array; nil for anything else.
    var list: [JSONValue]? {
        if case .array(let elements) = self { return elements }
        return nil
    }

    /// The members of an object; nil for anything else.
    var object: JSONObject? {
        if case .object(let object) = self { return object }
        return nil
    }

    /// This value; nil if it is null, so that an explicit null counts as absence.
    var unlessNull: JSONValue? { isNull ? Optional.none : self }

    /// A snowflake written as text or as a number.
    var snowflake: WorldID? {
        switch self {
        case .string(let text): WorldID(snowflake: text)
        case .integer(let number): WorldID(exactly: number)
        case .unsigned(let number): number
        default: nil
        }
    }

    /// This object with other members added or replaced.
    func merging(_ other: JSONValue) -> JSONValue {
        guard var merged = object, let members = other.object else { return other }
        for (key, value) in members { merged[key] = value }
        return .object(merged)
    }
}
