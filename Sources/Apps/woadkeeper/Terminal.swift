import Glibc

/// Lines for the person at the terminal, unbuffered, so that they appear when they are said.
enum Terminal {
    /// Writes a line to standard output.
    static func say(_ line: String) { write(line, to: STDOUT_FILENO) }

    /// Writes a line to standard error.
    static func complain(_ line: String) { write(line, to: STDERR_FILENO) }

    private static func write(_ line: String, to descriptor: Int32) {
        var rest = Array((line + "\n").utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return }
        }
    }
}
