/// How a clan plays. Source: recruitment chapter, section 3.
public enum Playstyle: Int, Sendable, CaseIterable {
    /// `Stress-Free`.
    case stressFree
    /// `Casual`.
    case casual
    /// `Semi-Competitive`.
    case semiCompetitive
    /// `Competitive`.
    case competitive

    /// The style that a word means: case, hyphens and runs of blanks do not count.
    public init?(word: some StringProtocol) {
        let words = word.uppercased().split { $0 == "-" || $0.isWhitespace }
        switch words.joined(separator: " ") {
        case "STRESS FREE", "STRESSFREE": self = .stressFree
        case "CASUAL": self = .casual
        case "SEMI COMPETITIVE", "SEMICOMPETITIVE": self = .semiCompetitive
        case "COMPETITIVE": self = .competitive
        default: return nil
        }
    }

    /// The styles that a cell lists, separated by comma, bar, slash or semicolon; parts that are no style are left out.
    static func listed(in cell: some StringProtocol) -> [Playstyle] {
        cell.split { ",|/;".contains($0) }.compactMap { Playstyle(word: $0) }
    }
}
