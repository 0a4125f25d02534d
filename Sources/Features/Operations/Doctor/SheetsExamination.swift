import Books
import Configuration

/// What a check-up finds in the spreadsheets.
struct SheetsExamination {
    let configuration: ConfigurationService

    private static let shownFindings = 3

    func diagnoses() async -> [Diagnosis] {
        let inspections = await WorkbookInspector(configuration).inspectAll()
        return inspections.flatMap { diagnoses(of: $0) } + [toggles]
    }

    private var toggles: Diagnosis {
        let toggles = configuration.toggles
        guard toggles.isUnusable else {
            let snapshot = toggles.snapshot
            return .ok("toggles", "\(snapshot.rowCount) rows in tab '\(snapshot.sourceTab)'")
        }
        let reason = toggles.snapshot.notes.first ?? "not read"
        return .error("toggles", reason, fix: "mend the tab; until then every feature is off")
    }

    private func diagnoses(of inspection: SpreadsheetInspection) -> [Diagnosis] {
        let spreadsheet = inspection.spreadsheet
        let subject = "sheet \(spreadsheet.rawValue)"
        let id = spreadsheet.idSetting.declaration.name
        if inspection.warnings == ["missing sheet id"] {
            return spreadsheet == .recruitment
                ? [.error(subject, "not linked", fix: "set \(id)")]
                : [.ok(subject, "not linked; what needs it stays idle (\(id))")]
        }
        var found = inspection.warnings.map { warning -> Diagnosis in
            warning.hasPrefix("Failed to open")
                ? .error(subject, warning, fix: "check \(id), and share the spreadsheet with the service account")
                : .error(subject, warning, fix: "name the tabs in rows whose keys end in _TAB")
        }
        found += inspection.findings.prefix(Self.shownFindings).map {
            Diagnosis.warning(subject, "\(inspection.configTab): \($0)", fix: "clean up the Config tab")
        }
        if found.isEmpty {
            found.append(.ok(subject, "\(inspection.title) (…\(inspection.tail)), \(inspection.tabs.count) tabs named"))
        }
        return found + inspection.tabs.flatMap { diagnoses(of: $0, in: spreadsheet) }
    }

    private func diagnoses(of tab: TabInspection, in spreadsheet: KnownSpreadsheet) -> [Diagnosis] {
        let subject = "tab \(spreadsheet.rawValue)/\(tab.name)"
        let key = tab.key ?? "the Config tab"
        if let error = tab.error {
            return [.error(subject, error, fix: "create or rename the tab, or correct \(key)")]
        }
        if !tab.missing.isEmpty {
            return [
                .error(
                    subject, "missing headers: \(tab.missing.joined(separator: ", "))",
                    fix: "add them to the header row")
            ]
        }
        var found = tab.findings.prefix(Self.shownFindings).map {
            Diagnosis.warning(subject, $0, fix: "correct the cell; `!ops checksheet` lists all findings")
        }
        if found.isEmpty { found.append(.ok(subject, "\(tab.rowCount ?? 0) rows")) }
        return found
    }
}
