import FoundationEssentials
import Spreadsheets

/// A copy of the sample workbook in a folder of its own, removed at the end.
final class SampleFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("workbook-\(UUID())").path
        try FileManager.default.copyItem(atPath: Self.original, toPath: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    static let original: String = {
        var url = URL(filePath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.appending(path: "Demo/Workbook").path
    }()

    func bytes(of tab: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(filePath: "\(path)/\(tab).csv")))
    }

    func put(_ bytes: [UInt8], into tab: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(path)/\(tab).csv"))
    }

    func put(_ text: String, into tab: String) throws {
        try put(Array(text.utf8), into: tab)
    }

    func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").sorted()
    }
}

extension SpreadsheetKey {
    static let recruitment = SpreadsheetKey("recruitment")
    static let onboarding = SpreadsheetKey("onboarding")
}

extension Column {
    init(_ letters: String) throws {
        struct NoColumn: Error {}
        guard let column = Column(letters: letters) else { throw NoColumn() }
        self = column
    }
}
