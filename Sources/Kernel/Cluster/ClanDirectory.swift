/// All listed clans in sheet order, with look-ups by tag and by name.
public struct ClanDirectory: Sendable, Equatable {
    /// The clans in sheet order.
    public let clans: [Clan]
    private let byTag: [ClanTag: Int]

    /// Indexes clans; of two with one tag the first counts.
    public init(_ clans: [Clan]) {
        self.clans = clans
        self.byTag = Dictionary(
            clans.enumerated().map { ($0.element.tag, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    /// The clan with a tag.
    public subscript(_ tag: ClanTag) -> Clan? { byTag[tag].map { clans[$0] } }

    /// The clan with a name: exactly that one, else the only one whose name begins so. Case and runs of blanks do not count.
    public func clan(named name: String) -> Clan? {
        let wanted = Self.folded(name)
        guard !wanted.isEmpty else { return nil }
        if let exact = clans.first(where: { Self.folded($0[.name]) == wanted }) { return exact }
        let candidates = clans.filter { Self.folded($0[.name]).hasPrefix(wanted) }
        return candidates.count == 1 ? candidates[0] : nil
    }

    private static func folded(_ name: String) -> String {
        name.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
