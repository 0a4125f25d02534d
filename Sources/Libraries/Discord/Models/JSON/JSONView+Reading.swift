import JSON
import Service

extension JSONView {
    // What a model cannot do without.

    func require<Tag>(_ key: String) throws(DecodingFailure) -> ID<Tag> {
        guard let id: ID<Tag> = id(key) else { throw DecodingFailure(path: key) }
        return id
    }

    func require<Model: JSONDecodable>(_ key: String) throws(DecodingFailure) -> Model {
        guard let view = self[key] else { throw DecodingFailure(path: key) }
        do {
            return try Model(view)
        } catch {
            throw DecodingFailure(path: "\(key).\(error.path)")
        }
    }

    func requireText(_ key: String) throws(DecodingFailure) -> String {
        guard let text = text(key) else { throw DecodingFailure(path: key) }
        return text
    }

    func requireNumber(_ key: String) throws(DecodingFailure) -> Int {
        guard let number = number(key) else { throw DecodingFailure(path: key) }
        return number
    }

    // What may be missing, null or malformed.

    func id<Tag>(_ key: String) -> ID<Tag>? { self[key]?.id() }

    func text(_ key: String) -> String? { self[key]?.string }

    func number(_ key: String) -> Int? { self[key]?.int }

    func flag(_ key: String) -> Bool { self[key]?.bool ?? false }

    func instant(_ key: String) -> Timestamp? { self[key]?.withUTF8 { Timestamp(iso8601: $0) } ?? nil }

    /// Permissions come as decimal digits, since they outgrew the numbers of JavaScript.
    func permissions(_ key: String) -> Permissions? { self[key]?.identifier.map(Permissions.init(rawValue:)) }

    func object<Model: JSONDecodable>(_ key: String) -> Model? {
        guard let view = self[key], !view.isNull else { return nil }
        return try? Model(view)
    }

    func list<Model: JSONDecodable>(_ key: String) -> [Model] {
        guard let view = self[key] else { return [] }
        return view.elements.compactMap { try? Model($0) }
    }

    func ids<Tag>(_ key: String) -> [ID<Tag>] {
        guard let view = self[key] else { return [] }
        return view.elements.compactMap { $0.id() }
    }

    func texts(_ key: String) -> [String] {
        guard let view = self[key] else { return [] }
        return view.elements.compactMap(\.string)
    }

    /// Objects under their ids, as resolved data has them.
    func table<Tag, Model: Sendable>(_ key: String, _ read: (ID<Tag>, JSONView) -> Model?) -> [ID<Tag>: Model] {
        var table: [ID<Tag>: Model] = [:]
        guard let view = self[key] else { return table }
        for (key, value) in view.members {
            guard let id = ID<Tag>(key) else { continue }
            table[id] = read(id, value)
        }
        return table
    }

    private func id<Tag>() -> ID<Tag>? {
        identifier.map { ID(rawValue: Snowflake(rawValue: $0)) }
    }
}
