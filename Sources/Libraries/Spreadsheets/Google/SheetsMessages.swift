import FoundationEssentials

/// The JSON that is sent to Sheets v4, under Google's names.
enum SheetsBody {
    /// A value as Google takes it; an empty text empties the cell, while `null` would leave it alone.
    struct Cell: Encodable {
        let value: CellValue

        init(_ value: CellValue) { self.value = value }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch value {
            case .text(let text): try container.encode(text)
            case .number(let number): try container.encode(number)
            case .bool(let value): try container.encode(value)
            case .clear: try container.encode("")
            }
        }
    }

    /// `ValueRange`.
    struct Rows: Encodable {
        let range: String
        var majorDimension = "ROWS"
        let values: [[Cell]]
    }

    /// The body of `values.batchUpdate`.
    struct ValueUpdates: Encodable {
        var valueInputOption = "RAW"
        let data: [Rows]

        /// Neighbours in a row become one range; of two writes to a cell the later counts.
        init(_ writes: [CellWrite]) {
            var last: [CellRange: CellWrite] = [:]
            for write in writes { last[write.range] = write }
            let sorted = last.values.sorted {
                ($0.tab, $0.row, $0.column.index) < ($1.tab, $1.row, $1.column.index)
            }
            var runs: [[CellWrite]] = []
            for write in sorted {
                if let previous = runs.last?.last, previous.tab == write.tab, previous.row == write.row,
                    previous.column.index + 1 == write.column.index
                {
                    runs[runs.count - 1].append(write)
                } else {
                    runs.append([write])
                }
            }
            data = runs.map { run in
                let (first, last) = (run[0], run[run.count - 1])
                let range = CellRange(
                    tab: first.tab, .cells(columns: first.column...last.column, rows: first.row...first.row))
                return Rows(range: range.a1, values: [run.map { Cell($0.value) }])
            }
        }
    }

    /// The body of `spreadsheets.batchUpdate` that deletes rows, those at the bottom first, so that the numbers of the
    /// others stay right.
    struct Deletions: Encodable {
        struct Request: Encodable {
            let deleteDimension: Dimension
        }

        struct Dimension: Encodable {
            let range: Range
        }

        struct Range: Encodable {
            let sheetId: Int
            var dimension = "ROWS"
            let startIndex: Int
            let endIndex: Int
        }

        let requests: [Request]

        init(rows: Set<Int>, sheetID: Int) {
            var runs: [ClosedRange<Int>] = []
            for row in rows.sorted(by: >) {
                if let last = runs.last, last.lowerBound == row + 1 {
                    runs[runs.count - 1] = row...last.upperBound
                } else {
                    runs.append(row...row)
                }
            }
            requests = runs.map {
                Request(
                    deleteDimension: Dimension(
                        range: Range(sheetId: sheetID, startIndex: $0.lowerBound - 1, endIndex: $0.upperBound)))
            }
        }
    }
}

extension Encodable {
    /// The value as JSON.
    func encoded() throws(WorkbookError) -> [UInt8] {
        do { return Array(try JSONEncoder().encode(self)) } catch {
            throw .data("cannot be written as JSON")
        }
    }
}

/// The JSON that comes from Sheets v4; only what is needed of it.
enum SheetsAnswer {
    /// `BatchGetValuesResponse`.
    struct Values: Decodable {
        struct Rows: Decodable {
            let values: [[Text]]?
        }

        let valueRanges: [Rows]?

        init?(_ bytes: [UInt8]) {
            guard let answer = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else { return nil }
            self = answer
        }

        /// One block for each range that was asked for; nil if the answer has another number of them.
        func blocks(of ranges: [CellRange]) -> [CellBlock]? {
            let answered = valueRanges ?? []
            guard answered.count == ranges.count else { return nil }
            return zip(ranges, answered).map { range, rows in
                CellBlock(range: range, rows: (rows.values ?? []).map { $0.map(\.text) })
            }
        }
    }

    /// A cell. Formatted values are texts; whatever else may come is taken as people would read it.
    struct Text: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self.text = text
            } else if let value = try? container.decode(Bool.self) {
                text = CellValue.bool(value).shown
            } else if let number = try? container.decode(Double.self) {
                text = CellValue.number(number).shown
            } else {
                text = ""
            }
        }
    }

    /// `AppendValuesResponse`.
    struct Append: Decodable {
        struct Updates: Decodable {
            let updatedRange: String?
        }

        let updates: Updates?

        init?(_ bytes: [UInt8]) {
            guard let answer = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else { return nil }
            self = answer
        }
    }

    /// `Spreadsheet`, cut to the titles and the properties of the tabs.
    struct Spreadsheet: Decodable {
        struct Properties: Decodable {
            let title: String?
        }

        struct Sheet: Decodable {
            let properties: SheetProperties
        }

        struct SheetProperties: Decodable {
            let sheetId: Int?
            let title: String
            let gridProperties: Grid?
        }

        struct Grid: Decodable {
            let rowCount: Int?
            let columnCount: Int?
        }

        let properties: Properties?
        let sheets: [Sheet]?

        init?(_ bytes: [UInt8]) {
            guard let answer = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else { return nil }
            self = answer
        }

        /// The tabs in the order of the spreadsheet. Google leaves out numbers that are zero.
        var info: SpreadsheetInfo {
            SpreadsheetInfo(
                title: properties?.title ?? "",
                tabs: (sheets ?? []).map { sheet in
                    SpreadsheetInfo.Tab(
                        title: sheet.properties.title, id: sheet.properties.sheetId ?? 0,
                        rowCount: sheet.properties.gridProperties?.rowCount ?? 0,
                        columnCount: sheet.properties.gridProperties?.columnCount ?? 0)
                })
        }
    }
}
