import CPlatform
import Glibc
public import Service

/// A workbook in a folder: below it a folder per spreadsheet, in that a CSV file per tab, named like the tab.
///
/// People may edit the files while the program runs: a changed file is seen at the next read. Files are replaced as a
/// whole, so that nobody ever sees half of one. Whoever wants the files left alone for a while takes a lock (`flock`) on
/// a file or on its folder; calls wait for it until their deadline.
///
/// A missing folder is a spreadsheet that is not set. Formulas are not computed, and there are no exports.
public actor LocalWorkbook: Workbook {
    /// How long to wait before asking for a taken lock again.
    private static let lockRetryDelay = Duration.milliseconds(20)

    private struct CachedTab {
        let stamp: FileStamp
        let document: CSVDocument
    }

    private struct TabPath: Hashable {
        let spreadsheet: String
        let tab: String
    }

    private let folder: String
    private let time: any TimeSource
    private let thread = DedicatedThread(name: "workbook")
    private var cache: [TabPath: CachedTab] = [:]

    /// The thread that reads and writes the files.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// The workbook below `folder`. `time` is transport time, for deadlines.
    public init(folder: String, time: any TimeSource = TransportTime()) {
        self.folder = folder
        self.time = time
    }

    /// Ends the thread once it has nothing left to do.
    public nonisolated func close() { thread.stop() }

    /// Always `local`.
    public nonisolated func tail(of spreadsheet: SpreadsheetKey) -> String { "local" }

    /// Reads the tabs that the ranges name. A tab that is asked for twice is read once.
    public func read(
        _ ranges: [CellRange], of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> [CellBlock] {
        let deadline = time.now + context.deadline
        let root = try path(of: spreadsheet)
        var documents: [String: CSVDocument] = [:]
        var blocks: [CellBlock] = []
        for range in ranges {
            if documents[range.tab] == nil {
                documents[range.tab] = try await document(range.tab, in: root, spreadsheet, deadline)
            }
            blocks.append(CellBlock(range: range, rows: documents[range.tab]?.cells(in: range.grid) ?? []))
        }
        return blocks
    }

    /// Writes cells; each tab is replaced once.
    public func write(
        _ writes: [CellWrite], to spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) {
        for write in writes { try Self.check(write.value, row: write.row) }
        try await change(Set(writes.map(\.tab)), in: spreadsheet, context) { documents in
            for write in writes {
                documents[write.tab]?.set(write.value.shown, row: write.row - 1, column: write.column.index)
            }
        }
    }

    /// Inserts a row below the last row that has something in the columns of `range`.
    public func append(
        _ row: [CellValue], to range: CellRange, of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> Int {
        for value in row { try Self.check(value, row: 1) }
        let first = range.grid.firstColumn.index
        let last = range.grid.lastColumn?.index ?? Column.last.index
        var number = 0
        try await change([range.tab], in: spreadsheet, context) { documents in
            let rows = documents[range.tab]?.rows ?? []
            let lastUsed = rows.lastIndex { cells in
                cells.prefix(last + 1).dropFirst(first).contains { !$0.isEmpty }
            }
            let index = max(lastUsed.map { $0 + 1 } ?? 0, range.grid.firstRow - 1)
            documents[range.tab]?.insert(Array(repeating: "", count: first) + row.map(\.shown), at: index)
            number = index + 1
        }
        return number
    }

    /// The tabs of a spreadsheet, sorted by title. The title is the folder's name.
    public func directory(
        of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> SpreadsheetInfo {
        let deadline = time.now + context.deadline
        let root = try path(of: spreadsheet)
        let names: [String]
        do { names = try FileSystem.names(in: root) } catch { throw Self.failure(error, spreadsheet.text) }
        var tabs: [SpreadsheetInfo.Tab] = []
        for name in names where name.hasSuffix(".csv") && !name.hasPrefix(".") {
            let title = String(name.dropLast(4))
            let document = try await document(title, in: root, spreadsheet, deadline)
            tabs.append(
                SpreadsheetInfo.Tab(
                    title: title, id: Self.number(of: title),
                    rowCount: document.rows.count, columnCount: document.width))
        }
        return SpreadsheetInfo(title: spreadsheet.text, tabs: tabs)
    }

    /// Deletes rows. Rows that do not exist are ignored.
    public func deleteRows(
        _ rows: Set<Int>, of tab: String, in spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) {
        try await change([tab], in: spreadsheet, context) { documents in
            for row in rows.sorted(by: >) where documents[tab]?.rows.indices.contains(row - 1) == true {
                documents[tab]?.rows.remove(at: row - 1)
            }
        }
    }

    /// There are no exports of a local workbook.
    public func export(
        _ range: CellRange, of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> [UInt8] {
        throw .exportUnsupported
    }
}

// MARK: - Files

extension LocalWorkbook {
    private func document(
        _ tab: String, in root: String, _ spreadsheet: SpreadsheetKey, _ deadline: Timestamp
    ) async throws(WorkbookError) -> CSVDocument {
        let file = try Self.openTab(tab, in: root, spreadsheet)
        try await lock(file, LOCK_SH, "\(spreadsheet.text)/\(tab)", deadline)
        return try content(of: file, tab, spreadsheet).document
    }

    /// Reads, changes and replaces tabs while nobody else does. Nothing is replaced unless every tab could be read.
    private func change(
        _ tabs: Set<String>, in spreadsheet: SpreadsheetKey, _ context: CallContext,
        _ body: (inout [String: CSVDocument]) -> Void
    ) async throws(WorkbookError) {
        let deadline = time.now + context.deadline
        let root = try path(of: spreadsheet)
        let name = spreadsheet.text
        let folder: FileHandle
        do { folder = try FileHandle(root, O_RDONLY | O_DIRECTORY) } catch { throw Self.failure(error, name) }
        try await lock(folder, LOCK_EX, name, deadline)
        // The lock lives as long as the handle.
        defer { withExtendedLifetime(folder) {} }
        while true {
            if try await changeOnce(tabs.sorted(), root, spreadsheet, folder, deadline, body) { return }
            guard time.now < deadline else { throw .transient("\(name) is being edited") }
        }
    }

    /// One try of a change; false if a person edited a tab after it was read, in which case nothing was replaced.
    private func changeOnce(
        _ tabs: [String], _ root: String, _ spreadsheet: SpreadsheetKey, _ folder: FileHandle, _ deadline: Timestamp,
        _ body: (inout [String: CSVDocument]) -> Void
    ) async throws(WorkbookError) -> Bool {
        let name = spreadsheet.text
        var files: [String: FileHandle] = [:]
        defer { withExtendedLifetime(files) {} }
        var stamps: [String: FileStamp] = [:]
        var documents: [String: CSVDocument] = [:]
        for tab in tabs {
            let file = try Self.openTab(tab, in: root, spreadsheet)
            try await lock(file, LOCK_EX, "\(name)/\(tab)", deadline)
            files[tab] = file
            (documents[tab], stamps[tab]) = try content(of: file, tab, spreadsheet)
        }
        let before = documents
        body(&documents)

        var replacements: [Replacement] = []
        defer { for replacement in replacements { replacement.discard() } }
        for tab in tabs {
            guard let file = files[tab], let document = documents[tab], document != before[tab] else { continue }
            do {
                replacements.append(try Replacement(of: tab, in: root, like: file, with: document.encoded()))
            } catch {
                throw .transient("\(name)/\(tab): \(error)")
            }
        }
        // Editors take no locks. What was read must still be what stands there, or an edit would be lost.
        guard replacements.allSatisfy({ FileSystem.stamp(of: $0.path) == stamps[$0.tab] }) else { return false }
        for (index, replacement) in replacements.enumerated() {
            cache[TabPath(spreadsheet: name, tab: replacement.tab)] = nil
            do { try replacement.takePlace() } catch {
                let reason = "\(name)/\(replacement.tab): \(error)"
                throw index > 0 ? .ambiguous(reason) : .transient(reason)
            }
        }
        guard !replacements.isEmpty else { return true }
        do { try folder.synchronise() } catch { throw .ambiguous("\(name): \(error)") }
        return true
    }

    private func lock(
        _ file: FileHandle, _ kind: Int32, _ name: String, _ deadline: Timestamp
    ) async throws(WorkbookError) {
        while true {
            if Task.isCancelled { throw .cancelled }
            do {
                if try file.tryLock(kind) { return }
            } catch {
                throw Self.failure(error, name)
            }
            guard time.now < deadline else { throw .transient("\(name) is locked") }
            do { try await time.sleep(until: min(time.now + Self.lockRetryDelay, deadline)) } catch { throw .cancelled }
        }
    }

    private func content(
        of file: FileHandle, _ tab: String, _ spreadsheet: SpreadsheetKey
    ) throws(WorkbookError) -> (document: CSVDocument, stamp: FileStamp) {
        let path = TabPath(spreadsheet: spreadsheet.text, tab: tab)
        let name = "\(spreadsheet.text)/\(tab)"
        let bytes: [UInt8]
        let stamp: FileStamp
        do {
            stamp = try file.stamp()
            if let cached = cache[path], cached.stamp == stamp { return (cached.document, stamp) }
            bytes = try file.readAll()
            guard try file.stamp() == stamp else { throw WorkbookError.transient("\(name) is being written") }
        } catch let error as SystemError {
            throw Self.failure(error, name)
        } catch let error as WorkbookError {
            throw error
        } catch {
            throw .transient("\(name): \(error)")
        }
        do {
            let document = try CSVDocument(parsing: bytes)
            cache[path] = CachedTab(stamp: stamp, document: document)
            return (document, stamp)
        } catch {
            throw .data("\(name): \(error)")
        }
    }

    /// A new file beside the old one, ready to take its place as a whole, so that after a crash either of them is there.
    private struct Replacement {
        let tab: String
        let path: String
        private let temporary: String

        init(of tab: String, in root: String, like old: FileHandle, with bytes: [UInt8]) throws(SystemError) {
            self.tab = tab
            path = "\(root)/\(tab).csv"
            temporary = "\(root)/.\(tab).csv.tmp"
            do {
                let file = try FileHandle(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600)
                try file.write(bytes)
                try file.setPermissions(old.permissions())
                try file.synchronise()
            } catch {
                discard()
                throw error
            }
        }

        func takePlace() throws(SystemError) { try FileSystem.rename(temporary, to: path) }

        /// Removes the new file if it has not taken its place.
        func discard() { unlink(temporary) }
    }

    private func path(of spreadsheet: SpreadsheetKey) throws(WorkbookError) -> String {
        let path = "\(folder)/\(spreadsheet.text)"
        var status = stat()
        guard Self.isPlain(spreadsheet.text), stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw .spreadsheetNotSet("spreadsheet not set: \(spreadsheet.text)")
        }
        return path
    }

    private static func openTab(
        _ tab: String, in root: String, _ spreadsheet: SpreadsheetKey
    ) throws(WorkbookError) -> FileHandle {
        guard isPlain(tab) else { throw .notFound("worksheet not found: \(tab)") }
        do {
            return try FileHandle("\(root)/\(tab).csv", O_RDONLY)
        } catch {
            if error.code == ENOENT { throw .notFound("worksheet not found: \(tab)") }
            throw failure(error, "\(spreadsheet.text)/\(tab)")
        }
    }

    private static func failure(_ error: SystemError, _ name: String) -> WorkbookError {
        error.code == EACCES || error.code == EPERM ? .sharing("\(name): \(error)") : .transient("\(name): \(error)")
    }

    /// Whether a name stays inside its folder.
    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix(".") && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
    }

    private static func check(_ value: CellValue, row: Int) throws(WorkbookError) {
        if case .number(let number) = value, !number.isFinite { throw .data("\(number) is not a number of a sheet") }
        guard (1...GridRange.lastPossibleRow).contains(row) else { throw .data("no such row: \(row)") }
    }

    /// A number for a tab that stays the same as long as its title does (FNV-1a, 31 bits).
    private static func number(of title: String) -> Int {
        var hash: UInt32 = 2_166_136_261
        for byte in title.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return Int(hash & 0x7FFF_FFFF)
    }
}

extension CSVDocument {
    fileprivate func cells(in grid: GridRange) -> [[String]] {
        let last = min(grid.lastRow ?? rows.count, rows.count)
        guard grid.firstRow <= last else { return [] }
        return rows[(grid.firstRow - 1)..<last].map { row in
            Array(row.prefix((grid.lastColumn ?? Column.last).index + 1).dropFirst(grid.firstColumn.index))
        }
    }
}
