import Spreadsheets

/// The FeatureToggles tab as it was read (sheets chapter, section 4.1).
struct ToggleTable: Sendable, Hashable {
    enum State: Sendable, Hashable {
        case on, off
        /// The cell holds something else; the feature is off.
        case invalid(String)
    }

    /// States by lower-case key.
    let states: [String: State]
    let rowCount: Int
    /// Names in the header that stand more than once; the leftmost counts.
    let repeatedHeaders: [String]

    /// Why a tab cannot be used.
    enum Failure: Error, Hashable {
        case missingHeaders, noRows
    }

    init(_ block: CellBlock) throws(Failure) {
        let table = SheetTable(block, schema: TableSchema())
        guard let header = table.header, let name = header.column("feature_name"),
            let enabled = header.column("enabled")
        else { throw .missingHeaders }
        let rows = table.rows.filter { !$0[name].trimmed.isEmpty }
        guard !rows.isEmpty else { throw .noRows }
        rowCount = rows.count
        repeatedHeaders = header.repeatedNames
        states = Dictionary(
            rows.map { ($0[name].trimmed.lowercased(), Self.state(of: $0[enabled])) },
            uniquingKeysWith: { _, lower in lower })
    }

    private static func state(of cell: String) -> State {
        let text = cell.trimmed
        switch text.lowercased() {
        case "true", "1": return .on
        case "false", "0", "": return .off
        default: return .invalid(String(text))
        }
    }
}

/// What is known about toggles without reading any (sheets chapter, sections 4.2 and 4.4).
enum ToggleKeys {
    /// Keys that are on when the tab is readable and only their row is missing.
    static let onByDefault: Set<String> = [
        "housekeeping_enabled", "mirralith_overview_enabled", "ops_permissions_enabled", "ops_watchers_enabled",
        "promo_watcher_enabled", "resume_command_enabled", "welcome_watcher_enabled",
    ]

    /// Keys of which any one may be present; only when all members are missing is there something to report.
    static let alternatives: [Set<String>] = [
        ["feature_reservations", "placement_reservations"],
        ["enable_promo_hook", "enable_promo_watcher"],
        ["shardtracker", "shard_tracker", "shard_tracker_enabled"],
    ]

    /// All keys that mean something, or did once.
    static let known: Set<String> = onByDefault.union(alternatives.joined()).union([
        "member_panel", "recruiter_panel", "clan_profile", "recruitment_welcome", "recruitment_reports",
        "placement_target_select", "welcome_dialog", "promo_enabled", "promo_dialog", "server_map", "clusterrolemap",
        "slash_commands", "welcome_enabled", "enable_welcome_hook", "feature_onboarding", "feature_reports",
        "onboarding_rules_v2",
    ])
}
