import Discord
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
            ("--json false x", "json", "false", ["x"]),
            ("--dry \"two words\" x", "dry", "two words", ["x"]),
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

    // MARK: Arguments

    private static let members = [
        member(1, "ayla", "Ayla"), member(2, "birk", "Stoneheart"), member(3, "cai", "Twin"), member(4, "dara", "Twin"),
    ]

    private static func member(_ id: UInt64, _ name: String, _ nickname: String) -> Member {
        Member(user: User(id: UserID(integerLiteral: id), username: name), nickname: nickname)
    }

    private static func line(_ text: String, _ argument: Argument) throws(CommandLine.Problem) -> CommandLine {
        try CommandLine(parsing: text, flags: [Flag("dry")], arguments: [Argument("first", .word), argument]) {
            members
        }
    }

    @Test("whole numbers take a sign", arguments: [("5", 5), ("+5", 5), ("-5", -5)])
    func integers(typed: String, value: Int) throws {
        #expect(try Self.line("x \(typed) surplus", Argument("n", .integer)).integer("n") == value)
    }

    @Test(
        "the spellings of yes and no",
        arguments: [
            ("yes y true t 1 enable on ON", true), ("no n false f 0 disable off Off", false),
        ])
    func booleans(spellings: String, value: Bool) throws {
        for spelling in spellings.split(separator: " ") {
            #expect(try Self.line("x \(spelling)", Argument("b", .boolean)).boolean("b") == value)
        }
    }

    @Test(
        "members are named by mention, id, name or display name",
        arguments: [
            ("<@900000000000000001>", 900_000_000_000_000_001), ("<@!900000000000000001>", 900_000_000_000_000_001),
            ("900000000000000001", 900_000_000_000_000_001), ("AYLA", 1), ("@ayla", 1), ("stoneheart", 2),
        ] as [(String, UInt64)])
    func namedMembers(typed: String, id: UInt64) throws {
        #expect(try Self.line("x \(typed)", Argument("who", .member)).user("who") == UserID(integerLiteral: id))
    }

    @Test(
        "the rest is taken as it was typed, behind the flags",
        arguments: [
            ("x  a \"b  c", "a \"b  c"), ("x --dry  it's --fine ", "it's --fine"), ("x", nil),
            ("--dry x \"y\" z", "\"y\" z"),
        ] as [(String, String?)])
    func rest(typed: String, rest: String?) throws {
        #expect(try Self.line(typed, Argument("note", .rest)).text("note") == rest)
    }

    @Test(
        "what is missing or cannot be read is told in a clause",
        arguments: [
            (Argument("n", .integer, orSay: "say how many."), "x", "say how many."),
            (Argument("n", .integer), "x 1.5", "n is a whole number."),
            (Argument("b", .boolean), "x maybe", "b is `on` or `off`."),
            (
                Argument("who", .member), "x nobody",
                "I know nobody here by that name; mention the member or give their id."
            ),
            (
                Argument("who", .member), "x twin",
                "several members have that name; mention the member or give their id."
            ),
        ])
    func malformed(argument: Argument, typed: String, clause: String) {
        #expect(throws: CommandLine.Problem.malformed(clause)) { try Self.line(typed, argument) }
    }

    @Test("the usage line shows what must be given and what may be")
    func usage() {
        let command = Command(
            "hold", arguments: [Argument("clan", .word, orSay: "name a clan."), Argument("note", .rest)],
            access: .anyone,
            help: CommandHelp(.user, .general, .pageOnly, summary: "", detail: "", tip: "")
        ) { _, _ in }
        #expect(command.usage == "hold <clan> [note]")
    }

    @Test("what is quoted, negative or a lone dash is no flag", arguments: ["\"--foo\"", "-5", "-", "--", "-ab"])
    func noFlag(text: String) throws {
        #expect(try CommandLine(parsing: text).words.count == 1)
    }
}
