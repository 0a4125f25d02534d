public import Bot
public import Configuration
import JSON
public import Service
import Synchronization
import WebServer

/// The HTTP routes by which hosts and operators watch the process. Source: runtime chapter, sections 6.1 to 6.5.
public struct Probes: Feature {
    public let name = "probes"
    public let gate = Gate.always

    private let configuration: ConfigurationService
    private let health: HealthBoard
    private let heartbeat: Heartbeat
    private let metrics: Metrics
    private let mask: @Sendable (String) -> String
    private let taken: Set<String>
    private let logger: Logger
    private let told: Told

    /// The path of which was said last that it is taken.
    private final class Told: Sendable {
        let path = Mutex<String?>(nil)
    }

    public var routes: [HTTPRoute] {
        [
            HTTPRoute("/", access: .anyone) { request in
                Self.answer(["ok": true] + identity + ["trace": .string(request.trace)])
            },
            HTTPRoute("/ready", access: .anyone) { _ in
                let required = health.snapshot.filter { HealthBoard.required.contains($0.name) }
                return Self.answer(["ok": .bool(health.isReady), "components": Self.components(required)])
            },
            HTTPRoute("/health", access: .anyone) { _ in await fullHealth() },
            HTTPRoute("/healthz", access: .anyone) { _ in
                let isLive = isLive
                return Self.answer(
                    ["ok": .bool(isLive)] + identity + ages + ["endpoint": "healthz"], status: isLive ? 200 : 503)
            },
            HTTPRoute("/metrics", access: .console) { _ in
                .bytes(Array(metrics.exposition().utf8), contentType: "text/plain; version=0.0.4; charset=utf-8")
            },
            HTTPRoute("/keepalive", place: { keepalive.free }, access: .anyone) { _ in .text("ok") },
        ]
    }

    /// The paths that `KEEPALIVE_PATH` may not take.
    private static let paths: Set<String> = ["/", "/ready", "/health", "/healthz", "/metrics"]

    /// Creates the routes.
    /// - Parameters:
    ///   - mask: hides secrets in the texts of errors.
    ///   - taken: the paths of other features.
    public init(
        configuration: ConfigurationService, health: HealthBoard, heartbeat: Heartbeat, metrics: Metrics,
        mask: @escaping @Sendable (String) -> String, taken: Set<String>, logger: Logger
    ) {
        self.configuration = configuration
        self.health = health
        self.heartbeat = heartbeat
        self.metrics = metrics
        self.mask = mask
        self.taken = taken.union(Self.paths)
        self.logger = logger
        told = Told()
        settingsRead()
    }

    /// Where the settings put the self-ping's route, and that place unless another route is there.
    private var keepalive: (path: String, free: String?) {
        let path = configuration.registry.keepalivePath
        return (path, taken.contains(path) ? nil : path)
    }

    public func settingsRead() {
        let (path, free) = keepalive
        let isNews = told.path.withLock { told in
            defer { told = free == nil ? path : nil }
            return free == nil && told != path
        }
        if isNews {
            logger.warning("KEEPALIVE_PATH is taken by another route and ignored", ["path": .string(path)])
        }
    }

    private var isLive: Bool {
        heartbeat.snapshot.lastEventAge <= configuration.registry.watchdog.stall
    }

    private func fullHealth() async -> WebResponse {
        let isWell = isLive && health.isWell
        var caches: JSONValue = [:]
        for snapshot in await configuration.buckets.snapshots() { caches[snapshot.name] = cache(snapshot) }
        return Self.answer(
            ["ok": .bool(isWell)] + identity + ages + [
                "components": Self.components(health.snapshot),
                "ready": .bool(health.isReady),
                "endpoint": "health",
                "uptime_sec": Self.seconds(heartbeat.snapshot.processAge),
                "caches": caches,
            ], status: isWell ? 200 : 503)
    }

    private var identity: JSONObject {
        let registry = configuration.registry
        return [
            "bot": .string(registry[\.core.botName]), "env": .string(registry[\.core.environmentName]),
            "version": .string(registry[\.core.botVersion]),
        ]
    }

    private var ages: JSONObject {
        let beat = heartbeat.snapshot
        let thresholds = configuration.registry.watchdog
        return [
            "age_seconds": Self.seconds(beat.lastEventAge),
            "stall_after_sec": Self.whole(thresholds.stall),
            "keepalive_sec": Self.whole(thresholds.interval),
            "connected": .bool(beat.isConnected),
            "disconnect_age": beat.isConnected ? .null : beat.disconnectAge.map(Self.seconds) ?? .null,
            "last_ready_age": beat.lastReadyAge.map(Self.seconds) ?? .null,
        ]
    }

    private static func components(_ components: [(name: String, component: HealthBoard.Component)]) -> JSONValue {
        .object(
            JSONObject(
                components.map { name, component in
                    (name, ["ok": .bool(component.isWell), "ts": .number(component.reportedAt)])
                }))
    }

    private func cache(_ bucket: BucketSnapshot) -> JSONValue {
        [
            "available": .bool(bucket.available),
            "ttl_sec": Self.whole(bucket.ttl),
            "age_sec": bucket.age.map(Self.whole) ?? .null,
            "last_refresh_at": bucket.lastRefresh.map { .string($0.iso8601) } ?? .null,
            "next_refresh_at": bucket.nextRefresh.map { .string($0.iso8601) } ?? .null,
            "last_result": bucket.lastResult.map { .string($0.rawValue) } ?? .null,
            "last_error": bucket.lastError.map { .string(mask($0)) } ?? .null,
            "retries": .integer(Int64(bucket.retries)),
            "consecutive_failures": .integer(Int64(bucket.consecutiveFailures)),
            "last_trigger": bucket.lastTrigger.map { .string($0.rawValue) } ?? .null,
            "last_actor": bucket.lastActor.map { .string($0) } ?? .null,
            "ttl_expired": .bool(bucket.ttlExpired),
            "item_count": bucket.itemCount.map { .integer(Int64($0)) } ?? .null,
        ]
    }

    private static func answer(_ body: JSONObject, status: Int = 200) -> WebResponse {
        .bytes(
            JSONValue.object(body).encoded(), contentType: "application/json; charset=utf-8", status: status)
    }

    /// Seconds with three decimals.
    private static func seconds(_ duration: Duration) -> JSONValue {
        .number(((duration / .milliseconds(1)).rounded()) / 1000)
    }

    private static func whole(_ duration: Duration) -> JSONValue {
        .integer(duration.components.seconds)
    }
}

extension JSONObject {
    /// The members of both, in order.
    fileprivate static func + (left: JSONObject, right: JSONObject) -> JSONObject {
        var sum = left
        for (key, value) in right { sum[key] = value }
        return sum
    }
}
