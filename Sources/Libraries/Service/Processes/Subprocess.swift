/// Runs other programs: without a shell, with closed descriptors, limits and a deadline.
///
/// ```swift
/// let result = try await Subprocess.run("pdftoppm", arguments: ["-png", "-r", "96", "-"], input: pdf)
/// guard result.status == .exited(0) else { … }
/// ```
public enum Subprocess {
    /// What a program may use.
    public struct Limits: Sendable {
        /// Time until the program, and all that it started, is killed.
        public var deadline: Duration = .seconds(30)
        /// Seconds of processor time.
        public var processorSeconds = 20
        /// Bytes of address space.
        public var memoryBytes = 1 << 30
        /// Size of a file that it may write, in bytes.
        public var fileBytes = 256 << 20
        /// Bytes on its standard output; more is an error.
        public var outputBytes = 64 << 20
        /// Bytes of its standard error that are kept; the rest is thrown away.
        public var errorBytes = 64 << 10

        /// The defaults above.
        public init() {}
    }

    /// How a program ended.
    public enum Status: Sendable, Equatable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    /// What came of it.
    public struct Result: Sendable, Equatable {
        /// How the program ended.
        public var status: Status
        /// What it wrote to standard output.
        public var output: [UInt8]
        /// The beginning of what it wrote to standard error.
        public var errorOutput: [UInt8]
    }

    /// Why there is no result.
    public enum Failure: Error, Sendable, Equatable {
        /// The program could not be started.
        case notStarted(String)
        /// It ran longer than its deadline and was killed.
        case timedOut
        /// It wrote more than it may and was killed.
        case outputTooLarge(limit: Int)
        /// The task was cancelled, and the program killed.
        case cancelled
    }

    /// Runs `executable`, a path or a name that is looked for in `PATH`, feeds it `input` and collects what it writes.
    ///
    /// The program gets this environment and nothing else, and is alone in a process group, which is killed as a whole
    /// when the run ends in any way. Returns also when it exits with another status than zero.
    public static func run(
        _ executable: String,
        arguments: [String] = [],
        input: [UInt8] = [],
        environment: [String: String] = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"],
        limits: Limits = Limits()
    ) async throws(Failure) -> Result {
        let flag = CancellationFlag()
        let thread = DedicatedThread(name: "subprocess")
        defer { thread.stop() }
        do {
            return try await withTaskCancellationHandler {
                try await thread.run {
                    let child = try Child(executable, arguments: arguments, environment: environment, limits: limits)
                    return try child.communicate(input: input, limits: limits, isCancelled: { flag.isSet })
                }
            } onCancel: {
                flag.set()
            }
        } catch {
            throw error as? Failure ?? .notStarted(String(describing: error))
        }
    }
}
