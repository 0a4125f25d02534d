import Books
import Bot
import Cluster
import Configuration
import Discord
import Glibc
import HTTPClient
import Imaging
import Journal
import Operations
import Placement
import Recruitment
import Reports
import Service
import Spreadsheets
import WebServer
import WebSocketClient

/// The whole bot, composed. Reading this file from top to bottom is the tour of the house.
///
/// Nothing in here is global: the environment, the time sources and the log sink are handed in, so that several bots can
/// live in one process, each with its own.
actor House {
    /// What a bot is given from outside.
    struct Surroundings: Sendable {
        /// The environment, with the `.env` file already beneath it.
        var environment: [String: String]
        /// Where log records go.
        var sink: any LogSink
        /// Calendar time.
        var calendar: any TimeSource = CalendarTime()
        /// Transport time.
        var transport: any TimeSource = TransportTime()
        /// Work in hand, for tests that move the clock.
        var activity = ActivityCounter()
        /// The port to listen on; nil takes `PORT`.
        var port: Int?
        /// The address to listen on.
        var host = "0.0.0.0"
        /// Ends the process at once, with this status and without closing anything.
        var exit: @Sendable (Int32) async -> Void = { Glibc._exit($0) }
        /// Asks for the shutdown and restart of the program; nil where nobody would start it again.
        var reboot: (@Sendable () -> Void)?
        /// Features beside those of the program.
        var additions: [any Feature] = []
        /// Changes the limits of the HTTP server.
        var adjustServer: @Sendable (inout WebServer.Options) -> Void = { _ in }
    }

    /// Why a bot did not start, or could not go on. The text is for operators.
    struct NotStarted: Error, CustomStringConvertible {
        var description: String
        /// The reason of the shutdown that follows, as the log names it.
        var reason = "fatal"
    }

    /// The port of the HTTP server.
    nonisolated let port: Int

    private let surroundings: Surroundings
    private let logger: Logger
    private let configuration: ConfigurationService
    private let outbox: Outbox
    /// The durable records.
    nonisolated let journal: Journal
    private let health: HealthBoard
    private let sheetsHealth: SheetsHealth
    /// The features, in the order in which they were put in.
    nonisolated let features: [any Feature]
    private let runtime: BotRuntime
    private let logChannel: LogChannel
    private let jobs: JobCenter
    private let selfPing: SelfPing
    private let settings: SettingsCache
    private let conversations: Conversations
    private let renames: ThreadRenames
    private let placement: Placement
    private let receipts: RebootReceipts
    private let watchdog: Watchdog
    private let parts: ServiceGroup
    private var logSender: Task<Void, Never>?
    private var background: [Task<Void, Never>] = []

    // MARK: Building

    /// Builds a bot and starts what must stand before it connects: configuration, journal, HTTP server, caches.
    static func open(_ surroundings: Surroundings) async throws -> House {
        let location: WorkbookLocation
        do {
            location = try RequiredEnvironment.check(surroundings.environment)
        } catch {
            throw NotStarted(description: "\(error)")
        }
        return try await House(surroundings, location)
    }

    private init(_ surroundings: Surroundings, _ location: WorkbookLocation) async throws {
        let (calendar, transport) = (surroundings.calendar, surroundings.transport)
        let logger = Logger("c1c.runtime", sink: surroundings.sink, time: calendar)
        let metrics = Metrics()
        let heartbeat = Heartbeat(time: transport)
        let health = HealthBoard(time: calendar)
        let sheetsHealth = SheetsHealth(calendar: calendar)
        let http = HTTPClient()
        let late = Late()
        let first = Registry(environment: surroundings.environment, at: calendar.now)
        let workbook = try WorkbookSource.open(
            location, { late.configuration?.registry ?? first }, http, metrics, logger.named("c1c.sheets"), surroundings
        )
        // A folder has nothing to gain from reads that go together.
        let source: any Workbook =
            if case .google = location { GatheringWorkbook(workbook, time: transport) } else { workbook }
        let observed = ObservedWorkbook(source, metrics: metrics, time: transport) { spreadsheet, error in
            sheetsHealth.note(error)
            late.configuration?.note(error, of: spreadsheet)
            health.report("sheets", isWell: sheetsHealth.isWell)
        }
        let parts = ServiceGroup(log: logger, clock: transport)
        for component in HealthBoard.required { health.report(component, isWell: false) }
        health.report("sheets", isWell: true)

        // Configuration. Alerts that come before the log channel exists wait in the mailbox.
        let mailbox = Mailbox()
        let configuration = ConfigurationService(
            environment: surroundings.environment,
            services: .init(
                workbook: observed, calendar: calendar, transport: transport, logger: logger.named("c1c.config"),
                alert: { mailbox.post($0) }, mask: { Redactor.mask($0) }, togglesRead: { late.tellModules() }))
        late.set(configuration)
        let registry = configuration.registry
        let settings = SettingsCache(configuration)

        // Discord.
        let token = registry[\.core.token] ?? ""
        let client = RESTClient.bot(
            registry, transport: http, time: transport, metrics: metrics, logger: logger.named("c1c.discord"),
            activity: surroundings.activity)
        guard let rest = client else {
            throw NotStarted(description: "DISCORD_API_BASE_URL and DISCORD_CDN_BASE_URL must be HTTPS addresses.")
        }
        let webSockets = WebSocketClient()
        let view = GuildViewStore()
        let redactor = Redactor(secrets: registry.secrets)
        let logChannel = LogChannel(
            rest: rest, destination: { settings.current.logChannel },
            fallback: { configuration.registry.fallbackChannel }, redactor: redactor, logger: logger,
            time: transport, activity: surroundings.activity)
        mailbox.deliver { logChannel.post($0, pinging: settings.current.policy.alertedRoles, from: .alert) }

        // Durable records.
        var options = Journal.Options()
        options.clock = transport
        options.metrics = metrics
        options.onHealthChange = { health.report("journal", isWell: $0 == .ok) }
        health.report("journal", isWell: true)
        let journal = try await Self.journal(in: registry[\.core.stateFolder], options, calendar, logger)

        // The books.
        let buckets = BucketServices(
            calendar: calendar, transport: transport, logger: logger.named("c1c.cache.scheduler"),
            mask: { redactor.line($0) },
            onRefresh: {
                late.refreshes?.noteBackground($0)
                late.repairs?.note($0)
            })
        let recruitment = logger.named("c1c.recruitment")
        let outbox = Outbox(
            .init(
                journal: journal, workbook: observed, calendar: calendar, transport: transport,
                logger: logger.named("c1c.sheets"), metrics: metrics, activity: surroundings.activity,
                alert: { logChannel.post($0) }),
            tables: [StateRows.table(configuration)] + SeatBook.tables(configuration, recruitment),
            listeners: [
                StateRows.tableName: StateRows.listener(configuration),
                SeatBook.ledgerName: { await late.seats?.hear($0) },
            ])
        let roster = Roster(
            configuration: configuration, outbox: outbox, services: buckets, logger: logger,
            onLoad: { late.repairs?.prepare() })
        configuration.buckets.register(roster.bucket)
        StaffTables(configuration: configuration, services: buckets, logger: logger)
            .register(in: configuration.buckets)

        let names = MemberNames(
            rest: rest, view: view, guilds: { settings.current.allowedGuilds }, transport: transport)
        let seats = SeatBook(
            .init(
                outbox: outbox, configuration: configuration, roster: roster, calendar: calendar, logger: recruitment,
                memberName: { names.name($0) }, resolveMembers: { await names.resolve($0) },
                alert: { logChannel.post($0) }, activity: surroundings.activity))
        late.set(seats)
        let repairs = SeatRepairs(
            seats, names, configuration, roster: roster.bucket.name, activity: surroundings.activity)
        late.set(repairs)

        // What people are in the middle of, and what threads shall be named.
        let conversations = Conversations(calendar: calendar, activity: surroundings.activity)
        let renames = ThreadRenames(
            rest: rest, journal: journal, calendar: calendar, logger: logger, activity: surroundings.activity,
            mayReplace: { TicketName.mayReplace($0, by: $1) })

        // Scheduled work.
        let selfPing = SelfPing(transport: http, logger: logger.named("c1c.keepalive"), calendar: calendar)
        let jobs = JobCenter(
            .init(
                calendar: calendar, transport: transport, logger: logger.named("c1c.cron"), logChannel: logChannel,
                isEnabled: { configuration.toggles.isOn($0) },
                isKnown: { configuration.toggles.state(of: $0) != .notLoaded },
                markers: Self.markers(configuration, journal, outbox, logger), activity: surroundings.activity),
            loops: [
                .init(name: "watchdog", schedule: { .every(configuration.registry.watchdog.interval) }),
                .init(
                    name: "keepalive",
                    schedule: { .every(.seconds(configuration.registry[\.jobs.keepaliveInterval])) },
                    next: { await selfPing.next }),
            ])
        let refreshes = CacheRefreshes(
            buckets: configuration.buckets, settings: { settings.current }, logChannel: logChannel,
            logger: logger, transport: transport)
        late.set(refreshes)
        late.set(jobs)

        // The features.
        let imaging = ImageProcessor()
        let crests = CrestStudio(rest: rest, view: view, imaging: imaging, logger: logger)
        let emojiPad = EmojiPad(
            transport: http, imaging: imaging, registry: { configuration.registry }, time: transport, logger: logger)
        let panels = PanelServices(
            roster: roster, rest: rest, view: view, journal: journal, registry: { configuration.registry },
            calendar: calendar, activity: surroundings.activity, logger: logger)
        let placement = Placement(
            .init(
                seats: seats, roster: roster, rest: rest, view: view, registry: { configuration.registry },
                settings: { settings.current }, conversations: conversations, renames: renames,
                flows: HoldFlows(journal: journal, calendar: calendar, logger: logger.named("c1c")),
                logChannel: logChannel, journal: journal, memberName: { names.name($0) },
                resolveMembers: { await names.resolve($0) }, calendar: calendar, transport: transport,
                activity: surroundings.activity, logger: logger.named("c1c")))
        let own: [any Feature] = [
            Ping(),
            Help(
                catalog: { late.catalog }, settings: { settings.current }, mask: { redactor.line($0) },
                diagnostics: HelpDiagnostics(
                    rest: rest, view: view, redactor: redactor, logger: logger, calendar: calendar)),
            HealthReport(
                configuration: configuration, settings: { settings.current }, health: health, heartbeat: heartbeat,
                jobs: jobs, latency: { await late.latency },
                process: .init(id: Int(getpid()), system: Self.operatingSystem())),
            refreshes,
            Digest(
                .init(
                    buckets: configuration.buckets, roster: roster, outbox: { outbox.summary },
                    sheetsFailure: { sheetsHealth.lastError.map { redactor.line("\($0)") } },
                    upkeep: { await seats.summary },
                    settings: { settings.current }, heartbeat: heartbeat, latency: { await late.latency },
                    logger: logger, calendar: calendar)),
            ScheduleView(jobs: jobs, logChannel: logChannel, logger: logger.named("c1c.cron"), calendar: calendar),
            Reload(
                .init(
                    configuration: configuration, settings: { settings.current }, journal: journal,
                    logChannel: logChannel, logger: logger, calendar: calendar, reboot: surroundings.reboot)),
            EnvironmentReport(
                configuration: configuration, settings: { settings.current }, view: view, logger: logger,
                calendar: calendar),
            ConfigReport(
                configuration: configuration, settings: { settings.current }, view: view, calendar: calendar),
            ConfigKey(configuration: configuration, calendar: calendar),
            Checksheet(
                inspector: WorkbookInspector(configuration), configuration: configuration,
                settings: { settings.current }, logger: logger),
            Probes(
                configuration: configuration, health: health, heartbeat: heartbeat, metrics: metrics,
                mask: { redactor.reply($0) }, taken: Set(emojiPad.routes.map(\.path)), logger: logger),
            emojiPad,
            ClanProfile(
                roster: roster, crests: crests, rest: rest, registry: { configuration.registry }, logger: logger,
                activity: surroundings.activity),
            MemberPanel(panels, crests: crests),
            RecruiterPanel(panels),
            placement,
            Reports(
                ReportServices(
                    configuration: configuration, settings: { settings.current }, rest: rest, view: view,
                    journal: journal, logChannel: logChannel, calendar: calendar, logger: logger)),
        ]
        let features = own + surroundings.additions
        let catalog = try CommandCatalog(features, masking: { redactor.reply($0) })
        late.set(catalog)
        let slash = SlashRegistrar(
            catalog: catalog, rest: rest, settings: { settings.current }, settingsRead: configuration.isRead,
            logger: logger, activity: surroundings.activity)
        late.set(slash)
        late.set(
            ModuleLog(features, configuration.toggles, logger) {
                StartLines.tell(configuration.registry, settings.current, catalog, to: logger)
            })

        // The presence on Discord.
        let runtime = BotRuntime(
            features: features, catalog: catalog,
            services: .init(
                dispatch: .init(
                    rest: rest, view: view, journal: journal, settings: { settings.current },
                    settingsRead: configuration.isRead, conversations: conversations, calendar: calendar,
                    transport: transport, logger: logger,
                    logChannel: logChannel, metrics: metrics,
                    activity: surroundings.activity),
                makeGateway: { session in
                    Gateway(
                        .init(
                            token: token,
                            intents: [
                                .guilds, .guildMembers, .guildExpressions, .guildMessages, .guildMessageReactions,
                                .directMessages, .directMessageReactions, .messageContent,
                            ], libraryName: "woadkeeper", info: { try await Self.gatewayInfo(rest) }),
                        resuming: session, transport: webSockets, time: transport, logger: logger.named("c1c.gateway"),
                        onFrame: { heartbeat.touch() })
                },
                health: health, heartbeat: heartbeat, slash: slash))
        late.set(runtime)

        // What must be closed, in reverse order of use.
        try await parts.start("threads") {
            workbook.close()
            imaging.close()
        }
        try await parts.start("journal") { await journal.close() }
        try await parts.start("http client") { await http.shutdown() }
        try await parts.start("gateway transport") { await webSockets.shutdown() }

        // The HTTP server.
        let server = Self.server(features, configuration, surroundings, logger)
        logger.named("c1c.web").info(
            "web: /emoji-pad mounted (STRICT_EMOJI_PROXY=\(registry[\.media.strictEmojiProxy] ? 1 : 0))")
        let port: Int
        do {
            port = try await server.start()
        } catch {
            await parts.stop(within: .seconds(2))
            throw NotStarted(description: "The HTTP server cannot listen: \(error)")
        }
        logger.named("c1c.web").info("web server listening • port=\(port)")
        logger.named("c1c.web").info("web server listening", ["port": .int(port)])

        try await parts.start("web server") { await server.stop(grace: .seconds(2)) }
        try await parts.start("caches") { await configuration.stop() }
        try await parts.start("seats") {
            repairs.stop()
            await seats.stop()
        }
        try await parts.start("slash commands") { await slash.stop() }
        try await parts.start("renames") { await renames.stop() }
        try await parts.start("jobs") {
            await jobs.stop()
            await selfPing.stop()
        }

        watchdog = Watchdog(
            thresholds: { configuration.registry.watchdog },
            heartbeat: heartbeat, time: transport, log: logger.named("system.watchdog"), runtimeLog: logger,
            latency: { await late.latency.map { $0 / .seconds(1) } }, exit: { await surroundings.exit(1) })
        late.set(watchdog, selfPing)
        self.surroundings = surroundings
        self.logger = logger
        self.configuration = configuration
        self.outbox = outbox
        self.journal = journal
        self.health = health
        self.sheetsHealth = sheetsHealth
        self.features = features
        self.runtime = runtime
        self.logChannel = logChannel
        self.jobs = jobs
        self.selfPing = selfPing
        self.settings = settings
        self.conversations = conversations
        self.renames = renames
        self.placement = placement
        receipts = RebootReceipts(
            rest: rest, view: view, journal: journal, logChannel: logChannel,
            destination: { settings.current.logChannel }, logger: logger, calendar: calendar)
        self.parts = parts
        self.port = port
    }

    // MARK: Living

    /// Connects to Discord and serves until `stop`, or until a failure that only a person can mend.
    func run() async throws {
        let logChannel = logChannel
        logSender = Task { await logChannel.run() }
        await jobs.start(features)
        background = [
            Task { await self.warmUp() }, Task { await self.settleIn() }, Task { await self.runFeatures() },
        ]
        await watchdog.start()
        do {
            try await runtime.run()
        } catch {
            throw NotStarted(
                description: error.description, reason: error.isAboutAllowList ? "allow_list" : "fatal")
        }
    }

    /// Reads settings and fills the caches, beside the login, so that a slow spreadsheet delays nobody.
    private func warmUp() async {
        let begin = surroundings.transport.now
        await configuration.loadSheets()
        await outbox.start()
        health.report("runtime", isWell: true)
        let results = await configuration.buckets.loadAtStartup()
        sheetsHealth.noteStartup(results)
        health.report("sheets", isWell: sheetsHealth.isWell)
        await health.waitUntilReady()
        guard !Task.isCancelled else { return }
        StartupSummary.post(
            results, took: surroundings.transport.now - begin, to: logChannel, settings.current)
        await receipts.settle()
    }

    /// What a fresh process does once it serves: says its schedule, makes up for missed jobs, keeps its host awake.
    private func settleIn() async {
        await health.waitUntilReady()
        guard !Task.isCancelled else { return }
        await renames.start { [placement] in placement.tell($2, ofRenaming: $0, to: $1) }
        await selfPing.start(configuration.registry, port: port)
        await jobs.announce()
        await jobs.catchUp()
        guard (try? await surroundings.calendar.sleep(for: Self.watchdogAnnouncementDelay)) != nil else { return }
        let thresholds = configuration.registry.watchdog
        let seconds = { (duration: Duration) in duration.components.seconds }
        logChannel.post(
            "🐶 **Watchdog started** — interval=\(seconds(thresholds.interval))s"
                + " • stall=\(seconds(thresholds.stall))s"
                + " • disconnect_grace=\(seconds(thresholds.disconnectGrace))s")
    }

    /// What features do for as long as the bot serves.
    private func runFeatures() async {
        await health.waitUntilReady()
        await withDiscardingTaskGroup { group in
            for feature in features { group.addTask { await feature.run() } }
        }
    }

    /// How long after the first READY operators are told of the watchdog.
    private static let watchdogAnnouncementDelay = Duration.seconds(5)

    /// Waits until the bot serves: connected, and its settings read.
    func waitUntilReady() async { await health.waitUntilReady() }

    /// Stops in order: takes no more events, lets what is in hand finish, says its last lines, closes everything.
    func stop(reason: String) async {
        let begin = surroundings.transport.now
        logger.info("shutdown begin", ["reason": .string(reason)])
        health.report("runtime", isWell: false)
        let isResumable = reason == "signal" || reason == "reboot"
        let cutOff = await runtime.stop(resumable: isResumable, patience: .seconds(7))
        if !cutOff.isEmpty { logger.warning("handlers cut off", ["handlers": .strings(cutOff)]) }
        await conversations.stop()
        let left = await outbox.finish(since: begin)
        if left > 0 { logger.warning("outbox entries left for the next start", ["entries": .int(left)]) }
        await watchdog.stop()
        for task in background { task.cancel() }
        // What it was sending is put back, and flushed with the rest.
        logSender?.cancel()
        await logSender?.value
        let flush = Task { await logChannel.flush() }
        let limit = Task { [transport = surroundings.transport] in
            // Ten seconds are there for everything, two of them for closing the parts.
            try await transport.sleep(until: max(begin + .seconds(8), transport.now + .seconds(1)))
            flush.cancel()
        }
        await flush.value
        limit.cancel()
        logChannel.close()
        let report = await parts.stop(within: .seconds(2))
        if !report.cutOff.isEmpty { logger.warning("parts cut off", ["parts": .strings(report.cutOff)]) }
        logger.info("shutdown complete")
    }

    // MARK: Pieces

    private static func markers(
        _ configuration: ConfigurationService, _ journal: Journal, _ outbox: Outbox, _ logger: Logger
    ) -> JobMarkers {
        let rows = StateRows(outbox: outbox, configuration: configuration)
        return JobMarkers(
            journal: journal, readSheet: { configuration.registry.text($0) },
            writeSheet: { try await rows.set([$0: $1]) }, logger: logger.named("c1c.cron"))
    }

    private static func journal(
        in folder: String, _ options: Journal.Options, _ calendar: any TimeSource, _ logger: Logger
    ) async throws -> Journal {
        let log = logger.named("c1c.journal")
        do {
            return try await Journal.open(directory: folder, time: calendar, logger: log, options: options)
        } catch JournalError.locked {
            throw NotStarted(description: "Another process holds STATE_DIR (\(folder)); stop it first.")
        } catch {
            logger.error(
                "STATE_DIR not usable; a temporary folder takes its place", ["folder": .string(folder)], error: error)
            let temporary = "/tmp/woadkeeper-\(Trace.make())"
            return try await Journal.open(directory: temporary, time: calendar, logger: log, options: options)
        }
    }

    /// Where the gateway is. A refused token is no outage: waiting does not mend it.
    private static func gatewayInfo(_ rest: RESTClient) async throws -> GatewayInfo {
        do {
            return try await rest.gatewayInfo()
        } catch RESTError.api(let error) where error.status == 401 {
            throw GatewayFailure.authenticationFailed
        }
    }

    /// No route reads a body; one that comes with a GET is received and not looked at.
    private static let bodyLimit = 1 << 14

    private static func server(
        _ features: [any Feature], _ configuration: ConfigurationService, _ surroundings: Surroundings,
        _ logger: Logger
    ) -> WebServer {
        var routes = WebRoutes()
        let console = ConsoleAccess(token: configuration.registry[\.core.consoleToken])
        let declared = features.flatMap(\.routes)
        for route in declared {
            routes.on("GET", route.path, maximumBodyBytes: bodyLimit) { request in
                await Trace.$current.withValue(request.trace) {
                    guard route.access == .anyone || console.admits(request) else {
                        return .text("not found", status: 404)
                    }
                    return await route.handle(request)
                }
            }
        }
        let registry = configuration.registry
        var options = WebServer.Options(host: surroundings.host, port: surroundings.port ?? registry[\.core.port])
        options.relocation = relocation(declared)
        surroundings.adjustServer(&options)
        let access = logger.named("aiohttp.access")
        return WebServer(routes: routes, options: options) { record in
            Trace.$current.withValue(record.trace) {
                access.info(
                    "http_request",
                    [
                        "path": .string(record.path), "method": .string(record.method), "status": .int(record.status),
                        "ms": .milliseconds(record.duration),
                    ])
            }
        }
    }

    /// Lets the routes whose place is a setting be found there, and nowhere else.
    private static func relocation(_ routes: [HTTPRoute]) -> @Sendable ([String]) -> [String] {
        let split = { @Sendable (path: String) in
            path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        }
        let movable = routes.compactMap { route in route.place.map { (usual: split(route.path), place: $0) } }
        return { segments in
            for route in movable {
                if let place = route.place(), segments == split(place) { return route.usual }
                // No pattern fits an empty segment.
                if segments == route.usual { return [""] }
            }
            return segments
        }
    }

    private static func operatingSystem() -> String {
        var names = utsname()
        guard uname(&names) == 0 else { return "unknown" }
        func text<T>(_ field: T) -> String {
            withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        return "\(text(names.sysname)) \(text(names.release))"
    }
}
