import CPlatform
import Glibc

/// A program that runs beside the benchmarks; what it prints goes to a file.
final class RunningProgram: Sendable {
    enum Failure: Error { case notStarted(Int32), ended(output: String), tooLate(output: String) }

    let process: pid_t
    /// When it was started.
    let startedAt: ContinuousClock.Instant
    private let outputPath: String

    init(
        _ executable: String, _ arguments: [String], environment: [String: String], outputPath: String
    ) throws(Failure) {
        self.outputPath = outputPath
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1)
        var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        startedAt = .now
        var process: pid_t = 0
        let code = posix_spawnp(&process, executable, &actions, nil, &words, &variables)
        guard code == 0 else { throw .notStarted(code) }
        self.process = process
    }

    /// What it printed so far.
    var output: String {
        guard let file = fopen(outputPath, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk.prefix(count) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Looks every millisecond until `find` finds something; gives it and the time since the start.
    func waits<Found>(for find: () -> Found?) async throws -> (found: Found, after: Duration) {
        while true {
            let elapsed = ContinuousClock.now - startedAt
            if let found = find() { return (found, ContinuousClock.now - startedAt) }
            if hasEnded { throw Failure.ended(output: output) }
            guard elapsed < .seconds(30) else { throw Failure.tooLate(output: output) }
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    /// The word behind `name` at the start of a line, once it is there.
    func prints(_ name: String) async throws -> (found: String, after: Duration) {
        try await waits {
            for line in output.split(separator: "\n") where line.hasPrefix(name + " ") {
                return String(line.dropFirst(name.count)).trimmed
            }
            return nil
        }
    }

    /// Asks it to end, and takes it away where it does not.
    func end() async {
        kill(process, SIGTERM)
        for _ in 0..<500 where !hasEnded { try? await Task.sleep(for: .milliseconds(10)) }
        guard !hasEnded else { return }
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }

    private var hasEnded: Bool { kill(process, 0) != 0 || waitpid(process, nil, WNOHANG) == process }
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.prefix { $0 != " " && $0 != "\r" })
    }
}
