import Books
import Cluster
import Configuration
import HTTPClient
import Journal
import Service
import Spreadsheets
import Synchronization
import TestTools

/// Twenty recruiters who hold, extend, release, expire and settle seats at the same time, until `COUNT` operations are
/// done or the process is killed.
///
/// Beyond what ``OutboxWriter`` knows: `NOW` what the calendar shows, in milliseconds, `FIRST` the number of the first
/// operation, `SEED` what chance begins with, and `TRUSTS` = `1` to leave the numbers as they are found at the start
/// instead of repairing them.
struct SeatKeeper {
    static let recruiters = 20

    private let surroundings: Surroundings

    init(_ surroundings: Surroundings) { self.surroundings = surroundings }

    func work() async throws {
        let calendar = HurriedCalendar(start: Timestamp(milliseconds: Int64(surroundings.number("NOW"))))
        let transport = TransportTime()
        let workbook = GatheringWorkbook(try surroundings.google(), time: transport)
        let configuration = ConfigurationService(
            environment: [
                "DISCORD_TOKEN": "t", "RECRUITMENT_SHEET_ID": "recruitment",
                "GOOGLE_SERVICE_ACCOUNT_JSON": surroundings["CREDENTIALS"],
            ],
            services: .init(workbook: workbook, calendar: calendar, transport: transport, logger: .silent))
        await configuration.loadSheets()
        let journal = try await surroundings.journal()
        let pending = PendingEntries()
        let tables = SeatBook.tables(configuration, .silent)
        let outbox = Outbox(
            .init(journal: journal, workbook: workbook, calendar: calendar, transport: transport, logger: .silent),
            tables: tables, options: Self.options,
            listeners: Dictionary(tables.map { ($0.name, pending.listener) }) { first, _ in first })
        let roster = Roster(
            configuration: configuration, outbox: outbox,
            services: BucketServices(calendar: calendar, transport: transport, logger: .silent), logger: .silent)
        let book = SeatBook(
            .init(
                outbox: outbox, configuration: configuration, roster: roster, calendar: calendar, logger: .silent,
                memberName: { _ in nil }, activity: ActivityCounter()))
        Surroundings.say("loaded")
        await outbox.start()
        if surroundings["DRAIN"] == "1" { await pending.areSettled() }
        if surroundings["TRUSTS"] != "1" { await book.repairDrift() }
        if surroundings["DRAIN"] != "1" {
            Surroundings.say("ready")
            await play(book)
            try await settle(book, transport)
        }
        await pending.areSettled()
        await book.stop()
        await journal.close()
    }

    private static var options: Outbox.Options {
        var options = Outbox.Options()
        options.patience = .seconds(5)
        options.settlingTime = .milliseconds(1500)
        options.attemptLimit = .seconds(1)
        options.firstPause = .milliseconds(20)
        options.longestPause = .seconds(1)
        return options
    }

    private func play(_ book: SeatBook) async {
        let count = surroundings.number("COUNT")
        let first = surroundings.number("FIRST")
        let operations = Operations(first..<(first + count))
        let seed = UInt64(surroundings.number("SEED"))
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<Self.recruiters {
                group.addTask {
                    var recruiter = SeatRecruiter(number, book, SplitMix(seed: seed &* 1000 &+ UInt64(number)))
                    while let operation = operations.next() { await recruiter.play(operation) }
                }
            }
        }
    }

    /// Waits until no clan is left whose numbers are to be tried again.
    private func settle(_ book: SeatBook, _ transport: TransportTime) async throws {
        Surroundings.say("finished")
        while await book.summary.pending > 0 { try await transport.sleep(for: .milliseconds(10)) }
    }
}

/// Hands out the numbers of operations.
private final class Operations: Sendable {
    private let left: Mutex<Range<Int>>

    init(_ numbers: Range<Int>) { left = Mutex(numbers) }

    func next() -> Int? { left.withLock { $0.popFirst() } }
}

/// A calendar that begins at a given time, and whose pauses pass ten times as fast.
private struct HurriedCalendar: TimeSource {
    private let base = TransportTime()
    private let offset: Duration

    init(start: Timestamp) { offset = start.sinceOrigin - base.now.sinceOrigin }

    var now: Timestamp { base.now + offset }

    func sleep(until deadline: Timestamp) async throws { try await base.sleep(until: deadline - offset) }

    func sleep(for duration: Duration) async throws { try await base.sleep(for: duration / 10) }
}
