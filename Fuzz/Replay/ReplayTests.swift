import Glibc
import Testing

/// One file under `Fuzz/Inputs`.
struct Input: Sendable, CustomTestStringConvertible {
    let subject: Subject
    let path: String

    var testDescription: String { "\(subject.name)/\(path.split(separator: "/").last ?? "")" }

    /// Every input of every subject; the folder lies beside this file's own.
    static let all: [Input] = Subject.all.flatMap { subject in
        let folder =
            "\(#filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" })/Inputs/\(subject.name)"
        return names(in: folder).map { Input(subject: subject, path: "\(folder)/\($0)") }
    }

    func bytes() throws -> [UInt8] {
        let file = try #require(fopen(path, "rb"))
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
        return bytes
    }

    private static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}

@Suite("Parsers keep their promises")
struct ReplayTests {
    @Test("for every kept input, whole, cut short and with a byte changed", arguments: Input.all)
    func replay(_ input: Input) throws {
        let bytes = try input.bytes()
        try input.subject.check(bytes)
        // A tiny part of what the fuzzer does, at every run of the tests.
        for position in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
            try input.subject.check(Array(bytes[..<position]))
            var changed = bytes
            changed[position] ^= 1 << UInt8(position % 8)
            try input.subject.check(changed)
        }
    }

    @Test("and each subject has inputs", arguments: Subject.all.map(\.name))
    func hasInputs(_ name: String) {
        #expect(Input.all.contains { $0.subject.name == name })
    }
}
