import JSON

/// Which fields of an answer a client wants: `properties.title,sheets.properties(title,sheetId)`.
///
/// Source: https://developers.google.com/workspace/sheets/api/guides/field-masks
struct FieldMask: Sendable {
    private var children: [String: FieldMask] = [:]

    private init() {}

    init(_ text: String) throws(SheetsError) {
        var rest = Substring(text)
        self = try Self.list(&rest)
        guard rest.isEmpty else { throw .invalid("Request contains an invalid field mask: \(text)") }
    }

    /// The fields of `value` that the mask names; a mask without names takes everything.
    func applied(to value: JSONValue) -> JSONValue {
        guard !children.isEmpty, children["*"] == nil else { return value }
        switch value {
        case .array(let elements):
            return .array(elements.map { applied(to: $0) })
        case .object(let object):
            return .object(
                JSONObject(
                    object.compactMap { member in
                        children[member.0].map { (member.0, $0.applied(to: member.1)) }
                    }))
        default:
            return value
        }
    }

    private static func list(_ rest: inout Substring) throws(SheetsError) -> FieldMask {
        var mask = FieldMask()
        while true {
            let name = rest.prefix { !",./()".contains($0) }
            guard !name.isEmpty else { throw .invalid("Request contains an invalid field mask.") }
            rest = rest.dropFirst(name.count)
            var child = FieldMask()
            if let next = rest.first, ".(/".contains(next) {
                rest.removeFirst()
                if next == "(" {
                    child = try list(&rest)
                    guard rest.first == ")" else { throw .invalid("Request contains an invalid field mask.") }
                    rest.removeFirst()
                } else {
                    child = try path(&rest)
                }
            }
            mask.merge(String(name), child)
            guard rest.first == "," else { return mask }
            rest.removeFirst()
        }
    }

    /// What follows a dot: one name, with what follows that.
    private static func path(_ rest: inout Substring) throws(SheetsError) -> FieldMask {
        let name = rest.prefix { !",./()".contains($0) }
        guard !name.isEmpty else { throw .invalid("Request contains an invalid field mask.") }
        rest = rest.dropFirst(name.count)
        var mask = FieldMask()
        var child = FieldMask()
        if let next = rest.first, ".(/".contains(next) {
            rest.removeFirst()
            if next == "(" {
                child = try list(&rest)
                guard rest.first == ")" else { throw .invalid("Request contains an invalid field mask.") }
                rest.removeFirst()
            } else {
                child = try path(&rest)
            }
        }
        mask.merge(String(name), child)
        return mask
    }

    private mutating func merge(_ name: String, _ child: FieldMask) {
        guard var known = children[name] else {
            children[name] = child
            return
        }
        if known.children.isEmpty || child.children.isEmpty {
            known.children = [:]
        } else {
            for (name, grandchild) in child.children { known.merge(name, grandchild) }
        }
        children[name] = known
    }
}
