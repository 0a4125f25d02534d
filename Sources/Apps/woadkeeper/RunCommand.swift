import Configuration
import Glibc
import Service
import Synchronization

/// `woadkeeper run`: one bot in production, until a signal, a reboot, or a failure that only a person can mend.
enum RunCommand {
    /// How a bot ended.
    enum Ending: Equatable {
        /// By a signal, in good order.
        case signal
        /// Because an admin asked for a restart in place.
        case reboot
        /// By a failure, which was told already.
        case failure
    }

    /// The status that asks the supervisor for a new process. Source: runtime chapter, section 3.6.
    private static let rebootFailed: Int32 = 75

    static func run() async -> Int32 {
        let image = ProgramImage.current()
        let file = EnvironmentFile(at: ".env")
        let environment = file.merged(under: processEnvironment())
        let sink = JSONLineSink(options: lineOptions(environment))
        if !file.skippedLines.isEmpty {
            Logger("c1c.app", sink: sink, time: CalendarTime()).warning(
                "lines of .env not understood", ["lines": .strings(file.skippedLines.map { "\($0)" })])
        }
        var surroundings = House.Surroundings(environment: environment, sink: sink)
        surroundings.exit = { status in
            sink.flushBeforeExit()
            _exit(status)
        }
        let ending = await serve(surroundings)
        await sink.flush()
        guard ending == .reboot else { return ending == .signal ? 0 : 1 }
        let failure = image.executeAgain()
        Logger("c1c.app", sink: sink, time: CalendarTime()).error(
            "re-execution failed; a new process is needed", error: failure)
        await sink.flush()
        return rebootFailed
    }

    /// How log lines are written: their level, who writes them, and what they never show.
    static func lineOptions(_ environment: [String: String]) -> JSONLineSink.Options {
        let name = { (key: String, standard: String) in environment[key].flatMap { $0.isEmpty ? nil : $0 } ?? standard }
        var options = JSONLineSink.Options()
        options.level = LogLevel(name: name("LOG_LEVEL", "INFO")) ?? .info
        options.environment = name("ENV_NAME", "dev")
        options.bot = name("BOT_NAME", "Woadkeeper")
        options.redactor = Redactor(secrets: environment.filter { KeyName.isSecret($0.key) }.map(\.value))
        return options
    }

    /// Runs a bot until a signal or a reboot ends it, or a failure that only a person can mend.
    static func serve(_ surroundings: House.Surroundings) async -> Ending {
        let signals = TerminationSignals.install()
        let logger = Logger("c1c.app", sink: surroundings.sink, time: surroundings.calendar)
        let requests = StopRequests()
        let forwarding = Task { for await _ in signals { requests.note(.signal) } }
        defer { forwarding.cancel() }
        var surroundings = surroundings
        surroundings.reboot = { requests.note(.reboot) }
        do {
            let house = try await House.open(surroundings)
            let life = Task { try await house.run() }
            let watch = Task {
                guard let request = await requests.first else { return }
                await house.stop(reason: request == .signal ? "signal" : "reboot")
            }
            do {
                try await life.value
                await watch.value
                // Whoever wants the process to end while it is restarting gets that.
                return requests.all.contains(.signal) ? .signal : .reboot
            } catch {
                watch.cancel()
                logger.error("\(error)")
                await house.stop(reason: (error as? House.NotStarted)?.reason ?? "fatal")
                return .failure
            }
        } catch {
            logger.error("\(error)")
            Terminal.complain("\(error)")
            return .failure
        }
    }

    /// The environment that the process was started with.
    static func processEnvironment() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { variables[String(pair[0])] = String(pair[1]) }
            entry += 1
        }
        return variables
    }
}

extension EnvironmentFile {
    /// Reads a file; empty where there is none.
    init(at path: String) {
        let bytes = (try? HostFile.bytes(path)) ?? []
        self.init(parsing: String(decoding: bytes, as: UTF8.self))
    }
}

/// What a bot was asked to end for.
private final class StopRequests: Sendable {
    private let noted = Mutex<[RunCommand.Ending]>([])
    private let stream: AsyncStream<RunCommand.Ending>
    private let continuation: AsyncStream<RunCommand.Ending>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
    }

    func note(_ request: RunCommand.Ending) {
        noted.withLock { $0.append(request) }
        continuation.yield(request)
    }

    /// Every request so far.
    var all: [RunCommand.Ending] { noted.withLock { $0 } }

    /// The first request, once it is there; nil if the caller's task is cancelled before. To be asked once.
    var first: RunCommand.Ending? {
        get async {
            for await request in stream { return request }
            return nil
        }
    }
}
