import Glibc

/// What the kernel tells of the threads of this process.
enum ThreadStates {
    /// Whether every thread but the calling one waits for something: none runs, is about to, or waits for a disk. True
    /// where the kernel does not tell.
    static var othersSleep: Bool {
        guard let folder = opendir("/proc/self/task") else { return true }
        defer { closedir(folder) }
        // The caller runs.
        var busy = -1
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let thread = Int(name) else { continue }
            if let state = state(of: thread), state == UInt8(ascii: "R") || state == UInt8(ascii: "D") { busy += 1 }
        }
        return busy <= 0
    }

    /// The letter of proc(5); nil for a thread that has just ended.
    private static func state(of thread: Int) -> UInt8? {
        let file = open("/proc/self/task/\(thread)/stat", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        // The number, the name in parentheses (15 bytes at most), then the state.
        return withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            let count = read(file, buffer.baseAddress, buffer.count)
            guard count > 0, let end = buffer.prefix(count).lastIndex(of: UInt8(ascii: ")")), end + 2 < count else {
                return nil
            }
            return buffer[end + 2]
        }
    }
}
