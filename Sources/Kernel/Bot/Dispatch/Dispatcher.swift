public import Discord
public import Journal
public import Service
import Synchronization

/// Takes what the gateway tells and brings it to the handlers that declared an interest.
///
/// Each event passes the allow-list, then its lane: the queue of its thread or channel. A message is a command, else it
/// goes to the listeners. An interaction is acknowledged on arrival, outside its lane, and handled inside. Every handler
/// runs under a trace of its own; no error leaves this type. Source: design, section 3; runtime chapter, section 5.
public final class Dispatcher: Sendable {
    /// Everything that the dispatcher works with.
    public struct Services: Sendable {
        /// Discord's HTTP API.
        public var rest: RESTClient
        /// What is known of the servers.
        public var view: GuildViewStore
        /// What was handled already.
        public var journal: Journal
        /// The settings in force.
        public var settings: @Sendable () -> BotSettings
        /// True from when the settings were read from the workbook for the first time, or could not be.
        public var settingsRead: Awaitable<Bool>
        /// Who is in the middle of something.
        public var conversations: Conversations
        /// Calendar time.
        public var calendar: any TimeSource
        /// Transport time, for durations.
        public var transport: any TimeSource
        /// Where the kernel logs.
        public var logger: Logger
        /// Where operators read.
        public var logChannel: LogChannel
        /// Where it counts.
        public var metrics: Metrics
        /// Work in hand, for tests that move the clock.
        public var activity: ActivityCounter

        /// Collects services.
        public init(
            rest: RESTClient, view: GuildViewStore, journal: Journal, settings: @escaping @Sendable () -> BotSettings,
            settingsRead: Awaitable<Bool>, conversations: Conversations, calendar: any TimeSource,
            transport: any TimeSource, logger: Logger,
            logChannel: LogChannel,
            metrics: Metrics, activity: ActivityCounter
        ) {
            self.rest = rest
            self.view = view
            self.journal = journal
            self.settings = settings
            self.settingsRead = settingsRead
            self.conversations = conversations
            self.calendar = calendar
            self.transport = transport
            self.logger = logger
            self.logChannel = logChannel
            self.metrics = metrics
            self.activity = activity
        }
    }

    /// An event on its way: what it is, its key, and what to call once it is done with.
    public struct Delivery: Sendable {
        /// The event.
        public var event: GatewayEvent
        /// The gateway session and sequence, for events that have no id of their own.
        public var position: String
        /// When its frame arrived, in transport time.
        public var arrivedAt: Timestamp
        /// Called once when everything that the event causes is done.
        public var finish: @Sendable () -> Void

        /// Creates a delivery.
        public init(
            event: GatewayEvent, position: String, arrivedAt: Timestamp, finish: @escaping @Sendable () -> Void
        ) {
            self.event = event
            self.position = position
            self.arrivedAt = arrivedAt
            self.finish = finish
        }
    }

    let services: Services
    let router: CommandRouter
    let slash: SlashCatalog
    let bot: UserID
    let components: [String: (handler: ComponentHandler, gate: Gate)]
    let listeners: [(listener: Listener, gate: Gate)]
    let denials: DenialLog
    let cooldowns: CooldownBook
    let presses = Presses()
    let acknowledgement: Histogram
    private let completion: Histogram
    private let lanes = Lanes<ChannelID>()
    private let isCutOff = Atomic(false)

    /// Creates a dispatcher for the features of one bot user.
    public init(features: [any Feature], catalog: CommandCatalog, bot: UserID, services: Services) {
        self.services = services
        self.router = CommandRouter(catalog: catalog, bot: bot)
        self.slash = SlashCatalog(catalog)
        self.bot = bot
        self.denials = DenialLog(time: services.calendar, logger: services.logger)
        self.cooldowns = CooldownBook(time: services.calendar)
        self.acknowledgement = services.metrics.histogram(
            "woadkeeper_acknowledgement_seconds", help: "From an interaction's frame to its acknowledgement.")
        self.completion = services.metrics.histogram(
            "woadkeeper_event_seconds", help: "From an event's frame to the end of its handling.")
        var components: [String: (handler: ComponentHandler, gate: Gate)] = [:]
        var listeners: [(listener: Listener, gate: Gate)] = []
        for feature in features {
            for component in feature.components { components[component.name] = (component, feature.gate) }
            listeners += feature.listeners.map { ($0, feature.gate) }
        }
        self.components = components
        self.listeners = listeners
    }

    /// Takes one event; returns as soon as it is queued. Waits while the event's lane is full.
    public func accept(_ delivery: Delivery) async {
        guard services.settings().admits(delivery.event.guildID) else { return delivery.finish() }
        switch delivery.event {
        case .messageCreate(let message):
            guard message.author.id != bot else { return delivery.finish() }
            await queue(delivery, "message", in: message.channelID) { await $0.handle(message, delivery) }
        case .interactionCreate(let interaction):
            await accept(interaction, delivery)
        case .reactionAdd(let change):
            guard change.userID != bot, change.member?.user.isBot != true else { return delivery.finish() }
            await queue(delivery, "reaction", in: change.channelID) { await $0.handle(change, delivery) }
        default:
            delivery.finish()
        }
    }

    /// Takes no more events. One that waits for room in its lane is let go unfinished, so that a resumed session brings
    /// it again.
    public func close() { lanes.close() }

    /// Waits until everything that was accepted is done.
    public func waitUntilIdle() async { await lanes.waitUntilDrained() }

    /// What runs now, for the log of a shutdown that cuts work off.
    public var running: [String] { lanes.running }

    /// Lets go of what still runs or waits: whatever comes of it, its events do not count as handled, so that the next
    /// process takes them up again.
    /// - Returns: the names of what runs.
    public func cutOff() -> [String] {
        isCutOff.store(true, ordering: .relaxed)
        return running
    }

    /// Queues work in a channel's lane; counted as activity from now until it is done.
    func queue(
        _ delivery: Delivery, _ name: String, in channel: ChannelID,
        _ work: @escaping @Sendable (Dispatcher) async -> Void
    ) async {
        services.activity.begin()
        let isQueued = await lanes.enqueue(name, in: channel) {
            await Trace.$current.withValue(Trace.make()) { await work(self) }
            self.completion.observe(self.services.transport.now - delivery.arrivedAt)
            delivery.finish()
            self.services.activity.end()
        }
        if !isQueued { services.activity.end() }
    }

    /// Runs a handler unless the same event was handled before, and remembers that it was.
    func once(_ key: String, _ body: () async -> Void) async {
        do {
            guard try await services.journal.claim(key) else {
                services.logger.debug("event handled before", ["key": .string(key)])
                return
            }
        } catch {
            // Without a journal an event may be handled twice after a crash; not answering at all would be worse.
            services.logger.warning("event key not recorded", ["key": .string(key)], error: error)
        }
        guard !isCutOff.load(ordering: .relaxed) else { return }
        await body()
        // It may have failed for no other reason than that everything around it was being closed.
        guard !isCutOff.load(ordering: .relaxed) else { return }
        do {
            try await services.journal.finish(key)
        } catch {
            services.logger.warning("event key not recorded", ["key": .string(key)], error: error)
        }
    }
}
