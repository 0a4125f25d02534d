public import Bot
public import Configuration
import Discord
public import Service

/// `!ops health`: what probes know, in the channel. Source: coreops chapter, section 7.1.
public struct HealthReport: Feature {
    /// The buckets that always have a field, in this order.
    private static let standingBuckets = ["clans", "templates", "clan_tags", "onboarding_questions"]

    public let name = "health"
    public let gate = Gate.always
    public let hasMaskedAnswers = true

    private let configuration: ConfigurationService
    private let settings: @Sendable () -> BotSettings
    private let health: HealthBoard
    private let heartbeat: Heartbeat
    private let latency: @Sendable () async -> Duration?
    private let process: ProcessFacts
    private let jobCenter: JobCenter

    /// What does not change while the process runs.
    public struct ProcessFacts: Sendable {
        /// The process id.
        public var id: Int
        /// Name and release of the operating system.
        public var system: String

        /// Collects facts.
        public init(id: Int, system: String) {
            self.id = id
            self.system = system
        }
    }

    public var commands: [Command] {
        [
            Command(
                "ops health", access: .staff, bareAccess: .admin,
                help: CommandHelp(
                    .admin, .operational, .section(.configHealth),
                    summary: "Shows runtime, watchdog and cache status.",
                    detail: "Shows uptime, gateway, components, watchers and every cache, as `/health` does.",
                    tip: "Compare \"last event\" with \"stall after\"."), slash: .personal
            ) { _, responder in
                try await responder.reply(MessagePayload(embeds: [await embed()], allowedMentions: .none))
            }
        ]
    }

    /// Creates the feature.
    public init(
        configuration: ConfigurationService, settings: @escaping @Sendable () -> BotSettings, health: HealthBoard,
        heartbeat: Heartbeat, jobs: JobCenter, latency: @escaping @Sendable () async -> Duration?,
        process: ProcessFacts
    ) {
        jobCenter = jobs
        self.configuration = configuration
        self.settings = settings
        self.health = health
        self.heartbeat = heartbeat
        self.latency = latency
        self.process = process
    }

    private func embed() async -> Embed {
        let settings = settings()
        let beat = heartbeat.snapshot
        let thresholds = configuration.registry.watchdog
        let latency = await latency().map { "\(Int(($0 / .milliseconds(1)).rounded())) ms" } ?? "—"
        var embed = Embed(title: "\(settings.botName) · health")
        embed.color = 0x5865F2
        embed.fields = [
            .init("env", settings.environmentName, isInline: true),
            .init("version", settings.botVersion, isInline: true),
            .init("uptime", Self.uptime(beat.processAge), isInline: true),
            .init("latency", latency, isInline: true),
            .init("last event", "\(beat.lastEventAge.components.seconds) s", isInline: true),
            .init("keepalive", "\(thresholds.interval.components.seconds)s", isInline: true),
            .init("stall after", "\(thresholds.stall.components.seconds)s", isInline: true),
            .init("disconnect grace", "\(thresholds.disconnectGrace.components.seconds)s", isInline: true),
            .init("pid", "\(process.id)", isInline: true),
            .init("Shard tracker", await shardTracker()),
            .init("Components", components),
            .init("Watchers", await watchers()),
        ]
        embed.fields += await buckets()
        embed.footer = Embed.Footer(text: "\(settings.footer) • \(process.system)")
        return embed.fitted()
    }

    private var components: String {
        health.snapshot.map { "\($0.name) \($0.component.isWell ? "✅" : "🔴")" }.joined(separator: " · ")
    }

    /// Whether the settings of the shard tracker are complete. Source: community chapter, section 2.1.
    private func shardTracker() async -> String {
        let registry = configuration.registry
        let tab = registry[\.tabs.shardMercy]
        let channel = registry[\.channels.shardMercy]
        guard (try? configuration.key(of: .milestones)) != nil else { return "⚠️ MILESTONES_SHEET_ID missing" }
        if tab == nil || channel == nil,
            let reason = await configuration.sheetOverrides().first(where: { $0.spreadsheet == .milestones })?.failure
        {
            return "⚠️ shard tracker unavailable (\(reason))"
        }
        guard tab != nil else { return "⚠️ SHARD_MERCY_TAB missing in milestones Config tab" }
        return channel.map { "✅ <#\($0)>" } ?? "⚠️ SHARD_MERCY_CHANNEL_ID missing or invalid"
    }

    /// The watchers of tickets, and each standing job that this build has, with the toggle that holds it back. Scheduled
    /// refreshes are not among them: each bucket has a field of its own.
    private func watchers() async -> String {
        let standing = await jobCenter.standing().filter { !$0.name.hasPrefix("cache_refresh:") }
        let registry = configuration.registry
        let channels = [
            "welcome": (registry[\.channels.welcome], "WELCOME_CHANNEL_ID"),
            "promo": (registry[\.channels.promo], "PROMO_CHANNEL_ID"),
        ]
        let tickets = TicketWatchers.states(configuration.toggles).map { name, blocking in
            if let blocking { return "⏸️ \(name) — disabled (\(blocking))" }
            guard let (channel, key) = channels[name], channel == nil else { return "✅ \(name)" }
            return "⚠️ \(name) — \(key) missing"
        }
        let jobs = standing.map { watcher in
            guard watcher.gate.isOpen(configuration.toggles.isOn) else {
                return "⏸️ \(watcher.name) — disabled (\(watcher.gate.keys.joined(separator: ", ")))"
            }
            return watcher.failure.map { "⚠️ \(watcher.name) — \($0)" } ?? "✅ \(watcher.name)"
        }
        return (tickets + jobs).joined(separator: "\n")
    }

    private func buckets() async -> [Embed.Field] {
        let known = await configuration.buckets.snapshots()
        let others = known.filter { !Self.standingBuckets.contains($0.name) }.map(\.name).sorted()
        return (Self.standingBuckets + others).map { name in
            Embed.Field(name, Self.line(known.first { $0.name == name }))
        }
    }

    private static func line(_ bucket: BucketSnapshot?) -> String {
        guard let bucket, bucket.available else {
            return "age: n/a, TTL: n/a, next: n/a, retries: n/a, actor: n/a, last: n/a"
        }
        var last = bucket.lastResult?.rawValue ?? "-"
        if let error = bucket.lastError { last += ": \(error.prefix(60))" }
        return "age: \(bucket.ageText), TTL: \(bucket.ttlText), next: \(next(bucket)),"
            + " retries: \(bucket.retries), actor: \(bucket.lastActor ?? "-"), last: \(last)"
    }

    private static func next(_ bucket: BucketSnapshot) -> String {
        guard let left = bucket.untilNextRefresh, bucket.age != nil else { return "-" }
        return left < .zero ? "\(bucket.nextRefreshText) overdue" : "in \(bucket.nextRefreshText)"
    }

    private static func uptime(_ duration: Duration) -> String {
        let seconds = Int(duration.components.seconds)
        let pad = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        return "\(seconds / 3600)h \(pad(seconds / 60 % 60))m \(pad(seconds % 60))s"
    }
}
