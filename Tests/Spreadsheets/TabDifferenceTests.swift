import Spreadsheets
import Testing

@Suite("Differences of a tab")
struct TabDifferenceTests {
    private func difference(_ stored: [[StoredCell]], shown: [[String]], wanted: [[String]]) -> TabDifference {
        TabDifference(
            tab: "T", shown: CellBlock(range: CellRange(tab: "T"), rows: shown), stored: stored, wanted: wanted)
    }

    @Test("only cells that differ are written, and blank ones are emptied")
    func cells() {
        let found = difference(
            [[.text("a"), .text("b")], [.text("c")]], shown: [["a", "b"], ["c", ""]], wanted: [["a", "x"], ["", "y"]])
        #expect(found.changes.map(\.write.range.a1) == ["'T'!B1", "'T'!A2", "'T'!B2"])
        #expect(found.changes.map(\.write.value) == [.text("x"), .clear, .text("y")])
        #expect(found.changes.map(\.before) == ["b", "c", ""])
        #expect(found.refusals.isEmpty)
    }

    @Test("numbers stay numbers where the tab holds numbers, and ids and dates stay texts")
    func numbers() {
        let found = difference(
            [[.text("n"), .text("id")], [.number(1), .text("900")], [.number(2), .text("901")]],
            shown: [["n", "id"], ["1", "900"], ["2", "901"]],
            wanted: [["n", "id"], ["3", "902"], ["2", "901"], ["4", "903"], ["007", ""]])
        #expect(
            found.changes.map(\.write.value) == [.number(3), .text("902"), .number(4), .text("903"), .text("007")])
    }

    @Test("truth values stay truth values")
    func flags() {
        let found = difference(
            [[.bool(true), .bool(false)]], shown: [["TRUE", "FALSE"]], wanted: [["FALSE", "maybe"]])
        #expect(found.changes.map(\.write.value) == [.bool(false), .text("maybe")])
    }

    @Test("formulas are neither overwritten nor written")
    func formulas() {
        let found = difference(
            [[.formula("=1+1"), .text("a")]], shown: [["2", "a"]], wanted: [["3", "=A1"]])
        #expect(found.changes.isEmpty)
        #expect(found.refusals.map(\.cell) == ["A1", "B1"])
        #expect(found.refusals.map(\.reason) == ["holds a formula", "would become a formula"])
    }
}
