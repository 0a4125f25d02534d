import Configuration
import Service
import Spreadsheets
import Testing

@Suite("Buckets", .timeLimit(.minutes(1)))
struct BucketTests {
    /// A source that answers what it is told to, and counts.
    final class Source: Sendable {
        private struct State {
            var answer: Result<[Int], LoadFailure> = .success([1, 2])
            var loads = 0
            var gate: CheckedContinuation<Void, Never>?
            var isHeld = false
        }
        private let state = Awaitable(State())

        var loads: Int { state.withLock { $0.loads } }
        /// Returns once a load runs that is held.
        func isLoading() async { await state.until { $0.gate != nil } }
        func answers(_ answer: Result<[Int], LoadFailure>) { state.withLock { $0.answer = answer } }
        func hold() { state.withLock { $0.isHeld = true } }
        func release() {
            state.withLock { state in
                state.isHeld = false
                state.gate?.resume()
                state.gate = nil
            }
        }

        func load() async throws -> [Int] {
            state.withLock { $0.loads += 1 }
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    if state.isHeld { state.gate = continuation }
                    return !state.isHeld
                }
                if goesOn { continuation.resume() }
            }
            return try state.withLock { $0.answer }.get()
        }
    }

    let source = Source()
    let log = LogMemory()
    let calendar = ManualTime(start: Timestamp(milliseconds: 1_773_648_000_000))
    let transport = ManualTime(start: .origin)

    func bucket(freshness: Duration = .seconds(900)) -> Bucket<[Int]> {
        Bucket(
            Bucket<[Int]>.Plan(
                name: "clans", ttl: { .seconds(10_800) }, freshness: { freshness }, interval: .seconds(10_800),
                count: { $0.count }, load: { [source] in try await source.load() }),
            services: BucketServices(
                calendar: calendar, transport: transport, logger: Logger("test", sink: log, time: calendar)))
    }

    @Test("a refresh stores value, age and count, and says so in two lines")
    func success() async {
        let bucket = bucket()
        let result = await bucket.refresh(.actor("Ann"))
        #expect(result.isOK && result.snapshot.itemCount == 2 && result.snapshot.lastResult == .ok)
        #expect(result.snapshot.lastActor == "Ann" && result.snapshot.ttlExpired && result.snapshot.age == .zero)
        #expect(
            log.messages == [
                "[refresh] trigger=manual bucket=clans actor=Ann",
                "[refresh] bucket=clans trigger=manual actor=Ann duration=0ms result=ok retries=0 ttl_expired=true count=2 error=-",
            ])
    }

    @Test("startup, scheduler and stale reads have lines of their own")
    func causes() async throws {
        let bucket = bucket(freshness: .zero)
        _ = await bucket.refresh(.startup)
        _ = await bucket.refresh(.actor("cron"))
        _ = try await bucket.read()
        _ = await bucket.refresh(.actor("joins"))
        let starts = log.messages.filter { !$0.contains("duration=") }
        #expect(
            starts.prefix(3) == [
                "[refresh] startup bucket=clans", "[refresh] trigger=cron bucket=clans actor=scheduler",
                "[refresh] trigger=cron bucket=clans actor=-",
            ])
    }

    @Test("all who ask while a load runs share it")
    func singleFlight() async {
        let bucket = bucket()
        source.hold()
        let asking = (0..<10).map { number in Task { await bucket.refresh(.actor("\(number)")) } }
        for task in asking { _ = task }
        await source.isLoading()
        source.release()
        for task in asking { #expect(await task.value.isOK) }
        // Late comers may have started a second load, never one each.
        #expect(source.loads <= 2)
    }

    @Test("a failure serves the old value, and the second try after 300 s heals it")
    func retry() async throws {
        let bucket = bucket()
        _ = await bucket.refresh(.startup)
        source.answers(.failure(LoadFailure("boom")))
        let failed = await bucket.refresh(.scheduler)
        #expect(failed.outcome == .failed("boom") && failed.snapshot.consecutiveFailures == 1)
        #expect(try await bucket.read() == [1, 2])
        #expect(log.records.last?.level == .warning)
        source.answers(.success([3]))
        await calendar.waitForSleepers(1)
        await calendar.advance(by: .seconds(300))
        let line = await log.first { $0.message.contains("retries=1") }
        #expect(line?.message.contains("trigger=cron actor=scheduler") == true)
        #expect(line?.message.contains("result=ok retries=1") == true)
        let snapshot = await bucket.snapshot()
        #expect(snapshot.lastResult == .retryOK && snapshot.lastError == nil && snapshot.retries == 1)
        #expect(snapshot.consecutiveFailures == 0)
    }

    @Test("two failures join their reasons, and there is no third try")
    func twoFailures() async {
        let bucket = bucket()
        source.answers(.failure(LoadFailure("first")))
        _ = await bucket.refresh(.scheduler)
        source.answers(.failure(LoadFailure("second")))
        await calendar.waitForSleepers(1)
        await calendar.advance(by: .seconds(300))
        _ = await log.first { $0.message.contains("retries=1") }
        #expect(await bucket.snapshot().lastError == "first | retry: second")
        await calendar.advance(by: .seconds(3600))
        #expect(source.loads == 2)
    }

    @Test("a stale value is given at once while one load renews it")
    func stale() async throws {
        let bucket = bucket()
        _ = await bucket.refresh(.startup)
        await calendar.advance(by: .seconds(899))
        #expect(try await bucket.read() == [1, 2])
        #expect(source.loads == 1)
        await calendar.advance(by: .seconds(1))
        source.answers(.success([9]))
        #expect(try await bucket.read() == [1, 2])
        _ = await log.first { $0.message.contains("trigger=cron actor=- duration") }
        #expect(try await bucket.read() == [9])
    }

    @Test("setting the wall clock makes nothing expire early or late", arguments: [-3600, 3600])
    func clockSet(seconds: Int) async throws {
        let bucket = bucket()
        _ = await bucket.refresh(.startup)
        await calendar.set(by: .seconds(seconds))
        await calendar.advance(by: .seconds(899))
        _ = try await bucket.read()
        var snapshot = await bucket.snapshot()
        #expect(source.loads == 1 && snapshot.age == .seconds(899))
        #expect(snapshot.untilNextRefresh.map { $0 <= .seconds(10_800 - 899) } == true)
        await calendar.advance(by: .seconds(1))
        _ = try await bucket.read()
        _ = await log.first { $0.message.contains("trigger=cron actor=- duration") }
        snapshot = await bucket.snapshot()
        #expect(source.loads == 2 && snapshot.age == .zero && snapshot.lastRefresh == calendar.now)
    }

    @Test("after the wall clock was set back, the second try still comes after 300 s, and once")
    func retryAfterClockSet() async {
        let bucket = bucket()
        source.answers(.failure(LoadFailure("boom")))
        _ = await bucket.refresh(.scheduler)
        await calendar.waitForSleepers(1)
        await calendar.set(by: .seconds(-3600))
        await calendar.advance(by: .seconds(299))
        #expect(source.loads == 1)
        await calendar.advance(by: .seconds(1))
        _ = await log.first { $0.message.contains("retries=1") }
        await calendar.set(by: .seconds(3600))
        await calendar.advance(by: .seconds(3600))
        #expect(source.loads == 2)
    }

    @Test("a cold reader waits five seconds, then hears that data is still warming up")
    func cold() async throws {
        let bucket = bucket()
        source.hold()
        let reading = Task { try await bucket.read() }
        await transport.waitForSleepers(2)
        await transport.advance(by: .seconds(5))
        await #expect(throws: BucketUnavailable.warming) { try await reading.value }
        source.release()
        _ = await log.first { $0.message.contains("result=ok") }
        #expect(try await bucket.read() == [1, 2])
    }

    @Test("a patch changes the value and not its age")
    func patch() async throws {
        let bucket = bucket()
        _ = await bucket.refresh(.startup)
        await calendar.advance(by: .seconds(60))
        await bucket.patch { $0.append(3) }
        #expect(try await bucket.read() == [1, 2, 3])
        let snapshot = await bucket.snapshot()
        #expect(snapshot.age == .seconds(60) && snapshot.ageText == "1m" && snapshot.itemCount == 3)
    }

    @Test("a patch made while a load runs is in what the load brings; the next load brings what it reads")
    func patchDuringLoad() async throws {
        let bucket = bucket()
        _ = await bucket.refresh(.startup)
        source.hold()
        let loading = Task { await bucket.refresh(.scheduler) }
        await source.isLoading()
        await bucket.patch { $0.append(3) }
        source.release()
        _ = await loading.value
        #expect(await bucket.current == [1, 2, 3])
        _ = await bucket.refresh(.scheduler)
        #expect(await bucket.current == [1, 2])
    }

    @Test("a patch made while a load fails stays in the old value, and not in the one after that")
    func patchDuringFailure() async throws {
        let bucket = bucket()
        _ = await bucket.refresh(.startup)
        source.answers(.failure(LoadFailure("boom")))
        source.hold()
        let loading = Task { await bucket.refresh(.scheduler) }
        await source.isLoading()
        await bucket.patch { $0.append(3) }
        source.release()
        _ = await loading.value
        #expect(await bucket.current == [1, 2, 3])
        source.answers(.success([9]))
        _ = await bucket.refresh(.scheduler)
        #expect(await bucket.current == [9])
    }

    @Test("a bucket without spreadsheet is skipped: no failure, no second try, and readers learn why")
    func skipped() async {
        let bucket = Bucket<[Int]>(
            Bucket<[Int]>.Plan(
                name: "clan_tags", ttl: { .seconds(60) }, count: { $0.count },
                load: { throw WorkbookError.spreadsheetNotSet("ONBOARDING_SHEET_ID not set") }),
            services: BucketServices(
                calendar: calendar, transport: transport, logger: Logger("test", sink: log, time: calendar)))
        let directory = BucketDirectory(logger: .silent)
        #expect(directory.register(bucket) && !directory.register(bucket))
        let results = await directory.loadAtStartup()
        #expect(results.map(\.outcome) == [.skipped("ONBOARDING_SHEET_ID not set")])
        #expect(await directory.loadAtStartup() == results)
        #expect(await bucket.snapshot().consecutiveFailures == 0)
        await #expect(throws: BucketUnavailable.notSet("ONBOARDING_SHEET_ID not set")) { try await bucket.read() }
        #expect(await directory.snapshot(of: "nope").lastError == "unknown bucket: nope")
        let health = SheetsHealth(calendar: calendar)
        health.noteStartup(results)
        #expect(health.isWell)
    }

    @Test("the component turns bad after three failures and fifteen minutes, and good with any success")
    func health() async {
        let health = SheetsHealth(calendar: calendar)
        for _ in 0..<3 { health.note(.transient("down")) }
        #expect(health.isWell)
        #expect(health.lastError == .transient("down"))
        health.note(.cancelled)
        #expect(health.lastError == .transient("down"), "says nothing about the service")
        await calendar.set(by: .seconds(3600))
        #expect(health.isWell, "no time has passed")
        await calendar.set(by: .seconds(-7200))
        await calendar.advance(by: .seconds(901))
        #expect(!health.isWell)
        health.note(nil)
        #expect(health.isWell && health.lastError == nil)
    }

    @Test(
        "durations read as at most two units",
        arguments: [
            (90_061, "1d1h"), (61, "1m1s"), (3600, "1h"), (0, "0s"), (-5, "0s"), (604_800, "7d"), (86_405, "1d5s"),
        ])
    func durations(seconds: Int, text: String) {
        #expect(Duration.seconds(seconds).compact == text)
    }
}
