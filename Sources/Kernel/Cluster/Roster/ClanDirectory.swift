/// All listed clans in sheet order, with look-ups by tag and by name.
public struct ClanDirectory: Sendable, Equatable {
    /// The clans in sheet order.
    public private(set) var clans: [Clan]
    /// Where the columns stand that the header names.
    public let layout: RosterLayout
    /// What searches compare, one entry per clan.
    private(set) var traits: [ClanTraits]
    private let byTag: [ClanTag: Int]

    /// Indexes clans; of two with one tag the first counts.
    public init(_ clans: [Clan], layout: RosterLayout = RosterLayout()) {
        self.clans = clans
        self.layout = layout
        self.traits = clans.map { ClanTraits(of: $0) }
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

    /// Takes over what was written into a clan's row, so that readers see it before the next load. A tag that is not
    /// listed changes nothing.
    public mutating func apply(_ writes: [SeatWrite], to tag: ClanTag) {
        guard let index = byTag[tag] else { return }
        for write in writes { clans[index].cells[write.column.rawValue] = write.text }
        clans[index].readCounts(layout)
        traits[index] = ClanTraits(of: clans[index])
    }

    private static func folded(_ name: String) -> String {
        name.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
