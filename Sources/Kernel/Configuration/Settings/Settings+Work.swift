public import Service

/// Watchdog, keepalive and jobs.
public struct JobSettings: Sendable {
    /// Seconds between checks; see ``Registry/watchdog``.
    public let watchdogCheck = Setting<Int?>(
        "WATCHDOG_CHECK_SEC", .integer(.min ... .max), "Seconds between checks; 360, or 60 outside production")
    /// Older name of the former.
    public let legacyWatchdogCheck = Setting<Int?>(
        "KEEPALIVE_INTERVAL_SEC", .integer(.min ... .max), "Deprecated alias of WATCHDOG_CHECK_SEC")
    /// Seconds without a heartbeat that count as a stall; see ``Registry/watchdog``.
    public let watchdogStall = Setting<Int?>(
        "WATCHDOG_STALL_SEC", .integer(.min ... .max), "Stall, seconds; three checks and 30")
    /// Seconds that a disconnect may last; see ``Registry/watchdog``.
    public let watchdogGrace = Setting<Int?>(
        "WATCHDOG_DISCONNECT_GRACE_SEC", .integer(.min ... .max), "Longest disconnect, seconds; the stall")
    /// Address of the self-ping.
    public let keepaliveURL = Setting<String?>(
        "KEEPALIVE_URL", .text, layers: .environmentOnly, "Address of the self-ping")
    /// Path of the self-ping.
    public let keepalivePath = Setting("KEEPALIVE_PATH", .text, default: "/keepalive", "Path of the self-ping")
    /// Seconds between self-pings.
    public let keepaliveInterval = Setting(
        "KEEPALIVE_INTERVAL", .integer(60...86_400), default: 300, "Seconds between self-pings")
    /// Channels whose threads are kept awake.
    public let keepaliveChannels = Setting(
        "KEEPALIVE_CHANNEL_IDS", .strictIDs, default: [UInt64](), "Channels whose threads are kept awake")
    /// Threads that are kept awake.
    public let keepaliveThreads = Setting(
        "KEEPALIVE_THREAD_IDS", .strictIDs, default: [UInt64](), "Threads that are kept awake")
    /// Idle hours after which a thread is woken.
    public let keepaliveHours = Setting(
        "KEEPALIVE_INTERVAL_HOURS", .integer(1...8760), default: 144, "Idle hours after which a thread is woken")
    /// Threads that are cleaned up.
    public let cleanupThreads = Setting(
        "CLEANUP_THREAD_IDS", .strictIDs, default: [UInt64](), "Threads that are cleaned up, in order")
    /// Hours between clean-ups.
    public let cleanupHours = Setting(
        "CLEANUP_INTERVAL_HOURS", .integer(1...8760), default: 24, "Hours between clean-ups")
    /// Time of the daily report.
    public let reportTime = Setting(
        "REPORT_DAILY_POST_TIME", .time, default: TimeOfDay(hour: 9, minute: 30), "Daily Recruiter Update, UTC")
    /// When overview images are posted.
    public let mirralithCron = Setting<String?>("MIRRALITH_POST_CRON", .text, "Overview images: five fields, UTC")
    /// Monday reminder.
    public let leaguesMonday = Setting(
        "LEAGUES_REMINDER_MONDAY_UTC", .clampedTime, default: TimeOfDay(hour: 13, minute: 0), "Monday reminder, UTC")
    /// Wednesday reminder.
    public let leaguesWednesday = Setting(
        "LEAGUES_REMINDER_WEDNESDAY_UTC", .clampedTime, default: TimeOfDay(hour: 13, minute: 0),
        "Wednesday reminder, UTC")
}

/// Images and emoji.
public struct MediaSettings: Sendable {
    /// Base of emoji links; see ``Registry/publicBaseURL``.
    public let publicBaseURL = Setting<String?>(
        "PUBLIC_BASE_URL", .text, layers: .environmentOnly, "Base of emoji links, first choice")
    /// Base of emoji links as the platform gives it.
    public let externalURL = Setting<String?>(
        "RENDER_EXTERNAL_URL", .text, layers: .environmentOnly, "Base of emoji links, second choice; self-ping")
    /// Largest source image.
    public let emojiMaxBytes = Setting(
        "EMOJI_MAX_BYTES", .integer(1...100_000_000), default: 2_000_000, "Largest source image")
    /// Edge of padded emoji.
    public let emojiPadSize = Setting("EMOJI_PAD_SIZE", .integer(64...512), default: 256, "Edge of padded emoji, px")
    /// Share of the drawing in padded emoji.
    public let emojiPadBox = Setting("EMOJI_PAD_BOX", .decimal(0.2...0.95), default: 0.85, "Share of the drawing")
    /// Edge of crests.
    public let badgeSize = Setting("TAG_BADGE_PX", .integer(32...512), default: 128, "Edge of crests, px")
    /// Share of the drawing in crests.
    public let badgeBox = Setting("TAG_BADGE_BOX", .decimal(0.2...0.95), default: 0.90, "Share of the drawing")
    /// Whether raw CDN addresses are avoided.
    public let strictEmojiProxy = Setting("STRICT_EMOJI_PROXY", .flag, default: true, "Never use raw CDN addresses")
    /// Emoji of the shard overview.
    public let shardOverviewEmoji = Setting(
        "SHARD_PANEL_OVERVIEW_EMOJI", .text, default: "c1c", layers: .environmentFirst, "Shard overview")
    /// Emoji of ancient shards.
    public let ancientEmoji = Setting(
        "SHARD_EMOJI_ANCIENT", .text, default: "ancient", layers: .environmentFirst, "Ancient shards")
    /// Emoji of void shards.
    public let voidEmoji = Setting("SHARD_EMOJI_VOID", .text, default: "void", layers: .environmentFirst, "Void shards")
    /// Emoji of sacred shards.
    public let sacredEmoji = Setting(
        "SHARD_EMOJI_SACRED", .text, default: "sacred", layers: .environmentFirst, "Sacred shards")
    /// Emoji of primal shards.
    public let primalEmoji = Setting(
        "SHARD_EMOJI_PRIMAL", .text, default: "primal", layers: .environmentFirst, "Primal shards")
}

/// Commands and diagnostics.
public struct CommandSettings: Sendable {
    /// The default of ``bangAllowlist``.
    public static let defaultBangs = [
        "env", "reload", "health", "digest", "checksheet", "config", "help", "ping", "refresh all",
    ]

    /// Tag alias.
    public let botTag = Setting("BOT_TAG", .tag, default: "", "Tag alias of the ops group")
    /// Whether tag aliases work; see ``Registry/hasTaggedAliases``.
    public let taggedAliases = Setting<Bool?>(
        "COREOPS_ENABLE_TAGGED_ALIASES", .wideFlag, "Tag aliases; true if BOT_TAG is set")
    /// Whether bare aliases are public.
    public let genericAliases = Setting(
        "COREOPS_ENABLE_GENERIC_ALIASES", .wideFlag, default: false, "Public bare aliases")
    /// Bare aliases of admins.
    public let bangAllowlist = Setting(
        "COREOPS_ADMIN_BANG_ALLOWLIST", .phrases, default: CommandSettings.defaultBangs, "Bare aliases of admins")
    /// Whether help shows empty sections.
    public let showEmptySections = Setting("SHOW_EMPTY_SECTIONS", .flag, default: false, "Help shows empty sections")
    /// Whether help reports what it discovered.
    public let helpDiagnostics = Setting("HELP_DIAGNOSTICS", .flag, default: false, "Help reports what it discovered")
    /// Seconds between such reports.
    public let helpDiagnosticsTTL = Setting(
        "HELP_DIAGNOSTICS_TTL_SEC", .decimal(0...31_536_000), default: 60, "Seconds between such reports")
    /// Most clans shown per search.
    public let searchSoftCap = Setting(
        "SEARCH_RESULTS_SOFT_CAP", .integer(1...1000), default: 25, "Most clans shown per search")
    /// Whether a questionnaire tidies up after its summary.
    public let cleanupAfterSummary = Setting(
        "ONB_CLEANUP_AFTER_SUMMARY", .truth, default: true, "Tidy up after a questionnaire's summary")
    /// Whether onboarding writes diagnostics.
    public let welcomeDiagnostics = Setting("WELCOME_DIAG", .flag, default: false, "Onboarding diagnostics")
    /// File of the diagnostics.
    public let welcomeDiagnosticsPath = Setting(
        "WELCOME_DIAG_PATH", .text, default: "AUDIT/welcome_flow_diag.jsonl", layers: .environmentOnly,
        "File of the diagnostics")
    /// Legacy switch without effect.
    public let legacyWelcomeWatcher = Setting<String?>(
        "ENABLE_WELCOME_WATCHER", .text, isUnused: true, "Legacy, without effect")
}
