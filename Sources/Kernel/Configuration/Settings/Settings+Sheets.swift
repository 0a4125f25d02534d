/// Settings of the access to spreadsheets.
public struct SheetSettings: Sendable {
    /// Service account.
    public let credentials = Setting<String?>(
        "GSPREAD_CREDENTIALS", .text, layers: .environmentOnly, isSecret: true,
        "Service account, JSON or Base64 of JSON; required")
    /// Service account, older name.
    public let legacyCredentials = Setting<String?>(
        "GOOGLE_SERVICE_ACCOUNT_JSON", .text, layers: .environmentOnly, isSecret: true, "Fallback for the former")
    /// Spreadsheet of roster and ledger.
    public let recruitmentSheet = Setting<String?>(
        "RECRUITMENT_SHEET_ID", .text, layers: .environmentOnly, "Required")
    /// Spreadsheet of questionnaires and tickets.
    public let onboardingSheet = Setting<String?>(
        "ONBOARDING_SHEET_ID", .text, layers: .spreadsheetID, "Blank: onboarding idle")
    /// Spreadsheet of shards and reaction roles.
    public let milestonesSheet = Setting<String?>(
        "MILESTONES_SHEET_ID", .text, layers: .spreadsheetID, "Blank: shards and reaction roles idle")
    /// Spreadsheet of leagues.
    public let leaguesSheet = Setting<String?>(
        "LEAGUES_SHEET_ID", .text, layers: .spreadsheetID, "Blank: leagues idle")
    /// Reserved.
    public let reminderSheet = Setting<String?>(
        "REMINDER_SHEET_ID", .text, layers: .spreadsheetID, isUnused: true, "Reserved")
    /// Config tab of the recruitment spreadsheet.
    public let recruitmentConfigTab = Setting(
        "RECRUITMENT_CONFIG_TAB", .text, default: "Config", layers: .environmentOnly, "Config tab")
    /// Config tab of the onboarding spreadsheet.
    public let onboardingConfigTab = Setting("ONBOARDING_CONFIG_TAB", .text, default: "Config", "Config tab")
    /// Config tab of the milestones spreadsheet.
    public let milestonesConfigTab = Setting("MILESTONES_CONFIG_TAB", .text, default: "Config", "Config tab")
    /// Config tab of the leagues spreadsheet.
    public let leaguesConfigTab = Setting("LEAGUES_CONFIG_TAB", .text, default: "Config", "Config tab")
    /// Roster tab when no Config tab names it.
    public let rosterFallbackTab = Setting(
        "WORKSHEET_NAME", .text, default: "bot_info", "Roster tab when CLANS_TAB is absent")
    /// Tries per call.
    public let retryAttempts = Setting("GSHEETS_RETRY_ATTEMPTS", .integer(1...100), default: 5, "Tries per call")
    /// First delay between tries, seconds.
    public let retryBase = Setting("GSHEETS_RETRY_BASE", .decimal(0...60), default: 0.5, "First delay between tries, s")
    /// Growth of delays.
    public let retryFactor = Setting(
        "GSHEETS_RETRY_FACTOR", .decimal(0...100), default: 2.0, "Growth of delays; up to 1 keeps them constant")
    /// Freshness of rows, seconds.
    public let cacheTTL = Setting(
        "SHEETS_CACHE_TTL_SEC", .integer(0...31_536_000), default: 900, "Freshness of rows, s")
    /// Freshness of Config tabs, seconds; see ``Registry/configCacheTTL``.
    public let configCacheTTL = Setting<Int?>(
        "SHEETS_CONFIG_CACHE_TTL_SEC", .integer(0...31_536_000),
        "Freshness of Config tabs, s; else SHEETS_CACHE_TTL_SEC")
    /// Freshness of clan tags, seconds.
    public let clanTagsCacheTTL = Setting(
        "CLAN_TAGS_CACHE_TTL_SEC", .integer(60...31_536_000), default: 3600, "Freshness of clan tags, s")
    /// Pause after each export, milliseconds.
    public let exportDelay = Setting(
        "SHEETS_EXPORT_DELAY_MS", .integer(0...3_600_000), default: 0, "Pause after each export, ms")
}

/// Names of tabs and ranges, and switches kept beside them.
public struct TabSettings: Sendable {
    /// Roster; see ``Registry/rosterTab``.
    public let clans = Setting<String?>("CLANS_TAB", .text, "Clan roster")
    /// Welcome messages.
    public let welcomeTemplates = Setting(
        "WELCOME_TEMPLATES_TAB", .text, default: "WelcomeTemplates", "Welcome messages")
    /// Feature toggles.
    public let featureToggles = Setting("FEATURE_TOGGLES_TAB", .text, default: "FeatureToggles", "Feature toggles")
    /// Figures of the daily report.
    public let reports = Setting("REPORTS_TAB", .text, default: "Statistics", "Figures of the daily report")
    /// Ledger of reservations.
    public let reservations = Setting("RESERVATIONS_TAB", .text, default: "Reservations", "Ledger of reservations")
    /// Role map.
    public let roleMap = Setting("ROLEMAP_TAB", .text, default: "WhoWeAre", "Role map")
    /// Tab of the overview ranges.
    public let mirralith = Setting<String?>("MIRRALITH_TAB", .text, "Tab of the overview ranges")
    /// Tab of the bracket ranges.
    public let clusterStructure = Setting<String?>("CLUSTER_STRUCTURE_TAB", .text, "Tab of the bracket ranges")
    /// Who keeps the roster's open spots.
    public let manualSpotsOwner = Setting<String?>(
        "MANUAL_SPOTS_OWNER", .word(["human", "bot"]), "Who keeps roster column E: human or bot")
    /// Questionnaire.
    public let onboarding = Setting<String?>("ONBOARDING_TAB", .text, "Questionnaire")
    /// Sessions.
    public let onboardingSessions = Setting<String?>("ONBOARDING_SESSIONS_TAB", .text, "Sessions")
    /// Ledger of welcome tickets.
    public let welcomeTickets = Setting("WELCOME_TICKETS_TAB", .text, default: "WelcomeTickets", "Welcome tickets")
    /// Ledger of promo tickets.
    public let promoTickets = Setting("PROMO_TICKETS_TAB", .text, default: "PromoTickets", "Promo tickets")
    /// Clan tags offered when a ticket closes.
    public let clanList = Setting("CLANLIST_TAB", .text, default: "ClanList", "Clan tags offered at closing")
    /// Shard tracker.
    public let shardMercy = Setting<String?>("SHARD_MERCY_TAB", .text, "Shard tracker")
    /// Reaction roles.
    public let reactionRoles = Setting("REACTION_ROLES_TAB", .text, default: "ReactionRoles", "Reaction roles")
}
