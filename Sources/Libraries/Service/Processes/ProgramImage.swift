import CPlatform
import Glibc

/// The program as it was started: its file, its arguments and its environment. It can be executed again in place of the
/// running one, which keeps the process id.
///
/// ```swift
/// let image = ProgramImage.current()   // first thing in the program
/// // … stop everything in good order …
/// let failure = image.executeAgain()   // returns only if the system refuses
/// exit(75)
/// ```
public struct ProgramImage: Sendable, Equatable {
    /// Why a program could not be executed.
    public struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        /// The file.
        public var path: String
        /// The system's error number.
        public var code: Int32

        /// One sentence for operators.
        public var description: String { "\(path) cannot be executed: \(String(cString: strerror(code)))" }
    }

    /// The file, resolved when the image was taken: a later change of a symbolic link or of the working folder does not
    /// matter.
    public var path: String
    /// The arguments, the program's own name first.
    public var arguments: [String]
    /// The environment, each entry as `NAME=value`.
    public var environment: [String]

    /// Describes a program.
    public init(path: String, arguments: [String], environment: [String]) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
    }

    /// The running program with its present environment; to be asked before anything changes that.
    public static func current() -> ProgramImage {
        var environment: [String] = []
        var entry = environ
        while let text = entry.pointee {
            environment.append(String(cString: text))
            entry += 1
        }
        let arguments = CommandLine.arguments
        return ProgramImage(
            path: ownPath() ?? arguments.first ?? "", arguments: arguments, environment: environment)
    }

    /// Replaces the running program by this one, in the same process.
    ///
    /// Only the standard descriptors stay open, signals have the effect and the mask of a fresh process, and every other
    /// thread is gone; whatever must be brought to an end has been, before this is called. Returns only if the system
    /// refuses: the descriptors are then still open, and signals have lost their handlers.
    public func executeAgain() -> Failure {
        // Marked instead of closed, so that after a refusal the caller can still say what happened.
        _ = cplatform_close_from_on_exec(3)
        TerminationSignals.restoreDefaults()
        let code = withCStrings(arguments) { arguments in
            withCStrings(environment) { environment in
                _ = execve(path, arguments, environment)
                return errno
            }
        }
        return Failure(path: path, code: code)
    }

    private static func ownPath() -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }
}
