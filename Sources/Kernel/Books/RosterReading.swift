import Cluster
import Journal
import Service
import Spreadsheets

/// Reads the roster's rows as clans: which rows count, which columns carry the counts, which row each clan stands in.
///
/// Source: recruitment chapter, section 2.4 and item 14.1.
struct RosterReading {
    /// A column that the header names, under one of several aliases.
    private struct LogicalColumn {
        var name: String
        var aliases: [String]
        var fallback: Column
    }

    private static let openSpots = LogicalColumn(
        name: "open_spots",
        aliases: [
            "open spots", "spots", "open spot", "spots avail", "spots available", "open slots", "available slots",
            "avail. slots", "manual open spots",
        ], fallback: Column(Clan.Column.openSpots.rawValue))
    private static let inactives = LogicalColumn(
        name: "inactives",
        aliases: ["inactives", "inactive", "inactive count", "inactive players", "manual inactives"],
        fallback: Column(Clan.Column.inactives.rawValue))
    private static let reserved = LogicalColumn(
        name: "reserved",
        aliases: [
            "reserved", "reserved slots", "reserved spot", "reserved count", "reserved spots", "manual reserved",
        ], fallback: Column(Clan.Column.holdSummary.rawValue))
    private static let roster = LogicalColumn(
        name: "roster", aliases: ["roster", "roster status", "roster column"],
        fallback: Column(Clan.Column.manualOpenSpots.rawValue))

    private static let headerNames: Set<String> = ["CLAN", "CLAN NAME", "CLANS"]
    private static let headerTags: Set<String> = ["TAG", "CLAN TAG", "CLAN"]

    /// Rows 1 to 3 hold summaries and the header.
    static let firstDataRow = 4
    private static let schema = TableSchema(
        header: .rowOrFirstUsed(3), firstDataRow: firstDataRow, normalisation: .collapsingBlanks)

    let logger: Logger

    /// The listed clans in sheet order. Of two rows with one tag the first counts; the other is logged.
    /// - Parameter entries: what is recorded of the roster and may not be in the tab yet.
    /// - Throws: `RosterUnreadable` where the tab holds no header row, or no clan and only the beginning of a header row.
    func clans(in block: CellBlock, _ entries: [OutboxEntry] = []) throws(RosterUnreadable) -> ClanDirectory {
        let table = SheetTable(block, schema: Self.schema)
        guard let header = table.header else { throw RosterUnreadable() }
        let tab = block.range.tab
        let openSpots = column(Self.openSpots, in: header, tab: tab)
        let inactives = column(Self.inactives, in: header, tab: tab)
        let reserved = column(Self.reserved, in: header, tab: tab)
        let roster = column(Self.roster, in: header, tab: tab)
        var clans: [Clan] = []
        var rowOfTag: [ClanTag: Int] = [:]
        for row in table.rows where Self.isListed(row, roster: roster) {
            guard let tag = ClanTag(row[Column(Clan.Column.tag.rawValue)]) else { continue }
            if let first = rowOfTag[tag] {
                logger.warning(
                    "clan tag listed twice",
                    ["tag": .string(tag.text), "row": .int(row.number), "used_row": .int(first), "tab": .string(tab)])
                continue
            }
            rowOfTag[tag] = row.number
            clans.append(
                Clan(
                    sheetRow: row.number, tag: tag, cells: row.cells,
                    openSpots: TypedCell.firstInteger(in: row[openSpots]),
                    inactives: TypedCell.firstInteger(in: row[inactives]),
                    reserved: TypedCell.firstInteger(in: row[reserved]), rosterStatus: row[roster]))
        }
        // A file that somebody is writing may end anywhere. That there are no clans is believed where the header is whole.
        guard !clans.isEmpty || header.cells.dropFirst(Clan.Column.openSpots.rawValue).contains(where: { !$0.isEmpty })
        else { throw RosterUnreadable() }
        var directory = ClanDirectory(
            clans,
            layout: RosterLayout(
                openSpots: openSpots.index, inactives: inactives.index, reserved: reserved.index,
                rosterStatus: roster.index))
        for entry in entries {
            guard let tag = ClanTag(entry.intent.row) else { continue }
            directory.apply(entry.intent.cells.compactMap { SeatWrite($0) }, to: tag)
        }
        return directory
    }

    /// Tells which rows are clans, as far as one row tells.
    func rule(of block: CellBlock) -> @Sendable (SheetRow) -> Bool {
        let header = SheetTable(block, schema: Self.schema).header
        let roster = header.map { column(Self.roster, in: $0, tab: block.range.tab) } ?? Self.roster.fallback
        return { Self.isListed($0, roster: roster) }
    }

    private static func isListed(_ row: SheetRow, roster: Column) -> Bool {
        let name = trimmed(row[Column(Clan.Column.name.rawValue)]).uppercased()
        let tag = trimmed(row[Column(Clan.Column.tag.rawValue)]).uppercased()
        guard !name.isEmpty || !tag.isEmpty else { return false }
        guard !headerNames.contains(name), !headerTags.contains(tag) else { return false }
        return !trimmed(row[roster]).isEmpty
    }

    private func column(_ logical: LogicalColumn, in header: HeaderRow, tab: String) -> Column {
        switch header.resolve(logical.aliases, repeated: .rightmost) {
        case .found(let column, let ignored):
            if !ignored.isEmpty {
                logger.debug(
                    "recruitment sheet column resolved to later header",
                    [
                        "tab": .string(tab), "column": .string(logical.name), "selected": .string(column.letters),
                        "ignored": .strings(ignored.map(\.letters)),
                    ])
            }
            return column
        case .missing:
            logger.debug(
                "recruitment sheet column missing", ["tab": .string(tab), "column": .string(logical.name)])
            return logical.fallback
        }
    }

    private static func trimmed(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

/// The roster tab holds nothing that could be a whole header row.
struct RosterUnreadable: Error, Sendable, CustomStringConvertible {
    var description: String { "empty result" }
}
