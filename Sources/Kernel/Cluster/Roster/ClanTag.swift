/// A clan's short name in the form in which two spellings of it are equal: upper case, letters and digits only.
///
/// `#aaa`, `AAA` and ` a-a-a ` are one tag. Source: recruitment chapter, section 2.4.
public struct ClanTag: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The normalised text; never empty.
    public let text: String

    /// Normalises what a person typed or a cell holds; nil where nothing is left.
    public init?(_ raw: some StringProtocol) {
        let text = raw.uppercased().filter { $0.isLetter || $0.isNumber }
        guard !text.isEmpty else { return nil }
        self.text = text
    }

    /// The normalised text.
    public var description: String { text }

    /// Alphabetical order.
    public static func < (left: ClanTag, right: ClanTag) -> Bool { left.text < right.text }
}
