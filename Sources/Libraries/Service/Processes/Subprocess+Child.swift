import CPlatform
import Glibc
import Synchronization

/// Set once, from anywhere.
final class CancellationFlag: Sendable {
    private let flag = Atomic<Bool>(false)

    func set() {
        flag.store(true, ordering: .relaxed)
    }

    var isSet: Bool {
        flag.load(ordering: .relaxed)
    }
}

extension Subprocess {
    /// One running program and our ends of its pipes. Blocks; belongs to one thread.
    struct Child {
        private struct Pipe {
            var read: Int32
            var write: Int32

            init() throws(Failure) {
                var ends: [Int32] = [-1, -1]
                guard pipe(&ends) == 0 else { throw .notStarted(systemMessage(errno)) }
                (read, write) = (ends[0], ends[1])
                // Programs that others start at the same time must not hold our pipes open.
                for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            }

            /// All of them or none: when descriptors run out, those that were still to be had are given back.
            static func three() throws(Failure) -> (Pipe, Pipe, Pipe) {
                var pipes: [Pipe] = []
                do throws(Failure) {
                    for _ in 0..<3 { pipes.append(try Pipe()) }
                } catch {
                    for pipe in pipes { for end in [pipe.read, pipe.write] { close(end) } }
                    throw error
                }
                return (pipes[0], pipes[1], pipes[2])
            }
        }

        private let process: pid_t
        private let input: Int32
        private let output: Int32
        private let errors: Int32

        init(
            _ executable: String, arguments: [String], environment: [String: String], limits: Limits
        ) throws(Failure) {
            let (stdin, stdout, stderr) = try Pipe.three()
            (input, output, errors) = (stdin.write, stdout.read, stderr.read)
            defer { for end in [stdin.read, stdout.write, stderr.write] { close(end) } }
            do throws(Failure) {
                process = try Self.spawn(
                    executable, arguments: arguments, environment: environment,
                    descriptors: [stdin.read, stdout.write, stderr.write])
            } catch {
                for end in [stdin.write, stdout.read, stderr.read] { close(end) }
                throw error
            }
            // The child runs already, but has had no time for more than its own start.
            let resources = [
                (RLIMIT_CPU, limits.processorSeconds), (RLIMIT_AS, limits.memoryBytes),
                (RLIMIT_FSIZE, limits.fileBytes),
                (RLIMIT_CORE, 0),
            ]
            for (resource, limit) in resources {
                _ = cplatform_limit(process, Int32(resource.rawValue), UInt64(limit))
            }
            for end in [input, output, errors] {
                _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
            }
        }

        private static func spawn(
            _ executable: String, arguments: [String], environment: [String: String], descriptors: [Int32]
        ) throws(Failure) -> pid_t {
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            // First to numbers above all of them and above 2, so that none is overwritten before it is used.
            let spare = max(2, descriptors.max() ?? 2) + 1
            for (target, descriptor) in descriptors.enumerated() {
                posix_spawn_file_actions_adddup2(&actions, descriptor, spare + Int32(target))
            }
            for target in 0..<Int32(descriptors.count) {
                posix_spawn_file_actions_adddup2(&actions, spare + target, target)
            }
            posix_spawn_file_actions_addclosefrom_np(&actions, 3)

            var attributes = posix_spawnattr_t()
            posix_spawnattr_init(&attributes)
            defer { posix_spawnattr_destroy(&attributes) }
            var signals = sigset_t()
            sigemptyset(&signals)
            posix_spawnattr_setsigmask(&attributes, &signals)
            sigfillset(&signals)
            posix_spawnattr_setsigdefault(&attributes, &signals)
            posix_spawnattr_setpgroup(&attributes, 0)
            let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
            posix_spawnattr_setflags(&attributes, Int16(flags))

            var process: pid_t = 0
            let code = withCStrings([executable] + arguments) { arguments in
                withCStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
                    posix_spawnp(&process, executable, &actions, &attributes, arguments, environment)
                }
            }
            guard code == 0 else { throw .notStarted("\(executable): \(systemMessage(code))") }
            return process
        }

        /// Feeds and reads the program until it ends. Afterwards it is gone, whatever happened.
        func communicate(
            input bytes: [UInt8], limits: Limits, isCancelled: () -> Bool
        ) throws(Failure) -> Result {
            var exchange = Exchange(input: input, output: output, errors: errors, bytes: bytes)
            defer { exchange.close() }
            let clock = TransportTime()
            let deadline = clock.now + limits.deadline
            var status: Int32?
            while status == nil || exchange.isReading {
                var failure: Failure?
                if isCancelled() { failure = .cancelled }
                if clock.now >= deadline { failure = .timedOut }
                if exchange.outputCount > limits.outputBytes { failure = .outputTooLarge(limit: limits.outputBytes) }
                if let failure {
                    end(isReaped: status != nil)
                    throw failure
                }
                let wasOver = status != nil
                // The ends of the pipes wake us when the program ends; the limit only bounds how late a cancellation,
                // the deadline, or the end of a program that closed its pipes early is noticed.
                let moved = exchange.step(milliseconds: exchange.isReading && !wasOver ? 20 : 5, limits: limits)
                if status == nil { status = reap(WNOHANG) }
                // What the program started may hold the pipes; after its end only what is there already counts.
                if wasOver, !moved { break }
            }
            kill(-process, SIGKILL)
            guard exchange.outputCount <= limits.outputBytes else {
                throw .outputTooLarge(limit: limits.outputBytes)
            }
            let code = status ?? 0
            let signal = cplatform_term_signal(code)
            return Result(
                status: signal != 0 ? .killed(signal: signal) : .exited(cplatform_exit_status(code)),
                output: exchange.collected,
                errorOutput: exchange.collectedErrors
            )
        }

        private func end(isReaped: Bool) {
            kill(-process, SIGKILL)
            if !isReaped { _ = reap(0) }
        }

        /// The status of the ended program; nil while it runs.
        private func reap(_ options: Int32) -> Int32? {
            var status: Int32 = 0
            while true {
                let result = waitpid(process, &status, options)
                if result == process { return status }
                // Somebody else has reaped it: nothing is known but that it is over.
                if result < 0, errno == ECHILD { return 0 }
                if result == 0 { return nil }
            }
        }
    }

    /// The traffic with a running program.
    private struct Exchange {
        private var input: Int32?
        private var output: Int32?
        private var errors: Int32?
        private var rest: ArraySlice<UInt8>
        private(set) var collected: [UInt8] = []
        private(set) var collectedErrors: [UInt8] = []
        private var chunk = [UInt8](repeating: 0, count: 65_536)

        init(input: Int32, output: Int32, errors: Int32, bytes: [UInt8]) {
            (self.input, self.output, self.errors) = (input, output, errors)
            rest = bytes[...]
            if rest.isEmpty { Self.close(&self.input) }
        }

        var isReading: Bool { output != nil || errors != nil }
        var outputCount: Int { collected.count }

        mutating func close() {
            Self.close(&input)
            Self.close(&output)
            Self.close(&errors)
        }

        /// Waits until a pipe is ready or the time is over, and moves what can be moved. False if nothing was.
        mutating func step(milliseconds: Int32, limits: Limits) -> Bool {
            var descriptors = [
                pollfd(fd: input ?? -1, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: output ?? -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: errors ?? -1, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&descriptors, nfds_t(descriptors.count), milliseconds) > 0 else { return false }
            if descriptors[0].revents != 0 { feed() }
            if descriptors[1].revents != 0, let bytes = Self.receive(&output, through: &chunk) { collected += bytes }
            if descriptors[2].revents != 0, let bytes = Self.receive(&errors, through: &chunk) {
                collectedErrors += bytes.prefix(max(0, limits.errorBytes - collectedErrors.count))
            }
            return true
        }

        private mutating func feed() {
            guard let descriptor = input else { return }
            // The thread takes no signals, so a closed pipe is an error here and no SIGPIPE.
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) }
            let isBroken = count < 0 && errno != EAGAIN && errno != EINTR
            if rest.isEmpty || isBroken { Self.close(&input) }
        }

        private static func receive(_ descriptor: inout Int32?, through chunk: inout [UInt8]) -> ArraySlice<UInt8>? {
            guard let open = descriptor else { return nil }
            let count = read(open, &chunk, chunk.count)
            if count > 0 { return chunk[..<count] }
            if count == 0 || (errno != EAGAIN && errno != EINTR) { close(&descriptor) }
            return nil
        }

        private static func close(_ descriptor: inout Int32?) {
            if let open = descriptor { Glibc.close(open) }
            descriptor = nil
        }
    }
}

private func systemMessage(_ code: Int32) -> String {
    String(cString: strerror(code))
}
