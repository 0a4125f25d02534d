import JSON
import Testing

@Suite("Building and writing values")
struct JSONValueTests {
    @Test("literals and interpolation build trees")
    func literals() {
        let name = "Woad"
        let value: JSONValue = ["a": [1, 2.5, true, nil, "Hail \(name)"], "b": ["c": [:]], "d": -7]
        #expect(value.text == #"{"a":[1,2.5,true,null,"Hail Woad"],"b":{"c":{}},"d":-7}"#)
    }

    @Test(
        "numbers are written so that they read back the same",
        arguments: [
            (JSONValue.integer(0), "0"), (.integer(.min), "-9223372036854775808"),
            (.integer(.max), "9223372036854775807"),
            (.unsigned(.max), "18446744073709551615"), (.number(0.1), "0.1"), (.number(5), "5.0"),
            (.number(-0.0), "-0.0"),
            (.number(1e21), "1e+21"), (.number(.leastNonzeroMagnitude), "5e-324"),
            (.number(.greatestFiniteMagnitude), "1.7976931348623157e+308"),
        ])
    func numbers(_ value: JSONValue, _ text: String) throws {
        #expect(value.text == text)
        #expect(try JSONValue(parsing: text) == value)
    }

    @Test("numbers that are not finite become null", arguments: [Double.nan, .infinity, -.infinity, .signalingNaN])
    func nonFinite(_ number: Double) {
        #expect(JSONValue.array([.number(number)]).text == "[null]")
    }

    @Test(
        "strings are escaped as little as the standard allows",
        arguments: [
            ("", #""""#), ("plain", #""plain""#), ("a\"b", #""a\"b""#), ("a\\b", #""a\\b""#), ("/", #""/""#),
            ("\u{8}\t\n\u{c}\r", #""\b\t\n\f\r""#), ("\0\u{1f}", #""\u0000\u001f""#),
            ("\u{7f}é🏆\u{2028}", "\"\u{7f}é🏆\u{2028}\""),
            ("\"\"", #""\"\"""#),
        ])
    func strings(_ string: String, _ text: String) throws {
        #expect(JSONValue.string(string).text == text)
        #expect(JSONValue.object([string: 1]).text == "{\(text):1}")
        #expect(try JSONValue(parsing: text) == .string(string))
    }

    @Test("setting a key replaces in place, appends or removes")
    func setting() {
        var value: JSONValue = ["a": 1, "b": 2, "c": 3]
        value["b"] = "two"
        value["d"] = nil
        value["e"] = .null
        value["a"] = nil
        #expect(value.text == #"{"b":"two","c":3,"e":null}"#)
        value["b"]?["x"] = 1
        #expect(value["b"]?.text == #"{"x":1}"#)
        var other: JSONValue = "text"
        other["gone"] = nil
        #expect(other == "text")
    }

    @Test("accessors give nil or nothing for other types")
    func accessors() {
        let value: JSONValue = ["list": [1, 2], "text": "x", "flag": true, "none": nil]
        #expect(value["list"]?.elements.count == 2)
        #expect(value["list"]?[1]?.int == 2)
        #expect(value["list"]?[2] == nil)
        #expect(value["list"]?[-1] == nil)
        #expect(value["text"]?.elements.isEmpty == true)
        #expect(value["text"]?.members.isEmpty == true)
        #expect(value["text"]?.int == nil)
        #expect(value["flag"]?.bool == true)
        #expect(value["flag"]?.string == nil)
        #expect(value["none"]?.isNull == true)
        #expect(value["absent"] == nil)
        #expect(value.members.keys == ["list", "text", "flag", "none"])
    }

    @Test("equality ignores the order of members and how an integer is held")
    func equality() {
        let left: JSONValue = ["a": 1, "b": [2, ["c": 3]]]
        let right: JSONValue = ["b": [.unsigned(2), ["c": .unsigned(3)]], "a": .unsigned(1)]
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(JSONValue.integer(1) != .number(1))
        #expect(JSONValue.integer(-1) != .unsigned(.max))
        #expect((["a": 1] as JSONValue) != ["a": 1, "b": nil])
        #expect((["a": 1] as JSONValue) != ["b": 1])
        #expect(([1, 2] as JSONValue) != [2, 1])
    }

    @Test("objects with many members keep order and find keys")
    func manyMembers() {
        var object = JSONObject()
        for number in 0..<100 { object["key \(number)"] = .integer(Int64(number)) }
        object["key 50"] = "changed"
        for number in stride(from: 0, to: 90, by: 2) { object["key \(number)"] = nil }
        #expect(object.count == 55)
        #expect(object["key 51"] == 51)
        #expect(object["key 50"] == nil)
        #expect(object.keys.first == "key 1")
        for number in 1..<90 { object["key \(number)"] = nil }
        object["last"] = true
        #expect(object.keys == (90..<100).map { "key \($0)" } + ["last"])
        #expect(object["key 99"] == 99)
    }
}
