import Glibc

/// A folder that is there for one benchmark.
struct TemporaryFolder {
    let path: String

    struct Refused: Error {}

    init() throws {
        var template = Array("/tmp/benchmarks-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Refused() }
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
    }

    /// Removes it with everything in it.
    func remove() {
        Self.remove(path)
    }

    private static func remove(_ path: String) {
        if let directory = opendir(path) {
            defer { closedir(directory) }
            while let entry = readdir(directory) {
                let name = withUnsafeBytes(of: entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { remove("\(path)/\(name)") }
            }
        }
        if rmdir(path) != 0 { unlink(path) }
    }
}
