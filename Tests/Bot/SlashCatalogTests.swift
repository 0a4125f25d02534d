import Discord
import Service
import Testing

@testable import Bot

@Suite("Slash commands: what is registered")
struct SlashCatalogTests {
    private static func catalog(_ commands: Command..., gate: Gate = .always) throws -> SlashCatalog {
        SlashCatalog(try CommandCatalog([StubFeature(gate: gate, commands: commands)]))
    }

    private static func group(_ name: String) -> Command {
        var command = Command.stub(name)
        command.isGroup = true
        return command
    }

    @Test("words become command, group and subcommand; what holds others gets a word of its own")
    func paths() throws {
        var refresh = Command.stub("ops refresh")
        refresh.slash = SlashForm(word: "buckets")
        let catalog = try Self.catalog(
            Self.group("ops"), .stub("ops env"), refresh, .stub("ops refresh all"), .stub("clan"), .stub("shards"),
            .stub("shards set"), Self.group("perm bot"), .stub("perm bot list"), .stub("perm bot list old things"))
        let paths = Set(catalog.forms.map { $0.path.joined(separator: " ") })
        #expect(
            paths == [
                "ops env", "ops refresh buckets", "ops refresh all", "clan", "shards run", "shards set",
                "perm bot list-run", "perm bot list-old-things",
            ])
        let definitions = catalog.definitions { _ in true }
        #expect(definitions.map(\.name) == ["clan", "ops", "perm", "shards"])
        let ops = definitions[1]
        #expect(ops.description == "Does ops.")
        #expect(ops.options.map(\.kind) == [.subcommand, .subcommandGroup])
        #expect(ops.options[1].options.map(\.name) == ["all", "buckets"])
        #expect(definitions[2].description == "Commands of perm.")
        #expect(definitions.flatMap(\.violations).isEmpty)
    }

    @Test("arguments and flags become typed options, those that must be given first")
    func options() throws {
        let flags = [Flag("dry run", about: "Only says"), Flag("limit", takesValue: true)]
        var command = Command.stub("hold", flags: flags)
        command.arguments = [
            Argument("KEY", .word, about: "A key", completes: .matching { _ in [] }), Argument("names", .words),
            Argument(
                "count", .integer, orSay: "say how many.", completes: .only([.init("1", label: "one"), .init("x")])),
            Argument("really", .boolean), Argument("recruit", .member, orSay: "name a recruit."),
            Argument("note", .rest),
        ]
        let options = try Self.catalog(command).definitions { _ in true }[0].options
        #expect(options.map(\.name) == ["count", "recruit", "key", "names", "really", "note", "dry-run", "limit"])
        #expect(
            options.map(\.kind) == [.integer, .user, .string, .string, .boolean, .string, .boolean, .string])
        #expect(options.map(\.isRequired) == [true, true, false, false, false, false, false, false])
        #expect(options[0].choices == [CommandChoice(name: "one", value: .integer(1))])
        #expect(options.map(\.hasAutocomplete) == [false, false, true, false, false, false, false, false])
        #expect(options[2].description == "A key" && options[6].description == "Only says")

        command.slash = SlashForm(asks: { _ in nil })
        let asked = try Self.catalog(command).definitions { _ in true }[0].options
        #expect(asked.filter(\.isRequired).isEmpty)
    }

    @Test("what is off, unwanted or only a group is not offered")
    func hidden() throws {
        var unwanted = Command.stub("secret")
        unwanted.slash = .none
        let catalog = try Self.catalog(unwanted, Self.group("ops"), .stub("clan"), gate: .toggle("clan_profile"))
        #expect(catalog.definitions { _ in true }.map(\.name) == ["clan"])
        #expect(catalog.definitions { $0 == .always }.isEmpty)
    }

    // MARK: Reading options

    private static func option(_ name: String, _ value: CommandInvocation.Value) -> CommandInvocation.Option {
        CommandInvocation.Option(name: name, kind: .string, value: value)
    }

    @Test("options are read as if they had been typed")
    func reading() throws {
        let arguments = [
            Argument("clan", .word), Argument("Count", .integer), Argument("dry", .boolean),
            Argument("who", .member), Argument("names", .words), Argument("note", .rest),
        ]
        let line = try CommandLine(
            [
                Self.option("note", .string(" for  now ")), Self.option("clan", .string("Frost Heralds")),
                Self.option("count", .integer(-3)), Self.option("dry", .boolean(false)),
                Self.option("who", .string("900000000000000331")), Self.option("names", .string("a \"b c\"")),
                Self.option("loud", .boolean(true)), Self.option("limit", .string("5")),
            ], flags: [Flag("loud"), Flag("limit", takesValue: true)], arguments: arguments)
        #expect(line.text("clan") == "Frost Heralds")
        #expect(line.integer("Count") == -3)
        #expect(line.boolean("dry") == false)
        #expect(line.user("who") == UserID(integerLiteral: 900_000_000_000_000_331))
        #expect(line.text("names") == "a \"b c\"" && line.text("note") == "for  now")
        #expect(line.isOn("loud") && line["limit"] == "5")
        #expect(line.words == ["Frost Heralds", "-3", "false", "900000000000000331", "a", "b c", "for  now"])
        #expect(line.text.hasSuffix("for  now --loud true --limit 5"))
    }

    @Test("no word takes the place of an option that was left out")
    func gaps() throws {
        let arguments = [Argument("clan", .word), Argument("who", .word), Argument("date", .word)]
        let line = try CommandLine([Self.option("who", .string("5"))], flags: [], arguments: arguments)
        #expect(line.words.isEmpty && line.text("clan") == nil && line.text("who") == "5")
        let other = try CommandLine(
            [Self.option("date", .string("D")), Self.option("clan", .string("C"))], flags: [], arguments: arguments)
        #expect(other.words == ["C"] && other.text("date") == "D")
    }

    @Test("what is missing or malformed is refused as if it had been typed")
    func refusals() {
        let clan = Argument("clan", .word, orSay: "name a clan.")
        #expect(throws: CommandLine.Problem.malformed("name a clan.")) {
            try CommandLine([Self.option("clan", .string("  "))], flags: [], arguments: [clan])
        }
        #expect(throws: CommandLine.Problem.unclosedQuote) {
            try CommandLine([Self.option("n", .string("\"a"))], flags: [], arguments: [Argument("n", .words)])
        }
    }

    // MARK: Offers

    private static func offers(_ completion: Completion, _ typed: String) async throws -> [String] {
        try await completion.source(
            Completion.Request(
                typed: typed, caller: Caller(id: 1, roles: nil, isAdministrator: false), guildID: nil, channelID: 5,
                at: Timestamp(milliseconds: 0))
        ).map(\.value)
    }

    @Test(
        "offers fit what is typed: what begins with it, then words, then the rest",
        arguments: [
            ("", ["WKAS", "WKBR", "ASH", "BASE"]), ("as", ["ASH", "WKAS", "BASE"]), ("wk", ["WKAS", "WKBR"]),
            ("nothing", []),
        ] as [(String, [String])])
    func matching(typed: String, expected: [String]) async throws {
        let completion = Completion.matching { _ in
            [.init("WKAS", label: "WKAS · Ashen"), .init("WKBR", label: "WKBR · Bramble"), .init("ASH"), .init("BASE")]
        }
        #expect(try await Self.offers(completion, typed) == expected)
    }

    @Test(
        "the last of several words is completed, and none offered twice",
        arguments: [
            ("cl", ["clans", "clan_tags"]), ("clans t", ["clans templates", "clans clan_tags"]),
            ("clans,", ["clans,templates", "clans,clan_tags"]),
        ] as [(String, [String])])
    func lastWord(typed: String, expected: [String]) async throws {
        let completion = Completion.matchingLastWord { _ in [.init("clans"), .init("templates"), .init("clan_tags")] }
        #expect(try await Self.offers(completion, typed) == expected)
    }
}
