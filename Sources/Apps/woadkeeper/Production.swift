import Configuration
import HTTPClient
import Service
import Spreadsheets

/// What commands that only look at a production configuration share: the environment, the workbook it names, and a log
/// that keeps what the configuration complains of.
struct Production: Sendable {
    /// The environment, with the `.env` file beneath it.
    let environment: [String: String]
    /// Lines of the `.env` file that were not understood.
    let skippedLines: [Int]
    /// What was logged.
    let log = LogMemory()
    /// Masks secrets in what is printed.
    let redactor: Redactor
    /// The client for everything.
    let http = HTTPClient()

    /// Reads the environment of this process.
    init(adding variables: [String: String] = [:]) {
        let file = EnvironmentFile(at: ".env")
        self.init(
            environment: file.merged(under: RunCommand.processEnvironment()).merging(variables) { $1 },
            skippedLines: file.skippedLines)
    }

    /// Takes an environment as it is.
    init(environment: [String: String], skippedLines: [Int] = []) {
        self.environment = environment
        self.skippedLines = skippedLines
        redactor = Redactor(secrets: environment.filter { KeyName.isSecret($0.key) }.map(\.value))
    }

    /// Where records go.
    var logger: Logger { Logger("c1c.app", sink: log, time: CalendarTime()) }

    /// The settings of the environment alone.
    var registry: Registry { Registry(environment: environment, at: CalendarTime().now) }

    /// Opens the workbook.
    func workbook(_ location: WorkbookLocation) throws(House.NotStarted) -> any Workbook {
        try WorkbookSource.open(
            location, { [registry] in registry }, http, Metrics(), logger,
            House.Surroundings(environment: environment, sink: log))
    }

    /// The settings with the Config tabs of a workbook.
    func configuration(_ workbook: any Workbook) async -> ConfigurationService {
        let configuration = ConfigurationService(
            environment: environment,
            services: .init(
                workbook: workbook, calendar: CalendarTime(), transport: TransportTime(),
                logger: logger.named("c1c.config")))
        await configuration.loadSheets()
        return configuration
    }

    /// Says a line to the person at the terminal, without the secrets that may be in it.
    func say(_ line: String) { Terminal.say(redactor.line(line)) }

    /// Says what went wrong.
    func complain(_ line: String) { Terminal.complain(redactor.line(line)) }
}
