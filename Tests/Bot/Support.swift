import Discord
import FoundationEssentials
import HTTPClient
import JSON
import Journal
import Service
import Synchronization
import Testing

@testable import Bot

/// A door that work waits at until the test opens it.
final class Door: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// Collects values from anywhere.
final class Notes<Value: Sendable>: Sendable {
    private let values = Awaitable<[Value]>([])
    func add(_ value: Value) { values.withLock { $0.append(value) } }
    var all: [Value] { values.withLock { $0 } }

    /// Returns once the condition holds.
    func until(_ condition: @escaping @Sendable ([Value]) -> Bool) async { await values.until(condition) }
}

/// Discord's API as far as the kernel uses it: remembers requests, and answers each by its path or as it is told.
final class FakeDiscord: HTTPTransport {
    struct Request: Sendable {
        var method: HTTPMethod
        var path: String
        var body: JSONValue
        var at: Timestamp

        /// The text of a message, or of the message in an initial response.
        var content: String? { (body["data"] ?? body)["content"]?.string }
        var isMessage: Bool { method == .post && path.hasSuffix("/messages") }
    }

    typealias Answer = @Sendable (Request) -> HTTPResponse?

    private struct State {
        var requests: [Request] = []
        var answer: Answer = { _ in nil }
    }

    private let state = Mutex(State())
    private let time: any TimeSource

    init(time: any TimeSource = TransportTime()) { self.time = time }

    var requests: [Request] { state.withLock { $0.requests } }
    var messages: [Request] { requests.filter(\.isMessage) }
    var texts: [String] { messages.compactMap(\.content) }

    /// Answers requests; nil leaves one to the standard answer.
    func answers(_ answer: @escaping Answer) { state.withLock { $0.answer = answer } }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        var body = JSONValue.null
        if case .bytes(let bytes, _) = request.body, let value = try? JSONValue(parsing: bytes) { body = value }
        let path = request.url.dropFirst("https://".count).drop { $0 != "/" }
        let sent = Request(method: request.method, path: String(path), body: body, at: time.now)
        let answer = state.withLock { state in
            state.requests.append(sent)
            return state.answer
        }
        return answer(sent) ?? Self.standard(sent)
    }

    private static func standard(_ request: Request) -> HTTPResponse {
        switch request.method {
        case .put, .delete: return HTTPResponse(status: 204)
        case .post where request.path.hasSuffix("/callback"): return HTTPResponse(status: 204)
        default:
            return .json(
                200,
                [
                    "id": "7", "channel_id": "5", "content": "", "timestamp": "2026-01-02T03:04:05+00:00", "type": 0,
                    "author": ["id": "99", "username": "bot", "bot": true],
                ])
        }
    }
}

extension HTTPResponse {
    static func json(_ status: Int, _ body: JSONValue) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: body.encoded())
    }

    /// A refusal as Discord words it.
    static func refusal(_ status: Int, code: Int, _ message: String) -> HTTPResponse {
        json(status, ["code": .integer(Int64(code)), "message": .string(message)])
    }
}

/// A folder of its own, removed at the end.
final class TemporaryFolder: Sendable {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("bot-tests-\(UUID())").path
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Everything around a dispatcher: one server with one person of each rank, and the bot as user 99.
final class Kernel: Sendable {
    static let guild: UInt64 = 1
    static let channel: UInt64 = 50
    static let member: UInt64 = 11
    static let admin: UInt64 = 12
    static let staff: UInt64 = 13
    static let recruiter: UInt64 = 14
    static let logChannel: UInt64 = 80

    let folder = TemporaryFolder()
    let log = LogMemory()
    let calendar = ManualTime(start: Timestamp(milliseconds: 1_773_648_000_000))
    let discord = FakeDiscord()
    let view = GuildViewStore()
    let metrics = Metrics()
    let activity = ActivityCounter()
    let journal: Journal
    let settings: Mutex<BotSettings>
    /// Whether the settings were read.
    let settingsRead = Awaitable(true)
    let conversations: Conversations

    init() async throws {
        conversations = Conversations(calendar: calendar, activity: activity)
        journal = try await Journal.open(directory: folder.path, time: calendar, logger: .silent)
        settings = Mutex(
            BotSettings(
                policy: AccessPolicy(adminRoles: [100], staffRoles: [101], recruiterRoles: [102]),
                logChannel: ChannelID(integerLiteral: Self.logChannel), isEnabled: { $0 != "closed" }))
        view.apply(try Self.event("GUILD_CREATE", Self.home))
    }

    /// Runs `body` with a kernel, and closes its journal.
    static func run(_ body: (Kernel) async throws -> Void) async throws {
        let kernel = try await Kernel()
        do { try await body(kernel) } catch { Issue.record(error) }
        await kernel.journal.close()
    }

    private static let home = """
        {"id": "1", "name": "Home", "owner_id": "2", "emojis": [], "members": [], "threads": [],
         "channels": [{"id": "50", "type": 0, "name": "hall"}, {"id": "51", "type": 0, "name": "yard"}],
         "roles": [{"id": "1", "name": "@everyone", "position": 0, "permissions": "0"},
            {"id": "100", "name": "Admin", "position": 3, "permissions": "0"},
            {"id": "101", "name": "Staff", "position": 2, "permissions": "0"},
            {"id": "102", "name": "Recruiter", "position": 1, "permissions": "0"}]}
        """

    static func event(_ name: String, _ body: String) throws -> GatewayEvent {
        try GatewayEvent(name: name, body: JSONDocument(parsing: body).root)
    }

    private static func memberBody(_ user: UInt64) -> String {
        let role = [admin: "\"100\"", staff: "\"101\"", recruiter: "\"102\""][user] ?? ""
        return #"{"roles": [\#(role)], "joined_at": "2024-02-29T12:00:00+00:00", "nick": "Nick \#(user)"}"#
    }

    static func message(
        _ id: UInt64, _ text: String, by author: UInt64 = member, in channel: UInt64 = channel,
        guild: UInt64? = guild, isBot: Bool = false
    ) throws -> GatewayEvent {
        let place = guild.map { #""guild_id": "\#($0)", "member": \#(memberBody(author)),"# } ?? ""
        return try event(
            "MESSAGE_CREATE",
            """
            {"id": "\(id)", "channel_id": "\(channel)", \(place) "content": \(JSONValue.string(text).text), "type": 0,
             "timestamp": "2026-03-14T15:09:26+00:00",
             "author": {"id": "\(author)", "username": "person", "bot": \(isBot)}}
            """)
    }

    static func reaction(by user: UInt64 = member, in channel: UInt64 = channel) throws -> GatewayEvent {
        try event(
            "MESSAGE_REACTION_ADD",
            """
            {"user_id": "\(user)", "channel_id": "\(channel)", "message_id": "9", "guild_id": "1",
             "emoji": {"id": null, "name": "💡"},
             "member": {"user": {"id": "\(user)", "username": "person"}, "roles": [], "joined_at": "2024-02-29T12:00:00+00:00"}}
            """)
    }

    /// A press on a button.
    /// - Parameter age: how long ago it was pressed.
    func press(_ customID: String, by user: UInt64 = member, age: Duration = .zero) throws -> GatewayEvent {
        let id = Snowflake(at: calendar.now - age).rawValue + user
        return try Self.event(
            "INTERACTION_CREATE",
            """
            {"id": "\(id)", "application_id": "99", "type": 3, "token": "tok", "guild_id": "1", "channel_id": "50",
             "member": {"user": {"id": "\(user)", "username": "person"}, \(Self.memberBody(user).dropFirst()),
             "data": {"component_type": 2, "custom_id": \(JSONValue.string(customID).text)},
             "message": {"id": "9", "channel_id": "50", "content": "", "timestamp": "2026-03-14T15:09:26+00:00", "type": 0,
                "author": {"id": "99", "username": "bot", "bot": true}}}
            """)
    }

    var rest: RESTClient {
        RESTClient(
            .init(token: "secret", projectURL: "https://example.org", projectVersion: "1"), transport: discord,
            time: TransportTime(), activity: activity)
    }

    var services: Dispatcher.Services {
        let logger = Logger("test", sink: log, time: calendar)
        let logChannel = LogChannel(
            rest: rest, destination: { nil }, redactor: Redactor(), logger: logger, time: TransportTime(),
            activity: activity)
        return services(logChannel: logChannel)
    }

    func services(logChannel: LogChannel, journal: Journal? = nil) -> Dispatcher.Services {
        let settings = settings.withLock { $0 }
        return Dispatcher.Services(
            rest: rest, view: view, journal: journal ?? self.journal, settings: { settings },
            settingsRead: settingsRead, conversations: conversations, calendar: calendar, transport: TransportTime(),
            logger: Logger("test", sink: log, time: calendar), logChannel: logChannel,
            metrics: metrics, activity: activity)
    }

    func dispatcher(_ features: [any Feature], services: Dispatcher.Services? = nil) throws -> Dispatcher {
        Dispatcher(
            features: features, catalog: try CommandCatalog(features), bot: 99, services: services ?? self.services)
    }
}

extension Dispatcher {
    /// Delivers events one after the other and returns the positions of those that were finished.
    @discardableResult
    func deliver(_ events: GatewayEvent..., from position: Int = 1, waits: Bool = true) async -> Set<Int> {
        let finished = Notes<Int>()
        for (index, event) in events.enumerated() {
            let number = position + index
            await accept(
                Delivery(event: event, position: "s:\(number)", arrivedAt: TransportTime().now) {
                    finished.add(number)
                })
        }
        if waits {
            await waitUntilIdle()
            await services.activity.waitUntilIdle()
        }
        return Set(finished.all)
    }
}

/// A feature made of what a test gives it.
struct StubFeature: Feature {
    var name = "stub"
    var gate = Gate.always
    var hasMaskedAnswers = false
    var commands: [Command] = []
    var components: [ComponentHandler] = []
    var listeners: [Listener] = []
}

extension Listener {
    /// Hears the text of every message.
    static func hears(
        _ name: String = "ears", access: AccessRule = .anyone, _ hear: @escaping @Sendable (String) async throws -> Void
    ) -> Listener {
        Listener(name, access: access, on: .message { message, _, _ in try await hear(message.content) })
    }
}

extension Command {
    /// A command whose help says as little as it may.
    static func stub(
        _ name: String, access: AccessRule = .anyone, bareAccess: AccessRule? = nil, tier: CommandHelp.Tier = .user,
        group: CommandHelp.Group = .general, place: CommandHelp.Place = .section(.general), flags: [Flag] = [],
        run: @escaping Handler = { _, _ in }
    ) -> Command {
        Command(
            name, flags: flags, access: access, bareAccess: bareAccess,
            help: CommandHelp(
                tier, group, place, summary: "Does \(name).", detail: "Details of \(name).", tip: "A tip."),
            run: run)
    }
}
