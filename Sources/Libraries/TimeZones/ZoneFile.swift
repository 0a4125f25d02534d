import Glibc

/// A file of the time zone database.
enum ZoneFile {
    /// The largest file of the database has less than 4 KiB.
    private static let limit = 1 << 18

    /// The bytes of a regular file.
    static func read(_ path: String, named name: String) throws(TimeZoneError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { throw .unknown(name) }
            throw .unreadable(failure)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(failure) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unknown(name) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 14)
        while bytes.count <= limit {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(failure) }
            if count == 0 { return bytes }
            bytes += chunk.prefix(count)
        }
        throw .malformed("too large")
    }

    private static var failure: String { String(cString: strerror(errno)) }
}
