import Configuration
import Glibc
import HTTPClient
import Service
import Spreadsheets
import Synchronization

/// Opens the workbook that the environment names: a folder, or Google Sheets.
enum WorkbookSource {
    /// - Parameter registry: the settings in force; the addresses are taken from it once.
    /// - Throws: `House.NotStarted` if the credentials cannot be used.
    static func open(
        _ location: WorkbookLocation, _ registry: @escaping @Sendable () -> Registry, _ http: HTTPClient,
        _ metrics: Metrics, _ logger: Logger, _ surroundings: House.Surroundings
    ) throws(House.NotStarted) -> any Workbook {
        switch location {
        case .local(let folder):
            var status = stat()
            guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw House.NotStarted(description: "WORKBOOK: there is no folder \(folder)")
            }
            return LocalWorkbook(folder: folder, time: surroundings.transport)
        case .google(let credentials):
            let account: ServiceAccount
            do { account = try ServiceAccount(parsing: String(decoding: credentials, as: UTF8.self)) } catch {
                throw House.NotStarted(description: "GSPREAD_CREDENTIALS: \(error)")
            }
            return GoogleWorkbook(
                account: account, transport: http, options: options(registry, metrics, logger),
                transportTime: surroundings.transport, calendarTime: surroundings.calendar)
        }
    }

    private static func options(
        _ settings: @escaping @Sendable () -> Registry, _ metrics: Metrics, _ logger: Logger
    ) -> GoogleWorkbook.Options {
        let reporter = GoogleReporter(metrics: metrics, logger: logger)
        let registry = settings()
        return GoogleWorkbook.Options(
            addresses: .init(
                sheets: registry[\.core.googleSheetsBaseURL].withoutSlash,
                drive: registry[\.core.googleDriveBaseURL].withoutSlash, token: registry[\.core.googleTokenURL]),
            pace: { pace(settings()) },
            observer: { reporter.note($0) })
    }
}

extension WorkbookSource {
    private static func pace(_ registry: Registry) -> GoogleWorkbook.Pace {
        GoogleWorkbook.Pace(
            retries: RetryPolicy(
                attempts: registry[\.sheets.retryAttempts], base: .seconds(registry[\.sheets.retryBase]),
                factor: registry[\.sheets.retryFactor]),
            directoryTTL: registry.configCacheTTL, exportDelay: .milliseconds(registry[\.sheets.exportDelay]))
    }
}

/// Tells operators what passes between the program and Google: one line at the first call, one for each repetition, and
/// counters for all (sheets chapter, sections 7.2 and 15).
private final class GoogleReporter: Sendable {
    private let metrics: Metrics
    private let logger: Logger
    private let hasBegun = Mutex(false)

    init(metrics: Metrics, logger: Logger) {
        self.metrics = metrics
        self.logger = logger
    }

    func note(_ event: GoogleWorkbookEvent) {
        let isFirst = hasBegun.withLock { hasBegun in
            defer { hasBegun = true }
            return !hasBegun
        }
        if isFirst { logger.info("SheetsAsyncAdapter init (max_workers=\(GoogleWorkbook.Limits().parallelCalls))") }
        switch event {
        case .answered(let operation, let tail, let status, let duration):
            metrics.counter(
                "sheets_requests_total", help: "Requests to Google.",
                labels: ["operation": operation, "sheet": tail, "status": status.map { "\($0)" } ?? "none"]
            ).increment()
            metrics.histogram(
                "sheets_request_seconds", help: "Time from request to answer.", labels: ["sheet": tail]
            ).observe(duration)
        case .repeating(let operation, let tail, let attempt, let error, let pause):
            metrics.counter(
                "sheets_retries_total", help: "Requests to Google that were made again.",
                labels: ["sheet": tail, "class": error.kind]
            ).increment()
            logger.warning(
                "sheets: call failed, trying again",
                [
                    "operation": .string(operation), "sheet": .string(tail), "attempt": .int(attempt),
                    "delay_ms": .int(Int(pause / .milliseconds(1))),
                ], error: error)
        case .refused(let operation, let tail, let explanation):
            logger.warning(
                "sheets: request refused",
                ["operation": .string(operation), "sheet": .string(tail), "reason": .string(explanation)])
        }
    }
}

extension String {
    fileprivate var withoutSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
