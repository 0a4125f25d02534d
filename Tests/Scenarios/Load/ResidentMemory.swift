import Glibc

/// How much memory a process holds in RAM.
enum ResidentMemory {
    /// Bytes; nil if there is no such process.
    static func bytes(of process: pid_t = getpid()) -> Int? {
        guard let file = fopen("/proc/\(process)/statm", "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = fread(&buffer, 1, buffer.count, file)
        let fields = String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }

    /// What an operator reads.
    static func text(_ bytes: Int) -> String { "\(bytes / 1_048_576) MiB" }
}

/// Memory over time, and the line through it.
struct MemoryCurve: Sendable {
    private(set) var points: [(seconds: Double, bytes: Int)] = []

    mutating func add(_ bytes: Int, at seconds: Double) { points.append((seconds, bytes)) }

    /// Bytes by which it grows in an hour, by least squares over all points; 0 for fewer than two.
    var slopePerHour: Double {
        guard points.count > 1 else { return 0 }
        let count = Double(points.count)
        let meanTime = points.map(\.seconds).reduce(0, +) / count
        let meanBytes = points.map { Double($0.bytes) }.reduce(0, +) / count
        var (covariance, variance) = (0.0, 0.0)
        for point in points {
            covariance += (point.seconds - meanTime) * (Double(point.bytes) - meanBytes)
            variance += (point.seconds - meanTime) * (point.seconds - meanTime)
        }
        return variance > 0 ? covariance / variance * 3600 : 0
    }

    /// How much more the last quarter holds than the quarter before it, on average.
    var lateGrowth: Int {
        let quarter = points.count / 4
        guard quarter > 0 else { return 0 }
        let last = points.suffix(quarter).map(\.bytes).reduce(0, +) / quarter
        let before = points.dropLast(quarter).suffix(quarter).map(\.bytes).reduce(0, +) / quarter
        return last - before
    }
}
