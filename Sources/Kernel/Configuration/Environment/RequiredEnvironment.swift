import FoundationEssentials

/// Why the program cannot start: the environment lacks what nothing else can supply.
public enum EnvironmentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A variable is missing or blank.
    case missing(String)
    /// The credentials are neither JSON nor Base64 of JSON.
    case malformedCredentials(String)

    /// The sentence for operators. Never shows a value.
    public var description: String {
        switch self {
        case .missing(let name): "Missing required environment variable: \(name)"
        case .malformedCredentials(let name): "\(name) is neither JSON nor Base64 of JSON"
        }
    }
}

/// Where the spreadsheets are.
public enum WorkbookLocation: Sendable, Hashable {
    /// In Google Sheets, with the service account's JSON document.
    case google(credentials: [UInt8])
    /// In a folder.
    case local(path: String)
}

/// The check of the variables without which nothing works (runtime chapter, section 3.1, phase 1, and 4.5, step 1).
public enum RequiredEnvironment {
    /// Checks the token, the credentials and the recruitment spreadsheet in that order; with a local workbook only the
    /// token. Gives where the workbook is.
    @discardableResult
    public static func check(_ environment: [String: String]) throws(EnvironmentError) -> WorkbookLocation {
        guard value("DISCORD_TOKEN", environment) != nil else { throw .missing("DISCORD_TOKEN") }
        return try workbook(environment)
    }

    /// Checks the credentials and the recruitment spreadsheet, unless the workbook is a folder. Gives where it is.
    public static func workbook(_ environment: [String: String]) throws(EnvironmentError) -> WorkbookLocation {
        if let path = value("WORKBOOK", environment).flatMap(localPath) { return .local(path: path) }
        let names = ["GSPREAD_CREDENTIALS", "GOOGLE_SERVICE_ACCOUNT_JSON"]
        guard let name = names.first(where: { value($0, environment) != nil }), let text = value(name, environment)
        else { throw .missing(names[0]) }
        guard let credentials = document(text) else { throw .malformedCredentials(name) }
        guard value("RECRUITMENT_SHEET_ID", environment) != nil else { throw .missing("RECRUITMENT_SHEET_ID") }
        return .google(credentials: credentials)
    }

    private static func value(_ name: String, _ environment: [String: String]) -> String? {
        environment[name].map { String($0.trimmed) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The path of `local:<path>`.
    static func localPath(_ text: String) -> String? {
        guard text.hasPrefix("local:") else { return nil }
        let path = text.dropFirst(6).trimmed
        return path.isEmpty ? nil : String(path)
    }

    private static func document(_ text: String) -> [UInt8]? {
        if text.first == "{" { return Array(text.utf8) }
        let compact = text.filter { !$0.isWhitespace }
        guard let data = Data(base64Encoded: compact), data.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else {
            return nil
        }
        return Array(data)
    }
}
