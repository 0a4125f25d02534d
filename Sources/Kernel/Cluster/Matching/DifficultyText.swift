/// A cell of the roster that lists difficulties, such as `HRD, BTL`.
struct DifficultyText {
    private let text: [Unicode.Scalar]
    private let tokens: [ArraySlice<Unicode.Scalar>]
    /// The difficulties that the cell lists.
    let difficulties: DifficultySet

    init(cell: some StringProtocol) {
        text = Self.rewritten(cell)
        tokens = text.split { !Self.isLetter($0) }
        var found: DifficultySet = []
        for token in tokens {
            if let spelling = Difficulty.spellings.first(where: { token.elementsEqual($0.word) }) {
                found.insert(DifficultySet(spelling.meaning))
            }
        }
        difficulties = found.isEmpty ? Self.contained(in: text) : found
        isUnderstood = !found.isEmpty
    }

    private let isUnderstood: Bool

    /// Whether the cell says a word that is no difficulty: as a token of its own, or anywhere in a cell without any token
    /// that is known.
    func says(_ word: String) -> Bool {
        let word = Self.rewritten(word)
        guard !word.isEmpty else { return false }
        if tokens.contains(where: { $0.elementsEqual(word) }) { return true }
        guard !isUnderstood, word.count <= text.count else { return false }
        return (0...text.count - word.count).contains { text[$0...].starts(with: word) }
    }

    /// Spellings inside longer words, such as `HRDBTL`. The longest spelling counts, so that Normal's `NML` is no Nightmare.
    private static func contained(in text: [Unicode.Scalar]) -> DifficultySet {
        var found: DifficultySet = []
        var rest = text[...]
        while !rest.isEmpty {
            if let spelling = Difficulty.spellings.first(where: { rest.starts(with: $0.word) }) {
                found.insert(DifficultySet(spelling.meaning))
                rest.removeFirst(spelling.word.count)
            } else {
                rest.removeFirst()
            }
        }
        return found
    }

    /// The trimmed text in upper case, with every way of writing `ULTRA-NIGHTMARE` as `UNM`.
    static func rewritten(_ raw: some StringProtocol) -> [Unicode.Scalar] {
        let scalars = Array(raw.trimmed.uppercased().unicodeScalars)
        guard scalars.count >= ultra.count + nightmare.count else { return scalars }
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(scalars.count)
        var rest = scalars[...]
        while let first = rest.first {
            if rest.starts(with: ultra) {
                let after = rest.dropFirst(ultra.count).drop { $0 == "-" || $0.properties.isWhitespace }
                if after.starts(with: nightmare) {
                    result.append(contentsOf: "UNM".unicodeScalars)
                    rest = after.dropFirst(nightmare.count)
                    continue
                }
            }
            result.append(first)
            rest.removeFirst()
        }
        return result
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII ? UInt8(ascii: scalar).isASCIILetter : scalar.properties.isAlphabetic
    }

    private static let ultra = Array("ULTRA".unicodeScalars)
    private static let nightmare = Array("NIGHTMARE".unicodeScalars)
}
