public import Discord

/// What configuration says about the kernel's own decisions; a value, swapped as a whole at each reload.
public struct BotSettings: Sendable {
    /// Who is admin, staff, recruiter, lead.
    public var policy: AccessPolicy
    /// The ways of calling commands.
    public var commands: CommandRouter.Settings
    /// `GUILD_IDS`: the servers whose events are handled; empty for all.
    public var allowedGuilds: Set<GuildID>
    /// `STRICT_PROBE`: whether nothing is handled before the allow-list was checked, and an empty one is fatal.
    public var requiresAllowList: Bool
    /// Where human-readable log lines go; nil for nowhere.
    public var logChannel: ChannelID?
    /// `SHOW_EMPTY_SECTIONS`.
    public var showsEmptyHelpSections: Bool
    /// How often help reports what it did: `HELP_DIAGNOSTICS_TTL_SEC` if `HELP_DIAGNOSTICS` is on, else nil.
    public var helpDiagnosticsInterval: Duration?
    /// `BOT_NAME`.
    public var botName: String
    /// `BOT_VERSION`.
    public var botVersion: String
    /// `ENV_NAME`.
    public var environmentName: String
    /// Whether a feature toggle is on; keys in any case.
    public var isEnabled: @Sendable (String) -> Bool

    /// Whether anything is known of a toggle: false until they were read once.
    public var isKnown: @Sendable (String) -> Bool

    /// Creates settings.
    public init(
        policy: AccessPolicy = AccessPolicy(), commands: CommandRouter.Settings = .init(),
        allowedGuilds: Set<GuildID> = [], requiresAllowList: Bool = false, logChannel: ChannelID? = nil,
        showsEmptyHelpSections: Bool = false, helpDiagnosticsInterval: Duration? = nil,
        botName: String = "Woadkeeper", botVersion: String = "dev", environmentName: String = "dev",
        isEnabled: @escaping @Sendable (String) -> Bool,
        isKnown: @escaping @Sendable (String) -> Bool = { _ in true }
    ) {
        self.policy = policy
        self.commands = commands
        self.allowedGuilds = allowedGuilds
        self.requiresAllowList = requiresAllowList
        self.logChannel = logChannel
        self.showsEmptyHelpSections = showsEmptyHelpSections
        self.helpDiagnosticsInterval = helpDiagnosticsInterval
        self.botName = botName
        self.botVersion = botVersion
        self.environmentName = environmentName
        self.isEnabled = isEnabled
        self.isKnown = isKnown
    }

    /// Whether events of a server are handled; direct messages are.
    public func admits(_ guild: GuildID?) -> Bool {
        guard let guild, !allowedGuilds.isEmpty else { return true }
        return allowedGuilds.contains(guild)
    }
}
