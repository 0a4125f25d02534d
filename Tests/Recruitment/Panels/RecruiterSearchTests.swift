import Cluster
import Testing

@testable import Recruitment

@Suite("The state of a recruiter's panel")
struct RecruiterSearchTests {
    private static let directory = ClanDirectory(
        (1...40).compactMap { try? PanelSamples.clan("AA\($0)", [.openSpots: "1"]) })
    private static let hits = SearchHits(.initial, in: directory, keeping: 25)

    private static func searched() -> RecruiterSearch {
        var search = RecruiterSearch(filter: .initial)
        search.finish(.hits(hits))
        search.due = nil
        return search
    }

    @Test("a search keeps so many and notes the rest")
    func found() {
        var search = RecruiterSearch(filter: .initial)
        search.finish(.hits(Self.hits))
        #expect(search.status == .found(shown: 25, total: 40))
        #expect(search.note == "Soft cap active: showing 25 of 40 clans.")
        #expect(search.due == .show(Self.hits))
        #expect(!search.isStale)
    }

    @Test("a filter that changes after a search makes the list stale, at its first page")
    func changed() {
        var search = Self.searched()
        search.change(to: ClanFilter(clanBoss: "UNM"))
        #expect(search.status == .filtersChanged)
        #expect(search.isStale)
        #expect(search.due == .firstPage)
        #expect(search.note != nil)
    }

    @Test("a filter that changes without results says nothing special")
    func changedAtFirst() {
        var search = RecruiterSearch(filter: .initial, status: .needsFilter)
        search.change(to: ClanFilter(clanBoss: "UNM"))
        #expect(search.status == .ready)
        #expect(!search.isStale)
        #expect(search.due == nil)
    }

    @Test("what a search found stays due when a filter changes before it was shown")
    func changedInBurst() {
        var search = RecruiterSearch(filter: .initial)
        search.finish(.hits(Self.hits))
        search.change(to: ClanFilter(clanBoss: "UNM"))
        #expect(search.due == .show(Self.hits))
        #expect(search.isStale)
    }

    @Test("reset forgets everything, also what was not shown yet")
    func reset() {
        var search = RecruiterSearch(filter: ClanFilter(clanBoss: "UNM"))
        search.finish(.hits(Self.hits))
        search.reset()
        #expect(search == RecruiterSearch(filter: .initial, status: .reset, due: .remove))
        search.change(to: ClanFilter(clanBoss: "UNM"))
        #expect(search.due == .remove)
    }

    @Test("a roster that cannot be read leaves the list as it is, stale")
    func unreadable() {
        var search = Self.searched()
        search.finish(.unreadable)
        #expect(search.isStale && search.status == .rosterUnreadable && search.due == nil && search.matchCount == 25)
        var fresh = RecruiterSearch(filter: .initial)
        fresh.finish(.unreadable)
        #expect(!fresh.isStale)
    }

    @Test("without hits nothing is kept, and the list says so")
    func nothing() {
        var search = Self.searched()
        let none = SearchHits(ClanFilter(clanBoss: "Easy"), in: ClanDirectory([]), keeping: 25)
        search.finish(.hits(none))
        #expect(search.status == .found(shown: 0, total: 0) && search.matchCount == 0 && search.note == nil)
        #expect(search.due == .show(none))
        search.change(to: .initial)
        #expect(search.status == .ready && !search.isStale)
    }

    @Test("at least ten clans are kept", arguments: [(1, 10), (10, 10), (25, 25)])
    func limit(softCap: Int, limit: Int) {
        #expect(RecruiterSearch.limit(softCap: softCap) == limit)
    }
}
