public import Configuration
import Service
import Spreadsheets

/// Looks at the spreadsheets as the program will: which tabs the Config tabs name, whether they exist, and whether their
/// headers and cells are what the rest of the program relies on. Reads only; at most three calls for each spreadsheet.
///
/// Source: sheets chapter, section 12; coreops chapter, section 7.6.
public struct WorkbookInspector: Sendable {
    private let configuration: ConfigurationService

    /// An inspector of the spreadsheets that the configuration names.
    public init(_ configuration: ConfigurationService) {
        self.configuration = configuration
    }

    /// Looks at all spreadsheets, two at a time, in the order in which commands list them.
    public func inspectAll() async -> [SpreadsheetInspection] {
        await KnownSpreadsheet.allCases.mapConcurrently(atMost: 2) { await inspect($0) }
    }

    /// Looks at one spreadsheet.
    public func inspect(_ spreadsheet: KnownSpreadsheet) async -> SpreadsheetInspection {
        let registry = configuration.registry
        let configTab = registry[spreadsheet.configTabSetting]
        var inspection = SpreadsheetInspection(
            spreadsheet: spreadsheet, title: spreadsheet.label, tail: "—", configTab: configTab)
        let key: SpreadsheetKey
        do throws(WorkbookError) { key = try configuration.key(of: spreadsheet) } catch {
            inspection.warnings.append("missing sheet id")
            return inspection
        }
        let isLocal = registry.localWorkbookPath != nil
        inspection.tail = isLocal ? "local" : String(key.text.suffix(4))
        let directory: SpreadsheetInfo
        do throws(WorkbookError) {
            directory = try await configuration.workbook.directory(of: key, .interactive)
        } catch {
            if isLocal, case .spreadsheetNotSet = error {
                inspection.warnings.append("missing sheet id")
            } else if case .data = error, !isLocal {
                inspection.isUnhandled = true
                inspection.warnings.append("Unexpected error: \(Self.reason(error))")
            } else {
                inspection.warnings.append("Failed to open sheet: \(Self.reason(error))")
            }
            return inspection
        }
        if !isLocal, !directory.title.isEmpty { inspection.title = directory.title }
        let wanted = await tabs(of: spreadsheet, key, directory, &inspection)
        inspection.tabs = await inspect(wanted, key, directory)
        return inspection
    }

    // MARK: Which tabs

    private struct WantedTab {
        var name: String
        var key: String?
    }

    private func tabs(
        of spreadsheet: KnownSpreadsheet, _ key: SpreadsheetKey, _ directory: SpreadsheetInfo,
        _ inspection: inout SpreadsheetInspection
    ) async -> [WantedTab] {
        let configTab = inspection.configTab
        var wanted: [WantedTab] = []
        do throws(WorkbookError) {
            let range = CellRange(tab: configTab, .columns(Column(0)...Column(25)))
            let block = try await configuration.workbook.read(range, of: key, .interactive)
            let tab = ConfigTab(block)
            inspection.configRowCount = block.rows.count
            inspection.firstRows = block.rows.prefix(5).map { Array($0.prefix(2)) }
            inspection.findings = tab.repeatedKeys.map { "key '\($0.key)' stands more than once; row \($0.row) counts" }
            inspection.findings += tab.remarksWithoutValue.map {
                "row \($0.row): key '\($0.key)' has no value, though another cell of the row is filled"
            }
            inspection.findings += tab.repeatedHeaders.map { "header '\($0)' stands more than once" }
            for entry in tab.entries where KeyName.normalised(entry.key).hasSuffix("_TAB") && !entry.value.isEmpty {
                guard !wanted.contains(where: { $0.name.lowercased() == entry.value.lowercased() }) else { continue }
                wanted.append(WantedTab(name: entry.value, key: KeyName.normalised(entry.key)))
            }
        } catch {
            inspection.configFailure = Self.reason(error)
            inspection.findings.append("failed to read Config range \(configTab): \(Self.reason(error))")
        }
        if wanted.isEmpty {
            inspection.listsTabs = false
            inspection.warnings.append("No tabs listed in '\(configTab)'")
            if spreadsheet == .leagues { wanted.append(WantedTab(name: configTab)) }
        }
        if spreadsheet == .recruitment, !wanted.contains(where: { $0.key == "REPORTS_TAB" }) {
            let reports = configuration.registry[\.tabs.reports]
            if !wanted.contains(where: { $0.name.lowercased() == reports.lowercased() }) {
                wanted.append(WantedTab(name: reports, key: "REPORTS_TAB"))
                inspection.addedTab = reports
            }
        }
        return wanted
    }

    // MARK: What is in them

    private func inspect(
        _ wanted: [WantedTab], _ key: SpreadsheetKey, _ directory: SpreadsheetInfo
    ) async -> [TabInspection] {
        let present = wanted.filter { directory[tab: $0.name] != nil }
        // Tabs without rules are only exported as images: their first rows are enough.
        let ranges = present.map { tab in
            tab.key.flatMap(TabContract.named) == nil
                ? CellRange(tab: tab.name, .rows(1...3)) : CellRange(tab: tab.name)
        }
        var blocks: [String: CellBlock] = [:]
        var failure: String?
        do throws(WorkbookError) {
            let read = try await configuration.workbook.read(ranges, of: key, .interactive)
            for (tab, block) in zip(present, read) { blocks[tab.name] = block }
        } catch {
            failure = Self.reason(error)
        }
        let roster = wanted.first { $0.key == "CLANS_TAB" }.flatMap { blocks[$0.name] }
        let surroundings = TabRules.Surroundings(rosterTags: roster.map { TabRules.tags(in: $0) })
        return wanted.map { tab in
            var inspection = TabInspection(name: tab.name, key: tab.key)
            guard let info = directory[tab: tab.name] else {
                inspection.error = "no such tab"
                return inspection
            }
            guard let block = blocks[tab.name] else {
                inspection.error = failure ?? "not read"
                return inspection
            }
            let contract = tab.key.flatMap(TabContract.named)
            let rules = TabRules(
                contract: contract ?? TabContract(), block: block, width: max(info.columnCount, block.width))
            inspection.headers = rules.header.map(\.trimmed).filter { !$0.isEmpty }
            inspection.rowCount = contract == nil ? max(info.rowCount - 1, 0) : rules.data.count
            if let contract {
                inspection.missing = contract.missing(in: rules.header)
                inspection.findings = rules.findings(surroundings)
            }
            return inspection
        }
    }

    /// One line of at most 120 characters.
    private static func reason(_ error: WorkbookError) -> String {
        String("\(error)".split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(120))
    }
}
