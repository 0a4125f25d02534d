import Cluster
import Testing

@Suite("Days in words")
struct DayPhraseTests {
    /// A Monday.
    private static let today = CalendarDay(typed: "2026-03-16") ?? CalendarDay(daysSince1970: 0)

    @Test(
        "words and beginnings of words become days",
        arguments: [
            ("fri", "friday", "2026-03-20"), ("Friday", "friday", "2026-03-20"), ("mon", "monday", "2026-03-23"),
            ("tod", "today", "2026-03-16"), ("tom", "tomorrow", "2026-03-17"), ("in 3", "in 3 days", "2026-03-19"),
            ("in 1", "in 1 day", "2026-03-17"), ("12", "in 12 days", "2026-03-28"),
            ("next", "next week", "2026-03-23"), ("2026-03-28", "saturday, in 12 days", "2026-03-28"),
            ("2026-03-16", "today", "2026-03-16"),
        ])
    func offers(typed: String, words: String, day: String) throws {
        let first = try #require(DayPhrase.offers(for: typed, from: Self.today).first)
        #expect((first.words, first.day.description) == (words, day))
    }

    @Test(
        "nothing in the past and nothing out of reach is offered",
        arguments: ["2026-03-15", "yesterday", "400 days", "xyz"])
    func nothing(typed: String) {
        #expect(DayPhrase.offers(for: typed, from: Self.today).isEmpty)
    }

    @Test("who typed nothing sees usual days, none before today, and not more than Discord shows")
    func usual() {
        let offers = DayPhrase.offers(for: "", from: Self.today)
        #expect(offers.first?.words == "today")
        #expect(offers.count <= 25 && offers.allSatisfy { $0.day >= Self.today })
        #expect(Set(offers.map(\.words)).count == offers.count)
    }
}
