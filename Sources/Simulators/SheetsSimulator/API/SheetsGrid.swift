import JSON
import Spreadsheets

/// Performs operations on the tabs of a local folder, as Sheets would on its grids.
struct SheetsGrid: Sendable {
    /// New worksheets are this large, so ranges may reach so far even where nothing is written.
    private static let smallest = (rows: 1000, columns: 26)

    let workbook: LocalWorkbook

    func perform(
        _ call: SheetsCall, in key: SpreadsheetKey, _ body: JSONValue
    ) async throws(SheetsError) -> JSONValue {
        switch call.operation {
        case .get:
            return try await spreadsheet(call, key)
        case .valuesGet:
            return try await values([call.range], call, key)[0]
        case .valuesBatchGet:
            let ranges = try await values(call.parameters("ranges"), call, key)
            return ["spreadsheetId": .string(call.spreadsheet), "valueRanges": .array(ranges)]
        case .valuesUpdate:
            try Self.check(inputOption: call.parameter("valueInputOption"))
            let rows = ValueRows(body)
            try Self.check(rows.range, agreesWith: call.range)
            return try await write([(call.range, rows)], call, key)[0]
        case .valuesBatchUpdate:
            try Self.check(inputOption: body["valueInputOption"]?.string)
            let data = (body["data"]?.elements ?? []).map { ($0["range"]?.string ?? "", ValueRows($0)) }
            return Self.total(try await write(data, call, key), call)
        case .valuesAppend:
            return try await append(call, key, ValueRows(body))
        case .valuesClear:
            let cleared = try await clear([call.range], call, key)
            return ["spreadsheetId": .string(call.spreadsheet), "clearedRange": cleared[0]]
        case .valuesBatchClear:
            let ranges = (body["ranges"]?.elements ?? []).compactMap(\.string)
            return [
                "spreadsheetId": .string(call.spreadsheet),
                "clearedRanges": .array(try await clear(ranges, call, key)),
            ]
        case .batchUpdate:
            return try await change(call, key, body)
        }
    }

    // MARK: Reading

    private func spreadsheet(_ call: SheetsCall, _ key: SpreadsheetKey) async throws(SheetsError) -> JSONValue {
        let info = try await directory(key)
        let sheets = info.tabs.enumerated().map { index, tab -> JSONValue in
            [
                "properties": [
                    "sheetId": .int(tab.id), "title": .string(tab.title), "index": .int(index), "sheetType": "GRID",
                    "gridProperties": ["rowCount": .int(tab.rowCount), "columnCount": .int(tab.columnCount)],
                ]
            ]
        }
        let whole: JSONValue = [
            "spreadsheetId": .string(call.spreadsheet),
            "properties": [
                "title": .string(info.title), "locale": "en_US", "autoRecalc": "ON_CHANGE", "timeZone": "Etc/GMT",
            ],
            "sheets": .array(sheets),
            "spreadsheetUrl": .string("https://docs.google.com/spreadsheets/d/\(call.spreadsheet)/edit"),
        ]
        guard let mask = call.parameter("fields") else { return whole }
        return try FieldMask(mask).applied(to: whole)
    }

    private func values(
        _ texts: [String], _ call: SheetsCall, _ key: SpreadsheetKey
    ) async throws(SheetsError) -> [JSONValue] {
        let render = call.parameter("valueRenderOption") ?? "FORMATTED_VALUE"
        guard ["FORMATTED_VALUE", "FORMULA"].contains(render) else {
            throw .invalid("only FORMATTED_VALUE and FORMULA are simulated")
        }
        let showsFormulas = render == "FORMULA"
        let dimension = call.parameter("majorDimension") ?? "ROWS"
        guard ["ROWS", "COLUMNS"].contains(dimension) else { throw .invalid("Invalid value at 'major_dimension'") }
        var places: [Place] = []
        for text in texts { places.append(try await place(text, key)) }
        let blocks: [CellBlock]
        do { blocks = try await workbook.read(places.map(\.range), of: key, .load) } catch {
            throw Self.refusal(error)
        }
        return zip(places, blocks).map { place, block in
            var rows = dimension == "ROWS" ? block.rows : Self.transposed(block.rows)
            rows = rows.map { row in Array(row.prefix((row.lastIndex { !$0.isEmpty } ?? -1) + 1)) }
            while rows.last?.isEmpty == true { rows.removeLast() }
            var answer: JSONValue = ["range": .string(place.shown), "majorDimension": .string(dimension)]
            if !rows.isEmpty {
                answer["values"] = .array(
                    rows.map { .array($0.map { showsFormulas ? Self.entered($0) : .string($0) }) })
            }
            return answer
        }
    }

    /// What stands behind a cell. A file of texts does not tell: what reads like a number or a truth value is taken for
    /// one, as an import would.
    private static func entered(_ text: String) -> JSONValue {
        if text == "TRUE" || text == "FALSE" { return .bool(text == "TRUE") }
        guard let number = Double(text), abs(number) < 1e15, CellValue.number(number).shown == text else {
            return .string(text)
        }
        return Int64(exactly: number).map { .integer($0) } ?? .number(number)
    }

    // MARK: Writing

    private func write(
        _ data: [(range: String, rows: ValueRows)], _ call: SheetsCall, _ key: SpreadsheetKey
    ) async throws(SheetsError) -> [JSONValue] {
        var writes: [CellWrite] = []
        var answers: [JSONValue] = []
        for (text, rows) in data {
            let place = try await place(text, key)
            try place.holds(rows)
            let (row, column) = (place.grid.firstRow, place.grid.firstColumn.index)
            for (y, values) in rows.values.enumerated() {
                for (x, value) in values.enumerated() {
                    guard let value else { continue }
                    writes.append(
                        CellWrite(tab: place.range.tab, column: Column(column + x), row: row + y, value: value))
                }
            }
            answers.append(Self.update(place, rows, call))
        }
        do { try await workbook.write(writes, to: key, .load) } catch { throw Self.refusal(error) }
        return answers
    }

    private func append(
        _ call: SheetsCall, _ key: SpreadsheetKey, _ rows: ValueRows
    ) async throws(SheetsError) -> JSONValue {
        try Self.check(inputOption: call.parameter("valueInputOption"))
        try Self.check(rows.range, agreesWith: call.range)
        let place = try await place(call.range, key)
        var first: Int?
        for values in rows.values {
            do {
                let row = try await workbook.append(values.map { $0 ?? .clear }, to: place.range, of: key, .load)
                first = first ?? row
            } catch {
                throw Self.refusal(error)
            }
        }
        let row = first ?? place.grid.firstRow
        let width = max(rows.width, 1)
        let written = GridRange.cells(
            columns: place.grid.firstColumn...Column(place.grid.firstColumn.index + width - 1),
            rows: row...max(row, row + rows.values.count - 1))
        let updates = Self.update(Place(CellRange(tab: place.range.tab, written), place.tab), rows, call)
        return [
            "spreadsheetId": .string(call.spreadsheet), "tableRange": .string(place.shown), "updates": updates,
        ]
    }

    private func clear(
        _ texts: [String], _ call: SheetsCall, _ key: SpreadsheetKey
    ) async throws(SheetsError) -> [JSONValue] {
        var shown: [JSONValue] = []
        for text in texts {
            let place = try await place(text, key)
            do {
                let block = try await workbook.read(place.range, of: key, .load)
                var writes: [CellWrite] = []
                for (y, row) in block.rows.enumerated() {
                    for x in row.indices where !row[x].isEmpty {
                        writes.append(
                            CellWrite(
                                tab: place.range.tab, column: Column(block.firstColumn.index + x),
                                row: block.firstRow + y, value: .clear))
                    }
                }
                try await workbook.write(writes, to: key, .load)
            } catch {
                throw Self.refusal(error)
            }
            shown.append(.string(place.shown))
        }
        return shown
    }

    /// Of the many changes that Sheets knows, rows can be deleted.
    private func change(
        _ call: SheetsCall, _ key: SpreadsheetKey, _ body: JSONValue
    ) async throws(SheetsError) -> JSONValue {
        let info = try await directory(key)
        let requests = body["requests"]?.elements ?? []
        guard !requests.isEmpty else { throw .invalid("Must specify at least one request.") }
        for (index, request) in requests.enumerated() {
            guard let range = request["deleteDimension"]?["range"], range["dimension"]?.string == "ROWS" else {
                throw .invalid("requests[\(index)]: only deleteDimension of rows is simulated")
            }
            guard let tab = info.tabs.first(where: { $0.id == range["sheetId"]?.int ?? 0 }) else {
                throw .invalid("Invalid requests[\(index)].deleteDimension: No grid with that id")
            }
            guard let start = range["startIndex"]?.int, let end = range["endIndex"]?.int, start >= 0, start < end,
                end <= tab.rowCount
            else { throw .invalid("Invalid requests[\(index)].deleteDimension: no such rows") }
            do { try await workbook.deleteRows(Set(start + 1...end), of: tab.title, in: key, .load) } catch {
                throw Self.refusal(error)
            }
        }
        return ["spreadsheetId": .string(call.spreadsheet), "replies": .array(requests.map { _ in [:] })]
    }

    // MARK: Places

    /// A range inside a grid.
    struct Place {
        /// The range as it was asked for.
        let range: CellRange
        let tab: SpreadsheetInfo.Tab

        init(_ range: CellRange, _ tab: SpreadsheetInfo.Tab) { (self.range, self.tab) = (range, tab) }

        var grid: GridRange { range.grid }

        /// The range with all its corners, cut to the grid; titles of plain letters stand without quotes.
        var shown: String {
            let last = min((grid.lastColumn ?? Column(tab.columnCount - 1)).index, tab.columnCount - 1)
            let corners = GridRange.cells(
                columns: grid.firstColumn...Column(max(last, grid.firstColumn.index)),
                rows: grid.firstRow...max(min(grid.lastRow ?? tab.rowCount, tab.rowCount), grid.firstRow))
            let text = CellRange(tab: tab.title, corners).a1
            let isPlain = tab.title.utf8.allSatisfy {
                (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "_")
            }
            return isPlain ? String(text.dropFirst().replacingFirst("'!", with: "!")) : text
        }

        /// Values may fill a range, never go beyond it.
        func holds(_ rows: ValueRows) throws(SheetsError) {
            let height = grid.lastRow.map { $0 - grid.firstRow + 1 } ?? tab.rowCount
            let width = grid.lastColumn.map { $0.index - grid.firstColumn.index + 1 } ?? tab.columnCount
            if grid.lastRow == grid.firstRow, grid.lastColumn == grid.firstColumn { return }
            guard rows.values.count <= height, rows.width <= width else {
                throw .invalid("Requested writing within range [\(shown)], but tried writing outside of it")
            }
        }
    }

    private func place(_ text: String, _ key: SpreadsheetKey) async throws(SheetsError) -> Place {
        guard let range = CellRange(a1: text) else { throw .unknownRange(text) }
        let info = try await directory(key)
        guard let tab = info[tab: range.tab] else { throw .unknownRange(text) }
        guard range.grid.firstRow <= tab.rowCount, range.grid.firstColumn.index < tab.columnCount else {
            throw .invalid(
                "Range (\(text)) exceeds grid limits. Max rows: \(tab.rowCount), max columns: \(tab.columnCount)")
        }
        return Place(range, tab)
    }

    /// The tabs with the sizes that their grids would have.
    func directory(_ key: SpreadsheetKey) async throws(SheetsError) -> SpreadsheetInfo {
        do {
            var info = try await workbook.directory(of: key, .load)
            for index in info.tabs.indices {
                info.tabs[index].rowCount = max(info.tabs[index].rowCount, Self.smallest.rows)
                info.tabs[index].columnCount = max(info.tabs[index].columnCount, Self.smallest.columns)
            }
            return info
        } catch {
            throw Self.refusal(error)
        }
    }

    // MARK: Answers

    private static func update(_ place: Place, _ rows: ValueRows, _ call: SheetsCall) -> JSONValue {
        let (height, width) = (rows.values.count, rows.width)
        var answer: JSONValue = ["spreadsheetId": .string(call.spreadsheet)]
        let last = Column(place.grid.firstColumn.index + max(width, 1) - 1)
        let written = GridRange.cells(
            columns: place.grid.firstColumn...last,
            rows: place.grid.firstRow...(place.grid.firstRow + max(height, 1) - 1))
        answer["updatedRange"] = .string(Place(CellRange(tab: place.range.tab, written), place.tab).shown)
        answer["updatedRows"] = .int(height)
        answer["updatedColumns"] = .int(width)
        answer["updatedCells"] = .int(rows.values.reduce(0) { $0 + $1.count { $0 != nil } })
        return answer
    }

    private static func total(_ updates: [JSONValue], _ call: SheetsCall) -> JSONValue {
        func sum(_ name: String) -> JSONValue { .int(updates.reduce(0) { $0 + ($1[name]?.int ?? 0) }) }
        return [
            "spreadsheetId": .string(call.spreadsheet), "totalUpdatedRows": sum("updatedRows"),
            "totalUpdatedColumns": sum("updatedColumns"), "totalUpdatedCells": sum("updatedCells"),
            "totalUpdatedSheets": .int(
                Set(updates.compactMap { $0["updatedRange"]?.string?.split(separator: "!").first }).count),
            "responses": .array(updates),
        ]
    }

    private static func check(inputOption: String?) throws(SheetsError) {
        switch inputOption {
        case "RAW"?: return
        case "USER_ENTERED"?: throw .invalid("only RAW is simulated")
        default: throw .invalid("'valueInputOption' is required but not specified")
        }
    }

    private static func check(_ range: String?, agreesWith path: String) throws(SheetsError) {
        guard let range, CellRange(a1: range) != CellRange(a1: path) else { return }
        throw .invalid("Requested writing within range [\(path)], but the body names [\(range)]")
    }

    private static func refusal(_ error: WorkbookError) -> SheetsError {
        switch error {
        case .notFound, .spreadsheetNotSet: .notFound
        case .data(let reason), .schema(let reason): .invalid(reason)
        default: .unavailable
        }
    }

    private static func transposed(_ rows: [[String]]) -> [[String]] {
        let width = rows.map(\.count).max() ?? 0
        return (0..<width).map { x in rows.map { x < $0.count ? $0[x] : "" } }
    }
}

extension SheetsGrid {
    /// Renders a range of a tab as a PDF document.
    func export(
        in key: SpreadsheetKey, sheetID: Int?, range: String?, format: String?
    ) async throws(SheetsError) -> [UInt8] {
        guard format == "pdf" else { throw .invalid("only pdf is simulated") }
        let info = try await directory(key)
        guard let tab = info.tabs.first(where: { $0.id == sheetID ?? 0 }) else { throw .notFound }
        guard let grid = range.map({ GridRange(a1: $0) }) ?? .all else { throw .unknownRange(range ?? "") }
        do {
            let block = try await workbook.read(CellRange(tab: tab.title, grid), of: key, .load)
            return TablePDF(rows: block.rows).bytes
        } catch {
            throw Self.refusal(error)
        }
    }
}

/// The values of a `ValueRange`, row by row; nil leaves a cell alone.
struct ValueRows: Sendable {
    let range: String?
    let values: [[CellValue?]]

    init(_ json: JSONValue) {
        range = json["range"]?.string
        let lines = (json["values"]?.elements ?? []).map { $0.elements.map(Self.cell) }
        if json["majorDimension"]?.string == "COLUMNS" {
            let height = lines.map(\.count).max() ?? 0
            values = (0..<height).map { y in lines.map { y < $0.count ? $0[y] : nil } }
        } else {
            values = lines
        }
    }

    var width: Int { values.map(\.count).max() ?? 0 }

    private static func cell(_ json: JSONValue) -> CellValue? {
        if let text = json.string { return text.isEmpty ? .clear : .text(text) }
        if let value = json.bool { return .bool(value) }
        return json.double.map { .number($0) }
    }
}

extension JSONValue {
    static func int(_ number: Int) -> JSONValue { .integer(Int64(number)) }
}

extension StringProtocol {
    func replacingFirst(_ target: String, with replacement: String) -> String {
        guard let found = firstRange(of: target) else { return String(self) }
        return "\(self[..<found.lowerBound])\(replacement)\(self[found.upperBound...])"
    }

    private func firstRange(of target: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            let rest = self[start...]
            if rest.hasPrefix(target) { return start..<index(start, offsetBy: target.count) }
            start = index(after: start)
        }
        return nil
    }
}
