import JSON
import Service
import Synchronization
import WebServer

/// One gateway socket from HELLO to its end.
///
/// Source: Discord, *Gateway*, "Connection Lifecycle"; *Opcodes and Status Codes*, "Gateway".
final class GatewayConnection: Sendable {
    private static let maximumPayload = 4096
    private static let payloadsPerMinute = 120

    private struct Progress {
        var sessionID: String?
        var compressesPayloads = false
        var lastHeartbeat: Timestamp
        var received: [Timestamp] = []
    }

    private let world: World
    private let socket: WebSocketSession
    private let transport: any TimeSource
    private let gatewayURL: String
    private let heartbeatInterval: Duration
    private let outlet: GatewayOutlet
    private let compression: GatewayCompression
    private let observer: (@Sendable (WireEvent) -> Void)?
    private let progress: Mutex<Progress>

    private init(
        world: World, socket: WebSocketSession, transport: any TimeSource, activity: ActivityCounter,
        gatewayURL: String, heartbeatInterval: Duration, compression: GatewayCompression,
        observer: (@Sendable (WireEvent) -> Void)?
    ) {
        (self.world, self.socket, self.transport) = (world, socket, transport)
        self.heartbeatInterval = heartbeatInterval
        (self.gatewayURL, self.compression, self.observer) = (gatewayURL, compression, observer)
        outlet = GatewayOutlet(activity: activity)
        progress = Mutex(Progress(lastHeartbeat: transport.now))
    }

    /// Serves a socket until it is closed.
    static func serve(
        _ request: WebRequest, _ socket: WebSocketSession, world: World, transport: any TimeSource,
        activity: ActivityCounter, gatewayURL: String, heartbeatInterval: Duration,
        observer: (@Sendable (WireEvent) -> Void)?
    ) async {
        guard (request.queryValue("v") ?? "10") == "10" else {
            return await socket.close(code: 4012, reason: "Invalid API version.")
        }
        let compression = GatewayCompression(rawValue: request.queryValue("compress") ?? "")
        guard (request.queryValue("encoding") ?? "json") == "json", let compression else {
            return await socket.close(code: 4002, reason: "Error while decoding payload.")
        }
        await GatewayConnection(
            world: world, socket: socket, transport: transport, activity: activity, gatewayURL: gatewayURL,
            heartbeatInterval: heartbeatInterval, compression: compression, observer: observer
        ).run()
    }

    private func run() async {
        let milliseconds = Int(heartbeatInterval / .milliseconds(1))
        send(op: 10, ["heartbeat_interval": .int(milliseconds), "_trace": []])
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.sendItems() }
            group.addTask { await self.watchHeartbeats() }
            await receive()
            let code = socket.peerClose?.code
            let outlet = outlet
            await world.transact(withGateway: { _, hub in
                hub.detach(outlet, endsSession: code == 1000 || code == 1001)
            })
            outlet.finish()
            group.cancelAll()
        }
    }

    // MARK: Sending

    private func send(op: Int, _ data: JSONValue) {
        outlet.send(GatewayControl.payload(op: op, data))
    }

    private func sendItems() async {
        let compressor = compression.makeCompressor()
        for await item in outlet.items {
            switch item {
            case .payload(let payload): await write(payload, compressor)
            case .close(let code, let reason): await socket.close(code: code, reason: reason)
            case .abort: await socket.abort()
            case .silence: break
            }
            outlet.sent()
        }
    }

    /// A socket that is gone is noticed by the receiver, so failures are not handled here.
    private func write(_ payload: [UInt8], _ compressor: any PayloadCompressor) async {
        observer?(.payloadLeaves(payload))
        if let message = compressor.compress(payload) {
            try? await socket.send(binary: message)
        } else if progress.withLock({ $0.compressesPayloads }), payload.count > 1024,
            let message = PayloadCompression.zlib(payload)
        {
            try? await socket.send(binary: message)
        } else {
            try? await socket.send(text: String(decoding: payload, as: UTF8.self))
        }
    }

    /// Closes the socket of a client that stopped sending heartbeats.
    private func watchHeartbeats() async {
        while !Task.isCancelled {
            let deadline = progress.withLock { $0.lastHeartbeat } + heartbeatInterval + .seconds(20)
            guard (try? await transport.sleep(until: deadline)) != nil else { return }
            let last = progress.withLock { $0.lastHeartbeat }
            if transport.now - last >= heartbeatInterval + .seconds(20) {
                return outlet.close(code: 4009, reason: "Session timed out.")
            }
        }
    }

    // MARK: Receiving

    private func receive() async {
        while let message = await socket.receive() {
            guard isWithinRate() else { return outlet.close(code: 4008, reason: "You are being rate limited.") }
            let bytes: [UInt8] =
                switch message {
                case .text(let text): Array(text.utf8)
                case .binary(let bytes): bytes
                }
            guard bytes.count <= Self.maximumPayload, let payload = try? JSONValue(parsing: bytes),
                let op = payload["op"]?.int
            else {
                outlet.close(code: 4002, reason: "Error while decoding payload.")
                continue
            }
            await handle(op, payload["d"] ?? .null)
        }
    }

    private func isWithinRate() -> Bool {
        let now = transport.now
        return progress.withLock { progress in
            progress.received.removeAll { now - $0 >= .seconds(60) }
            progress.received.append(now)
            return progress.received.count <= Self.payloadsPerMinute
        }
    }

    private func handle(_ op: Int, _ data: JSONValue) async {
        let isIdentified = progress.withLock { $0.sessionID != nil }
        switch op {
        case 1: await heartbeat()
        case 2 where isIdentified, 6 where isIdentified:
            outlet.close(code: 4005, reason: "Already authenticated.")
        case 2: await identify(data)
        case 6: await resume(data)
        case 3, 4, 8, 31:
            guard isIdentified else { return outlet.close(code: 4003, reason: "Not authenticated.") }
            if op == 8 { await requestMembers(data) }
            if op == 3, data["status"]?.string == nil {
                outlet.close(code: 4002, reason: "Error while decoding payload.")
            }
        default: outlet.close(code: 4001, reason: "Unknown opcode.")
        }
    }

    private func heartbeat() async {
        progress.withLock { $0.lastHeartbeat = transport.now }
        let (isIgnored, delay) = await world.transact(withGateway: { _, hub in
            (hub.ignoresHeartbeats, hub.acknowledgementDelay)
        })
        guard !isIgnored else { return }
        if delay > .zero { try? await transport.sleep(for: delay) }
        send(op: 11, .null)
    }

    // MARK: Identifying

    private enum Refusal {
        case close(UInt16, String)
        case invalidSession
    }

    private func identify(_ data: JSONValue) async {
        guard let token = data["token"]?.string, data["properties"]?.members.keys.isEmpty == false else {
            return outlet.close(code: 4002, reason: "Error while decoding payload.")
        }
        guard let number = data["intents"]?.int, Intents(rawValue: number).isValid else {
            return outlet.close(code: 4013, reason: "Invalid intent(s).")
        }
        if let shard = data["shard"]?.elements, shard.first?.int != 0 || shard.last?.int != 1 {
            return outlet.close(code: 4010, reason: "Invalid shard.")
        }
        progress.withLock { $0.compressesPayloads = data["compress"]?.bool == true && compression == .none }
        let (intents, outlet, url) = (Intents(rawValue: number), outlet, gatewayURL)
        let (sessionID, refusal) = await world.transact(withGateway: { state, hub -> (String?, Refusal?) in
            guard let application = state.application(withToken: token) else {
                return (nil, .close(4004, "Authentication failed."))
            }
            guard application.privilegedIntents.isSuperset(of: intents.privileged) else {
                return (nil, .close(4014, "Disallowed intent(s)."))
            }
            guard hub.admitIdentify(of: application) else { return (nil, .invalidSession) }
            let session = hub.open(for: application.id, intents: intents, outlet: outlet)
            Self.greet(session, application, state, hub, gatewayURL: url)
            return (session.id, nil)
        })
        switch refusal {
        case .close(let code, let reason)?: outlet.close(code: code, reason: reason)
        case .invalidSession?: send(op: 9, false)
        case nil: progress.withLock { $0.sessionID = sessionID }
        }
    }

    /// READY with every guild unavailable, then each guild.
    private static func greet(
        _ session: GatewayHub.Session, _ application: SimulatedApplication, _ state: WorldState, _ hub: GatewayHub,
        gatewayURL: String
    ) {
        let guilds = state.guilds.values.filter { $0.members[application.id] != nil }.sorted { $0.id < $1.id }
        hub.send(
            "READY",
            [
                "v": 10, "user": state.renderSelf(application.id), "session_type": "normal",
                "session_id": .string(session.id), "resume_gateway_url": .string(gatewayURL),
                "application": ["id": .id(application.id), "flags": .int(WorldState.flags(of: application))],
                "guilds": .array(guilds.map { ["id": .id($0.id), "unavailable": true] }), "shard": [0, 1],
                "private_channels": [], "relationships": [], "presences": [], "user_settings": [:],
                "guild_join_requests": [], "geo_ordered_rtc_regions": [], "_trace": [],
            ],
            to: session)
        guard session.intents.contains(.guilds) else { return }
        let dispatch = GatewayDispatch(state: state, botID: application.id, intents: session.intents)
        for guild in guilds { hub.send("GUILD_CREATE", dispatch.guildCreate(guild), to: session) }
    }

    private func resume(_ data: JSONValue) async {
        guard let token = data["token"]?.string, let id = data["session_id"]?.string, let sequence = data["seq"]?.int
        else { return outlet.close(code: 4002, reason: "Error while decoding payload.") }
        let outlet = outlet
        let (isResumed, refusal) = await world.transact(withGateway: { state, hub -> (Bool, Refusal?) in
            guard let application = state.application(withToken: token) else {
                return (false, .close(4004, "Authentication failed."))
            }
            switch hub.resume(id, sequence: sequence, botID: application.id, outlet: outlet) {
            case .resumed: return (true, nil)
            case .unknown: return (false, .invalidSession)
            case .invalidSequence: return (false, .close(4007, "Invalid seq."))
            }
        })
        switch refusal {
        case .close(let code, let reason)?: outlet.close(code: code, reason: reason)
        case .invalidSession?: send(op: 9, false)
        case nil: if isResumed { progress.withLock { $0.sessionID = id } }
        }
    }

    // MARK: Members

    /// Answers a request for members in chunks of a thousand.
    private func requestMembers(_ data: JSONValue) async {
        guard let id = progress.withLock({ $0.sessionID }) else { return }
        let now = transport.now
        await world.transact(withGateway: { state, hub in
            guard let session = hub.sessions[id], let guildID = data["guild_id"]?.snowflake,
                let guild = state.guilds[guildID], guild.members[session.botID] != nil
            else { return }
            Self.sendChunks(of: guild, for: data, to: session, state, hub, at: now)
        })
    }

    private static func sendChunks(
        of guild: SimulatedGuild, for data: JSONValue, to session: GatewayHub.Session, _ state: WorldState,
        _ hub: GatewayHub, at now: Timestamp
    ) {
        let limit = data["limit"]?.int ?? 0
        var found: [SimulatedMember]
        var missing: [JSONValue] = []
        if let ids = data["user_ids"].map({ $0.list ?? [$0] }), !ids.isEmpty {
            let wanted = ids.prefix(100).compactMap(\.snowflake)
            found = wanted.compactMap { guild.members[$0] }
            missing = wanted.filter { guild.members[$0] == nil }.map { .id($0) }
        } else {
            let query = (data["query"]?.string ?? "").lowercased()
            let wantsAll = query.isEmpty && limit == 0
            // The whole list needs the privileged intent, and can be asked for once in thirty seconds.
            if wantsAll, !session.intents.contains(.members) { return }
            if wantsAll, let last = session.chunkRequestedAt[guild.id], now - last < .seconds(30) {
                let wait = Double((.seconds(30) - (now - last)) / .milliseconds(1)) / 1000
                let meta: JSONValue = ["guild_id": .id(guild.id), "nonce": data["nonce"] ?? .null]
                return hub.send(
                    "RATE_LIMITED", ["opcode": 8, "retry_after": .number(wait), "meta": meta], to: session)
            }
            if wantsAll { session.chunkRequestedAt[guild.id] = now }
            found = guild.members.values.filter {
                query.isEmpty || state.shownName(of: $0.userID, in: guild.id).lowercased().hasPrefix(query)
                    || state.users[$0.userID]?.name.hasPrefix(query) == true
            }.sorted { $0.userID < $1.userID }
            if limit > 0 { found = Array(found.prefix(min(limit, 100))) }
        }
        let count = max(1, (found.count + 999) / 1000)
        for index in 0..<count {
            var chunk: JSONValue = [
                "guild_id": .id(guild.id), "chunk_index": .int(index), "chunk_count": .int(count),
                "members": .array(
                    found.dropFirst(index * 1000).prefix(1000).map { state.renderMember($0, in: guild.id) }),
            ]
            if !missing.isEmpty { chunk["not_found"] = .array(missing) }
            if data["presences"]?.bool == true { chunk["presences"] = [] }
            if let nonce = data["nonce"], !nonce.isNull { chunk["nonce"] = nonce }
            hub.send("GUILD_MEMBERS_CHUNK", chunk, to: session)
        }
    }
}

extension WorldState {
    /// The application whose bot has this token.
    func application(withToken token: String) -> SimulatedApplication? {
        let secret = token.hasPrefix("Bot ") ? String(token.dropFirst(4)) : token
        return applications.values.first { $0.token == secret }
    }
}
