public import Books
public import Bot
import Cluster
public import Configuration
import Discord
public import Service

/// `!ops digest`: on one screen how caches, sheets and seats are. Source: coreops chapter, section 7.2.
public struct Digest: Feature {
    /// What the feature works with.
    public struct Services: Sendable {
        /// The buckets.
        public var buckets: BucketDirectory
        /// The clans as they are cached.
        public var roster: Roster
        /// What waits to be written, and what came of what was.
        public var outbox: @Sendable () -> OutboxSummary
        /// Why the last call to the sheets failed, without secrets; nil if it did not.
        public var sheetsFailure: @Sendable () -> String?
        /// What is known of the seat columns.
        public var upkeep: @Sendable () async throws -> SeatUpkeep
        /// The settings in force.
        public var settings: @Sendable () -> BotSettings
        /// The liveness of the gateway.
        public var heartbeat: Heartbeat
        /// The time between the last gateway heartbeat and its acknowledgement.
        public var latency: @Sendable () async -> Duration?
        /// Where it logs.
        public var logger: Logger
        /// What ages are measured by.
        public var calendar: any TimeSource

        /// Collects services.
        public init(
            buckets: BucketDirectory, roster: Roster, outbox: @escaping @Sendable () -> OutboxSummary,
            sheetsFailure: @escaping @Sendable () -> String?, upkeep: @escaping @Sendable () async throws -> SeatUpkeep,
            settings: @escaping @Sendable () -> BotSettings, heartbeat: Heartbeat,
            latency: @escaping @Sendable () async -> Duration?, logger: Logger, calendar: any TimeSource
        ) {
            self.buckets = buckets
            self.roster = roster
            self.outbox = outbox
            self.sheetsFailure = sheetsFailure
            self.upkeep = upkeep
            self.settings = settings
            self.heartbeat = heartbeat
            self.latency = latency
            self.logger = logger
            self.calendar = calendar
        }
    }

    public let name = "digest"
    public let gate = Gate.always
    public let hasMaskedAnswers = true

    private let services: Services
    private let complaint = Awaitable(false)

    /// Creates the feature.
    public init(_ services: Services) {
        self.services = services
    }

    public var commands: [Command] {
        [
            Command(
                "ops digest", access: .staff, bareAccess: .admin,
                help: CommandHelp(
                    .staff, .operational, .section(.sheetTools),
                    summary: "Shows caches, sheets and seats on one screen.",
                    detail: "Shows the age, next run, retries and actor of every cache, and where seats are held.",
                    tip: "A clan marked ⚠️ has counts that contradict each other."), slash: .personal
            ) { _, responder in
                let facts = await facts
                do {
                    try await responder.reply(
                        MessagePayload(embeds: [await embed(facts)], allowedMentions: .none))
                } catch {
                    services.logger.warning("failed to send digest embed", error: error)
                    try await responder.reply(
                        "env: \(facts.environment) · uptime: \(facts.uptime) · latency: \(facts.latency)"
                            + " · gateway: last \(facts.lastEvent)", step: "plain")
                }
            }
        ]
    }

    // MARK: The embed

    private struct Facts {
        var environment, uptime, latency, lastEvent: String
    }

    private var facts: Facts {
        get async {
            let beat = services.heartbeat.snapshot
            let latency = await services.latency()
            return Facts(
                environment: services.settings().environmentName, uptime: beat.processAge.compact,
                latency: latency.map { "\($0.wholeMilliseconds)ms" } ?? "n/a", lastEvent: beat.lastEventAge.compact)
        }
    }

    private func embed(_ facts: Facts) async -> Embed {
        let settings = services.settings()
        var embed = Embed(
            title: "Digest",
            description: "\(facts.environment) • uptime \(facts.uptime) • latency \(facts.latency)"
                + " • gateway last \(facts.lastEvent)")
        embed.color = 0x5865F2
        let snapshots = DigestView.ordered(await services.buckets.snapshots())
        embed.fields = [
            .init("Sheets", snapshots.isEmpty ? "n/a" : snapshots.map(DigestView.line).joined(separator: "\n")),
            .init("Sheets client", DigestView.client(snapshots, services.outbox(), failure: services.sheetsFailure())),
        ]
        embed.fields += await availability()
        if !snapshots.isEmpty {
            embed.fields.append(.init("\u{200B}", "Run `!ops refresh clansinfo` for fresh openings."))
        }
        embed.footer = .init(text: "📘 · \(settings.footer)")
        return embed.fitted()
    }

    private func availability() async -> [Embed.Field] {
        guard let directory = await services.roster.bucket.current else { return [.init("Availability", "n/a")] }
        do {
            return DigestView.availability(
                directory.clans, try await services.upkeep(), at: services.calendar.now)
        } catch {
            let isFirst = complaint.withLock { isKnown in
                defer { isKnown = true }
                return !isKnown
            }
            if isFirst { services.logger.warning("failed to collect digest section", error: error) }
            return [.init("Availability", "⚠️ \(ErrorText.reason(error).cell(120))")]
        }
    }
}
