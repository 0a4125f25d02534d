import Discord
import HTTPClient
import JSON
import Journal
import Service
import Synchronization
import Testing

@testable import Bot

/// Two threads whose names Discord changes or refuses to change, and the queue in front of them.
private final class ThreadBench: Sendable {
    typealias Outcome = ThreadRenames.Outcome

    struct State {
        var names: [String: String] = ["5": "W0601-ann", "6": "W0602-bo"]
        var refusal: HTTPResponse?
        var edits: [String] = []
    }

    static let limit = HTTPResponse.json(
        429, ["message": "You are being rate limited.", "retry_after": 600, "global": false])

    let folder = TemporaryFolder()
    let activity = ActivityCounter()
    let time: ManualTime
    let discord: FakeDiscord
    let journal: Journal
    let outcomes = Notes<String>()
    private let state = Mutex(State())

    init() async throws {
        time = ManualTime(start: Timestamp(milliseconds: 1_773_648_000_000), activity: activity)
        discord = FakeDiscord(time: time)
        journal = try await Journal.open(directory: folder.path, time: time, logger: .silent)
        discord.answers { [self] request in
            guard let id = request.path.split(separator: "/").last.map(String.init), request.path.contains("/channels/")
            else { return nil }
            return state.withLock { state in
                guard let present = state.names[id] else {
                    return .refusal(404, code: 10003, "Unknown Channel")
                }
                guard request.method == .patch, let name = request.body["name"]?.string else {
                    return .json(200, Self.thread(id, present))
                }
                if let refusal = state.refusal { return refusal }
                state.names[id] = name
                state.edits.append(name)
                return .json(200, Self.thread(id, name))
            }
        }
    }

    private static func thread(_ id: String, _ name: String) -> JSONValue {
        ["id": .string(id), "type": 11, "guild_id": "1", "parent_id": "50", "name": .string(name)]
    }

    static func run(_ body: (ThreadBench) async throws -> Void) async throws {
        let bench = try await ThreadBench()
        do { try await body(bench) } catch { Issue.record(error) }
        await bench.journal.close()
    }

    /// A queue as one process has it, which leaves closed tickets alone.
    func renames() -> ThreadRenames {
        let rest = RESTClient(
            .init(token: "secret", projectURL: "https://example.org", projectVersion: "1"), transport: discord,
            time: time)
        return ThreadRenames(
            rest: rest, journal: journal, calendar: time, logger: .silent, activity: activity,
            mayReplace: { present, _ in !present.hasPrefix("Closed-") })
    }

    func name(_ thread: String = "5") -> String? { state.withLock { $0.names[thread] } }
    var edits: [String] { state.withLock { $0.edits } }
    func people(rename thread: String = "5", to name: String) { state.withLock { $0.names[thread] = name } }
    func answersEdits(with refusal: HTTPResponse?) { state.withLock { $0.refusal = refusal } }

    /// Asks for a name and hears what became of it, as `A deferred`.
    func ask(_ renames: ThreadRenames, _ name: String, of thread: ChannelID = 5) async {
        await renames.rename(thread, to: name) { [outcomes] in outcomes.add("\(name) \(Self.word($0))") }
    }

    /// Waits for so many outcomes.
    func hears(_ expected: [String], sourceLocation: SourceLocation = #_sourceLocation) async {
        await outcomes.until { $0.count >= expected.count }
        #expect(outcomes.all == expected, sourceLocation: sourceLocation)
    }

    static func word(_ outcome: Outcome) -> String {
        switch outcome {
        case .renamed: "renamed"
        case .deferred: "deferred"
        case .superseded: "superseded"
        case .kept: "kept"
        case .failed(let error): "failed \(error.api?.code.rawValue ?? 0)"
        }
    }

    /// Nothing is left to the next process.
    func leavesNothing(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let left = try await journal.values(withPrefix: "rename:")
        #expect(left.isEmpty, sourceLocation: sourceLocation)
    }
}

@Suite("Names of threads", .timeLimit(.minutes(1)))
struct ThreadRenamesTests {
    @Test("a thread gets its name at once, and nothing is left to do")
    func atOnce() async throws {
        try await ThreadBench.run { bench in
            let renames = bench.renames()
            await bench.ask(renames, "A")
            await bench.hears(["A renamed"])
            #expect(bench.name() == "A")
            #expect(await renames.pendingName(of: 5) == nil)
            try await bench.leavesNothing()
            await renames.stop()
        }
    }

    @Test(
        "what Discord allows only later is told as deferred once, stays known as pending, and is done when it is time")
    func deferred() async throws {
        try await ThreadBench.run { bench in
            let renames = bench.renames()
            bench.answersEdits(with: ThreadBench.limit)
            await bench.ask(renames, "A")
            await bench.hears(["A deferred"])
            #expect(await renames.pendingName(of: 5) == "A")
            await bench.time.advance(by: .seconds(650))
            #expect(bench.outcomes.all == ["A deferred"], "refused again, and told once")
            bench.answersEdits(with: nil)
            await bench.time.advance(by: .seconds(650))
            await bench.hears(["A deferred", "A renamed"])
            #expect(bench.name() == "A")
            try await bench.leavesNothing()
            await renames.stop()
        }
    }

    @Test("of several names for a thread the last counts, and other threads do not wait for it")
    func lastWins() async throws {
        try await ThreadBench.run { bench in
            let renames = bench.renames()
            bench.answersEdits(with: ThreadBench.limit)
            await bench.ask(renames, "A")
            await bench.hears(["A deferred"])
            await bench.ask(renames, "B")
            await bench.hears(["A deferred", "A superseded", "B deferred"])
            #expect(await renames.pendingName(of: 5) == "B")
            bench.answersEdits(with: nil)
            await bench.ask(renames, "C", of: 6)
            await bench.hears(["A deferred", "A superseded", "B deferred", "C renamed"])
            await bench.time.advance(by: .seconds(650))
            await bench.hears(["A deferred", "A superseded", "B deferred", "C renamed", "B renamed"])
            #expect(bench.edits == ["C", "B"])
            await renames.stop()
        }
    }

    @Test("whoever wants the name that a thread has, while another waits, waits for nothing")
    func backAgain() async throws {
        try await ThreadBench.run { bench in
            let renames = bench.renames()
            bench.answersEdits(with: ThreadBench.limit)
            await bench.ask(renames, "A")
            await bench.hears(["A deferred"])
            await bench.ask(renames, "W0601-ann")
            await bench.hears(["A deferred", "A superseded", "W0601-ann renamed"])
            bench.answersEdits(with: nil)
            await bench.time.advance(by: .seconds(1200))
            #expect(bench.edits.isEmpty)
            try await bench.leavesNothing()
            await renames.stop()
        }
    }

    @Test("what is not done is done by the next process, which hears what becomes of it")
    func restart() async throws {
        try await ThreadBench.run { bench in
            let first = bench.renames()
            bench.answersEdits(with: ThreadBench.limit)
            await bench.ask(first, "A")
            await bench.ask(first, "B", of: 6)
            await bench.outcomes.until { $0.count >= 2 }
            await first.stop()
            let second = bench.renames()
            #expect(await second.pendingName(of: 5) == "A", "known before it is taken up")
            // Somebody wants something else before that.
            bench.answersEdits(with: nil)
            await bench.ask(second, "C", of: 6)
            await bench.outcomes.until { $0.contains("C renamed") }
            let left = Notes<String>()
            await second.start { left.add("\($0) \($1) \(ThreadBench.word($2))") }
            await bench.time.advance(by: .seconds(1200))
            #expect(left.all.last == "5 A renamed")
            #expect(!left.all.contains { $0.hasPrefix("6") })
            #expect(bench.name() == "A")
            #expect(bench.name("6") == "C")
            try await bench.leavesNothing()
            await second.stop()
        }
    }

    @Test("what Discord refuses for good is told once and given up", arguments: [50013, 10003])
    func refused(code: Int) async throws {
        try await ThreadBench.run { bench in
            let renames = bench.renames()
            bench.answersEdits(with: .refusal(403, code: 50013, "Missing Permissions"))
            await bench.ask(renames, "A", of: code == 10003 ? 7 : 5)
            await bench.hears(["A failed \(code)"])
            bench.answersEdits(with: nil)
            await bench.time.advance(by: .seconds(1200))
            #expect(bench.edits.isEmpty)
            try await bench.leavesNothing()
            await renames.stop()
        }
    }

    @Test("a thread that got a name which stays while another waited keeps it")
    func closedMeanwhile() async throws {
        try await ThreadBench.run { bench in
            let renames = bench.renames()
            bench.answersEdits(with: ThreadBench.limit)
            await bench.ask(renames, "Res-W0601-ann-WKLM")
            await bench.hears(["Res-W0601-ann-WKLM deferred"])
            bench.people(rename: "5", to: "Closed-W0601-ann-NONE")
            bench.answersEdits(with: nil)
            await bench.time.advance(by: .seconds(650))
            await bench.hears(["Res-W0601-ann-WKLM deferred", "Res-W0601-ann-WKLM kept"])
            #expect(bench.name() == "Closed-W0601-ann-NONE")
            try await bench.leavesNothing()
            await renames.stop()
        }
    }
}
