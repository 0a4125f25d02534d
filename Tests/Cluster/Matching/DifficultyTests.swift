import Testing

@testable import Cluster

@Suite("What a cell says about difficulty and style")
struct DifficultyTests {
    @Test(
        "a cell lists the difficulties whose words stand in it, and no others",
        arguments: [
            ("HRD, BTL", [.hard, .brutal]), ("UNM x6", [.ultraNightmare]), ("NM", [.nightmare]),
            ("NML", [.normal]), ("UNM", [.ultraNightmare]), ("unm/nm", [.ultraNightmare, .nightmare]),
            ("Ultra-Nightmare", [.ultraNightmare]), ("ULTRA  NIGHTMARE, Hard", [.ultraNightmare, .hard]),
            ("ULTRANIGHTMARE", [.ultraNightmare]), ("ULTRA, NIGHTMARE", [.nightmare]), ("Nightmare", [.nightmare]),
            ("Easy", [.easy]), ("ESY", [.easy]), ("NORMAL|BRUTAL", [.normal, .brutal]),
            ("BTL+2NM", [.brutal, .nightmare]),
            ("HRDBTL", [.hard, .brutal]), ("xNMLx", [.normal]), ("HRD NMLish", [.hard]), ("", []), ("any", []),
            ("—", []),
        ] as [(String, Set<Difficulty>)])
    func cells(cell: String, difficulties: Set<Difficulty>) {
        let found = DifficultyText(cell: cell).difficulties
        #expect(Set(Difficulty.allCases.filter { found.contains(DifficultySet($0)) }) == difficulties)
    }

    @Test("every word that a panel offers means a difficulty or a style")
    func offered() {
        for choices in [FilterChoices.recruiter, .member] {
            for word in choices.clanBoss + choices.hydra + choices.chimera { #expect(Difficulty(word: word) != nil) }
            for word in choices.playstyles { #expect(Playstyle(word: word) != nil) }
        }
        #expect(Difficulty(word: "NM") == .nightmare)
        #expect(Difficulty(word: "Nightmare") == .nightmare)
        #expect(Difficulty(word: "Insane") == nil)
    }

    @Test(
        "a word that is no difficulty is looked for as it stands",
        arguments: [
            ("Insane, HRD", "insane", true), ("HRD, Insanely", "insane", false), ("Insanely", "insane", true),
            ("HRD", "insane", false), ("", "insane", false), ("x", "", false),
        ])
    func foreignWords(cell: String, word: String, says: Bool) {
        #expect(DifficultyText(cell: cell).says(word) == says)
    }

    @Test(
        "a style is known in every spelling",
        arguments: [
            ("Semi-Competitive / Casual", [.semiCompetitive, .casual]), ("stress  free", [.stressFree]),
            ("StressFree;COMPETITIVE", [.stressFree, .competitive]), ("Semi Competitive|chatty", [.semiCompetitive]),
            ("semicompetitive", [.semiCompetitive]), ("", []), ("Casual Competitive", []),
        ] as [(String, [Playstyle])])
    func styles(cell: String, styles: [Playstyle]) {
        #expect(Playstyle.listed(in: cell) == styles)
    }
}
