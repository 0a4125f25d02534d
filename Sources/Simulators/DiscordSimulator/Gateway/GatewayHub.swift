import JSON
import Service

/// All gateway sessions; lives inside `World` and is only touched from there.
///
/// Source: Discord, *Gateway*.
final class GatewayHub {
    /// One session: it outlives its socket for three minutes.
    final class Session {
        let id: String
        let botID: WorldID
        let intents: Intents
        var sequence = 0
        var outlet: GatewayOutlet?
        var detachedAt: Timestamp?
        /// The latest dispatches with their sequence numbers, for RESUME.
        var replay: [(sequence: Int, payload: [UInt8])] = []
        var chunkRequestedAt: [WorldID: Timestamp] = [:]

        init(id: String, botID: WorldID, intents: Intents) {
            (self.id, self.botID, self.intents) = (id, botID, intents)
        }
    }

    /// How long a session waits for its client to come back.
    static let sessionLifetime = Duration.seconds(180)
    /// The time between two IDENTIFYs of one bot (`max_concurrency` 1).
    static let identifyInterval = Duration.seconds(5)
    private static let replayLimit = 10_000

    private let transport: any TimeSource
    private let activity: ActivityCounter
    private(set) var sessions: [String: Session] = [:]
    private var lastIdentify: [WorldID: Timestamp] = [:]
    private var identifies: [WorldID: [Timestamp]] = [:]
    private var nextSession = 0
    /// Whether heartbeats stay without an acknowledgement.
    var ignoresHeartbeats = false
    /// How long acknowledgements of heartbeats take.
    var acknowledgementDelay = Duration.zero

    init(transport: any TimeSource, activity: ActivityCounter) {
        self.transport = transport
        self.activity = activity
    }

    // MARK: Sessions

    /// How many IDENTIFYs a bot has left today, and seconds until the oldest is forgotten.
    func identifyBudget(of application: SimulatedApplication) -> (remaining: Int, resetAfter: Duration) {
        let day = Duration.seconds(86_400)
        let recent = (identifies[application.id] ?? []).filter { transport.now - $0 < day }
        identifies[application.id] = recent
        let reset = recent.first.map { day - (transport.now - $0) } ?? .zero
        return (max(0, application.identifyLimit - recent.count), reset)
    }

    /// Counts an IDENTIFY; false if it came too soon after the one before, or the day's budget is spent.
    func admitIdentify(of application: SimulatedApplication) -> Bool {
        let now = transport.now
        if let last = lastIdentify[application.id], now - last < Self.identifyInterval { return false }
        guard identifyBudget(of: application).remaining > 0 else { return false }
        lastIdentify[application.id] = now
        identifies[application.id, default: []].append(now)
        return true
    }

    /// Opens a session.
    func open(for botID: WorldID, intents: Intents, outlet: GatewayOutlet) -> Session {
        nextSession += 1
        let random = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        let session = Session(id: "session\(nextSession)x\(random)", botID: botID, intents: intents)
        session.outlet = outlet
        sessions[session.id] = session
        return session
    }

    /// What RESUME meets.
    enum Resumption {
        case resumed(Session)
        case unknown
        case invalidSequence
    }

    /// Takes up a session again and queues what was missed.
    func resume(_ id: String, sequence: Int, botID: WorldID, outlet: GatewayOutlet) -> Resumption {
        guard let session = sessions[id], session.botID == botID else { return .unknown }
        if let detachedAt = session.detachedAt, transport.now - detachedAt > Self.sessionLifetime {
            sessions[id] = nil
            return .unknown
        }
        guard sequence <= session.sequence else { return .invalidSequence }
        guard sequence >= session.sequence || (session.replay.first?.sequence ?? .max) <= sequence + 1 else {
            sessions[id] = nil
            return .unknown
        }
        session.outlet?.close(code: 4000, reason: "Session resumed elsewhere")
        session.outlet = outlet
        session.detachedAt = nil
        for entry in session.replay where entry.sequence > sequence { outlet.send(entry.payload) }
        send("RESUMED", ["_trace": []], to: session)
        return .resumed(session)
    }

    /// Notes that a socket is gone; after a close with 1000 or 1001 the session is gone too.
    func detach(_ outlet: GatewayOutlet, endsSession: Bool) {
        guard let session = sessions.values.first(where: { $0.outlet === outlet }) else { return }
        session.outlet = nil
        session.detachedAt = transport.now
        if endsSession { sessions[session.id] = nil }
    }

    /// Forgets sessions, as after an outage; their sockets stay open.
    func forget(_ botID: WorldID?) {
        sessions = sessions.filter { botID != nil && $0.value.botID != botID }
    }

    /// The sockets that belong to a bot, or all.
    func outlets(of botID: WorldID?) -> [GatewayOutlet] {
        sessions.values.filter { botID == nil || $0.botID == botID }.compactMap(\.outlet)
    }

    /// Closes every socket.
    func closeAll(code: UInt16, reason: String) {
        for outlet in outlets(of: nil) { outlet.close(code: code, reason: reason) }
    }

    // MARK: Dispatching

    /// Sends a dispatch, or keeps it for RESUME while the socket is away.
    func send(_ name: String, _ data: JSONValue, to session: Session) {
        session.sequence += 1
        let payload: JSONValue = ["t": .string(name), "s": .int(session.sequence), "op": 0, "d": data]
        let bytes = payload.encoded()
        session.replay.append((session.sequence, bytes))
        if session.replay.count > Self.replayLimit * 2 { session.replay.removeFirst(Self.replayLimit) }
        session.outlet?.send(bytes)
    }

    /// Tells an event to every session that it concerns.
    func dispatch(_ event: WorldEvent, in state: WorldState) {
        for session in sessions.values {
            if let detachedAt = session.detachedAt, transport.now - detachedAt > Self.sessionLifetime {
                sessions[session.id] = nil
                continue
            }
            for (name, data) in GatewayDispatch(state: state, botID: session.botID, intents: session.intents).render(
                event)
            {
                send(name, data, to: session)
            }
        }
    }
}
