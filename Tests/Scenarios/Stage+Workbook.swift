import FoundationEssentials

@testable import woadkeeper

/// What people do to the spreadsheets of a stage.
extension Stage {
    /// Writes a tab of the workbook, as `recruitment/Config`.
    func put(_ text: String, _ tab: String) throws {
        try Data(text.utf8).write(to: file(of: tab))
    }

    /// Adds rows to a tab of the workbook.
    func add(_ rows: String, to tab: String) throws {
        try (Data(contentsOf: file(of: tab)) + Data(rows.utf8)).write(to: file(of: tab))
    }

    /// Removes a tab of the workbook.
    func remove(_ tab: String) throws {
        try FileManager.default.removeItem(at: file(of: tab))
    }

    /// Makes a tab one that cannot be read: where its file was, there is a folder.
    func spoil(_ tab: String) throws {
        try remove(tab)
        try FileManager.default.createDirectory(at: file(of: tab), withIntermediateDirectories: false)
    }

    /// A tab of the workbook as it stands.
    func text(_ tab: String) throws -> String {
        looks()
        return String(decoding: try Data(contentsOf: file(of: tab)), as: UTF8.self)
    }

    private func file(of tab: String) -> URL { URL(filePath: "\(folder.workbook)/\(tab).csv") }
}
