import Books
import Cluster
import Configuration
import FoundationEssentials
import Journal
import Service
import Spreadsheets
import Synchronization
import TestTools
import Testing

/// The sample workbook's seats, with everything that the book works with.
final class SeatFixture: Sendable {
    let folder: SampleFolder
    let state = TemporaryStateFolder()
    let log = LogMemory()
    let calendar = ManualTime(start: Timestamp(milliseconds: 1_773_648_000_000))
    let workbook: FailingWorkbook
    let configuration: ConfigurationService
    let roster: Roster
    let journal: Journal
    let outbox: Outbox
    let book: SeatBook
    /// What was said in the log channel.
    let alerts: Awaitable<[String]>
    /// How Discord answers who asks for names.
    let discord: Awaitable<Discord>

    enum Discord { case quick, slowOnce, isAsked }

    init() async throws {
        folder = try SampleFolder()
        workbook = FailingWorkbook(LocalWorkbook(folder: folder.path))
        let logger = Logger("test", sink: log, time: calendar)
        let transport = TransportTime()
        configuration = ConfigurationService(
            environment: ["DISCORD_TOKEN": "t", "WORKBOOK": "local:\(folder.path)"],
            services: .init(workbook: workbook, calendar: calendar, transport: transport, logger: .silent))
        await configuration.loadSheets()
        journal = try await Journal.open(directory: state.path, time: calendar, logger: .silent)
        var options = Outbox.Options()
        options.firstPause = .milliseconds(10)
        options.settlingTime = .milliseconds(30)
        options.patience = .milliseconds(1300)
        let (late, alerts) = (Late(), Awaitable<[String]>([]))
        let discord = Awaitable(Discord.quick)
        (self.alerts, self.discord) = (alerts, discord)
        outbox = Outbox(
            .init(journal: journal, workbook: workbook, calendar: calendar, transport: transport, logger: logger),
            tables: SeatBook.tables(configuration, logger), options: options,
            listeners: [SeatBook.ledgerName: { await late.book?.hear($0) }])
        await outbox.start()
        roster = Roster(
            configuration: configuration, outbox: outbox,
            services: BucketServices(calendar: calendar, transport: transport, logger: logger), logger: .silent)
        book = SeatBook(
            .init(
                outbox: outbox, configuration: configuration, roster: roster, calendar: calendar, logger: logger,
                memberName: { $0 == 7001 ? "Ann" : nil },
                resolveMembers: { _ in
                    let waits = discord.withLock { discord in
                        defer { if discord == .slowOnce { discord = .isAsked } }
                        return discord == .slowOnce
                    }
                    if waits { await discord.until { $0 == .quick } }
                },
                alert: { text in alerts.withLock { $0.append(text) } }, activity: ActivityCounter()))
        late.set(book)
    }

    /// The book, for an outbox that exists before it.
    private final class Late: Sendable {
        private let state = Mutex<SeatBook?>(nil)
        var book: SeatBook? { state.withLock { $0 } }
        func set(_ book: SeatBook) { state.withLock { $0 = book } }
    }

    static func run(_ body: (SeatFixture) async throws -> Void) async throws {
        let fixture = try await SeatFixture()
        do { try await body(fixture) } catch { Issue.record(error) }
        await fixture.book.stop()
        _ = await fixture.outbox.finish(since: TransportTime().now - .seconds(30))
        await fixture.journal.close()
    }

    func reservation(_ tag: String, user: UInt64 = 7001, thread: UInt64 = 9001, notes: String = "") -> NewReservation {
        NewReservation(
            threadID: thread, ticketUserID: user, recruiterID: 351, clanLabel: tag, reservedUntil: book.today + 3,
            createdAt: book.now, notes: notes, username: user == 7001 ? "Ann" : nil)
    }

    /// Rows of a tab of the recruitment spreadsheet.
    func rows(_ tab: String) async throws -> [[String]] {
        try await LocalWorkbook(folder: folder.path)
            .read(CellRange(tab: tab), of: SpreadsheetKey("recruitment"), .interactive).rows
    }

    /// E, AF, AG, AH and AI of a clan.
    func seats(_ tag: String) async throws -> [String] {
        let row = try #require(try await rows("bot_info").first { $0.count > 2 && $0[2] == tag })
        return [4, 31, 32, 33, 34].map { row.indices.contains($0) ? row[$0] : "" }
    }

    /// Puts rows in place of a whole tab.
    func put(_ rows: [[String]], tab: String) throws {
        let cell = { (text: String) in
            text.contains { ",\"\n".contains($0) } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
        }
        let text = rows.map { $0.map(cell).joined(separator: ",") }.joined(separator: "\n") + "\n"
        try Data(text.utf8).write(to: URL(filePath: "\(folder.path)/recruitment/\(tab).csv"))
    }

    func write(_ text: String, tab: String = "bot_info", row: Int, column: Int) async throws {
        try await LocalWorkbook(folder: folder.path).write(
            [CellWrite(tab: tab, column: Column(column), row: row, value: .text(text))],
            to: SpreadsheetKey("recruitment"), .interactive)
    }
}

/// A folder for a journal, removed at the end.
final class TemporaryStateFolder: Sendable {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("seats-\(UUID())").path
    init() { try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite("Seat book", .timeLimit(.minutes(1)))
struct SeatBookTests {
    private static let briar = ClanTag("WKBR")!

    @Test("a reservation is a row of nine texts, and the clan's numbers follow; what people keep stays as it is")
    func reserve() async throws {
        try await SeatFixture.run { fixture in
            let before = try await fixture.seats("WKBR")
            let count = try await fixture.rows("Reservations").count
            #expect(before == ["2", "1", "1", "1", "1 -> Brindlefox"])
            let saved = try await fixture.book.reserve(fixture.reservation("WKBR"), cause: "message:1")
            #expect(saved == .saved(row: count + 1))
            let row = try #require(try await fixture.rows("Reservations").last)
            #expect(
                row.prefix(9) == [
                    "9001", "7001", "351", "WKBR", "2026-03-19", "2026-03-16T08:00:00+00:00", "active", "", "Ann",
                ])
            let (clan, update) = try await fixture.book.recompute(Self.briar)
            #expect(clan[.openSpots] == "1" && update.availability.openSpots == 0)
            #expect(try await fixture.seats("WKBR") == ["2", "0", "1", "2", "2 -> Brindlefox, Ann"])
            // Panels see it at once.
            #expect(try await fixture.roster.clans()[Self.briar]?.openSpots == 0)
        }
    }

    @Test("the same event delivered twice holds one seat, and a second hold of the recruit is refused")
    func once() async throws {
        try await SeatFixture.run { fixture in
            let wish = fixture.reservation("WKBR")
            _ = try await fixture.book.reserve(wish, cause: "message:1")
            let count = try await fixture.rows("Reservations").count
            #expect(try await fixture.book.reserve(wish, cause: "message:1") == .recorded)
            let other = fixture.reservation("WKCT", thread: 9002)
            guard case .blocked(.duplicate(let hold)) = try await fixture.book.reserve(other, cause: "message:2") else {
                Issue.record("not refused")
                return
            }
            #expect(hold.clanLabel == "WKBR")
            #expect(try await fixture.rows("Reservations").count == count)
        }
    }

    @Test("two recruiters who take the last seat at the same moment end with one hold and one question for a reason")
    func lastSeat() async throws {
        try await SeatFixture.run { fixture in
            async let first = fixture.book.reserve(fixture.reservation("WKBR", user: 7001, thread: 1), cause: "a")
            async let second = fixture.book.reserve(fixture.reservation("WKBR", user: 7002, thread: 2), cause: "b")
            let outcomes = [try await first, try await second]
            #expect(outcomes.count { if case .saved = $0 { true } else { false } } == 1)
            #expect(outcomes.contains(.blocked(.reasonRequired)))
        }
    }

    @Test("while the sheet does not answer, a seat for another recruit in another clan is recorded at once")
    func sideBySide() async throws {
        try await SeatFixture.run { fixture in
            fixture.workbook.gate.withLock { $0 = false }
            let isFirstOver = Awaitable(false)
            let first = Task {
                defer { isFirstOver.withLock { $0 = true } }
                return try await fixture.book.reserve(fixture.reservation("WKBR"), cause: "message:1")
            }
            try await eventually("the first is recorded") { fixture.outbox.summary.pending == 1 }
            let wish = fixture.reservation("WKCT", user: 7002, thread: 9002)
            let second = Task { try await fixture.book.reserve(wish, cause: "message:2") }
            try await eventually("both are recorded") { fixture.outbox.summary.pending == 2 }
            #expect(!isFirstOver.withLock { $0 })
            fixture.workbook.gate.withLock { $0 = true }
            _ = (await first.result, await second.result)
        }
    }

    @Test("while Discord is slow to name a recruit, the clan's seats can be computed for others")
    func slowNames() async throws {
        try await SeatFixture.run { fixture in
            _ = try await fixture.book.reserve(fixture.reservation("WKBR"), cause: "message:1")
            fixture.discord.withLock { $0 = .slowOnce }
            let first = Task { try await fixture.book.recompute(Self.briar) }
            await fixture.discord.until { $0 == .isAsked }
            let second = Task { try await fixture.book.recompute(Self.briar) }
            try await eventually("the second is done") {
                try await fixture.seats("WKBR") == ["2", "0", "1", "2", "2 -> Brindlefox, Ann"]
            }
            fixture.discord.withLock { $0 = .quick }
            _ = (await first.result, await second.result)
        }
    }

    @Test("an append that was stored although its answer was lost leaves one row")
    func ambiguous() async throws {
        try await SeatFixture.run { fixture in
            let count = try await fixture.rows("Reservations").count
            fixture.workbook.fail(.append, .ambiguous("connection lost"), isApplied: true)
            _ = try await fixture.book.reserve(fixture.reservation("WKBR"), cause: "message:1")
            #expect(try await fixture.rows("Reservations").count == count + 1)
        }
    }

    @Test("a changed hold is found wherever its row went; one that a person ended is left alone")
    func moved() async throws {
        try await SeatFixture.run { fixture in
            let holds = try await fixture.book.ledger().holds
            let hold = try #require(holds.first { $0.clanLabel == "WKBR" })
            var rows = try await fixture.rows("Reservations")
            // A person moves the row to the end.
            rows.append(rows.remove(at: hold.sheetRow - 1))
            try fixture.put(rows, tab: "Reservations")
            let day = fixture.book.today + 9
            let extended = try await fixture.book.change(hold, by: .extend(until: day), cause: "message:1")
            #expect(!extended.isRecorded && extended.reservation.reservedUntil == day)
            #expect(try await fixture.rows("Reservations").last?[4] == "2026-03-25")
            try await fixture.book.change(hold, by: .release, cause: "message:2")
            #expect(try await fixture.rows("Reservations").last?[6] == "released")
            await #expect(throws: SeatFailure.self) {
                try await fixture.book.change(hold, by: .release, cause: "message:3")
            }
            await #expect(throws: SeatFailure.self) {
                try await fixture.book.change(hold, by: .extend(until: day), cause: "message:4")
            }
            #expect(try await fixture.rows("Reservations").last?[6] == "released")
        }
    }

    @Test("a ledger with another header changes nothing, and says so to operators")
    func header() async throws {
        try await SeatFixture.run { fixture in
            try await fixture.write("clan", tab: "Reservations", row: 1, column: 3)
            let before = try await fixture.rows("Reservations")
            await #expect(throws: SeatFailure.self) {
                try await fixture.book.reserve(fixture.reservation("WKBR"), cause: "message:1")
            }
            #expect(try await fixture.rows("Reservations") == before)
            #expect(fixture.log.messages.contains("reservations header mismatch"))
            #expect(await fixture.book.repairDrift().isEmpty)
        }
    }

    @Test("numbers that differ from the ledger are put right in one request; those that agree are left alone")
    func drift() async throws {
        try await SeatFixture.run { fixture in
            _ = await fixture.book.repairDrift()
            try await fixture.write("77", row: 5, column: 31)
            try await fixture.write("nobody", row: 5, column: 34)
            let repaired = await fixture.book.repairDrift()
            #expect(repaired == [Self.briar])
            try await eventually("the row is right") {
                try await fixture.seats("WKBR") == ["2", "1", "1", "1", "1 -> Brindlefox"]
            }
            #expect(await fixture.book.repairDrift().isEmpty)
            let summary = await fixture.book.summary
            #expect(summary.lastRepair?.tags == [Self.briar])
        }
    }

    @Test("a row that is not listed keeps its cells although it bears the clan's tag and stands above it")
    func unlisted() async throws {
        try await SeatFixture.run { fixture in
            _ = await fixture.book.repairDrift()
            try await eventually("the outbox is empty") { fixture.outbox.summary.pending == 0 }
            var rows = try await fixture.rows("bot_info")
            rows.insert(["-", "Briar of old", "WKBR"] + Array(repeating: "", count: 32), at: 3)
            try fixture.put(rows, tab: "bot_info")
            _ = try await fixture.book.reserve(fixture.reservation("WKBR"), cause: "message:1")
            try await fixture.book.recompute(Self.briar)
            let after = try await fixture.rows("bot_info")
            #expect(after[3] == rows[3])
            let row = try #require(after.dropFirst(4).first { $0[2] == "WKBR" })
            #expect([row[31], row[33], row[34]] == ["0", "2", "2 -> Brindlefox, Ann"])
            #expect(await fixture.book.repairDrift().isEmpty)
        }
    }

    @Test("numbers that are computed while a load of the roster is under way stay after it")
    func duringLoad() async throws {
        try await SeatFixture.run { fixture in
            _ = await fixture.roster.bucket.refresh(.startup)
            fixture.workbook.holdNextRead()
            let load = Task { await fixture.roster.bucket.refresh(.scheduler) }
            await fixture.workbook.isHoldingRead()
            _ = try await fixture.book.reserve(fixture.reservation("WKBR"), cause: "message:1")
            try await fixture.book.recompute(Self.briar)
            fixture.workbook.releaseRead()
            #expect(await load.value.isOK)
            let clan = try #require(try await fixture.roster.clans()[Self.briar])
            #expect([clan[.openSpots], clan[.activeHolds], clan[.holdSummary]] == ["0", "2", "2 -> Brindlefox, Ann"])
            #expect(clan.openSpots == 0)
        }
    }

    @Test("numbers that are recorded and not written yet are in what a load of the roster brings")
    func overlay() async throws {
        try await SeatFixture.run { fixture in
            try await fixture.write("77", row: 5, column: 31)
            fixture.workbook.fail(.write, .transient("away"), times: .max)
            #expect(await fixture.book.repairDrift().contains(Self.briar))
            _ = await fixture.roster.bucket.refresh(.startup)
            #expect(try await fixture.roster.clans()[Self.briar]?.openSpots == 1)
            #expect(try await fixture.seats("WKBR")[1] == "77")
        }
    }

    @Test("where the second look finds the sheet right already, panels see what it says")
    func rightAlready() async throws {
        try await SeatFixture.run { fixture in
            _ = await fixture.book.repairDrift()
            try await eventually("the outbox is empty") { fixture.outbox.summary.pending == 0 }
            try await fixture.write("77", row: 5, column: 31)
            _ = await fixture.roster.bucket.refresh(.startup)
            #expect(try await fixture.roster.clans()[Self.briar]?.openSpots == 77)
            await fixture.book.prepareRepair()
            try await fixture.write("1", row: 5, column: 31)
            #expect(await fixture.book.repairDrift().isEmpty)
            #expect(try await fixture.roster.clans()[Self.briar]?.openSpots == 1)
        }
    }

    @Test("a computation that fails is tried again after 5, 30 and 120 seconds")
    func retry() async throws {
        try await SeatFixture.run { fixture in
            _ = await fixture.book.repairDrift()
            _ = try await fixture.book.reserve(fixture.reservation("WKBR"), cause: "message:1")
            fixture.workbook.fail(.read, .notFound("away"), times: 1)
            await #expect(throws: SeatFailure.self) { try await fixture.book.recompute(Self.briar) }
            #expect(await fixture.book.summary.pending == 1)
            await fixture.calendar.waitForSleepers(1)
            await fixture.calendar.advance(by: .seconds(5))
            try await eventually("the numbers are right") {
                try await fixture.seats("WKBR") == ["2", "0", "1", "2", "2 -> Brindlefox, Ann"]
            }
            try await eventually("nothing is pending") { await fixture.book.summary.pending == 0 }
            #expect(await fixture.book.summary.retries == 1)
        }
    }

    @Test("numbers that counted a change which was then withdrawn are put right")
    func withdrawn() async throws {
        try await SeatFixture.run { fixture in
            _ = await fixture.book.repairDrift()
            try await eventually("the outbox is empty") { fixture.outbox.summary.pending == 0 }
            let hold = try #require(try await fixture.book.ledger().holds.first { $0.clanLabel == "WKBR" })
            fixture.workbook.fail(.write, .transient("away"), times: .max)
            let release = Task { try await fixture.book.change(hold, by: .release, cause: "message:1") }
            try await eventually("the release is recorded") { fixture.outbox.summary.pending == 1 }
            let count = Task { try await fixture.book.recompute(Self.briar) }
            try await eventually("the numbers are recorded") { fixture.outbox.summary.pending == 2 }
            await #expect(throws: SeatFailure.self) { try await release.value }
            fixture.workbook.recover()
            _ = await count.result
            try await eventually("both are settled") { fixture.outbox.summary.pending == 0 }
            await fixture.calendar.waitForSleepers(1)
            await fixture.calendar.advance(by: .seconds(5))
            try await eventually("the hold counts again") {
                try await fixture.seats("WKBR") == ["2", "1", "1", "1", "1 -> Brindlefox"]
            }
            try await eventually("nothing is pending") { await fixture.book.summary.pending == 0 }
            // Who released was told; nobody else need hear of it.
            #expect(fixture.alerts.withLock { $0 }.isEmpty)
        }
    }

    @Test("a change of which nobody can tell is recorded; where it is not made after all, operators hear of it")
    func recordedInVain() async throws {
        try await SeatFixture.run { fixture in
            _ = await fixture.book.repairDrift()
            try await eventually("the outbox is empty") { fixture.outbox.summary.pending == 0 }
            let hold = try #require(try await fixture.book.ledger().holds.first { $0.clanLabel == "WKBR" })
            fixture.workbook.fail(.write, .transient("away"), times: .max)
            let release = Task { try await fixture.book.change(hold, by: .release, cause: "message:1") }
            try await eventually("the release was tried") { fixture.outbox.summary.retries > 0 }
            fixture.workbook.fail(.read, .transient("away"), times: .max)
            let changed = try await release.value
            #expect(changed.isRecorded && changed.reservation.status == .released)
            // Meanwhile a person ends the hold in another way.
            try await fixture.write("on hold", tab: "Reservations", row: hold.sheetRow, column: 6)
            fixture.workbook.recover()
            await fixture.alerts.until { !$0.isEmpty }
            let alert = try #require(fixture.alerts.withLock { $0 }.first)
            #expect(alert.contains("clan=WKBR • recruit=<@900000000000000302> • ticket=<#900000000000000402>"))
            #expect(alert.contains("change=status released • reason=status of row 2 was changed by hand"))
            try await eventually("the clan is to be computed again") { await fixture.book.summary.pending > 0 }
            await fixture.calendar.waitForSleepers(1)
            await fixture.calendar.advance(by: .seconds(5))
            try await eventually("the hold does not count") {
                try await fixture.seats("WKBR") == ["2", "2", "1", "0", ""]
            }
        }
    }
}
