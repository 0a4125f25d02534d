import Journal
import Spreadsheets

/// How an attempt to apply an entry ended.
enum OutboxAttempt {
    case applied(WrittenRow)
    /// A person changed a shared cell; nothing was written.
    case conflict(String)
    case failed(WorkbookError)
}

/// Applies entries of one spreadsheet to a workbook: one read that finds the rows and checks them, one write of all
/// cells, and one call for each row that is added or removed (sheets chapter, section 9.2).
struct OutboxApplication {
    /// What has to be done for one entry.
    private struct Step {
        enum Action {
            case write([CellWrite], WrittenRow)
            case append([CellValue], CellRange, after: [String: String])
            case delete(row: Int, WrittenRow)
            case nothing(WrittenRow)
        }

        let entry: OutboxEntry
        let tab: String
        let action: Action

        var writes: [CellWrite] {
            if case .write(let writes, _) = action { writes } else { [] }
        }
    }

    let workbook: any Workbook
    let context: CallContext

    private(set) var attempts: [Int64: OutboxAttempt] = [:]

    init(_ workbook: any Workbook, _ context: CallContext) {
        self.workbook = workbook
        self.context = context
    }

    /// Applies entries, each of another row. Afterwards ``attempts`` has one for every entry.
    mutating func apply(_ entries: [(entry: OutboxEntry, table: BookTable)]) async {
        guard let first = entries.first else { return }
        let tables = Dictionary(entries.map { ($0.table.name, $0.table) }) { first, _ in first }
        do throws(WorkbookError) {
            let key = try first.table.spreadsheet()
            var contents = try await Self.read(Array(tables.values), key, workbook, context)
            for name in contents.keys.sorted() { contents[name] = try await withHeader(contents[name], key) }
            var steps: [Step] = []
            for (entry, table) in entries {
                if let step = plan(entry, contents[table.name], table) { steps.append(step) }
            }
            await write(steps.filter { !$0.writes.isEmpty }, key)
            for step in steps where step.writes.isEmpty { await perform(step, key) }
        } catch {
            // One tab that cannot be read must not end the entries of others.
            if tables.count > 1, error.endsEntries {
                for table in tables.keys { await apply(entries.filter { $0.table.name == table }) }
            } else {
                for (entry, _) in entries { attempts[entry.id] = .failed(error) }
            }
        }
    }

    /// Whether the sheet holds what an entry wanted: nothing is written.
    static func holds(
        _ entry: OutboxEntry, _ table: BookTable, _ workbook: any Workbook, _ context: CallContext
    ) async throws(WorkbookError) -> WrittenRow? {
        guard let content = try await read([table], table.spreadsheet(), workbook, context)[table.name] else {
            return nil
        }
        let place = try content.get()
        let row = place.row(entry.intent.row)
        if entry.intent.operation == .delete {
            return row == nil ? WrittenRow(before: [:], after: [:]) : nil
        }
        guard let row else { return nil }
        var written = WrittenRow(number: row.number, before: [:], after: [:])
        for cell in place.cells(of: entry) where !table.keys.contains(cell.column) {
            let text = row[try place.column(cell.column)]
            guard entry.intent.operation == .append || cell.value.isShown(as: text) else { return nil }
            written.before[cell.column] = cell.seenBefore
            written.after[cell.column] = text
        }
        return written
    }

    /// Reads tabs as a whole, in one call. A table whose tab has the wrong layout fails by itself.
    static func read(
        _ tables: [BookTable], _ key: SpreadsheetKey, _ workbook: any Workbook, _ context: CallContext
    ) async throws(WorkbookError) -> [String: Result<TableContent, WorkbookError>] {
        let blocks = try await workbook.read(tables.map { CellRange(tab: $0.tab()) }, of: key, context)
        var contents: [String: Result<TableContent, WorkbookError>] = [:]
        for (table, block) in zip(tables, blocks) {
            do throws(WorkbookError) { contents[table.name] = .success(try TableContent(block, table)) } catch {
                contents[table.name] = .failure(error)
            }
        }
        return contents
    }
}

// MARK: - Deciding

extension OutboxApplication {
    /// Decides what to do; nil if the attempt is over already.
    private mutating func plan(
        _ entry: OutboxEntry, _ content: Result<TableContent, WorkbookError>?, _ table: BookTable
    ) -> Step? {
        do throws(WorkbookError) {
            guard let content = try content?.get() else { throw .transient("no answer for \(table.name)") }
            let action = try action(entry, content)
            guard let action else { return nil }
            return Step(entry: entry, tab: table.tab(), action: action)
        } catch {
            attempts[entry.id] = .failed(error)
            return nil
        }
    }

    private mutating func action(
        _ entry: OutboxEntry, _ content: TableContent
    ) throws(WorkbookError) -> Step.Action? {
        let row = content.row(entry.intent.row)
        switch (entry.intent.operation, row) {
        case (.update, nil):
            throw .conflict("row moved")
        case (.update, let row?), (.upsert, let row?):
            return try update(entry, row, content)
        case (.append, let row?):
            // The identity of an appended row is its own: whoever finds it has added it.
            let texts = entry.intent.cells.map { ($0.column, row[content.layout.columns[$0.column]]) }
            return .nothing(
                WrittenRow(number: row.number, before: [:], after: Dictionary(texts) { first, _ in first }))
        case (.append, nil), (.upsert, nil):
            return try insertion(entry, content)
        case (.delete, let row?):
            let before = content.layout.columns.mapValues { row[$0] }
            return .delete(row: row.number, WrittenRow(number: row.number, before: before, after: [:]))
        case (.delete, nil):
            return .nothing(WrittenRow(before: [:], after: [:]))
        }
    }

    /// The cells of an existing row. Its key cells are left as they are written there.
    private mutating func update(
        _ entry: OutboxEntry, _ row: SheetRow, _ content: TableContent
    ) throws(WorkbookError) -> Step.Action? {
        var written = WrittenRow(number: row.number, before: [:], after: [:])
        var writes: [CellWrite] = []
        for cell in content.cells(of: entry) where !content.table.keys.contains(cell.column) {
            let column = try content.column(cell.column)
            let text = row[column]
            if content.table.sharedColumns.contains(cell.column), let seen = cell.seenBefore, text != seen,
                !cell.value.isShown(as: text)
            {
                attempts[entry.id] = .conflict("\(cell.column) of row \(row.number) was changed by hand")
                return nil
            }
            written.before[cell.column] = text
            written.after[cell.column] = cell.value.cellValue.shown
            writes.append(
                CellWrite(
                    tab: content.table.tab(), column: column, row: row.number, value: cell.value.cellValue))
        }
        return writes.isEmpty ? .nothing(written) : .write(writes, written)
    }

    private func insertion(_ entry: OutboxEntry, _ content: TableContent) throws(WorkbookError) -> Step.Action {
        var values: [CellValue] = []
        var after: [String: String] = [:]
        for cell in content.cells(of: entry) {
            let index = try content.column(cell.column).index
            while values.count <= index { values.append(.clear) }
            values[index] = cell.value.cellValue
            after[cell.column] = cell.value.cellValue.shown
        }
        // All columns of the table, so that the service takes a row with blank cells for a part of it.
        let last = content.layout.columns.values.map(\.index).max() ?? 0
        let header = max(content.layout.headerRow, 1)
        let range = GridRange.cells(columns: Column(0)...Column(last), rows: header...header)
        return .append(values, CellRange(tab: content.table.tab(), range), after: after)
    }
}

// MARK: - Writing

extension OutboxApplication {
    /// Completes the header of a tab where the table may. A tab that takes no further columns is used without them.
    private func withHeader(
        _ content: Result<TableContent, WorkbookError>?, _ key: SpreadsheetKey
    ) async throws(WorkbookError) -> Result<TableContent, WorkbookError>? {
        guard case .success(var read)? = content, !read.headerWrites.isEmpty else { return content }
        do throws(WorkbookError) {
            try await workbook.write(read.headerWrites, to: key, context)
            return content
        } catch {
            guard error.endsEntries else { throw error }
            do throws(WorkbookError) {
                try read.leaveOutAdded(error)
                return .success(read)
            } catch {
                return .failure(error)
            }
        }
    }

    /// Writes the cells of all steps in one request.
    private mutating func write(_ steps: [Step], _ key: SpreadsheetKey) async {
        guard !steps.isEmpty else { return }
        do throws(WorkbookError) {
            try await workbook.write(steps.flatMap(\.writes), to: key, context)
            for step in steps {
                if case .write(_, let written) = step.action { attempts[step.entry.id] = .applied(written) }
            }
        } catch {
            // What the service finds wrong with one cell must not end the entries of others.
            if steps.count > 1, error.endsEntries {
                for step in steps { await write([step], key) }
            } else {
                for step in steps { attempts[step.entry.id] = .failed(error) }
            }
        }
    }

    private mutating func perform(_ step: Step, _ key: SpreadsheetKey) async {
        do throws(WorkbookError) {
            switch step.action {
            case .append(let values, let range, let after):
                let number = try await workbook.append(values, to: range, of: key, context)
                attempts[step.entry.id] = .applied(WrittenRow(number: number, before: [:], after: after))
            case .delete(let row, let written):
                try await workbook.deleteRows([row], of: step.tab, in: key, context)
                attempts[step.entry.id] = .applied(written)
            case .nothing(let written), .write(_, let written):
                attempts[step.entry.id] = .applied(written)
            }
        } catch {
            attempts[step.entry.id] = .failed(error)
        }
    }
}

extension WorkbookError {
    /// Whether the spreadsheet will never take what was sent. A spreadsheet that is not set yet, or credentials that are
    /// refused, say nothing about the change: those are waited for.
    var endsEntries: Bool {
        switch self {
        case .sharing, .notFound, .schema, .conflict, .data, .exportUnsupported: true
        case .spreadsheetNotSet, .configuration, .quota, .transient, .cancelled, .ambiguous: false
        }
    }
}
