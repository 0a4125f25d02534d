import Cluster

/// What a recruiter's panel says and what is still to be shown: the rules of its controls, without Discord.
///
/// Source: recruitment chapter, section 6.5.
struct RecruiterSearch: Codable, Sendable, Hashable {
    /// What the panel says first.
    enum Status: Codable, Sendable, Hashable {
        /// Nothing was done yet.
        case ready
        /// A filter changed after a search.
        case filtersChanged
        /// All filters are as at the beginning.
        case reset
        /// There was no filter to search by.
        case needsFilter
        /// The roster could not be read.
        case rosterUnreadable
        /// So many clans are shown of so many that fit.
        case found(shown: Int, total: Int)
        /// The last change could not be shown.
        case notUpdated
    }

    /// What is to be done with the list of results, that was not done yet.
    enum Due: Codable, Sendable, Hashable {
        /// Show this.
        case show(SearchHits)
        /// Show the first page of what is there.
        case firstPage
        /// Delete it.
        case remove
    }

    /// What a search came to.
    enum Outcome: Sendable, Hashable {
        case noFilter
        case unreadable
        case hits(SearchHits)
    }

    /// The filter.
    var filter: ClanFilter
    /// What the panel says.
    var status = Status.ready
    /// How many clans the list on screen has.
    var matchCount = 0
    /// Whether the list on screen is of an earlier filter.
    var isStale = false
    /// What is said about the list as long as it stands.
    var note: String?
    /// What is to be done with the list.
    var due: Due?

    /// The most clans that a search keeps.
    static func limit(softCap: Int) -> Int { max(10, softCap) }

    /// Sets another filter.
    mutating func change(to filter: ClanFilter) {
        self.filter = filter
        guard matchCount > 0 else {
            status = .ready
            return
        }
        status = .filtersChanged
        isStale = true
        if due == nil { due = .firstPage }
    }

    /// Sets everything back.
    mutating func reset() {
        self = RecruiterSearch(filter: .initial, status: .reset, due: .remove)
    }

    /// Takes what a search came to.
    mutating func finish(_ outcome: Outcome) {
        switch outcome {
        case .noFilter:
            status = .needsFilter
        case .unreadable:
            status = .rosterUnreadable
            isStale = matchCount > 0
        case .hits(let hits):
            status = .found(shown: hits.tags.count, total: hits.total)
            matchCount = hits.tags.count
            isStale = false
            note = hits.isCapped ? Self.capNote(shown: hits.tags.count, total: hits.total) : nil
            due = .show(hits)
        }
    }

    /// What is said where not all clans are shown.
    static func capNote(shown: Int, total: Int) -> String {
        "Soft cap active: showing \(shown) of \(total) clans."
    }
}

/// What a recruiter's list of results shows.
struct RecruiterResults: Codable, Sendable, Hashable {
    /// What was found.
    var hits: SearchHits
    /// The page, from 0.
    var page = 0
    /// Whether it can be paged.
    var hasPager = true
}
