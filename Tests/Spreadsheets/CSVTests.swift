import Spreadsheets
import Testing

@Suite("CSV")
struct CSVTests {
    static let sampleTabs: [String] = [
        "leagues/Config", "leagues/Legendary", "leagues/Rising Stars", "leagues/Stormforged", "milestones/Config",
        "milestones/ReactionRoles", "milestones/ShardTracker", "onboarding/ClanList", "onboarding/Config",
        "onboarding/OnboardingQuestions", "onboarding/OnboardingSessions", "onboarding/PromoTickets",
        "onboarding/WelcomeTickets", "recruitment/Config", "recruitment/FeatureToggles",
        "recruitment/Mirralith_read_only", "recruitment/Reservations", "recruitment/Statistics",
        "recruitment/WelcomeTemplates", "recruitment/WhoWeAre", "recruitment/bot_info", "recruitment/cluster_structure",
    ]

    @Test("a sample file that is read and written has the same bytes", arguments: sampleTabs)
    func roundTrip(tab: String) throws {
        let bytes = try SampleFolder().bytes(of: tab)
        #expect(try CSVDocument(parsing: bytes).encoded() == bytes)
    }

    @Test(
        "tables are read cell by cell and written back byte by byte",
        arguments: [
            ("", []),
            ("a", [["a"]]),
            ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
            ("a,b\nc\n", [["a", "b"], ["c"]]),
            ("\r\n", [[""]]),
            (",\r\n", [["", ""]]),
            ("a,", [["a", ""]]),
            ("\"a,b\",\"say \"\"hi\"\"\"\r\n", [["a,b", "say \"hi\""]]),
            ("\"two\r\nlines\",x\r\n", [["two\r\nlines", "x"]]),
            ("\"two\nlines\"\r\n", [["two\nlines"]]),
            ("\u{FEFF}a,b\r\n", [["a", "b"]]),
            ("=1+1, padded ,ü🔥\r\n", [["=1+1", " padded ", "ü🔥"]]),
        ] as [(String, [[String]])])
    func tables(text: String, rows: [[String]]) throws {
        let document = try CSVDocument(parsing: Array(text.utf8))
        #expect(document.rows == rows)
        #expect(String(decoding: document.encoded(), as: UTF8.self) == text)
    }

    @Test("quotes in the middle of a cell are text, needless quotes are dropped")
    func lenient() throws {
        let document = try CSVDocument(parsing: Array("5\" wide,\"plain\"\n".utf8))
        #expect(document.rows == [["5\" wide", "plain"]])
        #expect(String(decoding: document.encoded(), as: UTF8.self) == "\"5\"\" wide\",plain\n")
    }

    @Test("half a file is no table")
    func broken() {
        #expect(throws: CSVError.unclosedQuote(row: 2)) { try CSVDocument(parsing: Array("a\r\n\"b".utf8)) }
        #expect(throws: CSVError.textAfterQuote(row: 1)) { try CSVDocument(parsing: Array("\"a\"b\r\n".utf8)) }
        #expect(throws: CSVError.notUTF8) { try CSVDocument(parsing: [0x61, 0xFF, 0x62]) }
    }

    @Test("a rectangular table stays rectangular, a ragged one stays ragged")
    func shape() throws {
        var table = CSVDocument(rows: [["a", "b"], ["c", "d"]])
        table.set("e", row: 3, column: 2)
        #expect(table.rows == [["a", "b", ""], ["c", "d", ""], ["", "", ""], ["", "", "e"]])
        var ragged = CSVDocument(rows: [["a", "b"], ["c"]])
        ragged.set("e", row: 1, column: 2)
        #expect(ragged.rows == [["a", "b"], ["c", "", "e"]])
    }
}
