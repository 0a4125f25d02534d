import Spreadsheets
import Testing

@Suite("Tables")
struct TableTests {
    @Test(
        "the first whole number of a cell counts",
        arguments: [
            ("", 0), ("-", 0), ("—", 0), ("n/a", 0), ("7", 7), (" 7 ", 7), ("-3", -3), ("3/30", 3), ("2 -> Ann, Bo", 2),
            ("about -12 or 5", -12), ("5-3", 5), ("- 4", 4), ("007", 7), ("1,500", 1), ("1.9", 1),
            ("99999999999999999999", Int.max), ("-99999999999999999999", Int.min),
        ])
    func integers(text: String, value: Int) {
        #expect(TypedCell.firstInteger(in: text) == value)
    }

    @Test(
        "ids that a spreadsheet has rounded are not taken for ids",
        arguments: [
            ("900000000000000209", .intact(900_000_000_000_000_209)), (" 12 ", .intact(12)),
            ("9E+17", .damaged("9E+17")), ("9.00000000000000E+17", .damaged("9.00000000000000E+17")),
            ("900000000000123000", .suspect(900_000_000_000_123_000)),
            ("1234567890123450000", .suspect(1_234_567_890_123_450_000)),
            ("1234567890123456000", .intact(1_234_567_890_123_456_000)),
            ("", .missing), ("0", .missing), ("x", .missing), ("9.E+17", .missing), ("12E+3", .missing),
            ("-5", .missing),
            ("<#5>", .missing), ("99999999999999999999", .missing),
        ] as [(String, TypedCell.ID)])
    func ids(text: String, id: TypedCell.ID) {
        #expect(TypedCell.id(in: text) == id)
    }

    @Test("the first alias that the header has decides; among repeated ones the rule does")
    func aliases() throws {
        let header = HeaderRow(
            cells: ["Spots", " Open\t SPOTS ", "", "open spots", "Reserved"], row: 3, normalisation: .collapsingBlanks)
        let aliases = ["open spots", "spots"]
        #expect(header.resolve(aliases, repeated: .rightmost) == .found(Column(3), ignored: [Column(1)]))
        #expect(header.resolve(aliases) == .found(Column(1), ignored: [Column(3)]))
        #expect(header.resolve(["manual spots", "spots"]) == .found(Column(0), ignored: []))
        #expect(header.resolve(["inactives"]) == .missing)
        #expect(header.repeatedNames == ["open spots"])
    }

    @Test(
        "header texts are compared as each layout asks",
        arguments: [
            (.exact, " Ticket_Number", " Ticket_Number"), (.anyCase, " Ticket Number ", "ticket number"),
            (.collapsingBlanks, " Ticket \n Number", "ticket number"),
            (.lettersAndDigits, "#Ticket_Number 2", "ticketnumber2"),
        ] as [(HeaderNormalisation, String, String)])
    func normalisation(rule: HeaderNormalisation, text: String, normal: String) {
        #expect(rule.apply(text) == normal)
    }

    @Test("blank rows do not shift the numbers of the rows below")
    func rowNumbers() {
        let block = CellBlock(
            range: CellRange(tab: "x"),
            rows: [["title"], [], ["Key", "Value"], ["a", "1"], [" ", ""], ["b"], ["", ""]])
        let table = SheetTable(block, schema: TableSchema(header: .row(3)))
        #expect(table.header?.column("value") == Column(1))
        #expect(table.rows.map(\.number) == [4, 6])
        #expect(table.rows[1][Column(1)] == "")
        #expect(table.rows[1][nil] == "")
        let blankHeader = SheetTable(block, schema: TableSchema(header: .rowOrFirstUsed(2), firstDataRow: 4))
        #expect(blankHeader.header?.row == 1)
        #expect(SheetTable(block, schema: TableSchema(header: .row(2))).header == nil)
    }

    @Test("blocks are padded and answer by sheet position")
    func blocks() throws {
        let open = CellBlock(
            range: CellRange(tab: "x", .columns(Column(1)...Column(3), fromRow: 4)),
            rows: [["a"], [], ["b", "c"], [""]])
        #expect(open.rows == [["a", "", ""], ["", "", ""], ["b", "c", ""]])
        #expect(open[row: 6, column: Column(2)] == "c")
        #expect(open[row: 3, column: Column(2)] == "" && open[row: 6, column: Column(0)] == "")
        #expect(open.lastRow == 6)
        #expect(CellBlock(range: CellRange(tab: "x"), rows: [["a", "", ""], ["b", "c", ""]]).width == 2)
    }

    @Test("a row that moved is found by its key, one that is gone is not")
    func identity() {
        let rows = [
            SheetRow(number: 4, cells: ["", "Ashen", "#wkas"]), SheetRow(number: 6, cells: ["", "Briar", "WKBR"]),
        ]
        let identity = RowIdentity([Column(2): "WKBR"], comparedBy: .lettersAndDigits)
        #expect(identity.locate(in: rows, expectedAt: 6) == .unmoved)
        #expect(identity.locate(in: rows, expectedAt: 4) == .moved(to: 6))
        #expect(identity.locate(in: [], expectedAt: 4) == .gone)
        #expect(RowIdentity([Column(2): "WKAS"], comparedBy: .lettersAndDigits).matches(rows[0]))
    }
}
