import Discord
import Journal
import Service
import Testing

@testable import Bot

/// A feature that is nothing but its jobs.
private struct Chores: Feature {
    let name = "chores"
    var gate = Gate.always
    var jobs: [Job]
}

private struct Broken: Error, CustomStringConvertible { var description: String { "the broom broke" } }

/// The jobs of a bot over a clock that is moved by hand.
private final class Bench: Sendable {
    // 2026-11-25T10:00:00Z
    static let start = Timestamp(milliseconds: 1_795_600_800_000)

    let folder = TemporaryFolder()
    let log = LogMemory()
    let activity = ActivityCounter()
    let time: ManualTime
    let discord: FakeDiscord
    let logChannel: LogChannel
    let center: JobCenter
    let journal: Journal
    let rows = Notes<String>()
    let sheet = Awaitable<[String: String]>([:])
    let closed = Awaitable<Set<String>>([])
    /// Whether the switches could be read.
    let isKnown = Awaitable(true)

    init(loops: [JobCenter.StandingLoop] = []) async throws {
        time = ManualTime(start: Self.start, activity: activity)
        discord = FakeDiscord(time: time)
        let logger = Logger("test", sink: log, time: time)
        let rest = RESTClient(
            .init(token: "secret", projectURL: "https://example.org", projectVersion: "1"), transport: discord,
            time: time)
        logChannel = LogChannel(
            rest: rest, destination: { 80 }, redactor: Redactor(secrets: []), logger: logger, time: time,
            activity: ActivityCounter())
        logChannel.open()
        journal = try await Journal.open(directory: folder.path, time: time, logger: .silent)
        let (rows, sheet, closed, isKnown) = (rows, sheet, closed, isKnown)
        center = JobCenter(
            .init(
                calendar: time, transport: time, logger: logger, logChannel: logChannel,
                isEnabled: { key in !closed.withLock { $0.contains(key) } },
                isKnown: { _ in isKnown.withLock { $0 } },
                markers: JobMarkers(
                    journal: journal, readSheet: { key in sheet.withLock { $0[key] } },
                    writeSheet: { key, value in rows.add("\(key)=\(value)") }, logger: logger),
                activity: activity), loops: loops)
    }

    func close() async {
        await center.stop()
        await journal.close()
    }
}

@Suite("Jobs", .timeLimit(.minutes(1)))
struct JobCenterTests {
    private static let quarter = Duration.seconds(900)
    private static let day = Duration.seconds(86_400)

    @Test("a run that fails is logged, and the next one happens at its slot")
    func failure() async throws {
        let bench = try await Bench()
        let turn = Awaitable(0)
        await bench.center.start([
            Chores(jobs: [
                Job("sweep", component: "housekeeping", schedule: { .every(Self.quarter) }) { _ in
                    let number = turn.withLock { turn in
                        turn += 1
                        return turn
                    }
                    if number == 1 { throw Broken() }
                    return JobOutcome(rows: 7)
                }
            ])
        ])
        await bench.time.advance(by: Self.quarter * 2)
        let lines = bench.log.messages.filter { !$0.hasPrefix("[cron] no cache") }
        #expect(
            lines == [
                "[cron] registered job: sweep interval=15m",
                "[cron] start job=sweep", "recurring job error",
                "[cron] result job=sweep ok=false dur_ms=0 retries=0 err=Broken: the broom broke",
                "[cron] start job=sweep", "[cron] result job=sweep ok=true dur_ms=0 rows=7 retries=0",
            ])
        let failed = try #require(bench.log.records.first { $0.message == "recurring job error" })
        #expect(failed.level == .error)
        #expect(failed["job_name"] == "sweep" && failed["tag"] == "housekeeping")
        let traces = bench.log.records.filter { $0.message.hasPrefix("[cron] start") }.map(\.trace)
        #expect(Set(traces).count == 2 && !traces.contains(""))
        #expect(
            bench.center.history.summary(of: "sweep", before: bench.time.now).line
                == "[cron] summary job=sweep runs=2 ok=50.0% p95_ms=0 avg_ms=0 last_at=2026-11-25T10:30:00.000Z")
        await bench.close()
    }

    @Test("behind a closed gate a job does not run and is not listed, and does both once the gate opens")
    func gate() async throws {
        let bench = try await Bench()
        let runs = Notes<Timestamp>()
        bench.closed.withLock { _ = $0.insert("cleaning") }
        let job = Job("sweep", component: "housekeeping", schedule: { .every(Self.quarter) }) { slot in
            runs.add(slot)
            return JobOutcome()
        }
        await bench.center.start([Chores(gate: .toggle("cleaning"), jobs: [job])])
        await bench.time.advance(by: Self.quarter)
        #expect(runs.all.isEmpty)
        #expect(await bench.center.listings().isEmpty)
        bench.closed.withLock { $0 = [] }
        await bench.time.advance(by: Self.quarter)
        #expect(runs.all == [Bench.start + Self.quarter * 2])
        #expect(await bench.center.listings().map(\.next) == [Bench.start + Self.quarter * 3])
        await bench.close()
    }

    struct Slot: Sendable, CustomTestStringConvertible {
        var what: String
        var gate = Gate.toggle("cleaning")
        var isOpen = true
        var isKnown = true
        var fails = false
        /// The one line beside those of the wrapper, with its level and its field.
        var expected: (line: String, level: LogLevel, field: String?)?

        var testDescription: String { what }
    }

    @Test(
        "a job's own lines: a slot that finds it off, one of which nobody can tell, and a run that failed",
        arguments: [
            Slot(what: "a run that succeeds", expected: nil),
            Slot(what: "off", isOpen: false, expected: ("sweeping skipped (feature disabled)", .debug, nil)),
            Slot(
                what: "unknown", isOpen: false, isKnown: false,
                expected: ("feature toggle check failed", .error, "feature=cleaning")),
            Slot(what: "a run that fails", fails: true, expected: ("sweeping failed", .error, "job=sweep")),
        ])
    func ownLines(_ slot: Slot) async throws {
        let bench = try await Bench()
        bench.closed.withLock { $0 = slot.isOpen ? [] : ["cleaning"] }
        bench.isKnown.withLock { $0 = slot.isKnown }
        let job = Job(
            "sweep", component: "housekeeping", schedule: { .every(Self.quarter) },
            skippedLine: "sweeping skipped (feature disabled)", failureLine: "sweeping failed"
        ) { _ in
            if slot.fails { throw Broken() }
            return JobOutcome()
        }
        await bench.center.start([Chores(gate: slot.gate, jobs: [job])])
        await bench.time.advance(by: Self.quarter)
        let records = bench.log.records.filter { !$0.message.hasPrefix("[cron] ") }
        #expect(records.map(\.message) == (slot.expected.map { [$0.line] } ?? []))
        #expect(records.first?.level == slot.expected?.level)
        if let field = slot.expected?.field?.split(separator: "=") {
            #expect(records.first?[String(field[0])] == .string(String(field[1])))
        }
        await bench.close()
    }

    @Test("a registration line of its own stands in the log only while the gate is open, and again once it reopens")
    func ownRegistration() async throws {
        let bench = try await Bench()
        bench.closed.withLock { $0 = ["cleaning"] }
        let line = "[cron] sweeping scheduler started"
        let job = Job(
            "sweep", component: "housekeeping", schedule: { .every(Self.quarter) }, registrationLine: line
        ) { _ in JobOutcome() }
        await bench.center.start([Chores(gate: .toggle("cleaning"), jobs: [job])])
        func told() -> Int { bench.log.messages.count { $0 == line } }
        #expect(told() == 0)
        for (isOpen, count) in [(false, 0), (true, 1), (true, 1), (false, 1), (true, 2)] {
            bench.closed.withLock { $0 = isOpen ? [] : ["cleaning"] }
            await bench.center.replan()
            #expect(told() == count)
        }
        await bench.close()
    }

    struct Missed: Sendable, CustomTestStringConvertible {
        var what: String
        var catchUp: Job.CatchUp
        var slot: TimeOfDay
        var journal: String?
        var sheet: String?
        var isMadeUpFor: Bool

        var testDescription: String { what }
    }

    @Test(
        "a missed slot is made up for inside its window, unless a marker says that it was served",
        arguments: [
            Missed(what: "no marker", catchUp: .sameDay, slot: .init(hour: 9, minute: 0), isMadeUpFor: true),
            Missed(
                what: "journal knows", catchUp: .sameDay, slot: .init(hour: 9, minute: 0),
                journal: "2026-11-25T09:00:01.000Z", isMadeUpFor: false),
            Missed(
                what: "only the sheet knows", catchUp: .sameDay, slot: .init(hour: 9, minute: 0),
                journal: "2026-11-24T09:00:01.000Z", sheet: "2026-11-25T09:00:01Z", isMadeUpFor: false),
            Missed(
                what: "yesterday's marker", catchUp: .sameDay, slot: .init(hour: 9, minute: 0),
                journal: "2026-11-24T09:00:01.000Z", isMadeUpFor: true),
            Missed(
                what: "too late", catchUp: .within(.seconds(1800)), slot: .init(hour: 9, minute: 0), isMadeUpFor: false),
            Missed(
                what: "just in time", catchUp: .within(.seconds(3600)), slot: .init(hour: 9, minute: 0),
                isMadeUpFor: true),
            Missed(
                what: "before the end of the window", catchUp: .until(.init(hour: 10, minute: 0)),
                slot: .init(hour: 9, minute: 0), isMadeUpFor: true),
            Missed(
                what: "after the end of the window", catchUp: .until(.init(hour: 9, minute: 59)),
                slot: .init(hour: 9, minute: 0), isMadeUpFor: false),
            Missed(
                what: "yesterday's slot", catchUp: .sameDay, slot: .init(hour: 12, minute: 0), isMadeUpFor: false),
            Missed(
                what: "an unreadable marker", catchUp: .sameDay, slot: .init(hour: 9, minute: 0), sheet: "soon",
                isMadeUpFor: true),
        ])
    func catchUp(_ missed: Missed) async throws {
        let bench = try await Bench()
        let runs = Notes<Timestamp>()
        try await bench.journal.setValue(missed.journal, for: "JOB_LAST_RUN_SWEEP")
        bench.sheet.withLock { $0["JOB_LAST_RUN_SWEEP"] = missed.sheet }
        let job = Job(
            "sweep", component: "housekeeping", schedule: { .daily(missed.slot) }, catchUp: missed.catchUp
        ) { slot in
            runs.add(slot)
            return JobOutcome()
        }
        await bench.center.start([Chores(jobs: [job])])
        await bench.center.catchUp()
        await bench.time.advance(by: .seconds(60))
        let nine = Bench.start - .seconds(3600)
        #expect(runs.all == (missed.isMadeUpFor ? [nine] : []))
        #expect(bench.rows.all.count == (missed.isMadeUpFor ? 1 : 0))
        #expect(bench.rows.all.allSatisfy { $0.hasPrefix("JOB_LAST_RUN_SWEEP=2026-11-25T10:0") })
        // A second look finds the marker.
        await bench.center.catchUp()
        await bench.time.advance(by: .seconds(60))
        #expect(runs.all.count == (missed.isMadeUpFor ? 1 : 0))
        await bench.close()
    }

    @Test("a failed run leaves no marker, so that the next process makes up for it")
    func failedCatchUp() async throws {
        let bench = try await Bench()
        let job = Job(
            "sweep", component: "housekeeping", schedule: { .daily(.init(hour: 9, minute: 0)) }, catchUp: .sameDay
        ) { _ in throw Broken() }
        await bench.center.start([Chores(jobs: [job])])
        await bench.center.catchUp()
        await bench.time.advance(by: .seconds(60))
        #expect(try await bench.journal.value(for: "JOB_LAST_RUN_SWEEP") == nil)
        #expect(bench.rows.all.isEmpty)
        await bench.close()
    }

    @Test("one schedule post per process, in which a job that cannot be planned says why")
    func schedulePost() async throws {
        let bench = try await Bench()
        func job(_ name: String, _ schedule: @escaping @Sendable () throws -> Schedule?) -> Job {
            Job(name, component: "cache", postName: name, schedule: schedule) { _ in JobOutcome() }
        }
        let jobs = [
            job("cleanup") { .every(.seconds(6 * 3600)) },
            job("mirralith_overview") { .cron(try CronExpression("x y * * *")) },
            job("templates") { .every(Self.day * 7) },
            job("clans") { .every(.seconds(3 * 3600)) },
            job("unset") { nil },
        ]
        await bench.center.start([Chores(jobs: jobs)])
        await bench.center.announce()
        await bench.center.announce()
        await bench.logChannel.flush()
        #expect(
            bench.discord.texts == [
                """
                ❌ **Scheduler** — intervals: clans=3h • templates=7d • cleanup=6h
                • clans=2026-11-25 12:00 UTC
                • templates=2026-11-26 00:00 UTC
                • cleanup=2026-11-25 12:00 UTC
                • mirralith_overview=- • result=fail • reason=Malformed: cron field minute 'x' is not valid
                """
            ])
        #expect(bench.log.messages.contains("failed to schedule mirralith_overview"))
        await bench.close()
    }

    @Test("the percentile is the element at 95 percent of the sorted durations, rounded down")
    func percentile() {
        let history = JobHistory()
        for number in 1...20 {
            history.note(
                .init(
                    start: .origin + .seconds(number), isOK: number != 20, duration: .microseconds(number * 1000 + 900)),
                of: "sweep")
        }
        let summary = history.summary(of: "sweep", before: .origin + Self.day)
        #expect(summary.runs == 20 && summary.p95 == 19 && summary.average == 10)
        #expect(summary.line.contains("ok=95.0%"))
        // Beyond 24 hours runs no longer count, beyond two days they are forgotten.
        #expect(history.summary(of: "sweep", before: .origin + Self.day * 2).runs == 0)
        #expect(
            history.summary(of: "other", before: .origin).line
                == "[cron] summary job=other runs=0 ok=0.0% p95_ms=0 avg_ms=0 last_at=-")
    }
}
