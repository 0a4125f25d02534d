import Service
import Synchronization

/// What can go wrong with a request.
public enum RequestFault: Sendable, Hashable {
    /// Whose limit a 429 names.
    public enum Scope: String, Sendable, Hashable {
        case user
        case shared
        case global
    }

    /// 429 with `retry_after` in the body; the `Retry-After` header can be missing, as it is behind some proxies.
    case rateLimited(after: Double, scope: Scope, hasHeader: Bool = true)
    /// A status of 500 and above, without a Discord body.
    case serverError(Int)
    /// An answer that takes this much transport time; the request is applied when the time is over.
    case slow(Duration)
    /// The request waits until it is let go, and is applied then.
    case held(RequestHold)
    /// The request is applied, its answer breaks off in the middle of the body.
    case resetInBody
    /// The request is applied, the connection is lost before any answer.
    case lostAfterApplying
    /// The connection is lost before the request is applied.
    case lostBeforeApplying
    /// The request is refused with this error.
    case refused(APIError)
}

/// Keeps requests waiting until a test lets go of them all.
///
/// ```swift
/// let hold = RequestHold()
/// simulator.faults.fail("POST", "/channels/{channel_id}/messages", with: .held(hold))
/// try await ayla.says("!clan AAA", in: general)
/// await hold.holds(1)
/// // … the bot is in the middle of its answer …
/// hold.letGo()
/// ```
public final class RequestHold: Sendable, Hashable {
    private struct State {
        var arrivals = 0
        var isOver = false
    }

    private let state = Awaitable(State())

    /// A hold that nothing waits for yet.
    public init() {}

    /// Returns once so many requests have come to it altogether; false if they have not within `limit` of real time.
    public func holds(_ count: Int, within limit: Duration = .seconds(30)) async -> Bool {
        let time = TransportTime()
        return await state.until(time.now + limit, time) { $0.arrivals >= count }
    }

    /// Lets everything go on that waits, and all that comes later.
    public func letGo() { state.withLock { $0.isOver = true } }

    func wait() async {
        state.withLock { $0.arrivals += 1 }
        await state.until { $0.isOver }
    }

    /// Each hold is one of its own.
    public static func == (left: RequestHold, right: RequestHold) -> Bool { left === right }

    /// Hashes which hold it is.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// Makes requests and gateway sessions fail on purpose.
public final class FaultInjector: Sendable {
    private struct Rule {
        var method: String?
        var template: String?
        var path: String?
        var remaining: Int
        var fault: RequestFault
    }

    private let rules = Mutex<[Rule]>([])
    private let world: World

    init(world: World) {
        self.world = world
    }

    // MARK: Requests

    /// Lets the next `times` requests fail whose method and OpenAPI path fit, for example `POST` and
    /// `/channels/{channel_id}/messages`; nil fits everything. A `path` narrows that down to one resource, for example
    /// `/channels/30/messages`. Rules are used up in the order in which they were made.
    public func fail(
        _ method: String? = nil, _ template: String? = nil, path: String? = nil, times: Int = 1,
        with fault: RequestFault
    ) {
        rules.withLock {
            $0.append(Rule(method: method, template: template, path: path, remaining: times, fault: fault))
        }
    }

    /// Forgets all rules for requests.
    public func clear() { rules.withLock { $0 = [] } }

    /// Takes the fault for a request, if there is one.
    func take(_ method: String, _ template: String, path: String) -> RequestFault? {
        rules.withLock { rules in
            let index = rules.firstIndex {
                $0.remaining > 0 && ($0.method ?? method) == method && ($0.template ?? template) == template
                    && ($0.path ?? path) == path
            }
            guard let index else { return nil }
            rules[index].remaining -= 1
            return rules[index].fault
        }
    }

    // MARK: The gateway

    /// Drops the sockets of a bot, or of all bots, without a closing handshake; the sessions can be resumed.
    public func dropGateway(of bot: WorldID? = nil) async {
        await world.transact(withGateway: { _, hub in
            for outlet in hub.outlets(of: bot) { outlet.abort() }
        })
    }

    /// Closes the sockets of a bot, or of all bots, with a code.
    public func closeGateway(of bot: WorldID? = nil, code: UInt16, reason: String = "") async {
        await world.transact(withGateway: { _, hub in
            for outlet in hub.outlets(of: bot) { outlet.close(code: code, reason: reason) }
        })
    }

    /// Sends nothing more over the sockets of a bot, or of all bots, and leaves them open, like a network path that
    /// swallows everything; the sessions can be resumed over other sockets.
    public func silenceGateway(of bot: WorldID? = nil) async {
        await world.transact(withGateway: { _, hub in
            for outlet in hub.outlets(of: bot) { outlet.silence() }
        })
    }

    /// Sends payloads as they are, one after the other and nothing in between; they have no part in the session.
    public func sendPayloads(_ payloads: [String], to bot: WorldID? = nil) async {
        await world.transact(withGateway: { _, hub in
            for outlet in hub.outlets(of: bot) {
                for payload in payloads { outlet.send(Array(payload.utf8)) }
            }
        })
    }

    /// Stops or starts acknowledging heartbeats.
    public func ignoreHeartbeats(_ ignores: Bool) async {
        await world.transact(withGateway: { _, hub in hub.ignoresHeartbeats = ignores })
    }

    /// Asks clients to reconnect and resume (opcode 7).
    public func requestReconnect(of bot: WorldID? = nil) async {
        await world.transact(withGateway: { _, hub in
            for outlet in hub.outlets(of: bot) { outlet.send(GatewayControl.reconnect) }
        })
    }

    /// Calls sessions invalid (opcode 9); those that cannot be resumed are forgotten.
    public func invalidateSession(of bot: WorldID? = nil, resumable: Bool) async {
        await world.transact(withGateway: { _, hub in
            let outlets = hub.outlets(of: bot)
            if !resumable { hub.forget(bot) }
            for outlet in outlets { outlet.send(GatewayControl.invalidSession(resumable: resumable)) }
        })
    }

    /// Drops the sockets and forgets the sessions, so that RESUME fails.
    public func loseSessions(of bot: WorldID? = nil) async {
        await world.transact(withGateway: { _, hub in
            let outlets = hub.outlets(of: bot)
            hub.forget(bot)
            for outlet in outlets { outlet.abort() }
        })
    }

    /// Asks clients for a heartbeat at once (opcode 1).
    public func requestHeartbeat(of bot: WorldID? = nil) async {
        await world.transact(withGateway: { _, hub in
            for outlet in hub.outlets(of: bot) { outlet.send(GatewayControl.heartbeatRequest) }
        })
    }

    /// Lets the acknowledgement of a heartbeat take this much transport time.
    public func delayAcknowledgements(by delay: Duration) async {
        await world.transact(withGateway: { _, hub in hub.acknowledgementDelay = delay })
    }
}
