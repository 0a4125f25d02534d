import Testing

@testable import Reports

@Suite("Figures of the recruiter update")
struct RecruiterFiguresTests {
    private static let header = ["H1_Headline", "H2_Headline", "Key", "open spots", "inactives", "reserved spots"]

    private static func rows(_ lines: String) -> [[String]] {
        [header]
            + lines.split(separator: "\n").map { line in
                let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
                return cells + Array(repeating: "", count: max(0, 6 - cells.count))
            }
    }

    private static func line(_ key: String, _ open: Int, _ inactives: Int, _ reserved: Int) -> RecruiterFigures.Line {
        RecruiterFigures.Line(key: key, open: open, inactives: inactives, reserved: reserved)
    }

    @Test("each block shows the rows that it should")
    func blocks() {
        let figures = RecruiterFigures(
            Self.rows(
                """
                ,,Before everything,1,1,1
                general overview,,,,,
                ,,Overall,84,20,7
                ,,top 10,0,0,0
                ,,Top 5,0,0,0
                ,,Trial seats,0,0,0
                ,,,9,9,9
                PER BRACKET ,,,,,
                ,,Mid Game,0,0,0
                ,,,0,0,0
                Bracket Details,,,,,
                ,,Outside,3,0,0
                ,beginners,,37,3,0
                ,,Zenith Nest,15,0,0
                , ,,,,
                ,,Outside too,3,0,0
                ,Elite  End_Game,,5,2,1
                ,,Ashen Sovereigns,0,0,0
                ,,Briar Regents,1,1,1
                """))
        #expect(
            figures.general == [
                Self.line("Overall", 84, 20, 7), Self.line("top 10", 0, 0, 0), Self.line("Top 5", 0, 0, 0),
            ])
        #expect(figures.brackets == [Self.line("Mid Game", 0, 0, 0)])
        #expect(
            figures.details == [
                .beginners: [Self.line("Zenith Nest", 15, 0, 0)], .eliteEndGame: [Self.line("Briar Regents", 1, 1, 1)],
            ])
    }

    @Test("a block whose marker is missing is empty, or takes the place of another")
    func missingMarkers() {
        let general = RecruiterFigures(Self.rows("General Overview\n,,A,1,0,0\nBracket Details\n,Late Game\n,,B,2,0,0"))
        #expect(general.general == [Self.line("A", 1, 0, 0)])
        #expect(general.brackets.isEmpty)
        #expect(general.details == [.lateGame: [Self.line("B", 2, 0, 0)]])
        let joined = RecruiterFigures(Self.rows("Per Bracket\n,,A,1,0,0\n,Late Game\n,,B,2,0,0"))
        #expect(joined.general.isEmpty)
        #expect(joined.brackets == [Self.line("A", 1, 0, 0), Self.line("B", 2, 0, 0)])
        #expect(joined.details == [.lateGame: [Self.line("B", 2, 0, 0)]])
        #expect(RecruiterFigures([]).isEmpty)
        #expect(RecruiterFigures(Self.rows("")).missingColumns.isEmpty)
    }

    @Test("columns are found by their headers, wherever they stand")
    func columns() {
        let figures = RecruiterFigures([
            ["x", "y", " Reserved_Spots ", "KEY", "Inactives", "z", "Open  Spots"],
            ["Per Bracket", "", "", "", "", "", ""],
            ["", "", "3", "Late", "2", "9", "1"],
        ])
        #expect(figures.brackets == [Self.line("Late", 1, 2, 3)])
        let lacking = RecruiterFigures([["H1", "H2", "Key", "open spots"], ["Per Bracket"], ["", "", "A", "1"]])
        #expect(lacking.isEmpty)
        #expect(lacking.missingColumns == ["inactives", "reserved spots"])
    }

    @Test(
        "numbers are plain whole numbers, and anything else is 0",
        arguments: [
            ("7", 7), (" 12 ", 12), ("-3", -3), ("+4", 4), ("1,234", 1234), ("12,345,678", 12_345_678),
            ("1234567", 1_234_567),
            ("1,23", 0), ("1.5", 0), ("3/30", 0), ("2 -> Ann", 0), ("", 0), ("-", 0), ("—", 0), ("1 2", 0), (",123", 0),
            ("99999999999999999999999999", 0), ("٣", 0),
        ])
    func numbers(cell: String, number: Int) {
        let figures = RecruiterFigures(Self.rows("Per Bracket") + [["", "", "A", cell, "0", "0"]])
        #expect(figures.brackets == [Self.line("A", number, 0, 0)])
    }
}
