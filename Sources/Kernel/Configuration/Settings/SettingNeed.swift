/// When a setting without a value is a fault, and not just unused.
public enum SettingNeed: Sendable, Hashable {
    /// Never: it has a default, or nothing depends on it.
    case never
    /// Always.
    case always
    /// While at least one of these feature toggles is on.
    case whileAnyOn([String])
    /// While this other key has a value.
    case with(key: String)
    /// While this other key reads as this text.
    case when(key: String, is: String)
}

extension SettingDeclaration {
    /// When it must have a value. What is not listed has a default or may be empty.
    public var need: SettingNeed { Self.needs[name] ?? .never }

    private static let needs: [String: SettingNeed] = {
        let leagues = SettingNeed.with(key: "LEAGUES_SHEET_ID")
        let onboarding = SettingNeed.with(key: "ONBOARDING_SHEET_ID")
        let shards = SettingNeed.whileAnyOn(["shardtracker", "shard_tracker", "shard_tracker_enabled"])
        let reservations = SettingNeed.whileAnyOn(["feature_reservations", "placement_reservations"])
        return [
            "DISCORD_TOKEN": .always, "GUILD_IDS": .always, "LOG_CHANNEL_ID": .always, "ADMIN_ROLE_IDS": .always,
            "STAFF_ROLE_IDS": .always, "RECRUITER_ROLE_IDS": .always,
            "ONBOARDING_SHEET_ID": .whileAnyOn(["recruitment_welcome", "welcome_dialog", "promo_enabled"]),
            "MILESTONES_SHEET_ID": shards,
            "ONBOARDING_TAB": onboarding, "ONBOARDING_SESSIONS_TAB": onboarding,
            "SHARD_MERCY_TAB": shards, "SHARD_MERCY_CHANNEL_ID": shards,
            "WELCOME_CHANNEL_ID": .whileAnyOn(["recruitment_welcome"]),
            "WELCOME_GENERAL_CHANNEL_ID": .whileAnyOn(["recruitment_welcome"]),
            "PROMO_CHANNEL_ID": .whileAnyOn(["promo_enabled"]),
            "TICKET_TOOL_BOT_ID": .whileAnyOn(["recruitment_welcome", "promo_enabled"]),
            "RECRUITERS_CHANNEL_ID": reservations, "RECRUITERS_THREAD_ID": reservations,
            "RECRUITMENT_INTERACT_CHANNEL": reservations,
            "REPORT_RECRUITERS_DEST_ID": .whileAnyOn(["recruitment_reports"]),
            "PANEL_FIXED_THREAD_ID": .when(key: "PANEL_THREAD_MODE", is: "fixed"),
            "SERVER_MAP_CHANNEL_ID": .whileAnyOn(["server_map"]),
            "WHO_WE_ARE_CHANNEL_ID": .whileAnyOn(["clusterrolemap"]),
            "MIRRALITH_CHANNEL_ID": .with(key: "MIRRALITH_POST_CRON"),
            "MIRRALITH_TAB": .with(key: "MIRRALITH_POST_CRON"),
            "CLUSTER_STRUCTURE_TAB": .with(key: "MIRRALITH_POST_CRON"),
            "C1C_LEAGUE_ROLE_ID": leagues, "ANNOUNCEMENT_CHANNEL_ID": leagues,
            "LEAGUES_LEGENDARY_THREAD_ID": leagues, "LEAGUES_RISING_THREAD_ID": leagues,
            "LEAGUES_STORMFORGED_THREAD_ID": leagues,
        ]
    }()
}

extension Registry {
    /// Settings that have no value though something that is switched on needs them, in the order of the catalogue.
    public func missing(_ toggles: Toggles) -> [SettingDeclaration] {
        Settings.groups.flatMap(\.settings).filter { setting in
            (text(setting.name) ?? "").isEmpty && isNeeded(setting, toggles)
        }
    }

    private func isNeeded(_ setting: SettingDeclaration, _ toggles: Toggles) -> Bool {
        // A folder of CSV files needs neither ids nor credentials.
        if localWorkbookPath != nil, setting.layers == .spreadsheetID { return false }
        return switch setting.need {
        case .never: false
        case .always: true
        case .whileAnyOn(let keys): keys.contains { toggles.state(of: $0).isOn }
        case .with(let key): text(key).map { !$0.isEmpty } ?? false
        case .when(let key, let wanted): text(key) == wanted
        }
    }
}
