import WebServer

/// What a request asks Sheets for.
enum SheetsOperation: String, Sendable {
    case get = "spreadsheets.get"
    case batchUpdate = "spreadsheets.batchUpdate"
    case valuesGet = "values.get"
    case valuesBatchGet = "values.batchGet"
    case valuesUpdate = "values.update"
    case valuesAppend = "values.append"
    case valuesClear = "values.clear"
    case valuesBatchUpdate = "values.batchUpdate"
    case valuesBatchClear = "values.batchClear"

    /// Whether it is counted, and allowed, as a write.
    var isWrite: Bool {
        switch self {
        case .get, .valuesGet, .valuesBatchGet: false
        default: true
        }
    }

    /// The path in the spelling of Google's discovery document.
    var path: String {
        let base = "v4/spreadsheets/{spreadsheetId}"
        return switch self {
        case .get: base
        case .batchUpdate: base + ":batchUpdate"
        case .valuesGet, .valuesUpdate: base + "/values/{range}"
        case .valuesBatchGet: base + "/values:batchGet"
        case .valuesAppend: base + "/values/{range}:append"
        case .valuesClear: base + "/values/{range}:clear"
        case .valuesBatchUpdate: base + "/values:batchUpdate"
        case .valuesBatchClear: base + "/values:batchClear"
        }
    }

    /// Query parameters that it takes, beside those that every method of Google's has.
    var parameters: Set<String> {
        switch self {
        case .get: ["ranges", "includeGridData", "excludeTablesInBandedRanges"]
        case .valuesGet: ["majorDimension", "valueRenderOption", "dateTimeRenderOption"]
        case .valuesBatchGet: ["ranges", "majorDimension", "valueRenderOption", "dateTimeRenderOption"]
        case .valuesUpdate:
            [
                "valueInputOption", "includeValuesInResponse", "responseValueRenderOption",
                "responseDateTimeRenderOption",
            ]
        case .valuesAppend:
            [
                "valueInputOption", "insertDataOption", "includeValuesInResponse", "responseValueRenderOption",
                "responseDateTimeRenderOption",
            ]
        case .batchUpdate, .valuesClear, .valuesBatchUpdate, .valuesBatchClear: []
        }
    }
}

/// A request that has found its operation.
struct SheetsCall: Sendable {
    let operation: SheetsOperation
    let spreadsheet: String
    /// The range of the path; empty for operations without one.
    let range: String
    let query: [(name: String, value: String)]

    /// Reads what stands in the path; `verb` is what follows its last colon, if the pattern cannot say it.
    init?(_ request: WebRequest) {
        var spreadsheet = request.parameters["id"] ?? ""
        var range = request.parameters["range"] ?? ""
        let operation: SheetsOperation?
        if request.parameters["range"] != nil {
            operation =
                switch request.method {
                case "GET": .valuesGet
                case "PUT": .valuesUpdate
                default:
                    if Self.strip(":append", from: &range) {
                        .valuesAppend
                    } else if Self.strip(":clear", from: &range) {
                        .valuesClear
                    } else {
                        nil
                    }
                }
        } else if request.path.hasSuffix("/values:batchGet") {
            operation = .valuesBatchGet
        } else if request.path.hasSuffix("/values:batchUpdate") {
            operation = .valuesBatchUpdate
        } else if request.path.hasSuffix("/values:batchClear") {
            operation = .valuesBatchClear
        } else if request.method == "POST" {
            operation = Self.strip(":batchUpdate", from: &spreadsheet) ? .batchUpdate : nil
        } else {
            operation = .get
        }
        guard let operation else { return nil }
        (self.operation, self.spreadsheet, self.range, query) = (operation, spreadsheet, range, request.query)
    }

    /// The last value of a parameter.
    func parameter(_ name: String) -> String? { query.last { $0.name == name }?.value }

    /// All values of a parameter.
    func parameters(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }

    private static func strip(_ suffix: String, from text: inout String) -> Bool {
        guard text.hasSuffix(suffix) else { return false }
        text.removeLast(suffix.count)
        return true
    }
}
