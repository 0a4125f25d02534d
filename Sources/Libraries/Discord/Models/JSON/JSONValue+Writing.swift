import JSON

extension JSONValue {
    static func number(of number: Int) -> JSONValue { .integer(Int64(number)) }

    static func id<Tag>(_ id: ID<Tag>) -> JSONValue { .string(id.description) }

    static func ids<Tag>(_ ids: [ID<Tag>]) -> JSONValue { .array(ids.map(JSONValue.id)) }

    /// Requests take permissions as a number; all bits in use fit those of JavaScript.
    static func permissions(_ permissions: Permissions) -> JSONValue { .unsigned(permissions.rawValue) }
}

extension FieldEdit {
    /// Nothing for a field that stays, null for one that is cleared.
    func json(_ write: (Value) -> JSONValue) -> JSONValue? {
        switch self {
        case .keep: nil
        case .clear: .null
        case .set(let value): write(value)
        }
    }
}
