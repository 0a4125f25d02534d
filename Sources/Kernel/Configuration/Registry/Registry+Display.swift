import Spreadsheets

extension Registry {
    /// Lists of ids that are shown in full only while they are short.
    private static let shortenedLists: Set<String> = [
        "ADMIN_IDS", "ADMIN_ROLE_IDS", "STAFF_ROLE_IDS", "RECRUITER_ROLE_IDS", "LEAD_ROLE_IDS", "GUILD_IDS",
    ]

    /// The value of a key for display, `—` if it is unset. Secrets are given to `mask`; lists of more than three ids read
    /// `<n> ids` (runtime chapter, section 11), and of a spreadsheet's id only the end is shown (sheets chapter, section 1).
    public func displayed(_ key: String, mask: (String) -> String) -> String {
        let key = KeyName.normalised(key)
        guard let value = entry(key)?.value else { return "—" }
        if isSecret(key) { return mask(value.description) }
        if key.hasSuffix("_SHEET_ID") { return SpreadsheetKey(value.description).tail }
        if Self.shortenedLists.contains(key), case .ids(let ids) = value, ids.count > 3 { return "\(ids.count) ids" }
        return value.description.isEmpty ? "—" : value.description
    }

    /// Whether a key's value must never be shown.
    public func isSecret(_ key: String) -> Bool {
        Settings.declarations[KeyName.normalised(key)]?.isSecret ?? KeyName.isSecret(key)
    }

    /// The values of all secrets that are set, for redaction of logs and replies.
    public var secrets: [String] {
        keys.filter(isSecret).compactMap { text($0) }.filter { !$0.isEmpty }
    }
}
