import Spreadsheets
import Testing

@Suite("A1 notation")
struct NotationTests {
    @Test(
        "columns are counted like in a sheet",
        arguments: [("A", 0), ("E", 4), ("Z", 25), ("AA", 26), ("AF", 31), ("AI", 34), ("ZZ", 701), ("ZZZ", 18_277)])
    func columns(letters: String, index: Int) throws {
        #expect(Column(index).letters == letters)
        #expect(Column(letters: letters) == Column(index))
        #expect(Column(letters: letters.lowercased()) == Column(index))
    }

    @Test("what is no column is none", arguments: ["", "1", "A1", "AAAA", "Ä", " A"])
    func noColumns(text: String) {
        #expect(Column(letters: text) == nil)
    }

    @Test(
        "ranges are read, put in order and written",
        arguments: [
            ("Config!A1:B200", "'Config'!A1:B200"),
            ("'Rising Stars'!A1:F3", "'Rising Stars'!A1:F3"),
            ("'it''s'!A:C", "'it''s'!A:C"),
            ("'a!b'!3:3", "'a!b'!3:3"),
            ("bot_info", "'bot_info'"),
            ("'Rising Stars'", "'Rising Stars'"),
            ("x!b7", "'x'!B7"),
            ("x!$A$1:$F$3", "'x'!A1:F3"),
            ("x!F3:A1", "'x'!A1:F3"),
            ("x!A2:C", "'x'!A2:C"),
            ("x!A1:C", "'x'!A:C"),
            ("x!C:A5", "'x'!A5:C"),
            ("x!E24:E24", "'x'!E24"),
            ("x!9:3", "'x'!3:9"),
            ("x!A1:3", "'x'!1:3"),
            ("x!B2:3", "'x'!B2:3"),
            ("x!3:B2", "'x'!B2:3"),
        ])
    func ranges(text: String, canonical: String) throws {
        let range = try #require(CellRange(a1: text))
        #expect(range.a1 == canonical)
        #expect(CellRange(a1: canonical) == range)
    }

    @Test(
        "malformed ranges are refused",
        arguments: [
            "", "!A1", "x!", "x!A", "x!3", "x!A1:", "x!:A1", "x!A0", "x!3:A", "x!A1:B2:C3", "'x!A1", "'x'A1",
            "''!A1", "x!A-1", "x!A٣", "x!A99999999",
        ])
    func malformed(text: String) {
        #expect(CellRange(a1: text) == nil)
    }

    @Test(
        "numbers look as a sheet shows them",
        arguments: [
            (0.0, "0"), (-0.0, "0"), (3, "3"), (-12, "-12"), (0.5, "0.5"), (1.0 / 3, "0.3333333333"),
            (3.14159265358979, "3.141592654"), (1_234_567.123456, "1234567.123"),
            (123_456_789_012_345, "123456789012345"),
            (9e17, "9E+17"), (1.5e20, "1.5E+20"), (-2.25, "-2.25"),
            (999_999_999.5, "999999999.5"), (12_345_678_901.5, "12345678902"),
        ] as [(Double, String)])
    func numbers(number: Double, shown: String) {
        #expect(CellValue.number(number).shown == shown)
    }

    @Test("texts are shown as they are, truth values in capitals")
    func values() {
        #expect(CellValue.text("=SUM(A1)").shown == "=SUM(A1)")
        #expect(CellValue.text("007").shown == "007")
        #expect(CellValue.bool(true).shown == "TRUE")
        #expect(CellValue.bool(false).shown == "FALSE")
        #expect(CellValue.clear.shown == "")
    }

    @Test("a spreadsheet shows no more than six characters of its key")
    func tails() {
        #expect(SpreadsheetKey("1AbCdEfGhIjK").tail == "…fGhIjK")
        #expect(SpreadsheetKey("sixsix").tail == "sixsix")
    }
}
