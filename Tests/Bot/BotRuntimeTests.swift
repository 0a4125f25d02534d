import Discord
import HTTPClient
import JSON
import Service
import Synchronization
import TestTools
import Testing
import WebSocketClient

@testable import Bot
@testable import Journal

/// A gateway of which the test plays Discord's side.
private final class FakeGateway: GatewayTransport {
    private let opened = Notes<FakeConnection>()

    func open(_ url: String, deadline: Duration) async throws -> any WebSocketConnection {
        let connection = FakeConnection()
        opened.add(connection)
        return connection
    }

    /// The connection of this number, from 0, once it is open.
    func connection(_ number: Int = 0) async -> FakeConnection {
        await opened.until { $0.count > number }
        return opened.all[number]
    }
}

private final class FakeConnection: WebSocketConnection {
    private let frames: AsyncStream<WebSocketMessage>
    private let source: AsyncStream<WebSocketMessage>.Continuation
    private let sent = Notes<JSONValue>()
    private let ending = Mutex<WebSocketClose?>(nil)
    private let sequence = Mutex(0)

    init() {
        (frames, source) = AsyncStream.makeStream(of: WebSocketMessage.self)
        source.yield(.text(#"{"op":10,"d":{"heartbeat_interval":41250}}"#))
    }

    func dispatch(_ name: String, _ body: String, sequence number: Int? = nil) {
        let number = sequence.withLock { sequence in
            sequence = number ?? sequence + 1
            return sequence
        }
        source.yield(.text(#"{"op":0,"s":\#(number),"t":"\#(name)","d":\#(body)}"#))
    }

    /// READY for these servers, of which each follows as GUILD_CREATE.
    func ready(_ guilds: Int..., session: String = "abc") {
        let announced = guilds.map { #"{"id": "\#($0)", "unavailable": true}"# }.joined(separator: ",")
        dispatch(
            "READY",
            """
            {"v": 10, "user": {"id": "99", "username": "woad", "bot": true}, "guilds": [\(announced)],
             "session_id": "\(session)", "resume_gateway_url": "wss://resume.example", "application": {"id": "99"}}
            """)
        for guild in guilds { create(guild) }
    }

    func create(_ guild: Int) {
        dispatch(
            "GUILD_CREATE",
            """
            {"id": "\(guild)", "name": "Guild \(guild)", "owner_id": "2", "emojis": [], "members": [], "threads": [],
             "channels": [], "roles": [{"id": "\(guild)", "name": "@everyone", "position": 0, "permissions": "0"}]}
            """)
    }

    func says(_ text: String, id: Int, guild: Int = 1) {
        dispatch(
            "MESSAGE_CREATE",
            """
            {"id": "\(id)", "channel_id": "50", "guild_id": "\(guild)", "content": "\(text)", "type": 0,
             "timestamp": "2026-03-14T15:09:26+00:00", "author": {"id": "11", "username": "person"},
             "member": {"roles": [], "joined_at": "2024-02-29T12:00:00+00:00"}}
            """)
    }

    /// Closes as a server does that wants the session resumed or, with 1000, begun anew.
    func drop(code: UInt16 = 4000) {
        ending.withLock { $0 = WebSocketClose(code: code, reason: "", initiatedByPeer: true) }
        source.finish()
    }

    /// The first payload of this operation that the bot sent.
    func sent(_ operation: Int) async -> JSONValue {
        await sent.until { $0.contains { $0["op"]?.int == operation } }
        return sent.all.first { $0["op"]?.int == operation } ?? .null
    }

    func receive() async throws -> WebSocketMessage? { await frames.first { _ in true } }
    func send(_ message: WebSocketMessage) async throws {
        guard case .text(let text) = message, let payload = try? JSONValue(parsing: text) else { return }
        sent.add(payload)
    }
    func ping() async throws {}
    func close(code: UInt16, reason: String) async {
        ending.withLock { $0 = $0 ?? WebSocketClose(code: code, reason: reason, initiatedByPeer: false) }
        source.finish()
    }
    func abort() async { source.finish() }
    var closure: WebSocketClose? { ending.withLock { $0 } }
}

@Suite("Presence on Discord", .timeLimit(.minutes(1)))
struct BotRuntimeTests {
    /// A runtime with Discord's side in the hands of the test.
    private struct Presence {
        let kernel: Kernel
        let gateway = FakeGateway()
        let health: HealthBoard
        let heartbeat = Heartbeat(time: TransportTime())
        let logChannel: LogChannel
        let runtime: BotRuntime
        let life: Task<Void, any Error>

        init(_ kernel: Kernel, _ features: [any Feature]) throws {
            self.kernel = kernel
            health = HealthBoard(time: kernel.calendar)
            logChannel = LogChannel(
                rest: kernel.rest, destination: { ChannelID(integerLiteral: Kernel.logChannel) },
                redactor: Redactor(), logger: .silent, time: TransportTime(), activity: ActivityCounter())
            let gateway = gateway
            runtime = BotRuntime(
                features: features, catalog: try CommandCatalog(features),
                services: .init(
                    dispatch: kernel.services(logChannel: logChannel),
                    makeGateway: { session in
                        Gateway(
                            .init(
                                token: "secret", intents: [.guilds], compression: .none, libraryName: "test",
                                info: { GatewayInfo(url: "wss://gateway.example") }),
                            resuming: session, transport: gateway, time: TransportTime(), logger: .silent,
                            random: { $0.upperBound })
                    }, health: health, heartbeat: heartbeat))
            life = Task { [runtime] in try await runtime.run() }
        }

        var lines: [String] {
            get async {
                await logChannel.flush()
                return kernel.discord.texts
            }
        }
    }

    /// Plays a presence: `body` gets it connected, and it is stopped afterwards.
    private static func play(
        allowed: Set<GuildID> = [1], isStrict: Bool = false, _ listeners: [Listener] = [],
        prepare: (Kernel) async throws -> Void = { _ in },
        _ body: (Presence) async throws -> Void
    ) async throws {
        try await Kernel.run { kernel in
            kernel.settings.withLock { ($0.allowedGuilds, $0.requiresAllowList) = (allowed, isStrict) }
            try await prepare(kernel)
            let presence = try Presence(kernel, [StubFeature(listeners: listeners)])
            do { try await body(presence) } catch { Issue.record(error) }
            _ = await presence.runtime.stop(resumable: true, patience: .zero)
            presence.life.cancel()
            _ = await presence.life.result
        }
    }

    private static func waits(until isTrue: () async throws -> Bool) async throws {
        try await eventually("what the runtime does by itself", isTrue)
    }

    @Test("a fresh session is ready once its servers are there; it is journalled, and the log channel hears of it")
    func ready() async throws {
        try await Self.play { presence in
            let discord = await presence.gateway.connection()
            _ = await discord.sent(2)
            #expect(presence.heartbeat.snapshot.lastReadyAge == nil)
            discord.ready(1)
            try await Self.waits { await presence.lines.contains { $0.hasPrefix("✅ **Guild allow-list** — verified") } }
            #expect(presence.health.snapshot.first { $0.name == "discord" }?.component.isWell == true)
            #expect(presence.heartbeat.snapshot.lastReadyAge != nil)
            let record = try #require(try await presence.kernel.journal.gatewaySession())
            #expect(record.sessionID == "abc" && record.guildIDs == [1])
            #expect(presence.kernel.log.messages.contains { $0.hasPrefix("Bot ready as woad") })
        }
    }

    private static let record = GatewayRecord(
        sessionID: "old", sequence: 41, resumeURL: "wss://resume.example", guildIDs: [1])

    /// What the API tells a fresh process about the server.
    private static func answer(_ request: FakeDiscord.Request) -> HTTPResponse? {
        guard request.method == .get else { return nil }
        let user = JSONValue.object(["id": "99", "username": "woad", "bot": true])
        switch request.path.split(separator: "?")[0].dropFirst("/api/v10".count) {
        case "/users/@me": return .json(200, user)
        case "/guilds/1":
            let everyone: JSONValue = ["id": "1", "name": "@everyone", "position": 0, "permissions": "0"]
            return .json(
                200, ["id": "1", "name": "Guild 1", "owner_id": "2", "emojis": [], "roles": .array([everyone])])
        case "/guilds/1/channels": return .json(200, [])
        case "/guilds/1/threads/active": return .json(200, ["threads": [], "members": []])
        case "/guilds/1/members/99":
            return .json(200, ["user": user, "roles": [], "joined_at": "2024-02-29T12:00:00+00:00"])
        default: return nil
        }
    }

    @Test("a fresh process resumes the journalled session, and RESUMED counts as its first READY")
    func resume() async throws {
        let heard = Notes<String>()
        try await Self.play([.hears { heard.add($0) }]) { kernel in
            kernel.discord.answers { Self.answer($0) }
            try await kernel.journal.saveGatewaySession(Self.record, pace: .immediate)
        } _: { presence in
            let discord = await presence.gateway.connection()
            let resume = await discord.sent(6)
            #expect(resume["d"]?["session_id"]?.string == "old" && resume["d"]?["seq"]?.int == 41)
            #expect(presence.heartbeat.snapshot.lastReadyAge == nil)
            discord.dispatch("RESUMED", "{}", sequence: 42)
            discord.says("missed", id: 7)
            try await Self.waits { !heard.all.isEmpty }
            #expect(presence.heartbeat.snapshot.lastReadyAge != nil)
            #expect(presence.kernel.log.messages.filter { $0.hasPrefix("Bot ready as woad") }.count == 1)
            try await Self.waits { await presence.lines.contains { $0.contains("verified") } }
        }
    }

    @Test("a session is not resumed where the servers cannot be read")
    func noResume() async throws {
        try await Self.play { kernel in
            kernel.discord.answers { request in
                request.method == .get ? .refusal(403, code: 50001, "Missing Access") : nil
            }
            try await kernel.journal.saveGatewaySession(Self.record, pace: .immediate)
        } _: { presence in
            let identify = await presence.gateway.connection().sent(2)
            #expect(identify["d"]?["token"]?.string == "secret")
            #expect(presence.kernel.log.messages.contains("gateway session not resumable; a new one is opened"))
        }
    }

    @Test("a foreign server is left each time it appears, and its messages are dropped")
    func foreignGuild() async throws {
        let heard = Notes<String>()
        try await Self.play([.hears { heard.add($0) }]) { presence in
            let discord = await presence.gateway.connection()
            let leavings = { presence.kernel.discord.requests.filter { $0.method == .delete }.map(\.path) }
            discord.ready(1, 2)
            discord.says("foreign", id: 7, guild: 2)
            try await Self.waits { leavings().count == 1 }
            discord.create(2)
            discord.dispatch("GUILD_DELETE", #"{"id": "2"}"#)
            discord.create(2)
            try await Self.waits { leavings().count == 2 }
            discord.says("home", id: 8)
            try await Self.waits { !heard.all.isEmpty }
            #expect(heard.all == ["home"])
            #expect(leavings() == Array(repeating: "/api/v10/users/@me/guilds/2", count: 2))
            let violations = await presence.lines.filter { $0.hasPrefix("❌ **Guild allow-list** — violation") }
            #expect(violations.first == "❌ **Guild allow-list** — violation • connected=[Guild 2] • allowed=[Guild 1]")
            #expect(violations.count == 2)
        }
    }

    @Test("a foreign server that cannot be left ends the process")
    func cannotLeave() async throws {
        try await Self.play { kernel in
            kernel.discord.answers { $0.method == .delete ? .refusal(403, code: 50001, "Missing Access") : nil }
        } _: { presence in
            await presence.gateway.connection().ready(1, 2)
            await #expect(throws: BotRuntime.Fatal.foreignGuildNotLeft(2)) { try await presence.life.value }
            #expect(presence.kernel.discord.requests.filter { $0.method == .delete }.count == 2)
        }
    }

    @Test("a bot without any of its servers ends; one whose server has an outage goes on")
    func noAllowedGuild() async throws {
        try await Self.play(allowed: [3]) { presence in
            await presence.gateway.connection().ready()
            await #expect(throws: BotRuntime.Fatal.noAllowedGuild) { try await presence.life.value }
        }
        let heard = Notes<String>()
        try await Self.play(allowed: [3], [.hears { heard.add($0) }]) { presence in
            let discord = await presence.gateway.connection()
            discord.dispatch(
                "READY",
                """
                {"v": 10, "user": {"id": "99", "username": "woad"}, "guilds": [{"id": "3", "unavailable": true}],
                 "session_id": "abc", "resume_gateway_url": "wss://resume.example", "application": {"id": "99"}}
                """)
            discord.dispatch("GUILD_CREATE", #"{"id": "3", "unavailable": true}"#)
            discord.create(3)
            discord.says("here", id: 7, guild: 3)
            try await Self.waits { !heard.all.isEmpty }
        }
    }

    @Test("a bot that must know its servers ends without an allow-list, before it connects")
    func emptyAllowList() async throws {
        try await Self.play(allowed: [], isStrict: true) { presence in
            await #expect(throws: BotRuntime.Fatal.emptyAllowList) { try await presence.life.value }
            #expect(presence.kernel.discord.requests.isEmpty)
        }
    }

    @Test(
        "a bot that must know its servers handles nothing before the check, and then everything in order",
        arguments: [true, false])
    func heldEvents(isStrict: Bool) async throws {
        let heard = Notes<String>()
        let log = Mutex<LogMemory?>(nil)
        let ears = Listener.hears { text in
            let isChecked = log.withLock { $0 }?.messages.contains("Guild allow-list verified") == true
            heard.add("\(text) \(isChecked ? "after" : "before") the check")
        }
        try await Self.play(allowed: [1, 2], isStrict: isStrict, [ears]) { kernel in
            log.withLock { $0 = kernel.log }
        } _: { presence in
            let discord = await presence.gateway.connection()
            discord.dispatch(
                "READY",
                """
                {"v": 10, "user": {"id": "99", "username": "woad"}, "guilds": [{"id": "1"}, {"id": "2"}],
                 "session_id": "abc", "resume_gateway_url": "wss://resume.example", "application": {"id": "99"}}
                """)
            discord.create(1)
            discord.says("first", id: 7)
            discord.says("second", id: 8)
            if !isStrict { try await Self.waits { heard.all.count == 2 } }
            discord.create(2)
            discord.says("third", id: 9)
            try await Self.waits { heard.all.count == 3 }
            let word = isStrict ? "after" : "before"
            #expect(heard.all == ["first \(word) the check", "second \(word) the check", "third after the check"])
        }
    }

    @Test("a new session goes on behind what the old one queued in the same channel")
    func secondReady() async throws {
        let door = Door()
        let heard = Notes<String>()
        let ears = Listener.hears { text in
            if text == "first" { await door.pass() }
            heard.add(text)
        }
        try await Self.play([ears]) { presence in
            let first = await presence.gateway.connection()
            first.ready(1)
            first.says("first", id: 7)
            first.says("second", id: 8)
            try await Self.waits { presence.kernel.activity.count == 2 }
            first.drop(code: 1000)
            let second = await presence.gateway.connection(1)
            _ = await second.sent(2)
            second.ready(1, session: "def")
            second.says("third", id: 9)
            try await Self.waits { presence.kernel.activity.count == 3 }
            #expect(heard.all.isEmpty)
            door.open()
            try await Self.waits { heard.all.count == 3 }
            #expect(heard.all == ["first", "second", "third"])
        }
    }

    @Test("a stop keeps the session as far as everything is dealt with, and names what it leaves behind")
    func stop() async throws {
        let (door, reached, heard) = (Door(), Door(), Notes<String>())
        let ears = Listener.hears { text in
            heard.add(text)
            guard text == "stuck" else { return }
            reached.open()
            await door.pass()
        }
        try await Self.play([ears]) { presence in
            let discord = await presence.gateway.connection()
            discord.ready(1)
            discord.says("quick", id: 7)
            discord.says("stuck", id: 8)
            discord.says("waits behind it", id: 9)
            await reached.pass()
            let left = await presence.runtime.stop(resumable: true, patience: .zero)
            try await presence.life.value
            #expect(left == ["message"])
            let record = try #require(try await presence.kernel.journal.gatewaySession())
            // READY, GUILD_CREATE and the quick message; the stuck one comes again.
            #expect(record.sessionID == "abc" && record.sequence == 3)
            door.open()
            await presence.kernel.activity.waitUntilIdle()
            #expect(heard.all == ["quick", "stuck"])
            let handled = try await presence.kernel.journal.finishedKeys()
            #expect(handled == ["message:7"], "the others are for the next process")
        }
    }
}

@Suite("Health board", .timeLimit(.minutes(1)))
struct HealthBoardTests {
    @Test("ready means that every required component is well; well means that all are")
    func components() async {
        let time = ManualTime(start: .origin + .seconds(5))
        let board = HealthBoard(time: time)
        #expect(board.snapshot.map(\.name) == ["discord", "runtime"])
        #expect(board.snapshot.allSatisfy { !$0.component.isWell && $0.component.reportedAt == 0 })
        board.report("runtime", isWell: true)
        board.report("journal", isWell: false)
        #expect(!board.isReady)
        let waiting = Task { await board.waitUntilReady() }
        board.report("discord", isWell: true)
        await waiting.value
        #expect(board.isReady && !board.isWell)
        board.report("journal", isWell: true)
        #expect(board.isWell)
        #expect(board.snapshot.map(\.component.reportedAt) == [5, 5, 5])
    }

    @Test("who waits for readiness can be cancelled")
    func cancelled() async {
        let board = HealthBoard(time: ManualTime(start: .origin))
        let waiting = Task { await board.waitUntilReady() }
        waiting.cancel()
        await waiting.value
        #expect(!board.isReady)
    }
}
