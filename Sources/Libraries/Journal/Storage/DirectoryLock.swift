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
        let end = time.now + deadline
        while true {
            let lock = try open(path)
            if try lock.take(path), lock.isOf(path) {
                lock.signHolder()
                return lock
            }
            guard time.now < end else { throw .locked(path: directory, holder: lock.holder) }
            do {
                try await time.sleep(for: .milliseconds(50))
            } catch {
                throw .locked(path: directory, holder: lock.holder)
            }
        }
    }

    private static func open(_ path: String) throws(JournalError) -> DirectoryLock {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemMessage(errno)) }
        return DirectoryLock(descriptor: descriptor)
    }

    /// False if another holder has it.
    private func take(_ path: String) throws(JournalError) -> Bool {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: return false
            case let code: throw .unwritable(path: path, reason: Self.systemMessage(code))
            }
        }
        return true
    }

    /// Whether the locked file is still the one in the folder. Somebody may have cleared the folder in between, and the
    /// lock on a file that nobody finds any more keeps nobody out.
    private func isOf(_ path: String) -> Bool {
        var (held, found) = (stat(), stat())
        return fstat(descriptor, &held) == 0 && stat(path, &found) == 0 && held.st_dev == found.st_dev
            && held.st_ino == found.st_ino
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
        var code = makeDirectory(path)
        if code == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            try createDirectories(String(path[..<slash]))
            code = makeDirectory(path)
        }
        guard code == 0 else { throw .unwritable(path: path, reason: systemMessage(code)) }
    }

    /// 0 if the folder is there afterwards, whoever made it; else the system's code.
    private static func makeDirectory(_ path: String) -> Int32 {
        if mkdir(path, 0o700) == 0 { return 0 }
        let code = errno
        var information = stat()
        let isThere = code == EEXIST && stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
        return isThere ? 0 : code
    }

    private static func systemMessage(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}
