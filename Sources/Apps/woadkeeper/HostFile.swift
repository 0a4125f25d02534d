import Glibc
import Spreadsheets

/// Files of the person who calls the program. Calls block; nothing else is going on then.
enum HostFile {
    /// A call that the system refused.
    struct Failure: Error, CustomStringConvertible {
        let path: String
        let code: Int32

        var description: String { "\(path): \(String(cString: strerror(code)))" }
    }

    /// All bytes of a file; nil where there is none.
    static func bytes(_ path: String) throws(Failure) -> [UInt8]? {
        guard let file = fopen(path, "r") else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw Failure(path: path, code: errno)
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk.prefix(count) }
        guard ferror(file) == 0 else { throw Failure(path: path, code: errno) }
        return bytes
    }

    /// A table of a CSV file; nil where there is none.
    static func document(_ path: String) throws -> CSVDocument? {
        try bytes(path).map { try CSVDocument(parsing: $0) }
    }

    /// Puts a file in place of what was there, as a whole or not at all. Folders come into being as needed.
    static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        try makeFolder(folder)
        let temporary = "\(path).\(getpid()).new"
        guard let file = fopen(temporary, "w") else { throw Failure(path: temporary, code: errno) }
        let isWritten = fwrite(bytes, 1, bytes.count, file) == bytes.count
        guard fclose(file) == 0, isWritten, rename(temporary, path) == 0 else {
            let code = errno
            unlink(temporary)
            throw Failure(path: path, code: code)
        }
    }

    /// Names of files with an ending, without it, sorted; none where there is no folder.
    static func names(in folder: String, ending: String) throws(Failure) -> [String] {
        guard let directory = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw Failure(path: folder, code: errno)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(ending), !name.hasPrefix(".") { names.append(String(name.dropLast(ending.count))) }
        }
        return names.sorted()
    }

    private static func makeFolder(_ path: String) throws(Failure) {
        guard !path.isEmpty, access(path, F_OK) != 0 else { return }
        try makeFolder(path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/"))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw Failure(path: path, code: errno) }
    }
}
