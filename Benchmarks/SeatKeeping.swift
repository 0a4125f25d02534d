import Books
import Cluster
import Configuration
import Glibc
import Journal
import Service
import Spreadsheets

extension Benchmark {
    /// The seats of 60 clans, computed from a ledger of 5,000 rows of which 300 hold a seat: one clan after the other, as
    /// events do, and all at once, as after a load of the roster. Each time every clan's numbers have to change. The
    /// reference is reading the two tabs.
    static let seats = Benchmark("seats") {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let desk = try await SeatDesk(folder.path)
        let clans = try await desk.clans()
        guard clans.count == SeatDesk.clans else { throw SeatDesk.Unfit(description: "\(clans.count) clans") }

        let reads = try await Stopwatch.rate(of: 10) {
            for _ in 0..<10 { try await desk.read() }
        }
        let alone = try await Stopwatch.rate(of: clans.count) {
            try await desk.spoil()
            for tag in clans { _ = try await desk.book.recompute(tag) }
        }
        let together = try await Stopwatch.rate(of: clans.count) {
            try await desk.spoil()
            guard await desk.book.repairDrift().count == clans.count else {
                throw SeatDesk.Unfit(description: "not every clan was put right")
            }
            await desk.isSettled()
        }
        let reading = Measurement.Reference(name: "reading both tabs", figure: 1000 / reads)
        await desk.close()
        return [
            Measurement("seats.recompute-one-clan", 1000 / alone, "ms", against: reading),
            Measurement("seats.recompute-60-clans", 60_000 / together, "ms", against: reading),
        ]
    }
}

/// A workbook with many clans and reservations, and the book that keeps it.
private final class SeatDesk: Sendable {
    static let clans = 60
    private static let reservations = 5000
    private static let key = SpreadsheetKey("recruitment")
    /// Column AF, which every computation has to write anew.
    private static let openSpots = Column(31)

    struct Unfit: Error, CustomStringConvertible { var description: String }

    let book: SeatBook
    private let workbook: LocalWorkbook
    private let journal: Journal
    private let pending: Awaitable<Int>

    init(_ folder: String) async throws {
        mkdir("\(folder)/recruitment", 0o700)
        mkdir("\(folder)/state", 0o700)
        try Self.write(Self.roster, to: "\(folder)/recruitment/bot_info.csv")
        try Self.write(Self.ledger, to: "\(folder)/recruitment/Reservations.csv")
        let (calendar, transport) = (CalendarTime(), TransportTime())
        workbook = LocalWorkbook(folder: folder)
        let configuration = ConfigurationService(
            environment: ["DISCORD_TOKEN": "bench", "WORKBOOK": "local:\(folder)"],
            services: .init(workbook: workbook, calendar: calendar, transport: transport, logger: .silent))
        journal = try await Journal.open(directory: "\(folder)/state", time: calendar, logger: .silent)
        let pending = Awaitable(0)
        self.pending = pending
        let listener: @Sendable (Outbox.Notice) async -> Void = { notice in
            pending.withLock { count in
                switch notice {
                case .recorded: count += 1
                case .settled: count -= 1
                }
            }
        }
        let tables = SeatBook.tables(configuration, .silent)
        let outbox = Outbox(
            .init(journal: journal, workbook: workbook, calendar: calendar, transport: transport, logger: .silent),
            tables: tables, listeners: Dictionary(tables.map { ($0.name, listener) }) { first, _ in first })
        await outbox.start()
        let roster = Roster(
            configuration: configuration, outbox: outbox,
            services: BucketServices(calendar: calendar, transport: transport, logger: .silent), logger: .silent)
        book = SeatBook(
            .init(
                outbox: outbox, configuration: configuration, roster: roster, calendar: calendar, logger: .silent,
                memberName: { _ in nil }, activity: ActivityCounter()))
    }

    /// The tags of all clans.
    func clans() async throws -> [ClanTag] { try await book.clans().clans.map(\.tag) }

    /// Reads both tabs as text.
    func read() async throws {
        let ranges = [CellRange(tab: "bot_info"), CellRange(tab: "Reservations")]
        keep(try await workbook.read(ranges, of: Self.key, .interactive))
    }

    /// Makes every clan's numbers wrong.
    func spoil() async throws {
        let writes = (0..<Self.clans).map { index in
            CellWrite(tab: "bot_info", column: Self.openSpots, row: index + 4, value: .text("wrong"))
        }
        try await workbook.write(writes, to: Self.key, .interactive)
    }

    /// Returns once everything is written.
    func isSettled() async { await pending.until { $0 == 0 } }

    func close() async {
        await book.stop()
        await journal.close()
    }

    private static var roster: String {
        let blank = Array(repeating: "", count: 29).joined(separator: ",")
        var text = "Roster\r\n\r\nRank,Clan,Tag,Level,Spots,\(blank)\r\n"
        for clan in 0..<clans { text += "\(clan),Clan \(clan),T\(clan),20,\(clan % 9),\(blank)\r\n" }
        return text
    }

    private static var ledger: String {
        var text = ReservationLedger.headers.joined(separator: ",") + "\r\n"
        for row in 0..<reservations {
            let status = row % (reservations / 300) == 0 ? "active" : "closed_same_clan"
            let created = UTCTime(secondsSince1970: 1_760_000_000 + row * 60)
            text += "9000000000000\(10_000 + row),9100000000000\(10_000 + row),351,T\(row % clans),2026-03-20,"
            text += "\(created),\(status),,Recruit \(row)\r\n"
        }
        return text
    }

    private static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw Unfit(description: "no file \(path)") }
        defer { fclose(file) }
        fputs(text, file)
    }
}
