public import Discord
import Journal
public import Service

/// The bot's presence on Discord: holds the gateway session, keeps the view of the servers, runs the ready sequence, and
/// hands events to the dispatcher.
///
/// A fresh process resumes the journalled session where it can: it first loads the view over REST, because a resume
/// replays events but not the servers themselves, and then replays onto it. Source: design, section 6; runtime chapter,
/// sections 3.2, 3.4 and 5.4.
public actor BotRuntime {
    /// Everything that the presence works with, on top of what the dispatcher needs.
    public struct Services: Sendable {
        /// The dispatcher's services.
        public var dispatch: Dispatcher.Services
        /// Creates the gateway, resuming a session if one is given.
        public var makeGateway: @Sendable (GatewaySession?) -> Gateway
        /// The components of probes.
        public var health: HealthBoard
        /// The liveness of the gateway.
        public var heartbeat: Heartbeat
        /// Registers slash commands; nil where nobody does.
        public var slash: SlashRegistrar?

        /// Collects services.
        public init(
            dispatch: Dispatcher.Services, makeGateway: @escaping @Sendable (GatewaySession?) -> Gateway,
            health: HealthBoard, heartbeat: Heartbeat, slash: SlashRegistrar? = nil
        ) {
            self.dispatch = dispatch
            self.makeGateway = makeGateway
            self.health = health
            self.heartbeat = heartbeat
            self.slash = slash
        }
    }

    /// Why the bot gave up by its own decision.
    public enum Fatal: Error, Sendable, Equatable, CustomStringConvertible {
        /// The gateway cannot be had.
        case gateway(GatewayFailure)
        /// No server is allowed, and `STRICT_PROBE` is set.
        case emptyAllowList
        /// None of the allowed servers is connected.
        case noAllowedGuild
        /// A server that is not allowed could not be left.
        case foreignGuildNotLeft(GuildID)

        /// Whether it is about the servers that the bot may serve.
        public var isAboutAllowList: Bool {
            if case .gateway = self { false } else { true }
        }

        /// The sentence for operators.
        public var description: String {
            switch self {
            case .gateway(let failure): failure.description
            case .emptyAllowList: "GUILD_IDS is empty; with STRICT_PROBE the bot serves only servers that it lists."
            case .noAllowedGuild: "None of the servers in GUILD_IDS is connected."
            case .foreignGuildNotLeft(let guild): "The server \(guild) is not in GUILD_IDS and could not be left."
            }
        }
    }

    private static let checkpointInterval = Duration.seconds(1)
    /// How long the ready sequence waits for the servers that READY announced.
    private static let guildPatience = Duration.seconds(5)

    private let features: [any Feature]
    private let catalog: CommandCatalog
    private let services: Services
    private var gateway: Gateway?
    private var dispatcher: Dispatcher?
    private var awaitedGuilds: Set<GuildID> = []
    private var guildTimer: Task<Void, Never>?
    private var isFirstReady = true
    /// The servers that the bot is a member of, those with an outage included.
    private var joined: Set<GuildID> = []
    /// Of these, the foreign ones that it was told to leave.
    private var left: Set<GuildID> = []
    private var fatal: Fatal?
    /// Whether the allow-list was checked, where nothing may happen before.
    private var isChecked = false
    /// Events that wait for the check.
    private var held: [Dispatcher.Delivery] = []

    /// Creates the presence of a set of features.
    public init(features: [any Feature], catalog: CommandCatalog, services: Services) {
        self.features = features
        self.catalog = catalog
        self.services = services
    }

    /// The time between the last gateway heartbeat and its acknowledgement.
    public var latency: Duration? {
        get async { await gateway?.latency }
    }

    /// Connects and serves until `stop`, cancellation, or a failure that only a person can mend.
    public func run() async throws(Fatal) {
        let settings = services.dispatch.settings()
        if settings.requiresAllowList, settings.allowedGuilds.isEmpty { throw .emptyAllowList }
        let session = await resumableSession()
        let gateway = services.makeGateway(session)
        self.gateway = gateway
        let checkpoints = Task { await self.saveCheckpoints() }
        defer { checkpoints.cancel() }
        do {
            try await gateway.run { output in await self.handle(output) }
        } catch {
            throw .gateway(error)
        }
        if let fatal { throw fatal }
    }

    /// Stops taking events, journals the session, closes the gateway, and lets what is in hand finish.
    /// - Parameter resumable: whether the next process shall go on with the session.
    /// - Returns: the names of handlers that were still running when `patience` was over.
    public func stop(resumable: Bool, patience: Duration) async -> [String] {
        guildTimer?.cancel()
        dispatcher?.close()
        let session = await gateway?.stop(resumable: resumable)
        services.health.report("discord", isWell: false)
        if let session { await save(session, pace: .immediate) } else { await clearSession() }
        guard let dispatcher else { return [] }
        let clock = services.dispatch.transport
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await dispatcher.waitUntilIdle() }
            group.addTask { try? await clock.sleep(for: patience) }
            await group.next()
            group.cancelAll()
        }
        let left = dispatcher.cutOff()
        if resumable, let session = await gateway?.checkpoint { await save(session, pace: .immediate) }
        return left
    }

    // MARK: Gateway

    private func handle(_ output: Gateway.Output) async {
        switch output {
        case .connected:
            services.heartbeat.connected()
        case .disconnected:
            services.heartbeat.disconnected()
            services.health.report("discord", isWell: false)
        case .dispatch(let dispatch):
            await handle(dispatch)
        }
    }

    private func handle(_ dispatch: GatewayDispatch) async {
        let arrivedAt = services.dispatch.transport.now
        let tracker = gateway?.tracker
        let finish: @Sendable () -> Void = { tracker?.finish(dispatch.sequence, of: dispatch.sessionID) }
        guard GatewayEvent.decodesBody(of: dispatch.name) else { return finish() }
        let event: GatewayEvent
        do {
            event = try GatewayEvent(name: dispatch.name, body: dispatch.body)
        } catch {
            services.dispatch.logger.warning(
                "gateway event unreadable", ["event": .string(dispatch.name)], error: error)
            return finish()
        }
        _ = services.dispatch.view.apply(event)
        switch event {
        case .ready(let ready):
            await becomeReady(ready, dispatch)
            finish()
        case .resumed:
            // A fresh process sees no READY; for it this is the first sign that the session works.
            if isFirstReady { services.heartbeat.ready() } else { services.heartbeat.connected() }
            services.health.report("discord", isWell: true)
            if isFirstReady { await finishReady() }
            finish()
        case .guildCreate(let guild):
            joined.insert(guild.id)
            await arrived(guild.id)
            finish()
        case .guildDelete(let guild):
            if !guild.isUnavailable {
                joined.remove(guild.id)
                left.remove(guild.id)
            }
            await arrived(guild.id)
            finish()
        default:
            guard let dispatcher else { return finish() }
            let position = "\(dispatch.sessionID):\(dispatch.sequence)"
            let delivery = Dispatcher.Delivery(event: event, position: position, arrivedAt: arrivedAt, finish: finish)
            if services.dispatch.settings().requiresAllowList, !isChecked {
                held.append(delivery)
            } else {
                await dispatcher.accept(delivery)
            }
        }
    }

    private func becomeReady(_ ready: Ready, _ dispatch: GatewayDispatch) async {
        services.heartbeat.ready()
        useDispatcher(for: ready.user.id)
        services.health.report("discord", isWell: true)
        let session = GatewaySession(id: ready.sessionID, sequence: dispatch.sequence, resumeURL: ready.resumeURL)
        awaitedGuilds = Set(ready.guilds.map(\.id))
        joined = awaitedGuilds
        isChecked = false
        await save(session, pace: .immediate)
        logReady(ready.user)
        if awaitedGuilds.isEmpty {
            await finishReady()
        } else {
            guildTimer?.cancel()
            guildTimer = Task { [clock = services.dispatch.transport] in
                do { try await clock.sleep(for: Self.guildPatience) } catch { return }
                await self.stopAwaitingGuilds()
            }
        }
    }

    /// A new session of the same bot user keeps the dispatcher, so that its events queue behind those of the old one.
    private func useDispatcher(for bot: UserID) {
        guard dispatcher?.bot != bot else { return }
        dispatcher = Dispatcher(features: features, catalog: catalog, bot: bot, services: services.dispatch)
    }

    private func stopAwaitingGuilds() async {
        guard !awaitedGuilds.isEmpty else { return }
        awaitedGuilds = []
        await finishReady()
    }

    private func arrived(_ guild: GuildID) async {
        if awaitedGuilds.remove(guild) != nil {
            if awaitedGuilds.isEmpty { await finishReady() }
        } else {
            services.heartbeat.touch()
            await enforceAllowList(atReady: false)
            await services.slash?.serve(joined)
        }
    }

    // MARK: Ready

    private func logReady(_ user: User) {
        let settings = services.dispatch.settings()
        let name =
            user.discriminator.isEmpty || user.discriminator == "0"
            ? user.username : "\(user.username)#\(user.discriminator)"
        services.dispatch.logger.info(
            "Bot ready as \(name) | env=\(settings.environmentName) | prefixes=[\"!\", \"@mention\"]")
        services.dispatch.logger.info(
            "CoreOps RBAC: admin_role_ids=\(Self.list(settings.policy.adminRoles))"
                + " staff_role_ids=\(Self.list(settings.policy.staffRoles))")
    }

    private static func list(_ roles: Set<RoleID>) -> String {
        "[" + roles.sorted().map(\.description).joined(separator: ", ") + "]"
    }

    private func finishReady() async {
        isFirstReady = false
        services.dispatch.logChannel.open()
        await enforceAllowList(atReady: true)
        if fatal == nil { await handOutHeld() }
        await services.slash?.serve(joined)
    }

    /// Hands out what arrived before the allow-list was checked; what arrives meanwhile queues behind it.
    private func handOutHeld() async {
        while !held.isEmpty {
            let deliveries = held
            held = []
            for delivery in deliveries { await dispatcher?.accept(delivery) }
        }
        isChecked = true
    }

    /// Leaves servers that are not on the allow-list. Their events were dropped all the while.
    private func enforceAllowList(atReady isReady: Bool) async {
        let settings = services.dispatch.settings()
        let views = services.dispatch.view.snapshot
        let (allowed, connected) = (settings.allowedGuilds, joined.sorted())
        let verdict = AllowListVerdict(allowed: allowed, connected: joined)
        let name = { (guild: GuildID) in views[guild]?.label ?? "unknown guild" }
        let line = verdict.line(allowed: allowed, connected: connected, name: name)
        switch verdict {
        case .disabled:
            guard isReady else { return }
            services.dispatch.logger.warning("Guild allow-list empty; gating disabled")
            services.dispatch.logChannel.post(line)
        case .verified:
            guard isReady else { return }
            services.dispatch.logger.info(
                "Guild allow-list verified",
                [
                    "allowed": .strings(allowed.sorted().map(\.description)),
                    "connected": .strings(connected.map(\.description)),
                ])
            services.dispatch.logChannel.post(line)
        case .violated, .unserved:
            let new = verdict.foreign.filter { left.insert($0).inserted }
            if !new.isEmpty {
                services.dispatch.logger.error(
                    "Guild allow-list violation: \(new.map(name).joined(separator: ", ")). allowed=\(allowed.sorted())")
                services.dispatch.logChannel.post(line)
            }
            guard isReady, case .unserved = verdict else {
                // Beside the events, which go on for the servers that are served.
                Task { for guild in new { await leave(guild) } }
                return
            }
            for guild in new { await leave(guild) }
            await giveUp(.noAllowedGuild)
        }
    }

    private func leave(_ guild: GuildID) async {
        for attempt in 1...2 {
            do {
                try await services.dispatch.rest.leaveGuild(guild)
                return
            } catch {
                services.dispatch.logger.warning(
                    "foreign guild not left", ["guild": .string("\(guild)"), "attempt": .int(attempt)], error: error)
            }
        }
        await giveUp(.foreignGuildNotLeft(guild))
    }

    private func giveUp(_ reason: Fatal) async {
        fatal = fatal ?? reason
        await gateway?.stop(resumable: false)
    }

    // MARK: The session across processes

    /// The journalled session, if the view can be loaded over REST; else nil, and the gateway identifies.
    private func resumableSession() async -> GatewaySession? {
        do {
            guard let record = try await services.dispatch.journal.gatewaySession() else { return nil }
            let user = try await services.dispatch.rest.currentUser()
            for id in record.guildIDs {
                let load = try await services.dispatch.rest.load(GuildID(integerLiteral: id), ownUser: user.id)
                services.dispatch.view.load(load, ownUser: user)
            }
            joined = Set(record.guildIDs.map { GuildID(integerLiteral: $0) })
            useDispatcher(for: user.id)
            logReady(user)
            return GatewaySession(id: record.sessionID, sequence: record.sequence, resumeURL: record.resumeURL)
        } catch {
            services.dispatch.logger.warning("gateway session not resumable; a new one is opened", error: error)
            return nil
        }
    }

    private func saveCheckpoints() async {
        while !Task.isCancelled {
            do { try await services.dispatch.transport.sleep(for: Self.checkpointInterval) } catch { return }
            guard let session = await gateway?.checkpoint else { continue }
            await save(session, pace: .paced)
        }
    }

    private func save(_ session: GatewaySession, pace: Journal.CheckpointPace) async {
        let record = GatewayRecord(
            sessionID: session.id, sequence: session.sequence, resumeURL: session.resumeURL,
            guildIDs: joined.sorted().map { $0.rawValue.rawValue })
        do {
            try await services.dispatch.journal.saveGatewaySession(record, pace: pace)
        } catch {
            services.dispatch.logger.warning("gateway session not journalled", error: error)
        }
    }

    private func clearSession() async {
        do {
            try await services.dispatch.journal.clearGatewaySession()
        } catch {
            services.dispatch.logger.warning("gateway session not cleared", error: error)
        }
    }
}
