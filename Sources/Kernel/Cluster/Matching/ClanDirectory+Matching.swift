extension ClanDirectory {
    /// The clans that fit a filter, in the order of the sheet; there is no other order. Source: recruitment chapter,
    /// sections 3 and 14.1.
    public func clans(fitting filter: ClanFilter) -> [Clan] {
        let required = ClanTraits(required: filter)
        let words = filter.bosses.filter { Difficulty(word: $0.word) == nil }
        return zip(clans, traits).compactMap { clan, traits in
            guard traits.isSuperset(of: required) else { return nil }
            let saysAll = words.allSatisfy { DifficultyText(cell: clan[$0.boss.column]).says($0.word) }
            return saysAll ? clan : nil
        }
    }
}
