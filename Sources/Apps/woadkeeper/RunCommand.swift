import Configuration
import Glibc
import Service

/// `woadkeeper run`: one bot in production, until a signal or a failure that only a person can mend.
enum RunCommand {
    static func run() async -> Int32 {
        let environment = EnvironmentFile.merged(fileAt: ".env", under: processEnvironment())
        let sink = JSONLineSink(options: lineOptions(environment))
        var surroundings = House.Surroundings(environment: environment, sink: sink)
        surroundings.exit = { status in
            sink.flushBeforeExit()
            _exit(status)
        }
        let status = await serve(surroundings)
        await sink.flush()
        return status
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

    /// Runs a bot until a signal ends it: status 0 then, 1 for everything else.
    static func serve(_ surroundings: House.Surroundings) async -> Int32 {
        let signals = TerminationSignals.install()
        let logger = Logger("c1c.app", sink: surroundings.sink, time: surroundings.calendar)
        do {
            let house = try await House.open(surroundings)
            let life = Task { try await house.run() }
            let watch = Task {
                for await _ in signals {
                    await house.stop(reason: "signal")
                    return
                }
            }
            do {
                try await life.value
                await watch.value
                return 0
            } catch {
                watch.cancel()
                logger.error("\(error)")
                await house.stop(reason: "fatal")
                return 1
            }
        } catch {
            logger.error("\(error)")
            Terminal.complain("\(error)")
            return 1
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
    /// The variables of a file beneath the real environment; the environment alone where there is no such file.
    static func merged(fileAt path: String, under real: [String: String]) -> [String: String] {
        guard let file = fopen(path, "r") else { return real }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk.prefix(count) }
        return EnvironmentFile(parsing: String(decoding: bytes, as: UTF8.self)).merged(under: real)
    }
}
