import Configuration
import Discord
import Glibc
import HTTPClient
import Operations
import Service

/// `woadkeeper doctor`: looks at a production configuration and says what to mend, one line each.
enum DoctorCommand {
    /// Looks at the configuration of this process. The status is 0 if nothing is an error.
    static func run() async -> Int32 {
        let production = Production()
        let diagnoses = await examine(production)
        for diagnosis in diagnoses { production.say(diagnosis.line) }
        let errors = diagnoses.count { $0.grade == .error }
        let warnings = diagnoses.count { $0.grade == .warning }
        production.say("\(diagnoses.count) checks, \(errors) errors, \(warnings) warnings")
        await production.http.shutdown()
        return errors == 0 ? 0 : 1
    }

    /// Everything that there is to say.
    static func examine(_ production: Production) async -> [Diagnosis] {
        let registry = production.registry
        var diagnoses = environment(production) + [stateFolder(registry[\.core.stateFolder])]
        do {
            let location = try RequiredEnvironment.workbook(production.environment)
            let workbook = try production.workbook(location)
            let configuration = await production.configuration(workbook)
            diagnoses += complaints(production.log)
            let client = RESTClient.bot(
                registry, transport: production.http, time: TransportTime(), metrics: Metrics(), logger: .silent,
                activity: ActivityCounter())
            if let rest = client, registry[\.core.token] != nil {
                let doctor = Doctor(.init(configuration: configuration, rest: rest, calendar: CalendarTime()))
                diagnoses += await doctor.examine()
            }
            await configuration.stop()
        } catch {
            diagnoses.append(.error("environment", "\(error)", fix: "set it in the environment or in the .env file"))
        }
        return diagnoses
    }

    private static func environment(_ production: Production) -> [Diagnosis] {
        var found: [Diagnosis] = []
        if !production.skippedLines.isEmpty {
            let lines = production.skippedLines.map { "\($0)" }.joined(separator: ", ")
            found.append(
                .warning(".env", "lines not understood: \(lines)", fix: "write NAME=value, or begin comments with #"))
        }
        if (production.environment["DISCORD_TOKEN"] ?? "").allSatisfy(\.isWhitespace) {
            found.append(.error("environment", "\(EnvironmentError.missing("DISCORD_TOKEN"))", fix: "set it"))
        }
        return found
    }

    /// What the configuration logged about settings that it could not use.
    private static func complaints(_ log: LogMemory) -> [Diagnosis] {
        log.records.filter { $0.level == .warning }.map(\.message)
            .filter { message in
                ["config:", "invalid ", "Legacy ", "KEEPALIVE_INTERVAL_SEC"].contains { message.hasPrefix($0) }
            }
            .map { .warning("setting", $0, fix: "correct or remove it") }
    }

    /// Whether the journal can be kept; creates nothing.
    private static func stateFolder(_ folder: String) -> Diagnosis {
        let subject = "state folder"
        if access(folder, F_OK) == 0 {
            return access(folder, W_OK | X_OK) == 0
                ? .ok(subject, folder)
                : .error(subject, "\(folder) is not writable", fix: "give it to the user that runs the bot")
        }
        let parent = folder.split(separator: "/").dropLast().joined(separator: "/")
        let place = folder.hasPrefix("/") ? "/\(parent)" : (parent.isEmpty ? "." : parent)
        return access(place, W_OK | X_OK) == 0
            ? .ok(subject, "\(folder) will be created")
            : .error(subject, "\(folder) cannot be created", fix: "set STATE_DIR to a folder that the bot may write")
    }
}
