public import Service

/// Settings whose value depends on others.
extension Registry {
    /// Whether `ENV_NAME` names production; `dev`, `development`, `test`, `qa` and `stage` do not.
    public var isProduction: Bool {
        !["dev", "development", "test", "qa", "stage"].contains(self[\.core.environmentName].lowercased())
    }

    /// The thresholds of the watchdog: check at least 5 s, stall and grace at least one check (runtime chapter, 7.2, B6).
    public var watchdog: WatchdogThresholds { watchdogReading.thresholds }

    /// What was wrong with the settings of the watchdog, one line each.
    public var watchdogWarnings: [String] { watchdogReading.warnings }

    private var watchdogReading: (thresholds: WatchdogThresholds, warnings: [String]) {
        var warnings: [String] = []
        func clamped(_ name: String, _ value: Int, atLeast minimum: Duration) -> Duration {
            let value = min(value, 31_536_000)
            guard .seconds(value) < minimum else { return .seconds(value) }
            warnings.append("config: \(name)=\(value) < min \(minimum.components.seconds); clamping")
            return minimum
        }
        var interval = (isProduction ? WatchdogThresholds.production : .nonProduction).interval
        if let value = self[\.jobs.watchdogCheck] {
            interval = clamped("WATCHDOG_CHECK_SEC", value, atLeast: WatchdogThresholds.shortestInterval)
        } else if let value = self[\.jobs.legacyWatchdogCheck] {
            warnings.append(
                "KEEPALIVE_INTERVAL_SEC is deprecated; use WATCHDOG_CHECK_SEC instead. Using legacy value \(value)s.")
            interval = clamped("KEEPALIVE_INTERVAL_SEC", value, atLeast: WatchdogThresholds.shortestInterval)
        }
        let stall =
            self[\.jobs.watchdogStall].map { clamped("WATCHDOG_STALL_SEC", $0, atLeast: interval) }
            ?? interval * 3 + .seconds(30)
        let grace =
            self[\.jobs.watchdogGrace].map { clamped("WATCHDOG_DISCONNECT_GRACE_SEC", $0, atLeast: interval) } ?? stall
        return (WatchdogThresholds(interval: interval, stall: stall, disconnectGrace: grace), warnings)
    }

    /// The channel of log lines: `OPS_LOG_CHANNEL_ID`, else `LOG_CHANNEL_ID`.
    public var logChannel: UInt64? {
        self[\.channels.opsLog] ?? self[\.channels.log]
    }

    /// Whether the tag is an alias of the ops group; unless set, exactly if there is a tag.
    public var hasTaggedAliases: Bool {
        self[\.commands.taggedAliases] ?? !self[\.commands.botTag].isEmpty
    }

    /// The roster tab: `CLANS_TAB`, else `WORKSHEET_NAME`, else `bot_info`.
    public var rosterTab: String {
        self[\.tabs.clans] ?? self[\.sheets.rosterFallbackTab]
    }

    /// How long rows of sheets count as fresh.
    public var cacheTTL: Duration { .seconds(self[\.sheets.cacheTTL]) }

    /// How long Config tabs count as fresh; unless set, as long as rows.
    public var configCacheTTL: Duration { .seconds(self[\.sheets.configCacheTTL] ?? self[\.sheets.cacheTTL]) }

    /// How long clan tags count as fresh.
    public var clanTagsCacheTTL: Duration { .seconds(self[\.sheets.clanTagsCacheTTL]) }

    /// The base of links to this process, without a slash at the end: `PUBLIC_BASE_URL`, else `RENDER_EXTERNAL_URL`.
    public var publicBaseURL: String? {
        guard let text = self[\.media.publicBaseURL] ?? self[\.media.externalURL] else { return nil }
        var base = text[...]
        while base.last == "/" { base.removeLast() }
        return base.isEmpty ? nil : String(base)
    }

    /// The path of the self-ping's route, with the slash at its beginning.
    public var keepalivePath: String {
        let path = self[\.jobs.keepalivePath]
        return path.hasPrefix("/") ? path : "/" + path
    }

    /// The role that alerts mention: the lowest of `ADMIN_ROLE_IDS`, or a text that mentions nobody.
    public var adminMention: String {
        self[\.people.adminRoles].min().map { "<@&\($0)>" } ?? "@Administrator"
    }

    /// Where the spreadsheets are, if that is a folder.
    public var localWorkbookPath: String? {
        self[\.core.workbook].flatMap { RequiredEnvironment.localPath($0) }
    }
}
