import Glibc
import Service
import Testing

@testable import Journal

/// A folder that is gone with the value.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/journal-tests-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(code: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    struct Failure: Error { var code: Int32 }

    deinit {
        for name in files { unlink(path + "/" + name) }
        rmdir(path)
    }

    /// The names of the files in the folder.
    var files: [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func read(_ name: String) throws -> [UInt8] {
        let file = open(path + "/" + name, O_RDONLY)
        guard file >= 0 else { throw Failure(code: errno) }
        defer { close(file) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = Glibc.read(file, &chunk, chunk.count), count > 0 { content += chunk[..<count] }
        return content
    }

    func write(_ content: [UInt8], to name: String) throws {
        let file = open(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0 else { throw Failure(code: errno) }
        defer { close(file) }
        guard Glibc.write(file, content, content.count) == content.count else { throw Failure(code: errno) }
    }
}

/// A folder, a time that stands still, and what the journal logs.
struct JournalFixture {
    let folder: TemporaryFolder
    let time = ManualTime(start: Timestamp(milliseconds: 1_800_000_000_000))
    let logs = LogMemory()

    init() throws {
        folder = try TemporaryFolder()
    }

    func open(
        _ directory: String? = nil,
        changing change: (inout Journal.Options) -> Void = { _ in }
    ) async throws -> Journal {
        var options = Journal.Options()
        change(&options)
        return try await Journal.open(
            directory: directory ?? folder.path, time: time, logger: Logger("journal", sink: logs, time: time),
            options: options)
    }

    /// The state of the disk if the process were killed now: the files as the operating system has them, without what
    /// only the process knows.
    func crashImage() throws -> TemporaryFolder {
        let image = try TemporaryFolder()
        for name in ["journal.sqlite", "journal.sqlite-wal"] where folder.files.contains(name) {
            try image.write(folder.read(name), to: name)
        }
        return image
    }
}
