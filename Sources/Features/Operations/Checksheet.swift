public import Books
public import Bot
public import Configuration
import Discord
import JSON
public import Service

/// `!ops checksheet [--debug]`: whether the tabs that the Config tabs name are there and hold what the bot relies on.
///
/// Source: coreops chapter, section 7.6; sheets chapter, section 12.
public struct Checksheet: Feature {
    public let name = "checksheet"
    public let gate = Gate.always
    public let hasMaskedAnswers = true

    private let inspector: WorkbookInspector
    private let configuration: ConfigurationService
    private let settings: @Sendable () -> BotSettings
    private let logger: Logger

    private static let color = 0x11806A
    private static let shownHeaders = 12
    private static let shownFindings = 5
    private static let loggedFindings = 20
    private static let longestDebugLine = 120

    public var commands: [Command] {
        [
            Command(
                "ops checksheet", usage: "ops checksheet [--debug]",
                flags: [Flag("debug", about: "Also shows how the Config tabs begin")], access: .staff,
                bareAccess: .staff,
                help: CommandHelp(
                    .admin, .operational, .section(.sheetsCache),
                    summary: "Checks the tabs and headers of every linked sheet.",
                    detail:
                        "Opens every linked spreadsheet, reads the tabs that its Config tab names, and shows their row "
                        + "counts, headers, missing columns and cells that need a look.",
                    tip: "`--debug` previews the Config tab."), slash: .personal
            ) { invocation, responder in
                await responder.showTyping()
                let inspections = await inspector.inspectAll()
                for inspection in inspections { log(inspection) }
                try await responder.reply(embeds: embeds(inspections, isDebug: invocation.line.isOn("debug")))
            }
        ]
    }

    /// Creates the feature.
    public init(
        inspector: WorkbookInspector, configuration: ConfigurationService,
        settings: @escaping @Sendable () -> BotSettings, logger: Logger
    ) {
        self.inspector = inspector
        self.configuration = configuration
        self.settings = settings
        self.logger = logger
    }

    // MARK: The reply

    private func embeds(_ inspections: [SpreadsheetInspection], isDebug: Bool) -> [Embed] {
        var frame = Embed(title: "Checksheet — Tabs & Headers")
        frame.color = Self.color
        frame.footer = Embed.Footer(text: "📘 · \(settings().footer)")
        var fields = [Embed.Field("Google Sheets", "Public client")]
        for inspection in inspections {
            fields += EmbedLayout.fields(EmbedLayout.noName, Self.lines(about: inspection, isDebug: isDebug))
            if isDebug {
                fields += EmbedLayout.fields("Debug preview", preview(inspection))
            }
        }
        return EmbedLayout.embeds(of: fields, in: frame)
    }

    static func lines(about inspection: SpreadsheetInspection, isDebug: Bool) -> [String] {
        let tail = inspection.tail == "—" ? "—" : "***\(inspection.tail)"
        var lines = ["\(mark(inspection.isFine)) \(inspection.title.escapingMentions) — \(tail)"]
        lines += inspection.warnings.map { "⚠️ \($0.escapingMentions)" }
        lines += capped(inspection.findings.map { "⚠️ \(inspection.configTab): \($0)" }, Self.shownFindings)
        if lines.count > 1, !inspection.tabs.isEmpty { lines.append("") }
        for tab in inspection.tabs { lines += Self.lines(about: tab, isDebug: isDebug) }
        return lines
    }

    private static func lines(about tab: TabInspection, isDebug: Bool) -> [String] {
        let rows = tab.rowCount.map { "\($0) rows" } ?? "rows n/a"
        // A broken tab still says how many rows it has, where that is known.
        var lines = [
            tab.isFine
                ? "✅ \(tab.name.escapingMentions) — \(rows)"
                : "🔴 \(tab.name.escapingMentions) — rows \(tab.rowCount.map { "\($0)" } ?? "n/a")"
        ]
        let headers = tab.headers.prefix(shownHeaders).joined(separator: ", ")
        let first = isDebug ? " • First headers: \(tab.headers.prefix(4).joined(separator: ", "))" : ""
        lines.append("Headers: \(headers.isEmpty ? "—" : headers.escapingMentions)\(first.escapingMentions)")
        if !tab.missing.isEmpty {
            lines.append("Missing headers: \(tab.missing.joined(separator: ", ").escapingMentions)")
        }
        lines += capped(tab.findings.map { "⚠️ \(tab.name): \($0)".escapingMentions }, shownFindings)
        if let error = tab.error { lines.append("Error: \(error.escapingMentions)") }
        return lines
    }

    private static func capped(_ lines: [String], _ limit: Int) -> [String] {
        lines.count <= limit ? lines : Array(lines.prefix(limit)) + ["… and \(lines.count - limit) more"]
    }

    /// Cells are masked before they are cut, as half a secret is none that anybody knows again.
    private func preview(_ inspection: SpreadsheetInspection) -> [String] {
        let redactor = Redactor(secrets: configuration.registry.secrets)
        let rows = inspection.firstRows.map { row in
            "[" + row.map { "\"\(redactor.reply($0).prefix(40))\"" }.joined(separator: ", ") + "]"
        }.joined(separator: "; ")
        let discovered = inspection.tabs.map(\.name).joined(separator: ", ")
        return [
            "config_tab: \(inspection.configTab)", "first_rows: \(rows.prefix(Self.longestDebugLine))",
            "discovered: \(discovered.prefix(Self.longestDebugLine))",
        ].map(\.escapingMentions)
    }

    private static func mark(_ isFine: Bool) -> String { isFine ? "✅" : "🔴" }

    // MARK: The log

    private func log(_ inspection: SpreadsheetInspection) {
        let (label, tail) = (inspection.spreadsheet.label, inspection.tail)
        let listed = inspection.tabs.map(\.name).filter { $0 != inspection.addedTab }
        let discovered = listed.joined(separator: ", ").prefix(Self.longestDebugLine)
        logger.info("[checksheet] sheet=\"\(label)\"(…\(tail)) using config_tab=\"\(inspection.configTab)\"")
        logger.info("[checksheet] raw Config rows (\(inspection.configTab)!A:Z): \(inspection.configRowCount)")
        logger.info("[checksheet] first_rows=\(firstRows(inspection))")
        if let failure = inspection.configFailure {
            logger.warning("[checksheet] failed to read Config range \(inspection.configTab): \(failure)")
        }
        logger.info("[checksheet] discovered \(listed.count) tabs: \(discovered)")
        if !inspection.listsTabs { logger.info("[checksheet] no *_TAB rows found in Config") }
        if let tab = inspection.addedTab {
            logger.info("[checksheet] injecting reports tab '\(tab)' for inspection")
        }
        logger.info("[checksheet] discovered \(listed.count) tabs from Config for sheet \(inspection.title)(…\(tail))")
        for warning in inspection.warnings {
            if inspection.isUnhandled {
                issue(inspection, tab: nil, "sheet_unhandled", warning, .error)
            } else {
                issue(inspection, tab: nil, warning == "missing sheet id" ? "sheet_id" : "open_sheet", warning)
            }
        }
        for finding in inspection.findings { issue(inspection, tab: inspection.configTab, "rows", finding, .info) }
        for tab in inspection.tabs {
            if let error = tab.error { issue(inspection, tab: tab.name, "worksheet_open", error) }
            if !tab.missing.isEmpty {
                issue(inspection, tab: tab.name, "headers", tab.missing.joined(separator: ", "))
            }
            for finding in tab.findings.prefix(Self.loggedFindings) {
                issue(inspection, tab: tab.name, "rows", finding, .info)
            }
        }
    }

    private func firstRows(_ inspection: SpreadsheetInspection) -> String {
        let redactor = Redactor(secrets: configuration.registry.secrets)
        let rows = inspection.firstRows.map { row in
            JSONValue.array(row.map { .string(String(redactor.reply($0).prefix(40))) })
        }
        return JSONValue.array(rows).text
    }

    private func issue(
        _ inspection: SpreadsheetInspection, tab: String?, _ context: String, _ detail: String,
        _ level: LogLevel = .warning
    ) {
        logger.log(
            level, "checksheet issue",
            [
                "sheet_id": .string("…\(inspection.tail)"), "sheet_title": .string(inspection.title),
                "tab": .string(tab ?? "-"), "context": .string(context), "detail": .string(detail),
            ])
    }
}
