import FoundationEssentials
import Service

@testable import woadkeeper

/// What people do to the spreadsheets of a stage.
extension Stage {
    /// Writes a tab of the workbook, as `recruitment/Config`.
    func put(_ text: String, _ tab: String) throws { try put(Array(text.utf8), tab) }

    /// Writes the bytes of a tab, whatever they are.
    func put(_ bytes: [UInt8], _ tab: String) throws { try Data(bytes).write(to: file(of: tab)) }

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
    func text(_ tab: String) throws -> String { String(decoding: try bytes(tab), as: UTF8.self) }

    /// The bytes of a tab as they stand.
    func bytes(_ tab: String) throws -> [UInt8] {
        looks()
        return Array(try Data(contentsOf: file(of: tab)))
    }

    private func file(of tab: String) -> URL { URL(filePath: "\(folder.workbook)/\(tab).csv") }
}

extension DemoFolder {
    /// Lets the workbook say that every job ran just now, so that what a stage shows does not depend on the time of day. On
    /// a clock that the scenario moves, the sample's old marks stay.
    func markJobs(as time: Timestamp, unless isManual: Bool) throws {
        guard !isManual else { return }
        let file = URL(filePath: "\(workbook)/recruitment/Config.csv")
        let rows = String(decoding: try Data(contentsOf: file), as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let marked = rows.map { row in
            row.hasPrefix("JOB_LAST_RUN_") ? "\(row.prefix { $0 != "," }),\(time.iso8601)" : String(row)
        }
        try Data(marked.joined(separator: "\r\n").utf8).write(to: file)
    }
}
