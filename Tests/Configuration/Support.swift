import Configuration
import FoundationEssentials
import Service
import Spreadsheets
import Synchronization

/// A copy of the sample workbook in a folder of its own, removed at the end.
final class SampleFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("configuration-\(UUID())").path
        var url = URL(filePath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        try FileManager.default.copyItem(atPath: url.appending(path: "Demo/Workbook").path, toPath: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func put(_ text: String, into tab: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(tab).csv"))
    }

    func add(_ text: String, to tab: String) throws {
        let url = URL(filePath: "\(path)/\(tab).csv")
        try (Data(contentsOf: url) + Data(text.utf8)).write(to: url)
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: "\(path)/\(name)")
    }
}

/// Collects texts from anywhere.
final class Notes: Sendable {
    private let texts = Mutex<[String]>([])
    func add(_ text: String) { texts.withLock { $0.append(text) } }
    var all: [String] { texts.withLock { $0 } }
}

/// The configuration of a bot over a copy of the sample workbook.
struct SampleConfiguration {
    let folder: SampleFolder
    let log = LogMemory()
    let alerts = Notes()
    let calendar = ManualTime(start: Timestamp(milliseconds: 1_773_648_000_000))
    let service: ConfigurationService

    init(_ environment: [String: String] = [:]) throws {
        folder = try SampleFolder()
        let all = ["DISCORD_TOKEN": "token", "WORKBOOK": "local:\(folder.path)"].merging(environment) { $1 }
        service = ConfigurationService(
            environment: all,
            services: ConfigurationService.Services(
                workbook: LocalWorkbook(folder: folder.path), calendar: calendar, transport: TransportTime(),
                logger: Logger("test", sink: log, time: calendar), alert: { [alerts] in alerts.add($0) }))
    }
}

/// A workbook without spreadsheets.
struct NoWorkbook: Workbook {
    private func none() throws(WorkbookError) -> Never { throw .spreadsheetNotSet("none") }
    func read(_: [CellRange], of: SpreadsheetKey, _: CallContext) async throws(WorkbookError) -> [CellBlock] {
        try none()
    }
    func write(_: [CellWrite], to: SpreadsheetKey, _: CallContext) async throws(WorkbookError) { try none() }
    func append(
        _: [CellValue], to: CellRange, of: SpreadsheetKey, _: CallContext
    ) async throws(WorkbookError) -> Int { try none() }
    func directory(of: SpreadsheetKey, _: CallContext) async throws(WorkbookError) -> SpreadsheetInfo { try none() }
    func deleteRows(
        _: Set<Int>, of: String, in: SpreadsheetKey, _: CallContext
    ) async throws(WorkbookError) { try none() }
    func export(_: CellRange, of: SpreadsheetKey, _: CallContext) async throws(WorkbookError) -> [UInt8] { try none() }
    func tail(of spreadsheet: SpreadsheetKey) -> String { spreadsheet.tail }
}
