import Books
import Bot
import Configuration
import Discord
import HTTPClient
import Operations
import Service
import Synchronization
import WebServer

/// The kernel's settings, computed anew only when the registry was.
final class SettingsCache: Sendable {
    private let configuration: ConfigurationService
    private let cached = Mutex<(revision: Int, settings: BotSettings)?>(nil)

    init(_ configuration: ConfigurationService) {
        self.configuration = configuration
    }

    var current: BotSettings {
        let registry = configuration.registry
        return cached.withLock { cached in
            if let cached, cached.revision == registry.metadata.revision { return cached.settings }
            let settings = BotSettings(registry, toggles: configuration.toggles)
            cached = (registry.metadata.revision, settings)
            return settings
        }
    }
}

/// What features ask for at use, and what exists only after them.
final class Late: Sendable {
    private struct State {
        var catalog: CommandCatalog?
        var runtime: BotRuntime?
        var modules: ModuleLog?
        var refreshes: CacheRefreshes?
        var jobs: JobCenter?
        var repairs: SeatRepairs?
        var seats: SeatBook?
        var slash: SlashRegistrar?
        var configuration: ConfigurationService?
        var watchdog: Watchdog?
        var selfPing: SelfPing?
    }

    private let state = Mutex(State())

    func set(_ catalog: CommandCatalog) { state.withLock { $0.catalog = catalog } }
    func set(_ runtime: BotRuntime) { state.withLock { $0.runtime = runtime } }
    func set(_ modules: ModuleLog) { state.withLock { $0.modules = modules } }
    func set(_ refreshes: CacheRefreshes) { state.withLock { $0.refreshes = refreshes } }
    func set(_ jobs: JobCenter) { state.withLock { $0.jobs = jobs } }
    func set(_ slash: SlashRegistrar) { state.withLock { $0.slash = slash } }
    func set(_ configuration: ConfigurationService) { state.withLock { $0.configuration = configuration } }
    func set(_ watchdog: Watchdog, _ selfPing: SelfPing) {
        state.withLock { ($0.watchdog, $0.selfPing) = (watchdog, selfPing) }
    }
    func set(_ repairs: SeatRepairs) { state.withLock { $0.repairs = repairs } }

    func set(_ seats: SeatBook) { state.withLock { $0.seats = seats } }

    /// Hears what came of recorded changes of the ledger.
    var seats: SeatBook? { state.withLock { $0.seats } }

    /// Settings and switches, once there are any.
    var configuration: ConfigurationService? { state.withLock { $0.configuration } }

    /// Hears of loads of the roster.
    var repairs: SeatRepairs? { state.withLock { $0.repairs } }

    /// Hears of loads that nobody waits for.
    var refreshes: CacheRefreshes? { state.withLock { $0.refreshes } }

    /// The commands of all features.
    var catalog: CommandCatalog { state.withLock { $0.catalog } ?? .empty }

    /// Tells which modules are on, once there are modules, asks everything that has a rhythm for it anew, and offers the
    /// commands of what is on.
    func tellModules() {
        let state = state.withLock { $0 }
        let modules = state.modules
        modules?.tell()
        modules?.tellFeatures()
        Task {
            await state.watchdog?.replan()
            if let registry = state.configuration?.registry { await state.selfPing?.replan(registry) }
            await state.jobs?.replan()
            await state.slash?.update()
        }
    }

    /// The time between the last gateway heartbeat and its acknowledgement.
    var latency: Duration? {
        get async { await state.withLock { $0.runtime }?.latency }
    }
}

/// The lines that operators look for: at boot what the settings amount to and the state of every module, and of a module
/// again when its switch was changed (runtime chapter, sections 3.3 and 4.5).
final class ModuleLog: Sendable {
    private let features: [any Feature]
    private let toggles: Toggles
    private let logger: Logger
    private let atStart: @Sendable () -> Void
    private let told = Mutex<[String: Bool]>([:])
    private let hasBegun = Mutex(false)

    /// - Parameter atStart: tells the rest of what is told once.
    init(
        _ features: [any Feature], _ toggles: Toggles, _ logger: Logger, atStart: @escaping @Sendable () -> Void = {}
    ) {
        self.features = features
        self.toggles = toggles
        self.logger = logger
        self.atStart = atStart
    }

    /// Tells the features that the settings were read.
    func tellFeatures() {
        for feature in features { feature.settingsRead() }
    }

    /// Logs every module whose state was not told yet.
    func tell() {
        let isFirst = hasBegun.withLock { hasBegun in
            defer { hasBegun = true }
            return !hasBegun
        }
        if isFirst { atStart() }
        for feature in features {
            let isOn = feature.gate.isOpen { toggles.isOn($0) }
            guard told.withLock({ $0.updateValue(isOn, forKey: feature.name) }) != isOn else { continue }
            if let name = feature.moduleLogName {
                logger.info("modules: \(name) \(isOn ? "enabled" : "disabled")")
            } else if feature.gate != .always {
                tell(feature, isOn: isOn)
            } else if Self.alwaysLoaded.contains(feature.name) {
                logger.named("c1c").info(
                    "feature module loaded",
                    ["feature_module": .string(feature.name), "feature_key": .string("always_on")])
            }
        }
    }

    /// Modules behind no switch that are told of all the same.
    private static let alwaysLoaded: Set<String> = ["cfg"]

    private func tell(_ feature: any Feature, isOn: Bool) {
        let keys = isOn ? feature.gate.keys.filter { toggles.isOn($0) } : feature.gate.keys
        let line = isOn ? "feature module loaded" : "feature toggles disabled; skipping module"
        if let key = keys.first, keys.count == 1 {
            logger.info(
                line,
                [
                    "feature_module": .string(feature.name), "feature_keys": .strings(keys),
                    "feature_key": .string(key),
                ])
        } else {
            logger.info(line, ["feature_module": .string(feature.name), "feature_keys": .strings(keys)])
        }
    }
}

/// Messages that wait for somebody who delivers them.
final class Mailbox: Sendable {
    private struct State {
        var waiting: [String] = []
        var deliver: (@Sendable (String) -> Void)?
    }

    private let state = Mutex(State())

    func post(_ text: String) {
        let deliver = state.withLock { state in
            if state.deliver == nil { state.waiting.append(text) }
            return state.deliver
        }
        deliver?(text)
    }

    func deliver(_ deliver: @escaping @Sendable (String) -> Void) {
        let waiting = state.withLock { state in
            state.deliver = deliver
            defer { state.waiting = [] }
            return state.waiting
        }
        for text in waiting { deliver(text) }
    }
}

/// Who may see metrics and console: a loopback peer that no proxy speaks for, or the holder of the token.
struct ConsoleAccess: Sendable {
    var token: String?

    func admits(_ request: WebRequest) -> Bool {
        if let token, let header = request.header("Authorization"), Self.isEqual(header, "Bearer \(token)") {
            return true
        }
        let forwarded = ["Forwarded", "X-Forwarded-For", "X-Real-IP"].contains { request.header($0) != nil }
        return request.isLoopbackPeer && !forwarded
    }

    /// Compares in a time that does not depend on where two texts differ.
    private static func isEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

extension RESTClient {
    /// A client with the bot's token; nil where an address is not one that the bot may use.
    static func bot(
        _ registry: Registry, transport: any HTTPTransport, time: any TimeSource, metrics: Metrics, logger: Logger,
        activity: ActivityCounter
    ) -> RESTClient? {
        guard let api = BaseURL(registry[\.core.discordBaseURL]), let cdn = BaseURL(registry[\.core.cdnBaseURL]) else {
            return nil
        }
        return RESTClient(
            .init(
                token: registry[\.core.token] ?? "", projectURL: registry.botPage,
                projectVersion: registry[\.core.botVersion], api: api, cdn: cdn),
            transport: transport, time: time, metrics: metrics, logger: logger, activity: activity)
    }
}

extension Registry {
    /// Where the bot can be looked up: its own address if it is public, else the page on which every bot is registered.
    fileprivate var botPage: String {
        publicBaseURL ?? "https://discord.com/developers/applications"
    }

    /// Where cries for help go if the log channel cannot be had.
    var fallbackChannel: LogChannel.Fallback? {
        self[\.channels.notify].map { channel in
            LogChannel.Fallback(
                channel: ChannelID(integerLiteral: channel),
                role: self[\.people.notifyRole].map { RoleID(integerLiteral: $0) })
        }
    }
}
