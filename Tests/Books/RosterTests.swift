import Books
import Cluster
import Configuration
import FoundationEssentials
import Journal
import Service
import Spreadsheets
import Testing

/// A copy of the sample workbook in a folder of its own, removed at the end.
final class SampleFolder: Sendable {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("roster-\(UUID())").path

    init() throws {
        var url = URL(filePath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        try FileManager.default.copyItem(atPath: url.appending(path: "Demo/Workbook").path, toPath: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var roster: URL { URL(filePath: "\(path)/recruitment/bot_info.csv") }
}

@Suite("Roster", .timeLimit(.minutes(1)))
struct RosterTests {
    @Test(
        "while its file is unusable the clans of before are served, and the new ones as soon as it is mended",
        arguments: ["half written", "empty", "gone"])
    func fault(kind: String) async throws {
        let folder = try SampleFolder()
        let (calendar, log) = (ManualTime(start: Timestamp(milliseconds: 1_773_648_000_000)), LogMemory())
        let logger = Logger("test", sink: log, time: calendar)
        let configuration = ConfigurationService(
            environment: ["DISCORD_TOKEN": "t", "WORKBOOK": "local:\(folder.path)"],
            services: .init(
                workbook: LocalWorkbook(folder: folder.path), calendar: calendar, transport: TransportTime(),
                logger: .silent))
        let state = TemporaryStateFolder()
        let journal = try await Journal.open(directory: state.path, time: calendar, logger: .silent)
        let outbox = Outbox(
            .init(
                journal: journal, workbook: configuration.workbook, calendar: calendar, transport: TransportTime(),
                logger: .silent), tables: SeatBook.tables(configuration, .silent))
        let roster = Roster(
            configuration: configuration, outbox: outbox,
            services: BucketServices(calendar: calendar, transport: TransportTime(), logger: logger), logger: logger)
        let before = try await roster.clans().clans.map(\.tag)
        #expect(before.count > 10)

        let whole = try Data(contentsOf: folder.roster)
        switch kind {
        case "half written": try (whole + Data("\r\n15,\"Half a na".utf8)).write(to: folder.roster)
        case "empty": try Data().write(to: folder.roster)
        default: try FileManager.default.removeItem(at: folder.roster)
        }
        let failed = await roster.bucket.refresh(.scheduler)
        #expect(!failed.isOK, "\(failed.outcome)")
        #expect(try await roster.clans().clans.map(\.tag) == before)

        try whole.write(to: folder.roster)
        await calendar.waitForSleepers(1)
        await calendar.advance(by: .seconds(300))
        _ = await log.first { $0.message.contains("result=ok retries=1") }
        #expect(await roster.bucket.snapshot().lastResult == .retryOK)
        #expect(try await roster.clans().clans.map(\.tag) == before)
        await journal.close()
    }
}
