import Service
import Testing

@Suite("Timestamp")
struct TimestampTests {
    @Test(
        "calendar text has millisecond precision and is always UTC",
        arguments: [
            (Int64(0), "1970-01-01T00:00:00.000Z"),
            (1, "1970-01-01T00:00:00.001Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_799_999, "2000-02-29T23:59:59.999Z"),
            (1_420_070_400_000, "2015-01-01T00:00:00.000Z"),
            (1_709_251_199_000, "2024-02-29T23:59:59.000Z"),
            (1_795_615_506_042, "2026-11-25T14:05:06.042Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
            (253_402_300_800_000, "9999-12-31T23:59:59.999Z"),
            (-62_167_219_200_001, "0000-01-01T00:00:00.000Z"),
        ])
    func iso8601(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).iso8601 == text)
    }

    @Test("milliseconds round down on both sides of the origin")
    func rounding() {
        #expect(Timestamp(sinceOrigin: .microseconds(1999)).milliseconds == 1)
        #expect(Timestamp(sinceOrigin: .microseconds(-1)).milliseconds == -1)
        #expect(Timestamp(sinceOrigin: .microseconds(-1000)).milliseconds == -1)
        #expect(Timestamp(sinceOrigin: .seconds(-1)).milliseconds == -1000)
    }

    @Test("differences and sums are durations")
    func arithmetic() {
        let start = Timestamp(milliseconds: 5000)
        var later = start + .seconds(2)
        #expect(later - start == .seconds(2))
        later -= .seconds(3)
        #expect(later < start)
        #expect(later.seconds == 4)
    }

    @Test("the live clocks move forward, and a sleep until the past returns at once")
    func liveClocks() async throws {
        let calendar = CalendarTime()
        let transport = TransportTime()
        let start = transport.now
        try await calendar.sleep(until: calendar.now - .seconds(1))
        try await transport.sleep(for: .milliseconds(2))
        #expect(transport.now - start >= .milliseconds(2))
        #expect(calendar.now.iso8601 > "2026")
    }

    @Test("a cancelled sleep on a live clock ends at once")
    func cancellation() async {
        let sleeper = Task { try await CalendarTime().sleep(for: .seconds(3600)) }
        sleeper.cancel()
        await #expect(throws: CancellationError.self) { try await sleeper.value }
    }
}
