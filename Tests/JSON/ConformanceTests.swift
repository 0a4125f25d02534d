import JSON
import Testing

/// One text and what a reader of JSON must make of it.
struct ConformanceCase: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]

    init(_ name: String, _ text: String) {
        self.name = name
        bytes = Array(text.utf8)
    }

    init(_ name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    var testDescription: String { name }
}

/// A text that RFC 8259 leaves to the reader, and this reader's choice.
struct ChoiceCase: Sendable, CustomTestStringConvertible {
    var text: ConformanceCase
    var outcome: Result<JSONValue, JSONError>

    init(_ name: String, _ text: String, _ value: JSONValue) {
        self.text = ConformanceCase(name, text)
        outcome = .success(value)
    }

    init(_ name: String, _ text: String, refused error: JSONError) {
        self.text = ConformanceCase(name, text)
        outcome = .failure(error)
    }

    var testDescription: String { text.name }
}

@Suite("RFC 8259 conformance")
struct ConformanceTests {
    @Test("accepts", arguments: accepted)
    func accepts(_ example: ConformanceCase) throws {
        let value = try JSONValue(parsing: example.bytes)
        #expect(try JSONValue(parsing: value.encoded()) == value)
    }

    @Test("refuses", arguments: refused)
    func refuses(_ example: ConformanceCase) {
        #expect(throws: JSONError.self) { try JSONDocument(parsing: example.bytes) }
    }

    @Test("decides what the standard leaves open", arguments: choices)
    func decides(_ example: ChoiceCase) {
        let outcome = Result { () throws(JSONError) in try JSONValue(parsing: example.text.bytes) }
        #expect(outcome == example.outcome)
    }

    static let accepted: [ConformanceCase] = [
        .init("null", "null"),
        .init("true", "true"),
        .init("false", "false"),
        .init("zero", "0"),
        .init("minus zero", "-0"),
        .init("one digit", "7"),
        .init("negative", "-42"),
        .init("many digits", "1234567890"),
        .init("fraction", "0.5"),
        .init("fraction with zeros", "1.0500"),
        .init("negative fraction", "-0.001"),
        .init("exponent", "1e3"),
        .init("upper-case exponent", "1E3"),
        .init("exponent with plus", "1e+3"),
        .init("exponent with minus", "1e-3"),
        .init("exponent with leading zeros", "1e003"),
        .init("fraction and exponent", "12.5E-2"),
        .init("zero with exponent", "0e1"),
        .init("largest signed", "9223372036854775807"),
        .init("smallest signed", "-9223372036854775808"),
        .init("largest unsigned", "18446744073709551615"),
        .init("smallest subnormal", "5e-324"),
        .init("largest double", "1.7976931348623157e308"),
        .init("long fraction", "0.12345678901234567890123456789012345678901234567890"),
        .init("empty string", #""""#),
        .init("plain string", #""woad""#),
        .init("space in string", #"" ""#),
        .init("every short escape", #""\"\\\/\b\f\n\r\t""#),
        .init("escaped zero", #""\u0000""#),
        .init("escaped control", #""\u001f""#),
        .init("escaped letter", #""\u0041""#),
        .init("mixed-case hex digits", #""\u00eF\u00Ef""#),
        .init("escaped surrogate pair", #""\ud83c\udfc6""#),
        .init("escaped reverse solidus before u", #""\\u0041""#),
        .init("escaped non-character", #""\uffff""#),
        .init("two-byte UTF-8", "\"é\""),
        .init("three-byte UTF-8", "\"€\""),
        .init("four-byte UTF-8", "\"🏆\""),
        .init("last code point", "\"\u{10ffff}\""),
        .init("delete character", "\"\u{7f}\""),
        .init("line separator", "\"\u{2028}\u{2029}\""),
        .init("brackets in a string", #""[{]}:,""#),
        .init("empty array", "[]"),
        .init("array with space", "[ ]"),
        .init("one element", "[1]"),
        .init("mixed elements", #"[null,true,1,1.5,"a",[],{}]"#),
        .init("nested arrays", "[[[[[]]]]]"),
        .init("empty object", "{}"),
        .init("object with space", "{ }"),
        .init("one member", #"{"a":1}"#),
        .init("empty key", #"{"":1}"#),
        .init("escaped key", #"{"\u0061":1}"#),
        .init("key with zero", #"{"a\u0000b":1}"#),
        .init("nested objects", #"{"a":{"b":{"c":{}}}}"#),
        .init("objects in arrays", #"[{"a":[{"b":[]}]}]"#),
        .init("white space of every kind", "\n\t\r [ \n 1 \t , \r 2 ] \n"),
        .init("trailing newline", "{}\n"),
        .init("leading space", "   true"),
        .init("space around colon", "{\"a\" \n:\t 1}"),
    ]

    static let refused: [ConformanceCase] = [
        .init("nothing", ""),
        .init("only spaces", "  "),
        .init("open array", "["),
        .init("open array with element", "[1"),
        .init("open array after comma", "[1,"),
        .init("closed twice", "[]]"),
        .init("closing only", "]"),
        .init("wrong bracket", "[}"),
        .init("crossed brackets", "[{]}"),
        .init("trailing comma in array", "[1,]"),
        .init("leading comma in array", "[,1]"),
        .init("double comma", "[1,,2]"),
        .init("only a comma", "[,]"),
        .init("missing comma", "[1 2]"),
        .init("colon in array", "[1:2]"),
        .init("open object", "{"),
        .init("key only", #"{"a"}"#),
        .init("key and colon", #"{"a":}"#),
        .init("open after value", #"{"a":1"#),
        .init("missing colon", #"{"a" 1}"#),
        .init("comma for colon", #"{"a",1}"#),
        .init("double colon", #"{"a"::1}"#),
        .init("trailing comma in object", #"{"a":1,}"#),
        .init("leading comma in object", #"{,"a":1}"#),
        .init("double comma in object", #"{"a":1,,"b":2}"#),
        .init("bare key", "{a:1}"),
        .init("number as key", "{1:1}"),
        .init("null as key", "{null:1}"),
        .init("single quotes", "{'a':1}"),
        .init("two values", "1 2"),
        .init("two objects", "{}{}"),
        .init("value after array", #"["a"] "b""#),
        .init("comma after value", "1,"),
        .init("comment", "[1/* one */]"),
        .init("line comment", "[] // end"),
        .init("hash comment", "[] # end"),
        .init("half a literal", "tru"),
        .init("longer literal", "nulls"),
        .init("upper-case literal", "True"),
        .init("undefined", "undefined"),
        .init("NaN", "NaN"),
        .init("Infinity", "Infinity"),
        .init("minus Infinity", "-Infinity"),
        .init("leading zero", "01"),
        .init("negative leading zero", "-01"),
        .init("plus sign", "+1"),
        .init("only minus", "-"),
        .init("double minus", "--1"),
        .init("space after minus", "- 1"),
        .init("no digits before point", ".5"),
        .init("no digits after point", "1."),
        .init("negative without digits", "-.5"),
        .init("point and exponent", "1.e3"),
        .init("empty exponent", "1e"),
        .init("exponent with sign only", "1e+"),
        .init("exponent with two signs", "1e+-3"),
        .init("exponent with fraction", "1e3.5"),
        .init("two points", "1.2.3"),
        .init("hexadecimal", "0x1F"),
        .init("octal", "0o17"),
        .init("digit groups", "1_000"),
        .init("letter after number", "1a"),
        .init("full-width digit", "１"),
        .init("long integer with leading zero", "012345678901234567890123"),
        .init("open string", "\"a"),
        .init("string that ends in an escape", "\"a\\"),
        .init("escaped closing quote", #""a\""#),
        .init("unknown escape", #""\x""#),
        .init("escaped single quote", #""\'""#),
        .init("upper-case u", #""\U0041""#),
        .init("short code point", #""\u004""#),
        .init("no hexadecimal digit", #""\u00g1""#),
        .init("braced code point", #""\u{41}""#),
        .init("raw newline in string", "\"a\nb\""),
        .init("raw tab in string", "\"a\tb\""),
        .init("raw zero in string", "\"a\0b\""),
        .init("raw zero after value", "1\0"),
        .init("form feed as space", "[\u{0c}1]"),
        .init("no-break space", "[\u{a0}1]"),
        .init("second value after open string", "[] \"a"),
        .init("single closing byte", bytes: [0x22, 0x80, 0x22]),
        .init("lone lead byte", bytes: [0x22, 0xc3, 0x22]),
        .init("overlong slash", bytes: [0x22, 0xc0, 0xaf, 0x22]),
        .init("overlong zero in three bytes", bytes: [0x22, 0xe0, 0x80, 0x80, 0x22]),
        .init("surrogate in UTF-8", bytes: [0x22, 0xed, 0xa0, 0x80, 0x22]),
        .init("beyond the last code point", bytes: [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]),
        .init("five-byte form", bytes: [0x22, 0xf8, 0x88, 0x80, 0x80, 0x80, 0x22]),
        .init("cut in the last character", bytes: [0x22, 0xe2, 0x82]),
        .init("invalid bytes outside a string", bytes: [0x5b, 0xff, 0x5d]),
        .init("UTF-16", bytes: [0xff, 0xfe, 0x5b, 0x00, 0x5d, 0x00]),
    ]

    static let choices: [ChoiceCase] = [
        .init("minus zero is the integer zero", "-0", 0),
        .init("minus zero with a fraction keeps its sign", "-0.0", .number(-0.0)),
        .init("the largest signed integer", "9223372036854775807", .integer(.max)),
        .init("one more is unsigned", "9223372036854775808", .unsigned(1 << 63)),
        .init("the largest unsigned integer", "18446744073709551615", .unsigned(.max)),
        .init("one more is rounded", "18446744073709551616", .number(18_446_744_073_709_551_616)),
        .init("below the smallest signed is rounded", "-9223372036854775809", .number(-9_223_372_036_854_775_808)),
        .init("thirty digits are rounded", "[123456789012345678901234567890]", [1.2345678901234568e29]),
        .init("an underflow is zero", "1e-400", 0.0),
        .init("an overflow is refused", "1e400", refused: .invalidNumber),
        .init("an integer of 400 digits is refused", String(repeating: "9", count: 400), refused: .invalidNumber),
        .init("a lone high surrogate is replaced", #""a\ud83cb""#, "a\u{fffd}b"),
        .init("a lone low surrogate is replaced", #""a\udfc6b""#, "a\u{fffd}b"),
        .init("two high surrogates are two replacements", #""\ud83c\ud83c""#, "\u{fffd}\u{fffd}"),
        .init("a pair in the wrong order is two replacements", #""\udfc6\ud83c""#, "\u{fffd}\u{fffd}"),
        .init("a high surrogate before a pair", #""\ud83c\ud83c\udfc6""#, "\u{fffd}🏆"),
        .init("a high surrogate before another escape", #""\ud83c\n""#, "\u{fffd}\n"),
        .init("a high surrogate at the end", #""\ud83c""#, "\u{fffd}"),
        .init("a lone surrogate in a key", #"{"\udc00":1}"#, ["\u{fffd}": 1]),
        .init("an escaped backslash before surrogate digits", #"["\\ud83c", "\ud83c"]"#, ["\\ud83c", "\u{fffd}"]),
        .init(
            "digits in a string beside a long integer", #"["99999999999999999999",99999999999999999999]"#,
            ["99999999999999999999", 1e20]),
        .init("the first of equal keys counts", #"{"a":1,"b":2,"a":3}"#, ["a": 1, "b": 2]),
        .init("a byte order mark is refused", "\u{feff}[]", refused: .invalidStructure),
        .init("the deepest nesting", nest(JSONDocument.maximumDepth, "1"), tree(JSONDocument.maximumDepth, 1)),
        .init(
            "one deeper", nest(JSONDocument.maximumDepth + 1, "1"), refused: .tooDeep(limit: JSONDocument.maximumDepth)),
        .init(
            "a bomb of brackets", nest(100_000, "1"), refused: .tooDeep(limit: JSONDocument.maximumDepth)),
        .init(
            "a bomb of brackets that never closes", String(repeating: "[", count: 100_000), refused: .invalidStructure),
    ]

    private static func nest(_ depth: Int, _ text: String) -> String {
        String(repeating: "[", count: depth) + text + String(repeating: "]", count: depth)
    }

    private static func tree(_ depth: Int, _ value: JSONValue) -> JSONValue {
        (0..<depth).reduce(value) { inner, _ in [inner] }
    }
}
