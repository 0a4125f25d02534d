import HTTPClient
import Service
import TestTools
import Testing

@testable import Discord

/// Random traffic against a model of the server, step by step: at each instant the test says what arrives where, and then
/// looks at who was served.
@Suite("Rate limiter under random load", .timeLimit(.minutes(2)))
struct RateLimiterLoadTests {
    @Test(
        "no window overflows, no second sees more than 50 requests, everybody is served in order",
        arguments: [1, 2, 3, 4] as [UInt64])
    func load(seed: UInt64) async throws {
        var load = RandomLoad(seed: seed, count: 320)
        try await load.learnNames()
        try await load.run()
        #expect(load.unfinished == 0, "everything completes")
        #expect(load.server.refusals == 0)
        let grants = load.grants
        let busiest = grants.map { start in grants.count { start <= $0 && $0 < start + .seconds(1) } }.max() ?? 0
        #expect(busiest <= 50)
        #expect(load.overtakings == 0)
        #expect(load.cancelled > 0 && load.served > 250, "the load is what it is meant to be")
    }
}

private struct RandomLoad {
    private static let step = Duration.milliseconds(20)
    private static let limits: [String: ServerModel.Limit] = [
        "POST /channels/{}/messages": .init(name: "a", limit: 5, period: .seconds(2)),
        // Shares the messages' bucket.
        "PUT /channels/{}/messages/{}": .init(name: "a", limit: 5, period: .seconds(2)),
        "DELETE /channels/{}": .init(name: "b", limit: 1, period: .milliseconds(300)),
    ]

    private enum Fate { case answered, lost, unsent, cancelled }

    private struct Request {
        var route: Route
        var arrival: Int
        var fate: Fate
        /// Steps to the server, and back; for those who leave, how long they stay.
        var up: Int
        var down: Int
        var asked: RateLimiterBench.Asked?
        var isDone = false
    }

    private enum Event {
        case reachesServer(Int)
        case returns(Int, RateLimiter.Outcome)
        case leaves(Int)
    }

    private let bench = RateLimiterBench()
    private(set) var server = ServerModel(limits: Self.limits)
    private var requests: [Request]
    private var waiting: [Int] = []
    private var events: [Int: [Event]] = [:]
    private(set) var grants: [Timestamp] = []
    private(set) var cancelled = 0
    /// Requests that were served before an earlier one of their bucket.
    private(set) var overtakings = 0
    private(set) var served = 0

    var unfinished: Int { requests.count { !$0.isDone } }

    init(seed: UInt64, count: Int) {
        var random = SplitMix(seed: seed)
        requests = (0..<count).map { _ in
            let channel = String(Int.random(in: 1...12, using: &random))
            let route =
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<5: Route(.post, "channels", .major(channel), "messages")
                case 5..<9: Route(.put, "channels", .major(channel), "messages", .text("1"))
                default: Route(.delete, "channels", .major(channel))
                }
            let fate: Fate =
                switch Int.random(in: 0..<25, using: &random) {
                // Whoever loses the only answer of a window cannot know when it ends; that is another test.
                case 0 where route.method != .delete: .lost
                case 1: .unsent
                case 2, 3: .cancelled
                default: .answered
                }
            return Request(
                route: route, arrival: Int.random(in: 0..<150, using: &random), fate: fate,
                up: Int.random(in: 0...6, using: &random), down: Int.random(in: 0...6, using: &random))
        }
        requests.sort { $0.arrival < $1.arrival }
    }

    /// One request of each kind, so that the limiter knows which of them share a bucket.
    mutating func learnNames() async throws {
        for route in [
            Route(.post, "channels", .major("99"), "messages"),
            Route(.put, "channels", .major("99"), "messages", .text("1")), Route(.delete, "channels", .major("99")),
        ] {
            let asked = try await bench.ask(route)
            try await bench.settle(asked, .answered(server.receive(route, at: bench.time.now)))
        }
        try await bench.advance(by: .seconds(10))
    }

    mutating func run() async throws {
        var next = 0
        var step = 0
        while unfinished > 0, step < 6_000 {
            while next < requests.count, requests[next].arrival <= step {
                requests[next].asked = try await bench.ask(requests[next].route)
                if requests[next].fate == .cancelled { schedule(.leaves(next), at: step + 10 * requests[next].up) }
                waiting.append(next)
                next += 1
            }
            noteGrants(at: step)
            while let event = events[step]?.first {
                events[step]?.removeFirst()
                try await happen(event, at: step)
                noteGrants(at: step)
            }
            events[step] = nil
            try await bench.advance(by: Self.step)
            step += 1
            noteGrants(at: step)
        }
    }

    private mutating func schedule(_ event: Event, at step: Int) {
        events[step, default: []].append(event)
    }

    private mutating func happen(_ event: Event, at step: Int) async throws {
        switch event {
        case .reachesServer(let index):
            let answer = server.receive(requests[index].route, at: bench.time.now)
            let outcome: RateLimiter.Outcome = requests[index].fate == .lost ? .unanswered : .answered(answer)
            schedule(.returns(index, outcome), at: step + requests[index].down)
        case .returns(let index, let outcome):
            guard let asked = requests[index].asked else { return }
            try await bench.settle(asked, outcome)
            requests[index].isDone = true
            served += 1
        case .leaves(let index):
            guard let asked = requests[index].asked, waiting.contains(index) else { return }
            await asked.cancel()
            try await bench.judge()
            guard asked.refusal == .cancelled else { return }
            waiting.removeAll { $0 == index }
            requests[index].isDone = true
            cancelled += 1
        }
    }

    /// Sends what was granted on its way, and counts who overtook somebody.
    private mutating func noteGrants(at step: Int) {
        var overtaken: Set<String> = []
        for index in waiting {
            let request = requests[index]
            let bucket = "\(Self.limits[request.route.pattern]?.name ?? "") \(request.route.major)"
            guard request.asked?.isGranted == true else {
                overtaken.insert(bucket)
                continue
            }
            if overtaken.contains(bucket) { overtakings += 1 }
            grants.append(bench.time.now)
            if request.fate == .unsent {
                schedule(.returns(index, .notSent), at: step + request.down)
            } else {
                schedule(.reachesServer(index), at: step + request.up)
            }
        }
        waiting.removeAll { requests[$0].asked?.isGranted == true }
    }
}

/// Counts as Discord does: in windows that begin with a request.
private struct ServerModel {
    struct Limit {
        var name: String
        var limit: Int
        var period: Duration
    }

    private struct Window {
        var remaining: Int
        var resetAt: Timestamp
    }

    let limits: [String: Limit]
    /// Requests beyond a limit.
    private(set) var refusals = 0
    private var windows: [String: Window] = [:]

    init(limits: [String: Limit]) {
        self.limits = limits
    }

    mutating func receive(_ route: Route, at now: Timestamp) -> RateLimitAnswer {
        guard let limit = limits[route.pattern] else { return RateLimitAnswer(status: 404) }
        let key = "\(limit.name) \(route.major)"
        var window = windows[key] ?? Window(remaining: limit.limit, resetAt: now + limit.period)
        if now >= window.resetAt { window = Window(remaining: limit.limit, resetAt: now + limit.period) }
        let isRefused = window.remaining == 0
        if isRefused { refusals += 1 }
        window.remaining = max(0, window.remaining - 1)
        windows[key] = window
        let resetAfter = window.resetAt - now
        return RateLimitAnswer(
            status: isRefused ? 429 : 200,
            bucket: .init(hash: limit.name, limit: limit.limit, remaining: window.remaining, resetAfter: resetAfter),
            refusal: isRefused ? .init(scope: .user, retryAfter: resetAfter) : nil)
    }
}
