import TestTools
import Testing

@testable import Cluster

@Suite("Days and moments")
struct CalendarDayTests {
    @Test(
        "a person types YYYY-MM-DD and nothing else",
        arguments: [
            ("2026-03-20", "2026-03-20"), (" 2026-03-20 ", "2026-03-20"), ("2024-02-29", "2024-02-29"),
            ("2999-01-01", "2999-01-01"), ("2025-02-29", nil), ("1900-02-29", nil), ("2026-13-01", nil),
            ("2026-00-01", nil), ("2026-04-31", nil), ("2026-3-20", nil), ("26-03-20", nil), ("31.12.2025", nil),
            ("2026/03/20", nil), ("2026-03-20T00:00", nil), ("2026-03-20Z", nil), ("", nil), ("friday", nil),
            ("٢٠٢٦-03-20", nil), ("0000-01-01", nil),
        ] as [(String, String?)])
    func typed(text: String, day: String?) {
        #expect(CalendarDay(typed: text)?.description == day)
    }

    @Test(
        "a ledger may write a day in several ways, the day before the month where both are possible",
        arguments: [
            ("2026-03-20", "2026-03-20"), ("2026-3-5", "2026-03-05"), ("2026-03-20Z", "2026-03-20"),
            ("2026/03/21", "2026-03-21"), ("20/03/2026", "2026-03-20"), ("03/04/2026", "2026-04-03"),
            ("03/20/2026", "2026-03-20"), ("2026-03-20T23:30:00+02:00", "2026-03-20"), ("20260320", "2026-03-20"),
            ("2026-03-20 10:00", "2026-03-20"), ("", nil), ("soon", nil), ("13/13/2026", nil), ("2026-03", nil),
            ("2026-03-20T25:00", nil), ("45000", nil),
        ] as [(String, String?)])
    func cell(text: String, day: String?) {
        #expect(CalendarDay(cell: text)?.description == day)
    }

    @Test(
        "a ledger may write a moment in several ways, without an offset in UTC",
        arguments: [
            ("2025-11-10T14:30:00+00:00", "2025-11-10T14:30:00+00:00"),
            ("2026-02-19T14:45:00Z", "2026-02-19T14:45:00+00:00"),
            ("2026-03-11 18:22:10", "2026-03-11T18:22:10+00:00"), ("2026/03/12 21:10", "2026-03-12T21:10:00+00:00"),
            ("2026-03-12T01:00:00+02:00", "2026-03-11T23:00:00+00:00"),
            ("2026-03-11 23:30:00-0130", "2026-03-12T01:00:00+00:00"),
            ("2026-03-10T18:22:41.120431+00:00", "2026-03-10T18:22:41+00:00"),
            ("2026-03-10T18:22-01", "2026-03-10T19:22:00+00:00"),
            ("2026-03-10", nil), ("2026-03-10T24:00:00", nil), ("2026-03-10T10:60", nil),
            ("2026-03-10T10:00:00+99:00", nil),
            ("2026-03-10T10:00:00.", nil), ("2026-03-10T10:00:00 UTC", nil), ("", nil),
        ] as [(String, String?)])
    func moment(text: String, iso: String?) {
        #expect(UTCTime(cell: text)?.description == iso)
    }

    @Test("every day reads back as it is written, and days follow one another")
    func roundTrip() throws {
        var random = SplitMix(seed: 7)
        let first = try #require(CalendarDay(year: 1, month: 1, day: 1)).daysSince1970
        let last = try #require(CalendarDay(year: 9999, month: 12, day: 31)).daysSince1970
        #expect(CalendarDay(daysSince1970: 0).description == "1970-01-01")
        for _ in 0..<5000 {
            let day = CalendarDay(daysSince1970: Int.random(in: first...last, using: &random))
            #expect(CalendarDay(typed: day.description) == day)
            #expect(CalendarDay(cell: day.description) == day)
            #expect((day + 1).description > day.description || day.daysSince1970 == last)
            let moment = UTCTime(
                secondsSince1970: day.daysSince1970 * 86_400 + Int.random(in: 0..<86_400, using: &random))
            #expect(CalendarDay(containing: moment) == day)
            #expect(UTCTime(cell: moment.description) == moment)
        }
    }
}
