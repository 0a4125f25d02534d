import FoundationEssentials
import Service

extension GoogleWorkbook: StoredCells {
    /// Reads what the cells hold (`values.batchGet` with `FORMULA`).
    public func stored(
        _ ranges: [CellRange], of spreadsheet: SpreadsheetKey, _ context: CallContext
    ) async throws(WorkbookError) -> [[[StoredCell]]] {
        guard !ranges.isEmpty else { return [] }
        try Self.check(spreadsheet)
        let call = SheetsAPI.Call(
            kind: .read, operation: "values.batchGet", spreadsheet: spreadsheet,
            path: Self.batchGet(ranges, rendered: "FORMULA"), priority: context.priority,
            deadline: time.now + context.deadline)
        let bytes = try await findingTabs(ranges.map(\.tab), call)
        guard let answer = try? JSONDecoder().decode(StoredAnswer.self, from: Data(bytes)),
            answer.valueRanges.count == ranges.count
        else { throw .transient("unreadable answer of values.batchGet") }
        return answer.valueRanges.map { ($0.values ?? []).map { $0.map(\.cell) } }
    }
}

/// `BatchGetValuesResponse` with the kinds of the cells.
private struct StoredAnswer: Decodable {
    struct Rows: Decodable {
        let values: [[Value]]?
    }

    struct Value: Decodable {
        let cell: StoredCell

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                cell = text.hasPrefix("=") ? .formula(text) : .text(text)
            } else if let value = try? container.decode(Bool.self) {
                cell = .bool(value)
            } else if let number = try? container.decode(Double.self) {
                cell = .number(number)
            } else {
                cell = .text("")
            }
        }
    }

    let valueRanges: [Rows]
}
