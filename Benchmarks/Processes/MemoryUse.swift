import Glibc

/// Memory of a process in megabytes (10^6 bytes), as the kernel counts it.
struct MemoryUse {
    /// Pages in memory, those of shared files in full (`Rss`).
    var resident: Double
    /// Pages in memory, each divided by the number of processes that have it (`Pss`).
    var proportional: Double
    /// Pages that belong to no file (`RssAnon`).
    var anonymous: Double

    struct Unreadable: Error {}

    /// Source: proc(5), `smaps_rollup`.
    init(of process: pid_t) throws {
        guard let file = fopen("/proc/\(process)/smaps_rollup", "r") else { throw Unreadable() }
        defer { fclose(file) }
        var chunk = [UInt8](repeating: 0, count: 1 << 14)
        let count = fread(&chunk, 1, chunk.count, file)
        let lines = String(decoding: chunk.prefix(count), as: UTF8.self).split(separator: "\n")
        func megabytes(_ name: String) throws -> Double {
            for line in lines where line.hasPrefix(name + ":") {
                guard let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Double($0) }) else {
                    break
                }
                return kilobytes * 1024 / 1e6
            }
            throw Unreadable()
        }
        resident = try megabytes("Rss")
        proportional = try megabytes("Pss")
        anonymous = try megabytes("Anonymous")
    }
}
