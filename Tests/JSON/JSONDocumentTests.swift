import JSON
import Testing

@Suite("Reading through views")
struct JSONDocumentTests {
    private static let frame = """
        {"op":0,"s":42,"t":"MESSAGE_CREATE","d":{"id":"1178001234567890123","content":"Grüße 🏆","tts":false,
        "mentions":[{"id":"1"},{"id":"2"},{"id":"3"}],"edited_timestamp":null,"ratio":2.5,"unknown":{"deep":[[1],{}]}}}
        """

    @Test("fields are found by key and by position, whatever lies between")
    func fields() throws {
        let root = try JSONDocument(parsing: Self.frame).root
        #expect(root["op"]?.int == 0)
        #expect(root["s"]?.int == 42)
        #expect(root["t"]?.string == "MESSAGE_CREATE")
        let data = try #require(root["d"])
        #expect(data["content"]?.string == "Grüße 🏆")
        #expect(data["mentions"]?[1]?["id"]?.string == "2")
        #expect(data["mentions"]?.elements.map { $0["id"]?.string } == ["1", "2", "3"])
        #expect(data["ratio"]?.double == 2.5)
        #expect(data["unknown"]?["deep"]?[0]?[0]?.int == 1)
    }

    @Test("absent keys, positions out of bounds and wrong types give nil")
    func absence() throws {
        let root = try JSONDocument(parsing: Self.frame).root
        #expect(root["x"] == nil)
        #expect(root["o"] == nil)
        #expect(root["opp"] == nil)
        #expect(root["op"]?["x"] == nil)
        #expect(root["op"]?.string == nil)
        #expect(root["t"]?.int == nil)
        #expect(root["t"]?.double == nil)
        #expect(root["t"]?.bool == nil)
        #expect(root[0] == nil)
        let data = try #require(root["d"])
        #expect(data["mentions"]?[3] == nil)
        #expect(data["mentions"]?[-1] == nil)
        #expect(data["mentions"]?["id"] == nil)
        #expect(data["edited_timestamp"]?.isNull == true)
        #expect(data["edited_timestamp"]?.string == nil)
        #expect(data["content"]?.isNull == false)
        #expect(data["content"]?.elements.isEmpty == true)
        #expect(data["content"]?.members.isEmpty == true)
        #expect(data["mentions"]?.members.count == 0)
    }

    @Test("a view keeps its document alive")
    func lifetime() throws {
        func inner() throws -> JSONView? {
            try JSONDocument(parsing: #"{"a":{"b":"a string too long to be stored inline"}}"#).root["a"]
        }
        let view = try inner()
        #expect(view?["b"]?.string == "a string too long to be stored inline")
    }

    @Test("members come in the order of the text, equal keys included")
    func members() throws {
        let root = try JSONDocument(parsing: #"{"b":1,"a":{"x":0},"b":3}"#).root
        #expect(root.members.map(\.key) == ["b", "a", "b"])
        #expect(root.members.map(\.value.int) == [1, nil, 3])
        #expect(root.members.count == 3)
        #expect(root["b"]?.int == 1)
    }

    @Test("keys are compared byte by byte")
    func keys() throws {
        let root = try JSONDocument(parsing: #"{"e\u0301":1,"\u00e9":2,"a\u0000":3,"a":4,"":5}"#).root
        #expect(root["e\u{301}"]?.int == 1)
        #expect(root["\u{e9}"]?.int == 2)
        #expect(root["a\0"]?.int == 3)
        #expect(root["a"]?.int == 4)
        #expect(root[""]?.int == 5)
        #expect(root.value.members.count == 5)
    }

    @Test(
        "kinds",
        arguments: [
            ("null", JSONView.Kind.null), ("true", .bool), ("false", .bool), ("1", .number), ("1.5", .number),
            ("18446744073709551615", .number), (#""a""#, .string), ("[]", .array), ("{}", .object),
        ])
    func kinds(_ text: String, _ kind: JSONView.Kind) throws {
        #expect(try JSONDocument(parsing: text).root.kind == kind)
    }

    struct NumberCase: Sendable {
        var text: String
        var int: Int?
        var uint64: UInt64?
        var double: Double?

        init(_ text: String, int: Int?, uint64: UInt64?, double: Double?) {
            self.text = text
            self.int = int
            self.uint64 = uint64
            self.double = double
        }
    }

    @Test(
        "numbers are exact or nil, never rounded unless asked for as Double",
        arguments: [
            NumberCase("0", int: 0, uint64: 0, double: 0),
            NumberCase("-1", int: -1, uint64: nil, double: -1),
            NumberCase("9223372036854775807", int: .max, uint64: 9_223_372_036_854_775_807, double: 0x1p63),
            NumberCase("-9223372036854775808", int: .min, uint64: nil, double: -0x1p63),
            NumberCase("9223372036854775808", int: nil, uint64: 1 << 63, double: 0x1p63),
            NumberCase("18446744073709551615", int: nil, uint64: .max, double: 0x1p64),
            NumberCase("18446744073709551616", int: nil, uint64: nil, double: 0x1p64),
            NumberCase("9007199254740993", int: 9_007_199_254_740_993, uint64: 9_007_199_254_740_993, double: 0x1p53),
            NumberCase("5.0", int: 5, uint64: 5, double: 5),
            NumberCase("2e3", int: 2000, uint64: 2000, double: 2000),
            NumberCase("5.5", int: nil, uint64: nil, double: 5.5),
            NumberCase("1e300", int: nil, uint64: nil, double: 1e300),
            NumberCase(#""5""#, int: nil, uint64: nil, double: nil),
            NumberCase("true", int: nil, uint64: nil, double: nil),
        ])
    func numbers(_ example: NumberCase) throws {
        let view = try JSONDocument(parsing: example.text).root
        #expect(view.int == example.int)
        #expect(view.uint64 == example.uint64)
        #expect(view.double == example.double)
        #expect(view.value.int == example.int)
        #expect(view.value.uint64 == example.uint64)
        #expect(view.value.double == example.double)
    }

    @Test(
        "an identifier is a number or a string of decimal digits",
        arguments: [
            (#""1178001234567890123""#, 1_178_001_234_567_890_123 as UInt64?),
            ("1178001234567890123", 1_178_001_234_567_890_123),
            (#""18446744073709551615""#, .max), (#""18446744073709551616""#, nil), (#""0""#, 0), (#""""#, nil),
            (#"" 1""#, nil),
            (#""1a""#, nil), (#""-1""#, nil), (#""+1""#, nil), ("-1", nil), ("null", nil), ("[1]", nil),
        ])
    func identifiers(_ text: String, _ identifier: UInt64?) throws {
        #expect(try JSONDocument(parsing: text).root.identifier == identifier)
    }

    @Test(
        "errors say what is wrong",
        arguments: [
            ("", JSONError.empty), (" \n", .empty), ("{} x", .trailingContent(offset: 3)),
            ("1 2", .trailingContent(offset: 2)),
            ("[1]]", .trailingContent(offset: 3)), (#"{"a":"}"}  {"#, .trailingContent(offset: 11)),
            ("{]} x", .invalidStructure),
            ("[1,]", .invalidStructure), ("[", .invalidStructure), (#"["a"#, .unclosedString), ("tru", .invalidLiteral),
            ("01", .invalidNumber),
            (#""\x""#, .invalidEscape), ("\"\u{1}\"", .controlCharacterInString),
        ])
    func errors(_ text: String, _ error: JSONError) {
        #expect(throws: error) { try JSONDocument(parsing: text) }
    }

    @Test("bytes that are not UTF-8 are named so")
    func invalidUTF8() {
        #expect(throws: JSONError.invalidUTF8) { try JSONDocument(parsing: [0x22, 0xff, 0x22]) }
    }

    @Test("after an error the thread's workspace serves the next document")
    func recovery() throws {
        for _ in 0..<3 {
            #expect(throws: JSONError.self) { try JSONDocument(parsing: #"{"a":[1,2,"#) }
            #expect(try JSONDocument(parsing: #"{"a":[1,2]}"#).root["a"]?[1]?.int == 2)
        }
    }

    @Test("documents of several megabytes are read, small ones after them too")
    func large() throws {
        let text = "[" + (0..<200_000).map { #"{"id":"\#($0)","n":\#($0)}"# }.joined(separator: ",") + "]"
        let root = try JSONDocument(parsing: text).root
        #expect(root.elements.count == 200_000)
        #expect(root[199_999]?["id"]?.identifier == 199_999)
        #expect(try JSONDocument(parsing: "[7]").root[0]?.int == 7)
    }

    @Test("many tasks read one document and parse others at once")
    func concurrency() async throws {
        let document = try JSONDocument(parsing: Self.frame)
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<64 {
                group.addTask {
                    let own = try JSONDocument(
                        parsing: #"{"n":\#(number),"text":"\#(String(repeating: "x", count: number * 50))"}"#)
                    guard document.root["d"]?["mentions"]?[2]?["id"]?.identifier == 3 else { return -1 }
                    return own.root["n"]?.int ?? -1
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == 64 * 63 / 2)
    }
}
