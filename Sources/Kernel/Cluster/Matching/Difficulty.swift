/// How hard a boss is that a clan fights. Difficulties are labels, not a ladder: a clan that lists only Brutal is no answer
/// to somebody who asks for Hard. Source: recruitment chapter, sections 3 and 14.1.
public enum Difficulty: Int, Sendable, CaseIterable {
    /// `ESY`.
    case easy
    /// `NML`.
    case normal
    /// `HRD`.
    case hard
    /// `BTL`.
    case brutal
    /// `NM`.
    case nightmare
    /// `UNM`.
    case ultraNightmare

    /// The difficulty that a word means, in any case: a label of a panel, or one token of a cell.
    public init?(word: some StringProtocol) {
        let word = DifficultyText.rewritten(word)
        guard let difficulty = Self.spellings.first(where: { $0.word.elementsEqual(word) })?.meaning else { return nil }
        self = difficulty
    }

    /// Every spelling of a token, a longer one before one that it contains.
    static let spellings: [Spelling] = [
        Spelling("NIGHTMARE", .nightmare), Spelling("NORMAL", .normal), Spelling("BRUTAL", .brutal),
        Spelling("EASY", .easy), Spelling("HARD", .hard), Spelling("ESY", .easy), Spelling("NML", .normal),
        Spelling("HRD", .hard), Spelling("BTL", .brutal), Spelling("UNM", .ultraNightmare), Spelling("NM", .nightmare),
    ]

    /// A token of a cell and what it means.
    struct Spelling: Sendable {
        let word: [Unicode.Scalar]
        let meaning: Difficulty

        init(_ word: String, _ meaning: Difficulty) {
            self.word = Array(word.unicodeScalars)
            self.meaning = meaning
        }
    }
}

/// Several difficulties.
struct DifficultySet: OptionSet, Sendable, Hashable {
    let rawValue: UInt32

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    init(_ difficulty: Difficulty) {
        rawValue = 1 << UInt32(difficulty.rawValue)
    }
}
