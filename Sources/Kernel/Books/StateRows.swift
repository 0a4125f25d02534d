public import Configuration
import Journal
import Service
import Spreadsheets

/// What the program keeps in rows of the recruitment Config tab, so that it survives the loss of the journal: job markers,
/// message ids of the server map and of overviews.
///
/// ```swift
/// try await stateRows.set(["SERVER_MAP_MESSAGE_ID_1": "\(id)", "SERVER_MAP_LAST_RUN_AT": now.iso8601])
/// let last = stateRows["SERVER_MAP_LAST_RUN_AT"]
/// ```
///
/// Rows are written soon, by way of the outbox; readers see them at once, `!cfg` too.
/// Source: sheets chapter, section 5.7.
public struct StateRows: Sendable {
    /// The name under which the outbox knows the table.
    public static let tableName = "config"

    private let table: BookTable
    private let outbox: Outbox
    private let configuration: ConfigurationService

    /// Creates the rows. `outbox` must know ``table(_:)`` and have ``listener(_:)`` for it.
    public init(outbox: Outbox, configuration: ConfigurationService) {
        self.outbox = outbox
        self.configuration = configuration
        table = Self.table(configuration)
    }

    /// The recruitment Config tab as a table that is written.
    ///
    /// A marker that a sheet refuses costs at most one needless run, so a refusal is no error.
    public static func table(_ configuration: ConfigurationService) -> BookTable {
        BookTable(
            name: tableName, in: KnownSpreadsheet.recruitment.rawValue, keys: ["key"], prefersLowestRow: true,
            refusalLevel: .warning,
            spreadsheet: { () throws(WorkbookError) in try configuration.key(of: .recruitment) },
            tab: { configuration.registry[KnownSpreadsheet.recruitment.configTabSetting] },
            layout: { block throws(WorkbookError) in
                guard !block.rows.isEmpty else { throw .schema("Recruitment Config worksheet is empty") }
                let tab = ConfigTab(block)
                guard let header = tab.headerRow else {
                    throw .schema("Recruitment Config worksheet missing Key column")
                }
                let value = tab.valueColumn ?? Column(tab.keyColumn.index + 1)
                return BookTable.Layout(headerRow: header, columns: ["key": tab.keyColumn, "value": value])
            },
            normalise: { KeyName.normalised($0) })
    }

    /// Keeps the settings in step with what is recorded.
    public static func listener(_ configuration: ConfigurationService) -> @Sendable (Outbox.Notice) async -> Void {
        { notice in
            let (entry, isWritten) =
                switch notice {
                case .recorded(let entry): (entry, false)
                case .settled(let entry, _): (entry, true)
                }
            guard let cell = entry.intent.cells.first(where: { $0.column == "value" }) else { return }
            let value = if case .text(let text) = cell.value { text } else { "" }
            await configuration.noteStateRow(entry.intent.row, value, isWritten: isWritten)
        }
    }

    /// The value of a row; nil if there is none or it is blank.
    public subscript(key: String) -> String? { configuration.registry.text(key) }

    /// Sets rows, all or none; a blank value empties one. Rows of keys that are not there yet are added.
    ///
    /// - Throws: `notRecorded` if the journal takes nothing; what happens later is logged.
    public func set(_ rows: [String: String]) async throws(WriteFailure) {
        let cause = Trace.make()
        try await outbox.enqueue(
            rows.sorted { $0.key < $1.key }.map { key, value in
                RowChange(
                    of: table, row: [key], .upsert, cause: "state:\(cause):\(key)",
                    [OutboxCell("value", value.isEmpty ? .clear : .text(value))])
            })
    }
}
