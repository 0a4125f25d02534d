import Testing

@testable import Bot

@Suite("The grammar behind a command")
struct CommandLineTests {
    @Test(
        "words and quotation marks",
        arguments: [
            ("", []),
            ("  WKAS  ", ["WKAS"]),
            ("a b\tc\nd", ["a", "b", "c", "d"]),
            ("\"Ashen Sovereigns\" x", ["Ashen Sovereigns", "x"]),
            ("“Clan Halls” „Staff‟ «x y» 「z」", ["Clan Halls", "Staff", "x y", "z"]),
            ("don't stop", ["don't", "stop"]),
            ("it's \"\" empty", ["it's", "", "empty"]),
            ("mid\"word stays", ["mid\"word", "stays"]),
        ] as [(String, [String])])
    func words(text: String, expected: [String]) throws {
        #expect(try CommandLine(parsing: text).words == expected)
    }

    @Test("an unclosed quotation mark is the caller's mistake", arguments: ["\"open", "a “b", "«x"])
    func unclosed(text: String) {
        #expect(throws: CommandLine.Problem.unclosedQuote) { try CommandLine(parsing: text) }
    }

    @Test(
        "flags stand anywhere, and the last one counts",
        arguments: [
            ("--dry false x", "dry", "false", ["x"]),
            ("x --dry=true", "dry", "true", ["x"]),
            ("--limit 3 --limit 5", "limit", "5", []),
            ("--json x", "json", "true", ["x"]),
            ("-j", "json", "true", []),
            ("--DRY off", "dry", "off", []),
            ("--limit --json", "limit", "true", []),
        ] as [(String, String, String, [String])])
    func flags(text: String, flag: String, value: String, words: [String]) throws {
        let declared = [
            Flag("dry", takesValue: true), Flag("limit", takesValue: true), Flag("json", short: "j"),
        ]
        let line = try CommandLine(parsing: text, flags: declared)
        #expect(line[flag] == value)
        #expect(line.words == words)
    }

    @Test(
        "a flag nobody declared is named",
        arguments: [("--foo", "--foo"), ("x --foo=1", "--foo"), ("-z", "-z"), ("--@everyone", nil)]
            as [(String, String?)])
    func unknownFlag(text: String, named: String?) {
        if let named {
            #expect(throws: CommandLine.Problem.unknownFlag(named)) { try CommandLine(parsing: text) }
        } else {
            #expect((try? CommandLine(parsing: text))?.words == [text])
        }
    }

    @Test("what is quoted, negative or a lone dash is no flag", arguments: ["\"--foo\"", "-5", "-", "--", "-ab"])
    func noFlag(text: String) throws {
        #expect(try CommandLine(parsing: text).words.count == 1)
    }
}
