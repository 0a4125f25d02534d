import FoundationEssentials
import HTTPClient
import JSON
import Service
import SheetsSimulator
import Spreadsheets
import Testing

/// The real workbook client against the simulated Google, over loopback.
@Suite("Simulated Google", .timeLimit(.minutes(2)))
struct SheetsSimulatorTests {
    private let id = SpreadsheetKey("1recruitment")

    @Test("every tab of the sample reads as it does from the folder")
    func parity() async throws {
        try await Office.open { office in
            for (id, folder) in office.spreadsheets {
                let (key, local) = (SpreadsheetKey(id), SpreadsheetKey(folder))
                let tabs = try await office.google.directory(of: key, .load).tabs
                let ranges = tabs.map { CellRange(tab: $0.title) }
                let read = try await office.google.read(ranges, of: key, .load)
                let expected = try await office.local.read(ranges, of: local, .load)
                #expect(read == expected)
                #expect(!tabs.isEmpty)
            }
        }
    }

    @Test(
        "ranges of every form read alike",
        arguments: ["bot_info!A3:C4", "bot_info!C:C", "bot_info!A20:D", "FeatureToggles!1:1", "bot_info!E24"])
    func ranges(text: String) async throws {
        try await Office.open { office in
            let range = try #require(CellRange(a1: text))
            let read = try await office.google.read(range, of: id, .load)
            let expected = try await office.local.read(range, of: SpreadsheetKey("recruitment"), .load)
            #expect(read == expected)
            #expect(!read.rows.isEmpty)
        }
    }

    @Test("texts stay texts, whatever they begin with, and numbers are shown as numbers")
    func write() async throws {
        let texts = ["=1+1", "+41", "-3", "@sum", "007", "1e5", "123456789012345678", "a \"b\"\nc", "💙"]
        try await Office.open { office in
            let writes = texts.enumerated().map {
                CellWrite(tab: "Reservations", column: Column($0.offset), row: 40, value: .text($0.element))
            }
            let number = CellWrite(tab: "Reservations", column: Column(texts.count), row: 40, value: .number(2.5))
            try await office.google.write(writes + [number], to: id, .load)
            let row = try await office.google.read(CellRange(tab: "Reservations", .rows(40...40)), of: id, .load)
            #expect(row.rows == [texts + ["2.5"]])
        }
    }

    @Test("an append goes below the table, and deleted rows are gone")
    func appendAndDelete() async throws {
        try await Office.open { office in
            let range = try #require(CellRange(a1: "Reservations!A1:I1"))
            let before = try await office.google.read(CellRange(tab: "Reservations"), of: id, .load)
            let row = try await office.google.append([.text("x"), .text("y")], to: range, of: id, .load)
            #expect(row == before.lastRow + 1)
            try await office.google.deleteRows([2, 3, row], of: "Reservations", in: id, .load)
            let after = try await office.google.read(CellRange(tab: "Reservations"), of: id, .load)
            #expect(after.rows == [before.rows[0]] + before.rows.dropFirst(3))
        }
    }

    // MARK: Faults

    @Test(
        "reads recover from every fault",
        arguments: [
            .status(429), .status(500), .status(503, retryAfter: 0), .lostBeforeApplying, .lostAfterApplying,
            .resetInBody, .appliedThenStatus(502),
        ] as [SheetsFault])
    func readFaults(fault: SheetsFault) async throws {
        try await Office.open { office in
            office.simulator.faults.fail("values.batchGet", times: 2, with: fault)
            let config = try await office.google.read(CellRange(tab: "Config"), of: id, .load)
            #expect(config.rows.count > 3)
            #expect(office.simulator.requests.matching("values.batchGet").count == 3)
        }
    }

    @Test(
        "an append whose answer is lost is reported as ambiguous, and is there once",
        arguments: [.lostAfterApplying, .resetInBody, .appliedThenStatus(500)] as [SheetsFault])
    func ambiguousAppend(fault: SheetsFault) async throws {
        try await Office.open { office in
            office.simulator.faults.fail("values.append", with: fault)
            let error = await #expect(throws: WorkbookError.self) {
                try await office.google.append([.text("once")], to: CellRange(tab: "Reservations"), of: id, .load)
            }
            guard case .ambiguous? = error else { throw Unexpected("\(String(describing: error))") }
            let rows = try await office.google.read(CellRange(tab: "Reservations"), of: id, .load).rows
            #expect(rows.count { $0.first == "once" } == 1)
        }
    }

    @Test("a slow answer ends at the deadline")
    func slow() async throws {
        try await Office.open { office in
            office.simulator.faults.fail("values.batchGet", times: 9, with: .slow(.seconds(5)))
            let context = CallContext(priority: .interactive, deadline: .milliseconds(300))
            let error = await #expect(throws: WorkbookError.self) {
                try await office.google.read(CellRange(tab: "Config"), of: id, context)
            }
            guard case .transient? = error else { throw Unexpected("\(String(describing: error))") }
        }
    }

    // MARK: Access

    @Test("sharing decides: a viewer reads, nobody else does, and an unknown id is not found")
    func sharing() async throws {
        try await Office.open { office in
            let write = [CellWrite(tab: "Config", column: Column(5), row: 9, value: .text("x"))]
            office.simulator.sharing.share(id.text, as: .viewer)
            _ = try await office.google.read(CellRange(tab: "Config"), of: id, .load)
            let refused = await #expect(throws: WorkbookError.self) {
                try await office.google.write(write, to: id, .load)
            }
            #expect(refused?.kind == "sharing")
            office.simulator.sharing.share(id.text, as: .none)
            let hidden = await #expect(throws: WorkbookError.self) {
                try await office.google.read(CellRange(tab: "Config"), of: id, .load)
            }
            #expect(hidden?.kind == "sharing")
            let missing = await #expect(throws: WorkbookError.self) {
                try await office.google.read(CellRange(tab: "Config"), of: SpreadsheetKey("1nowhere"), .load)
            }
            #expect(missing?.kind == "not_found")
        }
    }

    @Test("a token that was revoked is replaced without anybody noticing")
    func revokedToken() async throws {
        try await Office.open { office in
            _ = try await office.google.read(CellRange(tab: "Config"), of: id, .load)
            office.simulator.revokeTokens()
            _ = try await office.google.read(CellRange(tab: "bot_info"), of: id, .load)
            #expect(office.simulator.requests.matching("token").count == 2)
        }
    }

    @Test("claims of another key, or of another hour, buy nothing")
    func refusedClaims() async throws {
        let stranger = try SheetsSimulator(folder: "/nowhere", spreadsheets: [:])
        try await Office.open(credentials: stranger.credentials) { office in
            let error = await #expect(throws: WorkbookError.self) {
                try await office.google.read(CellRange(tab: "Config"), of: id, .load)
            }
            #expect(error == .configuration("credentials refused: invalid_grant"))
        }
        let late = ManualTime(start: CalendarTime().now + .seconds(7200))
        try await Office.open(calendar: late) { office in
            let error = await #expect(throws: WorkbookError.self) {
                try await office.google.read(CellRange(tab: "Config"), of: id, .load)
            }
            #expect(error == .configuration("credentials refused: invalid_grant"))
        }
        await stranger.stop()
    }

    @Test("the quota of a minute is kept, and a missing tab is named")
    func limits() async throws {
        var options = SheetsSimulator.Options()
        options.readsPerMinute = 2
        try await Office.open(options: options) { office in
            let missing = await #expect(throws: WorkbookError.self) {
                try await office.google.read(CellRange(tab: "Nope"), of: id, .load)
            }
            // Two reads were spent on the range; the directory would be the third.
            #expect(missing?.kind == "quota")
        }
        try await Office.open { office in
            let missing = await #expect(throws: WorkbookError.self) {
                try await office.google.read(CellRange(tab: "Nope"), of: id, .load)
            }
            #expect(missing == .notFound("worksheet not found: Nope"))
        }
    }

    @Test("an export is a PDF of the range; a tab that is not there has no number")
    func export() async throws {
        try await Office.open { office in
            let range = try #require(CellRange(a1: "bot_info!A1:F12"))
            let document = try await office.google.export(range, of: id, .load)
            #expect(document.starts(with: "%PDF-1.4".utf8))
            #expect(String(decoding: document, as: UTF8.self).contains("(WKAS) Tj"))
            let other = try #require(CellRange(a1: "nowhere!A1:B2"))
            await #expect(throws: WorkbookError.notFound("missing_gid")) {
                try await office.google.export(other, of: id, .load)
            }
            office.simulator.sharing.share(id.text, as: .none)
            await #expect(throws: WorkbookError.sharing("auth_failure:status 403")) {
                try await office.google.export(range, of: id, .load)
            }
        }
    }
}

/// A simulated Google with a copy of the sample workbook, and a client of it.
private struct Office {
    let simulator: SheetsSimulator
    let google: GoogleWorkbook
    let local: LocalWorkbook
    let spreadsheets = ["1recruitment": "recruitment", "1onboarding": "onboarding", "1leagues": "leagues"]

    static func open(
        credentials: String? = nil, options: SheetsSimulator.Options = .init(),
        calendar: any TimeSource = CalendarTime(),
        _ body: (Office) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("office-\(UUID())").path
        try FileManager.default.copyItem(atPath: sample, toPath: folder)
        let http = HTTPClient()
        let simulator = try SheetsSimulator(
            folder: folder,
            spreadsheets: ["1recruitment": "recruitment", "1onboarding": "onboarding", "1leagues": "leagues"],
            options: options)
        let urls = try await simulator.start()
        let google = GoogleWorkbook(
            account: try ServiceAccount(parsing: credentials ?? simulator.credentials), transport: http,
            options: .init(
                addresses: .init(sheets: urls.sheets, drive: urls.drive, token: urls.token),
                pace: { .init(retries: RetryPolicy(attempts: 4, base: .milliseconds(5))) }), calendarTime: calendar)
        do {
            try await body(Office(simulator: simulator, google: google, local: LocalWorkbook(folder: folder)))
        } catch {
            Issue.record(error)
        }
        await simulator.stop()
        await http.shutdown()
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static let sample: String = {
        var url = URL(filePath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.appending(path: "Demo/Workbook").path
    }()
}

private struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
