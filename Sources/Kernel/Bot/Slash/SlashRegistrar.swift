public import Discord
public import Service

/// Keeps the slash commands of each server as the declarations want them.
///
/// While the switch `slash_commands` is on these are the forms of all commands whose features are on, else none. What is
/// registered is read first and written only if it differs. Nothing is done before the switches were read, and nothing is
/// removed because they could not be. A failure is one warning; the next start or reload tries again.
///
/// Source: coreops chapter, section 5; sheets chapter, section 4.4; design, sections 4 and 9.
public actor SlashRegistrar {
    /// The switch.
    public static let toggle = "slash_commands"

    private let catalog: SlashCatalog
    private let rest: RESTClient
    private let settings: @Sendable () -> BotSettings
    private let settingsRead: Awaitable<Bool>
    private let logger: Logger
    private let activity: ActivityCounter

    private var guilds: Set<GuildID> = []
    private var application: ApplicationID?
    private var isWanted = false
    private var work: Task<Void, Never>?
    private var isStopped = false

    /// Creates a registrar that knows of no server yet.
    /// - Parameter settingsRead: true from when the settings were read, or could not be.
    public init(
        catalog: CommandCatalog, rest: RESTClient, settings: @escaping @Sendable () -> BotSettings,
        settingsRead: Awaitable<Bool>, logger: Logger, activity: ActivityCounter
    ) {
        self.catalog = SlashCatalog(catalog)
        self.rest = rest
        self.settings = settings
        self.settingsRead = settingsRead
        self.logger = logger
        self.activity = activity
    }

    /// The servers that the bot is connected to.
    public func serve(_ guilds: Set<GuildID>) {
        self.guilds = guilds
        update()
    }

    /// Looks again, because settings or switches were read. Returns at once.
    public func update() {
        guard !isStopped, !guilds.isEmpty else { return }
        isWanted = true
        guard work == nil else { return }
        work = Task { await self.run() }
    }

    /// Returns once nothing is going on.
    func waitUntilSettled() async { await work?.value }

    /// Ends what is going on.
    public func stop() async {
        isStopped = true
        work?.cancel()
        await work?.value
    }

    private func run() async {
        await settingsRead.until { $0 }
        while isWanted, !Task.isCancelled {
            isWanted = false
            await activity.track { await settle() }
        }
        work = nil
    }

    private func settle() async {
        for guild in guilds.sorted() where settings().admits(guild) && !Task.isCancelled {
            do {
                try await settle(guild)
            } catch {
                logger.warning("slash commands not registered", ["guild": .string("\(guild)")], error: error)
            }
        }
    }

    private func settle(_ guild: GuildID) async throws {
        let settings = settings()
        guard settings.isKnown(Self.toggle) else { return }
        let wanted = settings.isEnabled(Self.toggle) ? catalog.definitions { $0.isOpen(settings.isEnabled) } : []
        let application = try await ownApplication()
        let registered = try await rest.commands(of: application, in: guild)
        guard Set(registered.map(\.definition)) != Set(wanted) else {
            logger.debug("slash commands unchanged", ["guild": .string("\(guild)"), "commands": .int(wanted.count)])
            return
        }
        _ = try await rest.overwriteCommands(wanted, of: application, in: guild)
        logger.info(
            wanted.isEmpty ? "slash commands removed" : "slash commands registered",
            ["guild": .string("\(guild)"), "commands": .int(wanted.count)])
    }

    /// The application that commands belong to; its id need not be that of the bot's user.
    private func ownApplication() async throws -> ApplicationID {
        if let application { return application }
        let id = try await rest.currentApplication().id
        application = id
        return id
    }
}
