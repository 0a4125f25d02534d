import Cluster
import Configuration
import Spreadsheets

/// The rules of one tab, applied to what stands in it. Pure.
struct TabRules {
    /// What the contents of other tabs say.
    struct Surroundings {
        /// Tags of the roster; nil if it could not be read.
        var rosterTags: Set<ClanTag>?
    }

    let contract: TabContract
    let block: CellBlock
    /// How many columns the tab has, blank ones included.
    let width: Int

    /// The cells of the header; empty where the tab has none.
    var header: [String] {
        contract.headerRow.map { row($0) } ?? []
    }

    /// Rows of data that are not blank.
    var data: [SheetRow] {
        block.rows.enumerated().map { SheetRow(number: block.firstRow + $0.offset, cells: $0.element) }
            .filter { $0.number > contract.headerRow ?? 0 && !$0.isBlank }
    }

    /// Everything that somebody should look at.
    func findings(_ surroundings: Surroundings) -> [String] {
        misplacedHeader + repeatedHeaders + narrow + toBeAppended + repeatedRows + damagedIDs
            + special(surroundings)
    }

    // MARK: The header

    private var misplacedHeader: [String] {
        guard let expected = contract.headerRow, !contract.required.isEmpty, !contract.missing(in: header).isEmpty,
            let found = (1...5).first(where: { $0 != expected && contract.missing(in: row($0)).isEmpty })
        else { return [] }
        return ["the header stands in row \(found) instead of row \(expected)"]
    }

    private var repeatedHeaders: [String] {
        repeatedNames.map { "header '\($0)' stands more than once" }
    }

    /// Names in the header that stand more than once.
    var repeatedNames: [String] {
        guard contract.headerRow != nil, contract.special != .roster else { return [] }
        return HeaderRow(cells: header, row: 1).repeatedNames
    }

    private var narrow: [String] {
        contract.minimumWidth > width ? ["only \(width) columns"] : []
    }

    private var toBeAppended: [String] {
        let present = HeaderRow(cells: header, row: 1, normalisation: .lettersAndDigits)
        return contract.appended.filter { present.resolve([$0]).column == nil }.map { "\($0) will be appended" }
    }

    // MARK: The rows

    private var repeatedRows: [String] {
        let columns = contract.identity.compactMap { contract.column(of: $0, in: header) }
        guard !columns.isEmpty, columns.count == contract.identity.count else { return [] }
        let keyed = data.compactMap { row -> (key: String, row: Int)? in
            let cells = columns.map { row[$0].trimmed }
            guard cells.allSatisfy({ !$0.isEmpty }) else { return nil }
            let key = cells.map { cell in
                cell.drop { $0 == "#" }.lowercased()
            }.joined(separator: "/")
            return (key, row.number)
        }
        return Self.repeated(keyed)
    }

    /// One finding for each key that several rows have.
    private static func repeated(_ keyed: [(key: String, row: Int)]) -> [String] {
        Dictionary(grouping: keyed, by: \.key).filter { $0.value.count > 1 }
            .sorted { ($0.value[0].row, $0.key) < ($1.value[0].row, $1.key) }
            .map { key, rows in "'\(key)' stands in rows \(rows.map { "\($0.row)" }.joined(separator: ", "))" }
    }

    var damagedIDs: [String] {
        let known = HeaderRow(cells: header, row: 1)
        let columns = contract.ids.compactMap { known.resolve([$0]).column }
        return data.flatMap { row in
            columns.compactMap { column -> String? in
                switch TypedCell.id(in: row[column]) {
                case .damaged: "damaged id in \(column.letters)\(row.number)"
                case .suspect: "id in \(column.letters)\(row.number) may have been rounded"
                case .missing, .intact: nil
                }
            }
        }
    }

    private func special(_ surroundings: Surroundings) -> [String] {
        switch contract.special {
        case .toggles: invalidToggles
        case .roster: repeatedTags
        case .reservations: unusableReservations(surroundings)
        case .questionnaire: doubtfulChoices
        case nil: []
        }
    }

    private var invalidToggles: [String] {
        let known = HeaderRow(cells: header, row: 1)
        guard let name = known.column("feature_name"), let enabled = known.column("enabled") else { return [] }
        return data.filter { !$0[name].trimmed.isEmpty }.compactMap { row in
            let cell = row[enabled].trimmed
            return ["true", "1", "false", "0", ""].contains(cell.lowercased())
                ? nil : "row \(row.number): '\(row[name].trimmed)' has invalid value '\(cell)'"
        }
    }

    private var repeatedTags: [String] {
        Self.repeated(
            data.compactMap { row in
                ClanTag(row[Self.rosterTagColumn]).map { ($0.text, row.number) }
            })
    }

    private func unusableReservations(_ surroundings: Surroundings) -> [String] {
        let known = HeaderRow(cells: header, row: 1)
        guard let status = known.column("status"), let tag = known.column("clan_tag"),
            let until = known.column("reserved_until")
        else { return [] }
        return data.filter { $0[status].trimmed.lowercased() == "active" }.flatMap { row -> [String] in
            var findings: [String] = []
            if let tags = surroundings.rosterTags, !(ClanTag(row[tag]).map(tags.contains) ?? false) {
                findings.append("row \(row.number): no clan has the tag '\(row[tag].trimmed)'")
            }
            let date = row[until].trimmed
            if date.isEmpty {
                findings.append("row \(row.number): active without a date")
            } else if CalendarDay(cell: date) == nil {
                findings.append("row \(row.number): unreadable date '\(date)'")
            }
            return findings
        }
    }

    private var doubtfulChoices: [String] {
        let known = HeaderRow(cells: header, row: 1)
        guard let qid = known.column("qid"), let type = known.column("type") else { return [] }
        return data.compactMap { row in
            guard let choices = QuestionChoices(type: row[type], cell: optionsCell(of: row, known)) else { return nil }
            let question = "row \(row.number): '\(row[qid].trimmed)'"
            let shown = choices.options.joined(separator: ", ")
            if choices.options.isEmpty { return "\(question) has no options" }
            if choices.areSplitDigits { return "\(question) offers single digits: \(shown)" }
            guard let limit = choices.limit, limit > choices.options.count else { return nil }
            return "\(question) lets people pick \(limit) of \(choices.options.count) options: \(shown)"
        }
    }

    /// Older sheets keep options in other columns.
    private func optionsCell(of row: SheetRow, _ known: HeaderRow) -> String {
        let cells = ["options", "note", "validate"].compactMap { known.column($0).map { row[$0].trimmed } }
        return cells.first { !$0.isEmpty && !$0.lowercased().hasPrefix("regex:") } ?? ""
    }

    // MARK: Pieces

    static let rosterTagColumn = Column(2)

    /// Tags of a roster tab.
    static func tags(in block: CellBlock) -> Set<ClanTag> {
        Set(
            block.rows.enumerated().filter { block.firstRow + $0.offset > 3 }.compactMap { row in
                row.element.indices.contains(rosterTagColumn.index) ? ClanTag(row.element[rosterTagColumn.index]) : nil
            })
    }

    private func row(_ number: Int) -> [String] {
        let index = number - block.firstRow
        return block.rows.indices.contains(index) ? block.rows[index] : []
    }
}
