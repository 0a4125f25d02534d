import Glibc
import JSON
import Service
import Synchronization
import Testing

@testable import woadkeeper

/// The real program as a process of its own, with its log lines.
///
/// ```swift
/// try await stage.withProgram { bot in
///     try await bot.logs("Guild allow-list verified")
///     bot.receives(SIGTERM)
///     await bot.ends(.exited(0))
/// }
/// ```
final class BotProcess: Sendable {
    struct NotStarted: Error { var code: Int32 }

    /// How a process ended.
    enum Status: Equatable, Sendable {
        case exited(Int32)
        case killed(Int32)
    }

    private struct State {
        var lines: [JSONValue] = []
        var complaint: [String] = []
        var status: Status?
        var waiters: [Int: (check: @Sendable (State) -> Bool, wake: CheckedContinuation<Bool, Never>)] = [:]
        var nextWaiter = 0
    }

    /// The process id.
    let id: pid_t
    private let state = Mutex(State())
    /// How many lines of standard error are kept: more than one report of a sanitizer has.
    private static let complaintLimit = 200

    /// Starts `woadkeeper run` with this environment and nothing else.
    /// - Parameters:
    ///   - folder: the working folder, in which a `.env` file may lie.
    ///   - program: the file to execute; the one beside the tests unless another is named.
    init(environment: [String: String], in folder: String, program: String? = nil) throws {
        let program = try program ?? Program.path
        let output = try Pipe()
        let errors = try Pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.write, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.write, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var process: pid_t = 0
        // The shell only changes the folder; the program takes its place.
        let shell = ["/bin/sh", "-c", "cd \"$0\" && exec \"$1\" run", folder, program]
        let code = Self.withCStrings(shell) { arguments in
            Self.withCStrings(environment.map { "\($0.key)=\($0.value)" }) { variables in
                posix_spawn(&process, shell[0], &actions, &attributes, arguments, variables)
            }
        }
        for end in [output.write, errors.write] { Glibc.close(end) }
        guard code == 0 else {
            for end in [output.read, errors.read] { Glibc.close(end) }
            throw NotStarted(code: code)
        }
        id = process
        Threads.start { [self] in read(output.read, errors: errors.read) }
    }

    private struct Pipe {
        let read: Int32
        let write: Int32

        init() throws {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw NotStarted(code: errno) }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            (read, write) = (ends[0], ends[1])
        }
    }

    // MARK: Watching

    /// Every log line so far.
    var lines: [JSONValue] { state.withLock { $0.lines } }

    /// The last lines of standard error.
    var complaint: [String] { state.withLock { $0.complaint } }

    /// The messages of all errors in the log.
    var errors: [String] {
        lines.filter { $0["level"]?.string?.lowercased() == "error" }.compactMap { $0["msg"]?.string }
    }

    /// Waits until so many log lines begin with this message.
    func logs(
        _ message: String, times: Int = 1, within limit: Duration = .seconds(60),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let seen = await waits(within: limit) { state in
            state.lines.count { $0["msg"]?.string?.hasPrefix(message) == true } >= times
        }
        try #require(seen, "the log says \(message) \(times) times\n\(lastWords)", sourceLocation: sourceLocation)
    }

    /// Waits until the process has ended, expects this status, and that no sanitizer had anything to report.
    func ends(
        _ expected: Status, within limit: Duration = .seconds(60), sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        let found = await status(within: limit)
        #expect(found == expected, "\(lastWords)", sourceLocation: sourceLocation)
        let isReported = complaint.contains { $0.contains("Sanitizer: ") }
        #expect(!isReported, "\(lastWords)", sourceLocation: sourceLocation)
    }

    /// How the process ended; waits until it has, and is nil if that takes longer than `limit`.
    private func status(within limit: Duration) async -> Status? {
        _ = await waits(within: limit) { $0.status != nil }
        return state.withLock { $0.status }
    }

    /// What a failure is explained by: the newest lines of the log, and standard error.
    private var lastWords: String {
        let log = lines.suffix(20).map(\.text)
        return (["log:"] + log + ["standard error:"] + complaint).joined(separator: "\n")
    }

    /// Sends a signal.
    func receives(_ signal: Int32) { kill(id, signal) }

    /// Ends the process if it still runs.
    func close() async {
        guard state.withLock({ $0.status == nil }) else { return }
        receives(SIGKILL)
        _ = await status(within: .seconds(60))
    }

    private func waits(within limit: Duration, until check: @escaping @Sendable (State) -> Bool) async -> Bool {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let alarm = Task {
            guard (try? await TransportTime().sleep(for: limit)) != nil else { return }
            self.state.withLock { $0.waiters.removeValue(forKey: id) }?.wake.resume(returning: false)
        }
        defer { alarm.cancel() }
        return await withCheckedContinuation { wake in
            let isOver = state.withLock { state -> Bool in
                if check(state) { return true }
                state.waiters[id] = (check, wake)
                return false
            }
            if isOver { wake.resume(returning: true) }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let woken = state.withLock { state -> [CheckedContinuation<Bool, Never>] in
            body(&state)
            let over = state.waiters.filter { $0.value.check(state) }
            for id in over.keys { state.waiters[id] = nil }
            return over.values.map(\.wake)
        }
        for continuation in woken { continuation.resume(returning: true) }
    }

    /// Reads log lines and standard error until the process has closed both, then reaps it. Blocks.
    private func read(_ output: Int32, errors: Int32) {
        var rests: [Int32: [UInt8]] = [output: [], errors: []]
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while !rests.isEmpty {
            var requests = rests.keys.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&requests, nfds_t(requests.count), -1) > 0 else { continue }
            for descriptor in requests.filter({ $0.revents != 0 }).map(\.fd) {
                let count = Glibc.read(descriptor, &buffer, buffer.count)
                guard count > 0 else {
                    Glibc.close(descriptor)
                    rests[descriptor] = nil
                    continue
                }
                let bytes = rests[descriptor, default: []] + buffer.prefix(count)
                var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                rests[descriptor] = Array(lines.removeLast())
                note(lines.map { Array($0) }, isLog: descriptor == output)
            }
        }
        var code: Int32 = 0
        while waitpid(id, &code, 0) < 0, errno == EINTR {}
        let status: Status = code & 0x7F == 0 ? .exited((code >> 8) & 0xFF) : .killed(code & 0x7F)
        change { $0.status = status }
    }

    private func note(_ lines: [[UInt8]], isLog: Bool) {
        if isLog {
            let values = lines.compactMap { try? JSONValue(parsing: $0) }
            change { $0.lines += values }
        } else {
            let texts = lines.map { String(decoding: $0, as: UTF8.self) }
            change { $0.complaint = Array(($0.complaint + texts).suffix(Self.complaintLimit)) }
        }
    }

    private static func withCStrings<Value>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
    ) -> Value {
        var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        pointers.append(nil)
        return body(pointers)
    }
}

// MARK: - What the kernel knows

extension BotProcess {
    /// What each open descriptor stands for: a path, or `socket`, `pipe`, `anon_inode:[eventpoll]`.
    var descriptors: [Int: String] {
        var found: [Int: String] = [:]
        guard let folder = opendir("/proc/\(id)/fd") else { return found }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let number = Int(name) else { continue }
            var buffer = [CChar](repeating: 0, count: 512)
            let count = readlink("/proc/\(id)/fd/\(name)", &buffer, buffer.count)
            let target = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            found[number] =
                target.hasPrefix("/") || target.hasPrefix("anon") ? target : String(target.prefix { $0 != ":" })
        }
        return found
    }

    /// A line of the process's status, for example `SigIgn`.
    func kernelStatus(_ name: String) -> String? {
        guard let file = fopen("/proc/\(id)/status", "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix(name + ":") }
            .map { String($0.dropFirst(name.count + 1)).replacing("\t", with: "") }
    }
}

/// Threads for what blocks in a test.
enum Threads {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs `body` once on a thread of its own.
    static func start(_ body: @escaping @Sendable () -> Void) {
        let context = Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        if status == 0 { pthread_detach(thread) }
    }
}

extension Stage {
    /// Runs the real program on this stage, beside `body`; however that ends, the process does not outlive it.
    /// - Parameters:
    ///   - overrides: what differs from the stage's environment.
    ///   - program: the file to execute; the one beside the tests unless another is named.
    func withProgram(
        _ overrides: [String: String] = [:], program: String? = nil, _ body: (BotProcess) async throws -> Void
    ) async throws {
        let bot = try BotProcess(environment: programVariables(overrides), in: folder.state, program: program)
        do {
            try await body(bot)
        } catch {
            await bot.close()
            throw error
        }
        await bot.close()
    }

    /// The environment of the real program on this stage; what a `.env` file shall say is left to that.
    func programVariables(_ overrides: [String: String] = [:]) -> [String: String] {
        var variables = environment.merging(Program.surroundings) { $1 }.merging(overrides) { $1 }
        variables["PORT"] = "0"
        variables["BOT_VERSION"] = nil
        return variables
    }
}
