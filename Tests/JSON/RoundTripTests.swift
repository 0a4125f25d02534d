import JSON
import Testing

/// SplitMix64 (Steele, Lea, Flood 2014), so that a failing seed can be run again.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Random trees of every kind of value.
struct TreeGenerator {
    var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(state: seed)
    }

    mutating func value(depth: Int) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 7), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int64(bitPattern: random.next()) >> Int64.random(in: 0..<64, using: &random))
        case 3: return .unsigned(random.next() | 1 << 63)
        case 4: return number()
        case 5, 6: return .string(string())
        case 7:
            return .array((0..<Int.random(in: 0..<6, using: &random)).map { _ in value(depth: depth - 1) })
        default:
            let members = (0..<Int.random(in: 0..<24, using: &random)).map { _ in (string(), value(depth: depth - 1)) }
            return .object(JSONObject(members))
        }
    }

    private mutating func number() -> JSONValue {
        let number = Double(bitPattern: random.next())
        return .number(number.isFinite ? number : 0.5)
    }

    private mutating func string() -> String {
        var string = ""
        for _ in 0..<Int.random(in: 0..<20, using: &random) {
            let limit: UInt32 = [0x20, 0x80, 0x800, 0x1_0000, 0x11_0000].randomElement(using: &random) ?? 0x80
            guard let scalar = UnicodeScalar(UInt32.random(in: 0..<limit, using: &random)) else { continue }
            string.unicodeScalars.append(scalar)
        }
        return string
    }
}

@Suite("Round trips")
struct RoundTripTests {
    @Test("what is written reads back equal, for any tree", arguments: 0..<200 as Range<UInt64>)
    func randomTrees(_ seed: UInt64) throws {
        var generator = TreeGenerator(seed: seed)
        let value = generator.value(depth: 5)
        let bytes = value.encoded()
        let again = try JSONValue(parsing: bytes)
        #expect(again == value)
        #expect(again.hashValue == value.hashValue)
        #expect(again.encoded() == bytes)
    }

    @Test("no truncation of a document crashes or is taken for a whole one", arguments: 0..<20 as Range<UInt64>)
    func truncations(_ seed: UInt64) throws {
        var generator = TreeGenerator(seed: seed)
        let bytes = JSONValue.array([generator.value(depth: 3)]).encoded()
        for count in 0..<min(bytes.count, 400) {
            #expect(throws: JSONError.self) { try JSONDocument(parsing: Array(bytes[..<count])) }
        }
    }

    @Test("no corruption of a document crashes", arguments: 0..<50 as Range<UInt64>)
    func corruptions(_ seed: UInt64) {
        var generator = TreeGenerator(seed: seed)
        var bytes = generator.value(depth: 4).encoded()
        for _ in 0..<200 {
            bytes[Int.random(in: 0..<bytes.count, using: &generator.random)] = UInt8.random(
                in: .min ... .max, using: &generator.random)
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            #expect((try? JSONValue(parsing: value.encoded())) != nil)
        }
    }
}
