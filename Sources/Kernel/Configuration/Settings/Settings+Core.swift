/// Settings of the process itself.
public struct CoreSettings: Sendable {
    /// Bot token.
    public let token = Setting<String?>(
        "DISCORD_TOKEN", .text, layers: .environmentOnly, isSecret: true, "Bot token; required")
    /// Name of the environment.
    public let environmentName = Setting(
        "ENV_NAME", .text, default: "dev", layers: .environmentOnly,
        "dev, development, test, qa and stage are non-production, everything else is production")
    /// Name in telemetry.
    public let botName = Setting("BOT_NAME", .text, default: "Woadkeeper", "Name in telemetry")
    /// Version in footers.
    public let botVersion = Setting("BOT_VERSION", .text, default: "dev", "Version in footers and payloads")
    /// Servers that are served.
    public let guilds = Setting(
        "GUILD_IDS", .ids, default: Set<UInt64>(), layers: .environmentOnly, "Allow-list of servers; empty admits all")
    /// Folder of the journal.
    public let stateFolder = Setting(
        "STATE_DIR", .text, default: "state", layers: .environmentOnly, "Folder of the journal")
    /// Token for console and metrics.
    public let consoleToken = Setting<String?>(
        "CONSOLE_TOKEN", .text, layers: .environmentOnly, isSecret: true,
        "Bearer token for console and metrics from other hosts")
    /// Where the spreadsheets are.
    public let workbook = Setting<String?>(
        "WORKBOOK", .text, layers: .environmentOnly, "local:PATH replaces Google by a folder of CSV files")
    /// Base of Discord's API.
    public let discordBaseURL = Setting(
        "DISCORD_API_BASE_URL", .safeURL, default: "https://discord.com/api/v10", layers: .environmentOnly,
        "HTTPS, or this machine")
    /// Base of Discord's CDN.
    public let cdnBaseURL = Setting(
        "DISCORD_CDN_BASE_URL", .safeURL, default: "https://cdn.discordapp.com", layers: .environmentOnly,
        "HTTPS, or this machine")
    /// Base of Google Sheets.
    public let googleSheetsBaseURL = Setting(
        "GOOGLE_SHEETS_BASE_URL", .safeURL, default: "https://sheets.googleapis.com", layers: .environmentOnly,
        "HTTPS, or this machine")
    /// Origin of exports.
    public let googleDriveBaseURL = Setting(
        "GOOGLE_DRIVE_BASE_URL", .safeURL, default: "https://docs.google.com", layers: .environmentOnly,
        "Origin of image exports; HTTPS, or this machine")
    /// Where tokens come from.
    public let googleTokenURL = Setting<String?>(
        "GOOGLE_TOKEN_URL", .safeURL, layers: .environmentOnly, "Overrides the credential's token_uri")
    /// File of the permission lists.
    public let accessListsPath = Setting(
        "BOT_ACCESS_LISTS_PATH", .text, default: "config/bot_access_lists.json", layers: .environmentOnly,
        "Import and export of permission lists")
    /// Folder of permission audits.
    public let permissionAuditFolder = Setting(
        "PERM_AUDIT_DIR", .text, default: "AUDIT/diagnostics", layers: .environmentOnly, "Folder of permission audits")
    /// Time zone.
    public let timeZone = Setting(
        "TIMEZONE", .text, default: "Europe/Vienna", "IANA zone for timestamps shown to people")
    /// Times of refreshes.
    public let refreshTimes = Setting(
        "REFRESH_TIMES", .list, default: ["02:00", "10:00", "18:00"], isUnused: true, "Displayed only")
    /// Port of the HTTP server.
    public let port = Setting(
        "PORT", .integer(0...65_535), default: 10_000, layers: .environmentOnly, "Port of the HTTP server")
    /// Least important level that is logged.
    public let logLevel = Setting(
        "LOG_LEVEL", .word(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]), default: "INFO",
        layers: .environmentOnly, "DEBUG INFO WARNING ERROR CRITICAL")
    /// Whether an empty or unreachable allow-list is fatal. The environment's, as it counts before any tab is read.
    public let strictProbe = Setting(
        "STRICT_PROBE", .flag, default: false, layers: .environmentOnly,
        "Refuse to work before the allow-list was checked")
}
