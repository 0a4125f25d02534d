import Books
import Configuration
import Glibc
import Service
import Spreadsheets

extension Benchmark {
    /// A refresh of a tab with 5,000 rows and 13 columns through its bucket, from the file to rows that readers see. The
    /// reference is reading the same tab as text.
    static let tabRefresh = Benchmark("refresh") {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        try writeTemplates(rows: 5000, into: folder.path)
        let (calendar, transport) = (CalendarTime(), TransportTime())
        let workbook = LocalWorkbook(folder: folder.path)
        let configuration = ConfigurationService(
            environment: ["DISCORD_TOKEN": "bench", "WORKBOOK": "local:\(folder.path)"],
            services: .init(workbook: workbook, calendar: calendar, transport: transport, logger: .silent))
        let tables = StaffTables(
            configuration: configuration,
            services: BucketServices(calendar: calendar, transport: transport, logger: .silent), logger: .silent)
        let first = await tables.templates.refresh(.startup)
        guard first.snapshot.itemCount == 5000 else { throw BenchmarkFailure("\(first.outcome)") }

        let refreshes = await Stopwatch.rate(of: 5) {
            for _ in 0..<5 { _ = await tables.templates.refresh(.startup) }
        }
        let range = CellRange(tab: "WelcomeTemplates")
        let reads = try await Stopwatch.rate(of: 5) {
            for _ in 0..<5 { _ = try await workbook.read(range, of: SpreadsheetKey("recruitment"), .load) }
        }
        return [
            Measurement(
                "refresh.5,000-rows", 1000 / refreshes, "ms", against: .init(name: "reading", figure: 1000 / reads))
        ]
    }

    private struct BenchmarkFailure: Error, CustomStringConvertible {
        var description: String
        init(_ description: String) { self.description = description }
    }

    private static func writeTemplates(rows: Int, into folder: String) throws {
        mkdir("\(folder)/recruitment", 0o700)
        guard let file = fopen("\(folder)/recruitment/WelcomeTemplates.csv", "w") else {
            throw BenchmarkFailure("no file in \(folder)")
        }
        defer { fclose(file) }
        fputs("TAG,TITLE,BODY,FOOTER,TARGET_CHANNEL_ID,CREST_URL,PING_USER,ACTIVE,CLAN,CLANLEAD,DEPUTIES,X,Y\r\n", file)
        for row in 0..<rows {
            let body = "\"Hi {MENTION}, glad you made it to **{CLAN}**, row \(row).\""
            fputs("T\(row),Welcome,\(body),See you,,,Y,Y,Clan \(row),Maelle,\"Oskar, Ysolde\",,\r\n", file)
        }
    }
}
