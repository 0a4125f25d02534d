import CPlatform
import Glibc
import Service

/// Holds a folder for one process, by a lock on the file `lock` in it. The kernel gives the lock back when the process
/// ends, however it ends.
final class DirectoryLock: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Creates `directory` if it is missing and takes its lock, waiting until `deadline` has passed for another holder
    /// to give it back.
    static func take(_ directory: String, within deadline: Duration, time: any TimeSource) async throws(JournalError)
        -> DirectoryLock
    {
        try createDirectories(directory)
        let path = directory + "/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemMessage(errno)) }
        let lock = DirectoryLock(descriptor: descriptor)
        let end = time.now + deadline
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw .unwritable(path: path, reason: systemMessage(errno))
            }
            guard time.now < end else { throw .locked(path: directory, holder: lock.holder) }
            do {
                try await time.sleep(for: .milliseconds(50))
            } catch {
                throw .locked(path: directory, holder: lock.holder)
            }
        }
        lock.signHolder()
        return lock
    }

    /// Who holds the lock, as that process wrote into the file.
    private var holder: String {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let digits = bytes.prefix(max(0, count)).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return digits.isEmpty ? "another process" : "process " + String(decoding: digits, as: UTF8.self)
    }

    /// Only tells an operator who the holder is, so a disk without room for it does not matter.
    private func signHolder() {
        let text = Array("\(getpid())\n".utf8)
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
    }

    private static func createDirectories(_ path: String) throws(JournalError) {
        if mkdir(path, 0o700) == 0 { return }
        var information = stat()
        switch errno {
        case EEXIST where stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR: return
        case ENOENT:
            guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { break }
            try createDirectories(String(path[..<slash]))
            if mkdir(path, 0o700) == 0 { return }
        default: break
        }
        throw .unwritable(path: path, reason: systemMessage(errno))
    }

    private static func systemMessage(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}
