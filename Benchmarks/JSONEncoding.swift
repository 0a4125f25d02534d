import FoundationEssentials
import JSON

extension Benchmark {
    /// From trees to bytes, against `JSONEncoder` writing trees of the same values.
    static let jsonEncoding = Benchmark("json-encode") {
        let mix = GatewayMix.standard
        let trees = mix.trees.map(EncodableTree.init)
        let encoder = JSONEncoder()
        let written = Stopwatch.rate { for tree in mix.trees { keep(tree.encoded()) } }
        let encoded = try Stopwatch.rate { for tree in trees { keep(try encoder.encode(tree)) } }
        let megabytes = Double(mix.eventBytes) / 1e6
        return [
            Measurement(
                "json-encode.events", written * megabytes, "MB/s",
                against: .init(name: "JSONEncoder", figure: encoded * megabytes))
        ]
    }
}

/// A tree as `Encodable` sees it.
private struct EncodableTree: Encodable {
    private enum Node {
        case null
        case bool(Bool)
        case integer(Int64)
        case unsigned(UInt64)
        case number(Double)
        case string(String)
        case array([EncodableTree])
        case object([String: EncodableTree])
    }

    private let node: Node

    init(_ value: JSONValue) {
        node =
            switch value {
            case .null: .null
            case .bool(let value): .bool(value)
            case .integer(let value): .integer(value)
            case .unsigned(let value): .unsigned(value)
            case .number(let value): .number(value)
            case .string(let value): .string(value)
            case .array(let elements): .array(elements.map(EncodableTree.init))
            case .object(let object):
                .object(Dictionary(object.map { ($0.key, EncodableTree($0.value)) }) { first, _ in first })
            }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch node {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .unsigned(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let elements): try container.encode(elements)
        case .object(let members): try container.encode(members)
        }
    }
}
