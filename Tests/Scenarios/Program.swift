import Glibc
import JSON
import Service
import Testing

/// The built program, run as a process of its own until it ends.
enum Program {
    /// What a run left behind.
    struct Run: Sendable {
        /// How the process ended.
        var status: Subprocess.Status
        /// The lines of its log.
        var lines: [JSONValue]
        /// What it said on standard error.
        var complaint: String

        /// The messages of the log.
        var messages: [String] { lines.compactMap { $0["msg"]?.string } }
    }

    /// Runs `woadkeeper run` with this environment; it has to end within half a minute.
    static func run(_ environment: [String: String]) async throws -> Run {
        var limits = Subprocess.Limits()
        // The address sanitizer claims terabytes of address space and uses little of it.
        limits.memoryBytes = .max
        let result = try await Subprocess.run(
            try path, arguments: ["run"], environment: environment.merging(surroundings) { own, _ in own },
            limits: limits)
        return Run(
            status: result.status,
            lines: try result.output.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) },
            complaint: String(decoding: result.errorOutput, as: UTF8.self))
    }

    /// What a process needs besides the bot's variables: where programs are, and what a sanitizer was told.
    static var surroundings: [String: String] {
        var variables = ["PATH": "/usr/bin:/bin"]
        for name in ["ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "LD_PRELOAD"] {
            variables[name] = getenv(name).map { String(cString: $0) }
        }
        return variables
    }

    /// The program's file.
    static var path: String { get throws { try path(of: "woadkeeper") } }

    /// The file of a program, which lies beside the tests that were built with it.
    static func path(of name: String) throws -> String {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &bytes, bytes.count - 1)
        try #require(count > 0)
        let tests = String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = tests.split(separator: "/").dropLast().joined(separator: "/")
        return "/\(folder)/\(name)"
    }
}
