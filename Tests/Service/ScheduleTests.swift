import Service
import Testing
import TimeZones

/// A point of calendar time, UTC.
private func utc(
    _ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0
) -> Timestamp {
    let time = CivilTime(
        date: .init(year: year, month: month, day: day), hour: hour, minute: minute, second: second)
    return .origin + .seconds(time.secondsSinceEpoch)
}

@Suite("Cron expressions")
struct CronExpressionTests {
    @Test(
        "the next slot, Vixie's rule of days included",
        arguments: [
            // runtime.31: both restricted, either counts; one restricted, only that one counts.
            ("0 10 1 * 1", utc(2026, 11, 25), [utc(2026, 11, 30, 10), utc(2026, 12, 1, 10), utc(2026, 12, 7, 10)]),
            ("0 10 * * 1", utc(2026, 11, 25), [utc(2026, 11, 30, 10), utc(2026, 12, 7, 10)]),
            ("0 10 1 * *", utc(2026, 11, 25), [utc(2026, 12, 1, 10), utc(2027, 1, 1, 10)]),
            ("*/15 * * * *", utc(2026, 11, 25, 23, 45), [utc(2026, 11, 26), utc(2026, 11, 26, 0, 15)]),
            ("5-20/7,59 8 * * *", utc(2026, 1, 1), [utc(2026, 1, 1, 8, 5), utc(2026, 1, 1, 8, 12)]),
            ("0 0 29 2 *", utc(2096, 3, 1), [utc(2104, 2, 29)]),
            ("0 0 * * 7", utc(2026, 11, 25), [utc(2026, 11, 29)]),
            ("0 0 31 4,6 5", utc(2026, 4, 1), [utc(2026, 4, 3), utc(2026, 4, 10)]),
            ("  0\t12 * * * ", utc(2026, 1, 1, 12), [utc(2026, 1, 2, 12)]),
            ("0 0 */2 * 1", utc(2026, 11, 25), [utc(2026, 11, 27), utc(2026, 11, 29), utc(2026, 11, 30)]),
        ] as [(String, Timestamp, [Timestamp])])
    func next(_ text: String, _ start: Timestamp, _ slots: [Timestamp]) throws {
        let cron = try CronExpression(text)
        var time = start
        for slot in slots {
            let next = try #require(cron.next(after: time))
            #expect(next == slot, "\(next.iso8601)")
            time = next
        }
    }

    @Test("a day that no year has never comes")
    func never() throws {
        #expect(try CronExpression("0 0 30 2 *").next(after: .origin) == nil)
    }

    @Test(
        "what cannot be read is refused, never widened",
        arguments: [
            "x y * * *", "? * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "* * * * MON",
            "1-0 * * * *", "*/0 * * * *", "5/2 * * * *", "1,,2 * * * *", "-1 * * * *", "1- * * * *", "*/ * * * *",
            "*-5 * * * *", "1-2-3 * * * *", "1/2/3 * * * *", "+1 * * * *", "00001 * * * *",
        ])
    func refused(_ text: String) {
        #expect(throws: CronExpression.Malformed.self) { try CronExpression(text) }
    }

    @Test("the wrong number of fields is named", arguments: ["", "* * * *", "* * * * * *"])
    func fields(_ text: String) {
        let error = #expect(throws: CronExpression.Malformed.self) { try CronExpression(text) }
        #expect(error?.description == "cron expression must have exactly 5 fields")
    }
}

@Suite("Schedules")
struct ScheduleTests {
    @Test(
        "slots of an interval lie on the grid of the epoch",
        arguments: [
            (Duration.seconds(900), utc(2026, 11, 25, 10, 7), utc(2026, 11, 25, 10, 15)),
            (.seconds(900), utc(2026, 11, 25, 10, 15), utc(2026, 11, 25, 10, 30)),
            (.seconds(3 * 3600), utc(2026, 11, 25, 10), utc(2026, 11, 25, 12)),
            (.seconds(86_400), utc(2026, 11, 25, 10), utc(2026, 11, 26)),
            (.seconds(7 * 86_400), utc(2026, 11, 25), utc(2026, 11, 26)),
            (.zero, utc(2026, 11, 25, 10, 0, 1), utc(2026, 11, 25, 10, 1)),
            (.milliseconds(5), utc(2026, 11, 25), utc(2026, 11, 25, 0, 0, 1)),
            (.seconds(3600), .origin - .seconds(1), .origin),
        ])
    func grid(_ interval: Duration, _ time: Timestamp, _ slot: Timestamp) {
        #expect(Schedule.every(interval).next(after: time) == slot)
    }

    @Test("a daily time that clocks skip is due when they are set forward, and one shown twice is due once")
    func clockChanges() throws {
        let vienna = try NamedTimeZone("Europe/Vienna")
        let schedule = Schedule.daily([TimeOfDay(hour: 2, minute: 30)], vienna)
        var time = utc(2026, 3, 28)
        var slots: [Timestamp] = []
        for _ in 0..<3 {
            time = try #require(schedule.next(after: time))
            slots.append(time)
        }
        #expect(slots == [utc(2026, 3, 28, 1, 30), utc(2026, 3, 29, 1, 0), utc(2026, 3, 30, 0, 30)])
        #expect(schedule.next(after: utc(2026, 10, 25)) == utc(2026, 10, 25, 0, 30))
        #expect(schedule.next(after: utc(2026, 10, 25, 0, 30)) == utc(2026, 10, 26, 1, 30))
    }

    @Test("the latest slot of a stretch is found, its ends included")
    func latest() {
        let noon = Schedule.daily(TimeOfDay(hour: 12, minute: 0))
        #expect(noon.latest(upTo: utc(2026, 11, 25, 12, 10), within: .seconds(3600)) == utc(2026, 11, 25, 12))
        #expect(noon.latest(upTo: utc(2026, 11, 25, 12), within: .zero) == utc(2026, 11, 25, 12))
        #expect(noon.latest(upTo: utc(2026, 11, 25, 13), within: .seconds(3600)) == utc(2026, 11, 25, 12))
        #expect(noon.latest(upTo: utc(2026, 11, 25, 11), within: .seconds(3600)) == nil)
    }

    @Test("rhythms in words")
    func cadence() throws {
        #expect(Schedule.every(.seconds(3600)).cadence == "every 1 hr")
        #expect(Schedule.every(.seconds(3 * 3600)).cadence == "every 3 hrs")
        #expect(Schedule.every(.seconds(900)).cadence == "every 15 min")
        #expect(Schedule.every(.seconds(90)).cadence == "every 90 sec")
        #expect(Schedule.cron(try CronExpression("0  10 * * 1")).cadence == "cron 0 10 * * 1")
        #expect(Schedule.daily(TimeOfDay(hour: 0, minute: 5)).cadence == "daily 00:05 UTC")
    }

    @Test("jitter never exceeds a minute or a twentieth of the interval")
    func jitter() {
        #expect(Jitter.small.limit(for: .every(.seconds(900))) == 45)
        #expect(Jitter.small.limit(for: .every(.seconds(86_400))) == 60)
        #expect(Jitter.small.limit(for: .daily(TimeOfDay(hour: 1, minute: 0))) == 0)
        #expect(Jitter.seconds(7).limit(for: .every(.seconds(900))) == 7)
        #expect(Jitter.none.limit(for: .every(.seconds(900))) == 0)
    }

    @Test("written times are checked, sorted and taken once; an unknown zone is UTC")
    func wallClock() {
        let log = LogMemory()
        let logger = Logger("test", sink: log, time: ManualTime(start: .origin))
        let schedule = Schedule.daily(
            at: ["18:00", "02:00", "noon", "24:00", "2:00"], zone: "Europe/Nowhere", logger: logger)
        let (early, late) = (TimeOfDay(hour: 2, minute: 0), TimeOfDay(hour: 18, minute: 0))
        #expect(schedule == .daily([early, late], .utc))
        #expect(
            log.messages == [
                "timezone not found; defaulting to UTC", "invalid refresh time entry skipped",
                "refresh time out of range",
            ])
        #expect(Schedule.daily(at: [], zone: "UTC", logger: logger).cadence.hasPrefix("daily 00:00"))
    }
}
