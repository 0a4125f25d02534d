import Testing

@testable import Cluster

@Suite("Days that somebody may mean")
struct DayOffersTests {
    /// A Monday.
    private static let today = CalendarDay(typed: "2026-03-16").unsafelyUnwrapped

    private static func days(_ typed: String) -> [String] {
        DayOffers.fitting(typed, on: today).map { "\($0.day)" }
    }

    @Test(
        "weekdays, distances and beginnings of dates are understood",
        arguments: [
            ("friday", ["2026-03-20", "2026-03-27"]), ("  FRI ", ["2026-03-20", "2026-03-27"]),
            ("monday", ["2026-03-23", "2026-03-30"]), ("next friday", ["2026-03-27", "2026-03-20"]),
            ("in 3 days", ["2026-03-19"]), ("in 3 d", ["2026-03-19"]), ("3d", ["2026-03-19"]),
            ("in 1 day", ["2026-03-17"]), ("in 2 weeks", ["2026-03-30"]), ("2w", ["2026-03-30"]),
            ("+3", ["2026-03-19", "2026-04-06"]), ("3", ["2026-03-19", "2026-04-06"]),
            ("a week", ["2026-03-23"]), ("in a", ["2026-03-17", "2026-03-23"]),
            ("today", ["2026-03-16"]), ("tom", ["2026-03-17"]), ("next week", ["2026-03-23"]),
            ("2026-03-20", ["2026-03-20"]), ("2026-03-3", ["2026-03-30", "2026-03-31"]),
            ("t", ["2026-03-16", "2026-03-17", "2026-03-24", "2026-03-19", "2026-03-26"]),
            ("2026-03-15", []), ("2030-01-01", []), ("in 500 days", []), ("soon", []), ("in 3 moons", []), ("0-0", []),
        ] as [(String, [String])])
    func phrases(typed: String, expected: [String]) {
        #expect(Self.days(typed) == expected)
    }

    @Test("for nothing typed the coming days are offered, each with weekday, date and distance")
    func nothing() {
        let offers = DayOffers.fitting("", on: Self.today)
        #expect(offers.count == 12)
        #expect(
            offers.prefix(3).map(\.label) == [
                "Monday, 2026-03-16 (today)", "Tuesday, 2026-03-17 (tomorrow)", "Wednesday, 2026-03-18 (in 2 days)",
            ])
        #expect(Set(offers.map(\.day)).count == offers.count)
    }

    @Test("never more than Discord shows", arguments: ["2026", "2026-", "2026-0", ""])
    func bounded(typed: String) {
        #expect((1...25).contains(DayOffers.fitting(typed, on: Self.today).count))
    }
}
