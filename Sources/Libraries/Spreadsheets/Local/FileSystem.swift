import CPlatform
import Glibc

/// A failed system call.
struct SystemError: Error, CustomStringConvertible {
    let operation: String
    let code: Int32

    var description: String {
        "\(operation): \(String(cString: strerror(code)))"
    }
}

/// An open file or folder; closed with the last reference.
final class FileHandle {
    let descriptor: Int32

    /// Opens a file or folder of the file system.
    init(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(SystemError) {
        descriptor = try retrying("open") { open(path, flags | O_CLOEXEC, mode) }
    }

    deinit { close(descriptor) }

    /// Takes a lock without waiting; false if someone else holds it.
    func tryLock(_ kind: Int32) throws(SystemError) -> Bool {
        do {
            _ = try retrying("flock") { flock(descriptor, kind | LOCK_NB) }
            return true
        } catch {
            if error.code == EWOULDBLOCK { return false }
            throw error
        }
    }

    func stamp() throws(SystemError) -> FileStamp {
        FileStamp(try status())
    }

    func permissions() throws(SystemError) -> mode_t {
        try status().st_mode & 0o7777
    }

    func readAll() throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try retrying("read") { read(descriptor, &chunk, chunk.count) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk.prefix(count))
        }
    }

    func write(_ bytes: [UInt8]) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            written += try retrying("write") {
                bytes.withUnsafeBytes {
                    Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
                }
            }
        }
    }

    func setPermissions(_ mode: mode_t) throws(SystemError) {
        _ = try retrying("fchmod") { fchmod(descriptor, mode) }
    }

    func synchronise() throws(SystemError) {
        _ = try retrying("fsync") { fsync(descriptor) }
    }

    private func status() throws(SystemError) -> stat {
        var status = stat()
        _ = try retrying("fstat") { fstat(descriptor, &status) }
        return status
    }
}

/// What tells one state of a file from another without reading it.
struct FileStamp: Hashable {
    let inode: UInt64
    let size: Int64
    let modified: Int64
    let changed: Int64

    init(_ status: stat) {
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
        changed = Int64(status.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_ctim.tv_nsec)
    }
}

enum FileSystem {
    /// The names in a folder, sorted by bytes.
    static func names(in folder: String) throws(SystemError) -> [String] {
        guard let stream = opendir(folder) else { throw SystemError(operation: "opendir", code: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            names.append(name)
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The state of the file of that name; nil if it cannot be told.
    static func stamp(of path: String) -> FileStamp? {
        var status = stat()
        return stat(path, &status) == 0 ? FileStamp(status) : nil
    }

    static func rename(_ source: String, to target: String) throws(SystemError) {
        _ = try retrying("rename") { Glibc.rename(source, target) }
    }
}

/// Makes a system call again as long as a signal interrupts it, and turns −1 into an error.
private func retrying<Result: SignedInteger>(
    _ operation: String, _ call: () -> Result
) throws(SystemError) -> Result {
    while true {
        let result = call()
        if result != -1 { return result }
        if errno != EINTR { throw SystemError(operation: operation, code: errno) }
    }
}
