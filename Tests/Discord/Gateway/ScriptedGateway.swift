import JSON
import Service
import Synchronization
import TestTools
import WebSocketClient

@testable import Discord

/// A gateway made of scripts, one per connection; connections beyond the last script are refused.
final class ScriptedGateway: GatewayTransport {
    /// What the server does on one connection.
    struct Script: Sendable {
        var messages: [WebSocketMessage]
        /// Sent by the server after the frames; `WebSocketClose.abnormal` drops the connection.
        var closeCode: UInt16?
        /// Whether heartbeats are acknowledged.
        var acknowledges = true
        /// Whether the connection cannot be had.
        var isRefused = false
        /// Whether opening it never ends.
        var hangs = false
        /// What becomes of a heartbeat that is sent.
        var heartbeats = Heartbeats.taken

        enum Heartbeats { case taken, stuck, refused }

        init(_ frames: String..., closeCode: UInt16? = nil, acknowledges: Bool = true) {
            self.init(messages: frames.map { .text($0) })
            self.closeCode = closeCode
            self.acknowledges = acknowledges
        }

        /// A connection with what comes in it already as it is on the wire.
        init(messages: [WebSocketMessage]) {
            self.messages = messages
        }

        static var refused: Script {
            var script = Script()
            script.isRefused = true
            return script
        }

        static var hanging: Script {
            var script = Script()
            script.hangs = true
            return script
        }
    }

    /// Something that the client sent.
    struct Sent: Sendable {
        var connection: Int
        var url: String
        var payload: JSONValue

        var operation: Int? { payload["op"]?.int }
    }

    struct Refused: Error {}

    private let scripts: [Script]
    private let state = Mutex<(addresses: [String], sent: [Sent], connections: [ScriptedConnection])>(([], [], []))

    init(_ scripts: Script...) {
        self.scripts = scripts
    }

    init(scripts: [Script]) {
        self.scripts = scripts
    }

    /// The addresses that were connected to, refused ones included.
    var addresses: [String] { state.withLock { $0.addresses } }
    /// All that the client sent.
    var sent: [Sent] { state.withLock { $0.sent } }
    /// The connections that came about.
    var connections: [ScriptedConnection] { state.withLock { $0.connections } }

    /// The first thing sent that matches, past or to come.
    func first(_ what: String, where matches: (Sent) -> Bool) async throws -> Sent {
        try await eventually(what) { sent.contains(where: matches) }
        guard let found = sent.first(where: matches) else { throw NeverHappened(what: what) }
        return found
    }

    /// How the connection was greeted: the first IDENTIFY or RESUME over it.
    func greeting(of connection: Int) async throws -> Sent {
        try await first("a greeting of connection \(connection)") {
            $0.connection == connection && [2, 6].contains($0.operation)
        }
    }

    func open(_ url: String, deadline: Duration) async throws -> any WebSocketConnection {
        let index = state.withLock { state in
            state.addresses.append(url)
            return state.addresses.count - 1
        }
        guard index < scripts.count, !scripts[index].isRefused else { throw Refused() }
        if scripts[index].hangs { try await Task.sleep(for: .seconds(3600)) }
        let connection = ScriptedConnection(scripts[index]) { [weak self] text in
            guard let payload = (try? JSONDocument(parsing: text))?.root.value else { return }
            self?.state.withLock { $0.sent.append(Sent(connection: index, url: url, payload: payload)) }
        }
        state.withLock { $0.connections.append(connection) }
        return connection
    }
}

/// A connection of a ``ScriptedGateway``; the test may say more than the script.
final class ScriptedConnection: WebSocketConnection {
    private let messages: AsyncStream<WebSocketMessage>
    private let source: AsyncStream<WebSocketMessage>.Continuation
    private let ending: Mutex<WebSocketClose?>
    private let acknowledges: Bool
    private let heartbeats: ScriptedGateway.Script.Heartbeats
    private let ended: AsyncStream<Void>
    private let end: AsyncStream<Void>.Continuation
    private let record: @Sendable (String) -> Void

    fileprivate init(_ script: ScriptedGateway.Script, record: @escaping @Sendable (String) -> Void) {
        self.record = record
        acknowledges = script.acknowledges
        heartbeats = script.heartbeats
        (ended, end) = AsyncStream.makeStream()
        (messages, source) = AsyncStream.makeStream(of: WebSocketMessage.self)
        ending = Mutex(script.closeCode.map { WebSocketClose(code: $0, reason: "", initiatedByPeer: true) })
        script.messages.forEach { source.yield($0) }
        if script.closeCode != nil { source.finish() }
    }

    /// Has the server send a frame.
    func say(_ frame: String) { source.yield(.text(frame)) }

    /// Has the server close, or drop the connection.
    func end(_ code: UInt16) {
        ending.withLock { $0 = $0 ?? WebSocketClose(code: code, reason: "", initiatedByPeer: true) }
        source.finish()
    }

    func receive() async throws -> WebSocketMessage? { await messages.first { _ in true } }

    func send(_ message: WebSocketMessage) async throws {
        guard case .text(let text) = message else { return }
        record(text)
        guard text.contains(#""op":1,"#) || text.contains(#""op":1}"#) else { return }
        switch heartbeats {
        case .taken: if acknowledges { say(#"{"op":11}"#) }
        case .stuck:
            for await _ in ended {}
            throw WebSocketError.closed(.init(code: nil, reason: "aborted", initiatedByPeer: false))
        case .refused: throw WebSocketError.outboxFull(limit: 256)
        }
    }

    func ping() async throws {}

    func close(code: UInt16, reason: String) async {
        ending.withLock { $0 = $0 ?? WebSocketClose(code: code, reason: reason, initiatedByPeer: false) }
        source.finish()
    }

    func abort() async {
        source.finish()
        end.finish()
    }

    var closure: WebSocketClose? { ending.withLock { $0 } }
}

/// The frames of these tests.
enum Frame {
    static let hello = #"{"op":10,"d":{"heartbeat_interval":41250}}"#
    static let ready =
        #"{"op":0,"s":1,"t":"READY","d":{"session_id":"abc","resume_gateway_url":"wss://resume.example?r=1"}}"#
    static let event = #"{"op":0,"s":2,"t":"TYPING_START","d":{}}"#
    static let resumed = #"{"op":0,"s":3,"t":"RESUMED","d":{}}"#
    static let reconnect = #"{"op":7,"d":null}"#
    static func invalidSession(resumable: Bool) -> String { #"{"op":9,"d":\#(resumable)}"# }
}

/// A gateway client that runs against scripts, in a time that the test moves.
final class RunningGateway: Sendable {
    static let heartbeat = Duration.milliseconds(41_250)

    let time = NapTime()
    let logs = LogMemory()
    let server: ScriptedGateway
    let gateway: Gateway
    private let task: Task<Void, any Error>
    private let received: Received

    private final class Received: Sendable {
        private let state = Mutex<(names: [String], frames: Int, endings: Int)>(([], 0, 0))
        var names: [String] { state.withLock { $0.names } }
        var frames: Int { state.withLock { $0.frames } }
        var endings: Int { state.withLock { $0.endings } }
        func add(_ name: String) { state.withLock { $0.names.append(name) } }
        func countFrame() { state.withLock { $0.frames += 1 } }
        func countEnding() { state.withLock { $0.endings += 1 } }
    }

    init(
        _ server: ScriptedGateway, resuming session: GatewaySession? = nil, compression: GatewayCompression = .none,
        info: @escaping @Sendable () async throws -> GatewayInfo = { GatewayInfo(url: "wss://gateway.example") },
        onDispatch: @escaping @Sendable (GatewayDispatch) -> Void = { _ in }
    ) {
        self.server = server
        let received = Received()
        let gateway = Gateway(
            .init(
                token: "secret", intents: [.guilds, .messageContent], compression: compression, libraryName: "test",
                info: info), resuming: session, transport: server, time: time,
            logger: Logger("gateway", sink: logs, time: CalendarTime()), onFrame: { received.countFrame() },
            random: { $0.upperBound })
        self.gateway = gateway
        self.received = received
        task = Task {
            try await gateway.run { output in
                switch output {
                case .connected: break
                case .dispatch(let dispatch):
                    received.add(dispatch.name)
                    onDispatch(dispatch)
                    gateway.tracker.finish(dispatch.sequence, of: dispatch.sessionID)
                case .disconnected: received.countEnding()
                }
            }
        }
    }

    deinit { task.cancel() }

    /// The names of the events that were handed out.
    var events: [String] { received.names }

    /// How many connections have ended.
    var endings: Int { received.endings }

    /// Returns once so many frames have come and were dealt with, apart from what their events cause.
    func take(frames count: Int) async throws {
        try await eventually("\(count) frames") { received.frames >= count }
        _ = await gateway.latency
    }

    /// Returns once so many events were handed out.
    func receive(_ count: Int) async throws {
        try await eventually("\(count) events") { events.count >= count }
    }

    /// How it ended; nil for an end without complaint.
    var failure: GatewayFailure? {
        get async {
            do {
                try await task.value
                return nil
            } catch {
                return error as? GatewayFailure
            }
        }
    }

    func stop(resumable: Bool = true) async -> GatewaySession? {
        let left = await gateway.stop(resumable: resumable)
        _ = await failure
        return left
    }
}
