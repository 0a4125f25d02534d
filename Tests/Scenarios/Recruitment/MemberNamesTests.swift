import Discord
import HTTPClient
import JSON
import Service
import Synchronization
import Testing

@testable import woadkeeper

@Suite("Names of members", .timeLimit(.minutes(1)))
struct MemberNamesTests {
    /// Discord, which answers for members as it is told to.
    private final class Members: HTTPTransport {
        private struct State {
            var answers: [HTTPResponse] = []
            var asked = 0
        }

        private let state = Mutex(State())

        /// How often somebody was asked for.
        var asked: Int { state.withLock { $0.asked } }

        /// Answers in this order, and then always as at last.
        func answer(_ responses: HTTPResponse...) { state.withLock { $0.answers = responses } }

        func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
            state.withLock { state in
                state.asked += 1
                return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
            }
        }
    }

    private static let ann = HTTPResponse(
        status: 200, headers: ["Content-Type": "application/json"],
        body: ([
            "user": ["id": "11", "username": "ann"], "nick": "Ann", "roles": [],
            "joined_at": "2026-01-01T00:00:00+00:00",
        ] as JSONValue).encoded())
    private static let stranger = HTTPResponse(
        status: 404, headers: ["Content-Type": "application/json"],
        body: (["code": 10007, "message": "Unknown Member"] as JSONValue).encoded())
    private static let down = HTTPResponse(status: 503)

    private let members = Members()
    private let time = ManualTime(start: .origin)
    private let view = GuildViewStore()
    private let names: MemberNames

    init() throws {
        let rest = RESTClient(
            .init(token: "secret", projectURL: "https://example.org", projectVersion: "1"), transport: members,
            time: time, metrics: Metrics(), logger: .silent, activity: ActivityCounter())
        names = MemberNames(rest: rest, view: view, guilds: { [] }, transport: time)
    }

    private func serve(_ guild: GuildID) {
        view.apply(.guildCreate(Guild(id: guild, name: "Cluster \(guild)", ownerID: 10)))
    }

    private func name(_ id: UInt64) async -> String? {
        await names.resolve([id])
        return names.name(id)
    }

    @Test("before a server is known nobody is asked for, and nobody is taken for a stranger")
    func tooEarly() async {
        members.answer(Self.ann)
        #expect(await name(11) == nil)
        #expect(members.asked == 0)
        serve(1)
        #expect(await name(11) == "Ann")
    }

    @Test("a look-up that fails is made again the next time")
    func failure() async {
        serve(1)
        members.answer(Self.down)
        let flow = Task { while !Task.isCancelled { await time.advance(by: .seconds(1)) } }
        #expect(await name(11) == nil)
        flow.cancel()
        members.answer(Self.ann)
        #expect(await name(11) == "Ann")
    }

    @Test("who is no member is asked for once an hour")
    func stranger() async {
        serve(1)
        members.answer(Self.stranger)
        #expect(await name(11) == nil)
        #expect(await name(11) == nil)
        #expect(members.asked == 1)
        await time.advance(by: .seconds(3600))
        members.answer(Self.ann)
        #expect(await name(11) == "Ann")
    }

    @Test("a server that comes later is asked too, also for those whom another did not know")
    func laterServer() async {
        serve(1)
        members.answer(Self.stranger)
        #expect(await name(11) == nil)
        serve(2)
        members.answer(Self.stranger, Self.ann)
        #expect(await name(11) == "Ann")
    }

    @Test("who joins is known at once, and is no stranger when the view forgets them")
    func joins() async {
        serve(1)
        members.answer(Self.stranger)
        #expect(await name(11) == nil)
        view.apply(.memberAdd(Member(user: User(id: 11, username: "ann"), nickname: "Ann"), guild: 1))
        #expect(await name(11) == "Ann")
        #expect(members.asked == 1)
        view.apply(.memberRemove(User(id: 11, username: "ann"), guild: 1))
        members.answer(Self.ann)
        #expect(await name(11) == "Ann")
    }

    @Test("whoever needs names waits for a server, but not for ever")
    func waits() async {
        let patience = Task { await names.canBeAsked() }
        await time.waitForSleepers(1)
        serve(1)
        await patience.value
        let other = MemberNames(
            rest: RESTClient(
                .init(token: "secret", projectURL: "https://example.org", projectVersion: "1"), transport: members,
                time: time, metrics: Metrics(), logger: .silent, activity: ActivityCounter()),
            view: GuildViewStore(), guilds: { [] }, transport: time)
        let vain = Task { await other.canBeAsked() }
        await time.waitForSleepers(1)
        await time.advance(by: .seconds(30))
        await vain.value
    }
}
