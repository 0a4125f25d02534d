import Books
import Configuration
import HTTPClient
import Service
import Spreadsheets

/// `woadkeeper workbook pull|push|check`: carries spreadsheets between Google and a folder of CSV files, and checks either.
enum WorkbookCommand {
    /// What is to be done.
    enum Task: Equatable {
        /// Copies the spreadsheets into a folder; edited files there are kept unless they may be replaced.
        case pull(folder: String, replaces: Bool)
        /// Shows what differs from a folder, and writes it if wanted.
        case push(folder: String, writes: Bool)
        /// Looks at headers and cells, in a folder or where the environment says.
        case check(folder: String?)

        /// Reads the words behind `workbook`; nil where they are not understood.
        init?(_ arguments: some Sequence<String>) {
            var words = Array(arguments)
            guard let verb = words.first else { return nil }
            words.removeFirst()
            let flags = words.filter { $0.hasPrefix("--") }
            let folders = words.filter { !$0.hasPrefix("--") }
            switch (verb, folders.count, flags) {
            case ("pull", 1, []): self = .pull(folder: folders[0], replaces: false)
            case ("pull", 1, ["--replace"]): self = .pull(folder: folders[0], replaces: true)
            case ("push", 1, []): self = .push(folder: folders[0], writes: false)
            case ("push", 1, ["--write"]): self = .push(folder: folders[0], writes: true)
            case ("check", 0...1, []): self = .check(folder: folders.first)
            default: return nil
            }
        }
    }

    /// Why nothing could be done at all.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    static func run(_ task: Task) async -> Int32 {
        let variables: [String: String] =
            if case .check(let folder?) = task { ["WORKBOOK": "local:\(folder)"] } else { [:] }
        let production = Production(adding: variables)
        let status: Int32
        do {
            status = try await perform(task, production)
        } catch {
            production.complain("workbook: \(error)")
            status = 1
        }
        await production.http.shutdown()
        return status
    }

    /// Does it; the status is 0 if everything is as it should be.
    static func perform(_ task: Task, _ production: Production) async throws -> Int32 {
        let location = try RequiredEnvironment.workbook(production.environment)
        let workbook = try production.workbook(location)
        switch task {
        case .check:
            return await check(workbook, production)
        case .pull(let folder, let replaces):
            let transfer = try await transfer(workbook, folder, production)
            return try await transfer.pull(replaces: replaces) ? 0 : 1
        case .push(let folder, let writes):
            let transfer = try await transfer(workbook, folder, production)
            return try await transfer.push(writes: writes) ? 0 : 1
        }
    }

    private static func transfer(
        _ workbook: any Workbook, _ folder: String, _ production: Production
    ) async throws -> WorkbookTransfer {
        guard let google = workbook as? GoogleWorkbook else {
            throw Failure(description: "WORKBOOK names a folder; there is no Google to copy from or to")
        }
        let configuration = await production.configuration(workbook)
        let linked = KnownSpreadsheet.allCases.compactMap { spreadsheet in
            (try? configuration.key(of: spreadsheet)).map { (name: spreadsheet.rawValue, key: $0) }
        }
        await configuration.stop()
        return WorkbookTransfer(google: google, folder: folder, spreadsheets: linked, say: { production.say($0) })
    }

    private static func check(_ workbook: any Workbook, _ production: Production) async -> Int32 {
        let configuration = await production.configuration(workbook)
        let inspections = await WorkbookInspector(configuration).inspectAll()
        await configuration.stop()
        for inspection in inspections { for line in lines(about: inspection) { production.say(line) } }
        return inspections.allSatisfy { $0.isFine || $0.warnings == ["missing sheet id"] } ? 0 : 1
    }

    private static func lines(about inspection: SpreadsheetInspection) -> [String] {
        let name = inspection.spreadsheet.rawValue
        let mark = { (isFine: Bool) in isFine ? "ok     " : "error  " }
        if inspection.warnings == ["missing sheet id"] { return ["-       \(name): not linked"] }
        return ["\(mark(inspection.isFine)) \(name)"] + inspection.warnings.map { "error   \(name): \($0)" }
            + inspection.findings.map { "look    \(name)/\(inspection.configTab): \($0)" }
            + inspection.tabs.flatMap { tab in
                ["\(mark(tab.isFine)) \(name)/\(tab.name): \(tab.rowCount.map { "\($0) rows" } ?? "rows n/a")"]
                    + (tab.error.map { ["error   \(name)/\(tab.name): \($0)"] } ?? [])
                    + tab.missing.map { "error   \(name)/\(tab.name): missing header \($0)" }
                    + tab.findings.map { "look    \(name)/\(tab.name): \($0)" }
            }
    }
}
