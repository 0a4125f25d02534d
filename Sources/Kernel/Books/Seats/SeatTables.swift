import Cluster
import Configuration
import Journal
import Service
import Spreadsheets

/// The two tabs that keep the seats, as tables that are written: the ledger of reservations and the roster.
enum SeatTables {
    static let ledgerName = "reservations"

    /// The ledger. Its first nine headers must be exactly those of the chapter; what stands to the right of them is left
    /// alone. What a person did to a status or a date stands. Source: placement chapter, section 3; sheets chapter,
    /// sections 5.3 and 9.2.
    static func ledger(_ configuration: ConfigurationService, _ logger: Logger) -> BookTable {
        let tab = { @Sendable in configuration.registry[\.tabs.reservations] }
        return BookTable(
            name: ledgerName, in: KnownSpreadsheet.recruitment.rawValue, keys: Reservation.Identity.columns,
            sharedColumns: [Reservation.Column.reservedUntil.header, Reservation.Column.status.header],
            canonicalHeader: BookTable.CanonicalHeader(
                Reservation.Column.allCases.map { ($0.header, $0.header) }, addsMissingColumns: false),
            spreadsheet: { () throws(WorkbookError) in try configuration.key(of: .recruitment) }, tab: tab,
            layout: { block throws(WorkbookError) in
                do throws(LedgerHeaderMismatch) {
                    try ReservationLedger.checkHeader(block.rows.first ?? [])
                } catch {
                    logger.error(
                        "reservations header mismatch",
                        ["tab": .string(tab()), "expected": .strings(error.expected), "actual": .strings(error.actual)])
                    throw .schema(error.description)
                }
                let columns = Reservation.Column.allCases.map { ($0.header, Column($0.rawValue)) }
                return BookTable.Layout(headerRow: 1, columns: Dictionary(columns) { first, _ in first })
            },
            normalise: { Reservation.Identity.normalised($0) })
    }

    /// The roster's tag and the four columns of seats. Source: recruitment chapter, sections 2.4 and 11.
    static func roster(_ configuration: ConfigurationService) -> BookTable {
        BookTable(
            name: "roster", in: KnownSpreadsheet.recruitment.rawValue, keys: [Clan.Column.tag.letters],
            sharedColumns: [Clan.Column.manualOpenSpots.letters],
            spreadsheet: { () throws(WorkbookError) in try configuration.key(of: .recruitment) },
            tab: { configuration.registry.rosterTab },
            layout: { _ throws(WorkbookError) in
                let columns = ([Clan.Column.tag] + Clan.Column.seats).map { ($0.letters, Column($0.rawValue)) }
                return BookTable.Layout(
                    headerRow: RosterReading.firstDataRow - 1, columns: Dictionary(columns) { first, _ in first })
            },
            rule: { RosterReading(logger: .silent).rule(of: $0) },
            normalise: { ClanTag($0)?.text ?? "" })
    }
}

extension Outbox {
    /// The roster's tab, read afresh, and what is recorded of it and may not be there yet.
    func roster(
        _ table: BookTable, _ configuration: ConfigurationService, _ context: CallContext
    ) async throws(WorkbookError) -> (block: CellBlock, entries: [OutboxEntry]) {
        let (block, entries) = try await reading(table) { () async throws(WorkbookError) in
            let key = try configuration.key(of: .recruitment)
            return try await configuration.workbook.read(
                CellRange(tab: configuration.registry.rosterTab), of: key, context)
        }
        return (block, entries)
    }
}

extension Clan.Column {
    /// The columns that the program writes: E, AF, AH and AI.
    static let seats: [Clan.Column] = [.manualOpenSpots, .openSpots, .activeHolds, .holdSummary]

    /// The letters by which people know the column.
    var letters: String { Column(rawValue).letters }
}

extension Clan {
    /// What the row says of seats.
    var seats: [SeatWrite] { Column.seats.map { SeatWrite($0, .text(cells[$0.rawValue])) } }
}

extension OutboxCell {
    /// A cell of a clan's row.
    /// - Parameter clan: the row as it was read.
    init(_ write: SeatWrite, over clan: Clan) {
        let value: Value =
            switch write.value {
            case .number(let number): .number(Double(number))
            case .text(""): .clear
            case .text(let text): .text(text)
            }
        self.init(write.column.letters, value, seenBefore: clan.cells[write.column.rawValue])
    }
}

extension SeatWrite {
    /// What an entry of the outbox sets a cell of the roster to; nil for cells that hold no seats.
    init?(_ cell: OutboxCell) {
        guard let column = Clan.Column.seats.first(where: { $0.letters == cell.column }) else { return nil }
        switch cell.value {
        case .number(let number): self.init(column, .number(Int(number)))
        case .text(let text): self.init(column, .text(text))
        case .clear: self.init(column, .text(""))
        case .bool: return nil
        }
    }
}
