import Cluster
import Service

/// What a search found: which clans are shown, of how many, and by which filter. It stays as it was until the next search;
/// the cards show what the roster says now.
struct SearchHits: Codable, Sendable, Hashable {
    /// The filter.
    var filter: ClanFilter
    /// The tags of the clans that are shown, in the order of the sheet.
    var tags: [String]
    /// How many clans fit.
    var total: Int

    /// Searches.
    /// - Parameter limit: the most clans that are shown.
    init(_ filter: ClanFilter, in directory: ClanDirectory, keeping limit: Int) {
        let clans = directory.clans(fitting: filter)
        self.filter = filter
        tags = clans.prefix(limit).map(\.tag.text)
        total = clans.count
    }

    /// Whether there were more than are shown.
    var isCapped: Bool { total > tags.count }

    /// The filter in words; empty where there is none.
    var summary: String { filter.summary() }

    /// The clans as the roster has them now. One that left the roster is left out, and where inactives were asked for,
    /// one that has none any more.
    /// - Parameter context: names the surface in the log.
    func clans(in directory: ClanDirectory, _ context: String, _ logger: Logger) -> [Clan] {
        let clans = tags.compactMap { ClanTag($0).flatMap { directory[$0] } }
        guard filter.roster == .inactives else { return clans }
        let guarded = clans.filter { $0.inactives > 0 }
        if guarded.count < clans.count {
            logger.debug(
                "recruitment dropped rows failing inactives guard",
                ["removed": .int(clans.count - guarded.count), "context": .string("\(context):pre_pagination")])
        }
        return guarded
    }
}
