import JSON

extension Subject {
    /// What is read can be written and read again; the view and the tree agree; nesting has its limit.
    static let json = Subject("json") { bytes in
        guard let document = try? JSONDocument(parsing: bytes) else { return }
        let value = document.root.value
        let depth = try agreedDepth(of: document.root, with: value)
        try promise(depth <= JSONDocument.maximumDepth + 1, "nested \(depth) deep")

        let text = value.encoded()
        let again = try JSONValue(parsing: text)
        try promise(again == value, "\(again) was \(value)")
        try promise(again.encoded() == text, "\(again.text) was written as \(value.text)")
        try promise(again.hashValue == value.hashValue, "equal values hash differently")
    }

    /// Walks view and tree side by side; gives how many arrays and objects are open at most.
    private static func agreedDepth(of view: JSONView, with value: JSONValue) throws -> Int {
        switch value {
        case .array(let elements):
            try promise(view.kind == .array && view.elements.count == elements.count, "array of another length")
            return try zip(view.elements, elements).reduce(1) { max($0, 1 + (try agreedDepth(of: $1.0, with: $1.1))) }
        case .object(let object):
            try promise(view.kind == .object && view.members.count >= object.count, "object with fewer members")
            return try object.reduce(1) { depth, member in
                guard let found = view[member.key] else {
                    throw BrokenPromise(description: "no member \(member.key)")
                }
                return max(depth, 1 + (try agreedDepth(of: found, with: member.value)))
            }
        default:
            try promise(view.int == value.int && view.uint64 == value.uint64, "another integer")
            try promise(view.double == value.double && view.bool == value.bool, "another number or truth value")
            try promise(view.string == value.string && view.isNull == value.isNull, "another string")
            return 0
        }
    }
}
