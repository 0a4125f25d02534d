public import Service
import Spreadsheets
import Synchronization
import WebServer

/// A simulated Google: token exchange, Sheets v4 and exports on one port, over spreadsheets in a local folder.
///
/// ```swift
/// let simulator = try SheetsSimulator(folder: "Demo/Workbook", spreadsheets: ["recruitment-id": "recruitment"])
/// let urls = try await simulator.start()
/// // … a program that uses urls and simulator.credentials …
/// await simulator.stop()
/// ```
///
/// A client that works here works on Google: claims are verified, tokens run out, quotas are kept, errors are worded as
/// Google words them. Formulas are not computed, and of the structural changes only rows can be deleted.
///
/// Source: https://developers.google.com/workspace/sheets/api/reference/rest
public final class SheetsSimulator: Sendable {
    /// How a simulator behaves.
    public struct Options: Sendable {
        /// Reads that an account may make in a minute.
        public var readsPerMinute = 60
        /// Writes that an account may make in a minute.
        public var writesPerMinute = 60
        /// How long a token is good for.
        public var tokenLifetime = Duration.seconds(3600)
        /// An existing folder that gets one file with every request and its answer; nil for none.
        public var recordingFolder: String?

        /// The defaults named above.
        public init(recordingFolder: String? = nil) {
            self.recordingFolder = recordingFolder
        }
    }

    /// Where a running simulator is found; each without a slash at the end.
    public struct BaseURLs: Sendable, Hashable {
        /// The origin of Sheets v4.
        public var sheets: String
        /// The origin of exports.
        public var drive: String
        /// Where tokens are bought.
        public var token: String
    }

    /// Makes requests fail on purpose.
    public let faults = SheetsFaults()
    /// What was asked.
    public let requests: SheetsRequestLog
    /// Who has access to what.
    public let sharing: SheetsSharing

    private let desk: TokenDesk
    private let server: SheetsServer
    private let running = Mutex<WebServer?>(nil)

    /// A simulator that nobody can reach yet.
    ///
    /// - Parameters:
    ///   - folder: one folder per spreadsheet, in it a CSV file per tab.
    ///   - spreadsheets: the ids by which clients know the spreadsheets, with the names of their folders.
    ///   - calendar: judges claims.
    ///   - transport: drives quotas, the life of tokens, and slow answers.
    /// - Throws: ``SheetsSimulatorError`` if no key can be made.
    public init(
        folder: String, spreadsheets: [String: String], options: Options = Options(),
        calendar: any TimeSource = CalendarTime(), transport: any TimeSource = TransportTime(),
        activity: ActivityCounter = ActivityCounter()
    ) throws(SheetsSimulatorError) {
        desk = TokenDesk(
            key: try AccountKey(), lifetime: options.tokenLifetime, calendar: calendar, transport: transport)
        requests = SheetsRequestLog(recordingFolder: options.recordingFolder)
        sharing = SheetsSharing(spreadsheets: spreadsheets)
        server = SheetsServer(
            workbook: LocalWorkbook(folder: folder, time: transport), sharing: sharing, desk: desk,
            quotas: SheetsQuotas(
                readsPerMinute: options.readsPerMinute, writesPerMinute: options.writesPerMinute, time: transport),
            faults: faults, log: requests, transport: transport, activity: activity)
    }

    /// Listens on a port of 127.0.0.1, or on a free one for 0.
    ///
    /// - Throws: `WebServerError` if the port cannot be had.
    public func start(port: Int = 0) async throws -> BaseURLs {
        var routes = WebRoutes()
        server.addRoutes(to: &routes)
        let web = WebServer(routes: routes, options: WebServer.Options(port: port))
        let number = try await web.start()
        running.withLock { $0 = web }
        let origin = "http://127.0.0.1:\(number)"
        desk.opens(at: "\(origin)/token")
        return BaseURLs(sheets: origin, drive: origin, token: "\(origin)/token")
    }

    /// Closes everything.
    public func stop() async {
        let web = running.withLock { running in
            defer { running = nil }
            return running
        }
        await web?.stop(grace: .seconds(2))
        await requests.close()
    }

    /// The JSON key file of a service account that this simulator knows; made anew for each simulator.
    public var credentials: String { desk.credentials }

    /// Lets all tokens that were sold be refused from now on.
    public func revokeTokens() { desk.revokeTokens() }
}

/// Why a simulator cannot be made.
public enum SheetsSimulatorError: Error, Sendable, Hashable {
    /// OpenSSL refuses to make a key.
    case noKey
}
