import Cluster
import Service
import Spreadsheets
import Testing

@testable import Books

@Suite("Reading the roster")
struct RosterReadingTests {
    /// The first columns of a row; column E is the roster cell where the header names no other.
    private static func row(_ name: String, _ tag: String, spots: String = "1") -> [String] {
        ["", name, tag, "20", spots]
    }

    private static func read(_ rows: [[String]], sink: LogMemory = LogMemory()) throws -> ClanDirectory {
        let width = rows.map(\.count).max() ?? 0
        let padded = rows.map { $0 + Array(repeating: "", count: width - $0.count) }
        let reading = RosterReading(logger: Logger("test", sink: sink, time: CalendarTime()))
        return try reading.clans(in: CellBlock(range: CellRange(tab: "bot_info"), rows: padded))
    }

    private static let header = [["title"], [], ["Rank", "Clan", "Tag", "Level", "Spots"]]

    @Test(
        "rows that are no clans are left out",
        arguments: [
            ([], "a blank row"), (row("", ""), "neither name nor tag"), (row("CLAN", "X"), "a repeated header"),
            (row("Clan Name", "X"), "a repeated header"), (row("A", "tag"), "a repeated header"),
            (row("Retired", "WKOC", spots: "  "), "no roster cell"), (row("Nameless", "#"), "no letter in the tag"),
        ] as [([String], String)])
    func dropped(row: [String], why: String) throws {
        let clans = try Self.read(Self.header + [row, Self.row("Kept", "WKAS", spots: "0")])
        #expect(clans.clans.map(\.tag.text) == ["WKAS"], "\(why)")
    }

    @Test("dropped rows do not shift the rows of the others")
    func rowNumbers() throws {
        let clans = try Self.read(Self.header + [Self.row("A", "AAA"), [], Self.row("", ""), Self.row("B", "BBB")])
        #expect(clans.clans.map(\.sheetRow) == [4, 7])
    }

    @Test("of two rows with one tag the first counts, and the other is logged once")
    func duplicates() throws {
        let sink = LogMemory()
        let clans = try Self.read(Self.header + [Self.row("First", "AAA"), Self.row("Second", "#aaa")], sink: sink)
        #expect(clans.clans.map { $0[.name] } == ["First"])
        #expect(sink.records.filter { $0.level == .warning }.count == 1)
    }

    @Test("the header names the columns of the counts; the first alias that is there counts, the right-most of equals")
    func columns() throws {
        let header = [
            ["x"], [], ["", "Clan", "Tag", "", "Spots", "Open  Spots", "OPEN SPOTS", "Inactive", "Reserved"],
        ]
        let clans = try Self.read(header + [["", "A", "AAA", "", "9", "8", "3/30", "2 away", "1 -> Ann"]])
        let clan = try #require(clans.clans.first)
        #expect(clan.openSpots == 3)
        #expect(clan.inactives == 2)
        #expect(clan.reserved == 1)
        #expect(clans.layout == RosterLayout(openSpots: 6, inactives: 7, reserved: 8))
    }

    @Test("a tab without any cell is unreadable, not empty")
    func empty() {
        #expect(throws: RosterUnreadable.self) { try Self.read([]) }
    }

    @Test("a roster without clans is believed if its header is whole")
    func noClans() throws {
        #expect(throws: RosterUnreadable.self) { try Self.read(Self.header) }
        let whole = [[], [], Self.header[2] + Array(repeating: "", count: 26) + ["Open Spots"]]
        #expect(try Self.read(whole).clans.isEmpty)
    }

    @Test("the sample roster reads as its description says")
    func sample() async throws {
        let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let workbook = LocalWorkbook(folder: "/\(folder)/Demo/Workbook")
        let block = try await workbook.read(CellRange(tab: "bot_info"), of: SpreadsheetKey("recruitment"), .load)
        let clans = try RosterReading(logger: .silent).clans(in: block)
        #expect(clans.clans.count == 26)
        let rows = Dictionary(uniqueKeysWithValues: clans.clans.map { ($0.tag.text, $0.sheetRow) })
        let expected = ["WKNR": 17, "WKOB": 19, "WKPL": 20, "WKQU": 22, "WKSP": 24, "WKTD": 25, "WKZN": 31]
        for (tag, row) in expected { #expect(rows[tag] == row) }
        #expect(rows["WKOC"] == nil)
        let heralds = try #require(clans.clans.first { $0.tag.text == "WKFH" })
        #expect(heralds.openSpots == 2)
        #expect(heralds.reserved == 2)
    }
}
