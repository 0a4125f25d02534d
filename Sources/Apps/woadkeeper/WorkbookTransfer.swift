import Spreadsheets

/// Copies spreadsheets between Google and a folder, in both directions.
///
/// Beside the files that people edit, the folder keeps a copy of each tab as it was pulled, in `.pulled`. A push writes
/// only into tabs that still are as they were pulled, so that what others changed meanwhile is not undone.
struct WorkbookTransfer: Sendable {
    let google: GoogleWorkbook
    let folder: String
    /// Names of the spreadsheets in the folder, with their keys.
    let spreadsheets: [(name: String, key: SpreadsheetKey)]
    let say: @Sendable (String) -> Void

    /// Google takes fewer cells in a request than a large tab has.
    private static let cellsPerWrite = 5000

    // MARK: Pulling

    /// Copies every tab; true if all could be. A file that was edited since the last pull stays unless `replaces`.
    func pull(replaces: Bool) async throws -> Bool {
        var isComplete = true
        for (name, key) in spreadsheets {
            let titles = try await google.directory(of: key, .background).tabs.map(\.title)
            let blocks = try await google.read(titles.map { CellRange(tab: $0) }, of: key, .background)
            for (title, block) in zip(titles, blocks) {
                guard let place = place(name, title) else {
                    say("skipped \(name)/\(title): its title cannot be the name of a file")
                    isComplete = false
                    continue
                }
                let isEdited = try place.edited.map { try $0.rows != place.pulled?.rows ?? [] } ?? false
                let document = CSVDocument(rows: block.rows)
                if isEdited, !replaces, try place.edited?.rows != document.rows {
                    say("kept    \(name)/\(title): the file was edited; push it, or pull with --replace")
                    isComplete = false
                    continue
                }
                try HostFile.write(document.encoded(), to: place.file)
                try HostFile.write(document.encoded(), to: place.copy)
                say("pulled  \(name)/\(title): \(block.rows.count) rows")
            }
        }
        return isComplete
    }

    // MARK: Pushing

    /// Shows every difference, and writes it if wanted; true if nothing had to be refused.
    func push(writes: Bool) async throws -> Bool {
        var (isComplete, count) = (true, 0)
        for (name, key) in spreadsheets {
            let titles = Set(try await google.directory(of: key, .background).tabs.map(\.title))
            let named = try HostFile.names(in: "\(folder)/\(name)", ending: ".csv")
            for title in named where !titles.contains(title) {
                say("refused \(name)/\(title): there is no such tab")
                isComplete = false
            }
            let present = named.filter(titles.contains)
            let blocks = try await google.read(present.map { CellRange(tab: $0) }, of: key, .background)
            for (title, shown) in zip(present, blocks) {
                let (isSound, changed) = try await push(title, shown, name, key, writes: writes)
                isComplete = isComplete && isSound
                count += changed
            }
        }
        if count > 0 {
            say(writes ? "cells written: \(count)" : "cells that differ: \(count); push with --write writes them")
        } else {
            say(isComplete ? "nothing differs" : "nothing else differs")
        }
        return isComplete
    }

    private func push(
        _ title: String, _ shown: CellBlock, _ name: String, _ key: SpreadsheetKey, writes: Bool
    ) async throws -> (isSound: Bool, changed: Int) {
        guard let place = place(name, title), let wanted = try place.edited else { return (true, 0) }
        if Self.isEqual(wanted.rows, shown.rows) { return (true, 0) }
        // A tab that holds nothing can lose nothing.
        if let pulled = try place.pulled {
            guard Self.isEqual(pulled.rows, shown.rows) else {
                say("refused \(name)/\(title): it was changed since it was pulled; pull it again")
                return (false, 0)
            }
        } else if !shown.rows.isEmpty {
            say("refused \(name)/\(title): it is not empty and was never pulled; pull it first")
            return (false, 0)
        }
        let range = CellRange(tab: title)
        let stored = try await google.stored([range], of: key, .background).first ?? []
        let difference = TabDifference(tab: title, shown: shown, stored: stored, wanted: wanted.rows)
        for change in difference.changes {
            let cell = "\(change.write.column.letters)\(change.write.row)"
            say("\(name)/\(title) \(cell): \(Self.quoted(change.before)) → \(Self.quoted(change.write.value.shown))")
        }
        for refusal in difference.refusals { say("refused \(name)/\(title) \(refusal.cell): \(refusal.reason)") }
        if writes, !difference.changes.isEmpty {
            var rest = difference.changes.map(\.write)[...]
            while !rest.isEmpty {
                try await google.write(Array(rest.prefix(Self.cellsPerWrite)), to: key, .background)
                rest = rest.dropFirst(Self.cellsPerWrite)
            }
            let after = try await google.read(range, of: key, .background)
            try HostFile.write(CSVDocument(rows: after.rows).encoded(), to: place.copy)
        }
        return (difference.refusals.isEmpty, difference.changes.count)
    }

    /// Whether two tables read the same; blank cells at the ends do not count.
    private static func isEqual(_ left: [[String]], _ right: [[String]]) -> Bool {
        func trimmed(_ rows: [[String]]) -> [[String]] {
            var rows = rows.map { row in Array(row.prefix((row.lastIndex { !$0.isEmpty } ?? -1) + 1)) }
            while rows.last?.isEmpty == true { rows.removeLast() }
            return rows
        }
        return trimmed(left) == trimmed(right)
    }

    private static func quoted(_ text: String) -> String {
        let line = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "⏎")
        return "“\(line.count > 60 ? line.prefix(59) + "…" : line)”"
    }

    // MARK: Files

    private struct Place {
        let file: String
        let copy: String

        var edited: CSVDocument? { get throws { try HostFile.document(file) } }
        var pulled: CSVDocument? { get throws { try HostFile.document(copy) } }
    }

    private func place(_ spreadsheet: String, _ tab: String) -> Place? {
        guard !tab.hasPrefix("."), !tab.contains("/"), !tab.isEmpty else { return nil }
        return Place(
            file: "\(folder)/\(spreadsheet)/\(tab).csv", copy: "\(folder)/.pulled/\(spreadsheet)/\(tab).csv")
    }
}
