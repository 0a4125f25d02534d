public import Service
import Synchronization
public import WebServer

/// A simulated Discord: REST, gateway and CDN on one port, and the people who use it.
///
/// ```swift
/// let simulator = Simulator(world: SampleGuild.blueprint(), calendar: CalendarTime(), transport: TransportTime())
/// let urls = try await simulator.start()
/// // … a bot that uses urls.api and urls.cdn …
/// try await simulator.person(301).says("!help", in: SampleGuild.hearth)
/// await simulator.stop()
/// ```
///
/// A client that works here works on Discord: permissions, limits, error codes and rate limits are Discord's.
public final class Simulator: Sendable {
    /// How a simulator behaves.
    public struct Options: Sendable {
        /// The address to listen on.
        public var host = "127.0.0.1"
        /// An existing folder that gets one file with every request and its answer; nil for none.
        public var recordingFolder: String?
        /// Whether Discord's rate limits hold; without them the headers are there all the same.
        public var enforcesRateLimits = true
        /// How many times as many requests a bucket takes as Discord's does; the global limit stays.
        public var bucketScale = 1
        /// How often gateway clients shall send a heartbeat.
        public var heartbeatInterval = Duration.milliseconds(41_250)
        /// Gets one line per request.
        public var logger = Logger.silent
        /// Told what crosses the wire, as it does; called from any task, so it must be quick.
        public var observer: (@Sendable (WireEvent) -> Void)?

        /// The defaults named above.
        public init(recordingFolder: String? = nil, enforcesRateLimits: Bool = true) {
            self.recordingFolder = recordingFolder
            self.enforcesRateLimits = enforcesRateLimits
        }
    }

    /// Where a running simulator is found.
    public struct BaseURLs: Sendable, Hashable {
        /// The API with its version, for example `http://127.0.0.1:4000/api/v10`.
        public var api: String
        /// The CDN, for example `http://127.0.0.1:4000/cdn`.
        public var cdn: String
        /// The gateway, for example `ws://127.0.0.1:4000/gateway`.
        public var gateway: String
    }

    /// Makes requests and sessions fail on purpose.
    public let faults: FaultInjector
    /// What was asked of the API.
    public let requests: RequestLog

    private let options: Options
    let world: World
    private let transport: any TimeSource
    private let calendar: any TimeSource
    private let activity: ActivityCounter
    private let server = Mutex<WebServer?>(nil)

    /// A world that nobody can reach yet.
    ///
    /// `calendar` stamps messages and ids; `transport` drives rate limits, the three seconds of interactions, heartbeats
    /// and deadlines. `activity` counts requests in hand and gateway payloads on their way.
    public init(
        world blueprint: GuildBlueprint, options: Options = Options(), calendar: any TimeSource,
        transport: any TimeSource, activity: ActivityCounter = ActivityCounter()
    ) {
        (self.options, self.transport, self.calendar, self.activity) = (options, transport, calendar, activity)
        world = World(
            blueprint, calendar: calendar, transport: transport, activity: activity,
            limitsRenames: options.enforcesRateLimits)
        faults = FaultInjector(world: world)
        requests = RequestLog(recorder: options.recordingFolder.flatMap { TrafficRecorder(folder: $0) })
    }

    // MARK: Running

    /// Listens on `port`, or on a free one for 0. `adding` can put more routes on the same server.
    ///
    /// - Throws: `WebServerError` if the port cannot be had.
    public func start(port: Int = 0, adding: (inout WebRoutes) -> Void = { _ in }) async throws -> BaseURLs {
        let rest = RESTServer(
            world: world,
            limits: RateLimits(
                transport: transport, calendar: calendar, isStrict: options.enforcesRateLimits,
                scale: options.bucketScale),
            faults: faults, log: requests, transport: transport, activity: activity, observer: options.observer)
        let address = Address(host: options.host)
        var routes = WebRoutes()
        rest.addRoutes(to: &routes) { address.urls.gateway }
        CDNServer(world: world).addRoutes(to: &routes)
        let (world, transport, activity) = (world, transport, activity)
        let (heartbeat, observer) = (options.heartbeatInterval, options.observer)
        for path in ["/gateway", "/gateway/", "/"] {
            routes.webSocket(path) { request, socket in
                await GatewayConnection.serve(
                    request, socket, world: world, transport: transport, activity: activity,
                    gatewayURL: address.urls.gateway, heartbeatInterval: heartbeat, observer: observer)
            }
        }
        adding(&routes)
        var serverOptions = WebServer.Options(host: options.host, port: port)
        serverOptions.fallback = { rest.unknownPath($0) }
        let logger = options.logger
        let server = WebServer(routes: routes, options: serverOptions) { record in
            logger.debug(
                "request",
                ["method": .string(record.method), "path": .string(record.path), "status": .int(record.status)])
        }
        address.set(port: try await server.start())
        self.server.withLock { $0 = server }
        let urls = address.urls
        await world.setCDN(urls.cdn)
        return urls
    }

    /// Closes everything; sessions and world are gone.
    public func stop() async {
        await world.close()
        let server = server.withLock { server in
            defer { server = nil }
            return server
        }
        await server?.stop(grace: .seconds(2))
        await requests.flush()
    }

    /// The port, known once the server listens.
    private final class Address: Sendable {
        private let host: String
        private let port = Mutex(0)

        init(host: String) { self.host = host }

        func set(port number: Int) { port.withLock { $0 = number } }

        var urls: BaseURLs {
            let number = port.withLock { $0 }
            // A server that listens everywhere is spoken to on the loopback.
            let name = host == "0.0.0.0" ? "127.0.0.1" : host
            return BaseURLs(
                api: "http://\(name):\(number)/api/v10", cdn: "http://\(name):\(number)/cdn",
                gateway: "ws://\(name):\(number)/gateway")
        }
    }

    // MARK: People and state

    /// Somebody to drive; a name that nobody has throws 10013 at the first action.
    public func person(_ id: WorldID) -> Person {
        Person(id: id, world: world, transport: transport, activity: activity)
    }

    /// Everything as it is now.
    public func snapshot() async -> WorldState { await world.state }

    /// Waits until `probe` finds something, looking now and after each change.
    ///
    /// - Throws: `WaitingError` once `limit` of transport time has passed.
    @discardableResult
    public func eventually<T: Sendable>(
        within limit: Duration = .seconds(10), _ what: String, _ probe: @escaping @Sendable (WorldState) -> T?
    ) async throws -> T {
        guard let found = await world.wait(until: transport.now + limit, probe) else {
            throw WaitingError(what: what, limit: limit)
        }
        return found
    }

    /// Adds a guild with its people and channels; a bot of another guild comes in by `Person.joins(_:)`.
    public func add(_ blueprint: GuildBlueprint) async {
        await world.add(blueprint)
    }

    /// Adds an account that is not in any guild yet; `Person.joins(_:)` brings it in.
    public func add(_ user: SimulatedUser) async {
        await world.add(user)
    }
}
