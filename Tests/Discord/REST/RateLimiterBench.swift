import HTTPClient
import Service
import Synchronization
import TestTools
import Testing

@testable import Discord

/// A limiter whose time moves by hand, and the requests that ask it for permits.
///
/// After each call every request is judged: it has its permit or its refusal, or it waits in the limiter's queue. The
/// bench knows that by counting both sides, not by waiting a while.
final class RateLimiterBench: Sendable {
    /// A request for a permit, running.
    final class Asked: Sendable {
        private let task: Task<Result<RateLimiter.Permit, RateLimiter.Refusal>, Never>
        private let outcome: OutcomeBox

        fileprivate init(
            _ limiter: RateLimiter, _ route: Route, deadline: Timestamp, place: RateLimiter.Place?
        ) {
            let outcome = OutcomeBox()
            self.outcome = outcome
            task = Task {
                let result: Result<RateLimiter.Permit, RateLimiter.Refusal>
                do throws(RateLimiter.Refusal) {
                    result = .success(try await limiter.permit(for: route, deadline: deadline, place: place))
                } catch {
                    result = .failure(error)
                }
                outcome.set(result)
                return result
            }
        }

        var isJudged: Bool { outcome.value != nil }
        var isGranted: Bool { (try? outcome.value?.get()) != nil }

        var refusal: RateLimiter.Refusal? {
            if case .failure(let refusal) = outcome.value { return refusal }
            return nil
        }

        /// The permit, as soon as there is one.
        var permit: RateLimiter.Permit {
            get async throws { try await task.value.get() }
        }

        /// Leaves the queue, unless there is a permit already, and returns once that is settled.
        func cancel() async {
            task.cancel()
            _ = await task.value
        }
    }

    fileprivate final class OutcomeBox: Sendable {
        private let state = Mutex<Result<RateLimiter.Permit, RateLimiter.Refusal>?>(nil)
        var value: Result<RateLimiter.Permit, RateLimiter.Refusal>? { state.withLock { $0 } }
        func set(_ result: Result<RateLimiter.Permit, RateLimiter.Refusal>) { state.withLock { $0 = result } }
    }

    /// Beyond every wait of these tests.
    static let far = Timestamp.origin + .seconds(100_000)

    let time = ManualTime(start: .origin)
    let limiter: RateLimiter
    private let running = Mutex<[Asked]>([])

    init(_ options: RateLimiter.Options = .init()) {
        limiter = RateLimiter(time: time, options: options)
    }

    /// Asks for a permit.
    func ask(_ route: Route, deadline: Timestamp = far, place: RateLimiter.Place? = nil) async throws -> Asked {
        let asked = Asked(limiter, route, deadline: deadline, place: place)
        running.withLock { $0.append(asked) }
        try await judge()
        return asked
    }

    /// Asks for several permits, one after the other.
    func ask(_ route: Route, times: Int) async throws -> [Asked] {
        var all: [Asked] = []
        for _ in 0..<times { all.append(try await ask(route)) }
        return all
    }

    /// Takes a permit back.
    func settle(_ asked: Asked, _ outcome: RateLimiter.Outcome) async throws {
        await limiter.settle(try await asked.permit, outcome)
        try await judge()
    }

    func advance(by duration: Duration) async throws {
        await time.advance(by: duration)
        try await judge()
    }

    /// Has the limiter look at its queues now, and returns once everybody knows what that meant.
    func judge() async throws {
        // A request whose deadline is now is refused, and whoever asks has the limiter serve everybody else.
        _ = try? await limiter.permit(for: Route(.get, "probe"), deadline: time.now)
        try await eventually("a verdict on every request") {
            let before = unjudged
            let waiting = await limiter.waiterCount
            return waiting == before && waiting == unjudged
        }
    }

    private var unjudged: Int {
        running.withLock { running in
            running.removeAll(where: \.isJudged)
            return running.count
        }
    }
}

extension Route {
    /// Posts a message.
    static func messages(_ channel: Int) -> Route {
        Route(.post, "channels", .major("\(channel)"), "messages")
    }

    /// Answers an interaction.
    static let callback = Route(.post, "interactions", .major("9"), .secret("t"), "callback", kind: .interaction)
}

extension RateLimiter.Outcome {
    /// A success that tells the state of a bucket.
    static func answer(
        _ hash: String, limit: Int, remaining: Int, resetAfter: Duration = .seconds(5)
    ) -> RateLimiter.Outcome {
        .answered(
            RateLimitAnswer(
                status: 200, bucket: .init(hash: hash, limit: limit, remaining: remaining, resetAfter: resetAfter)))
    }

    /// A success without a word of limits.
    static let plain = RateLimiter.Outcome.answered(RateLimitAnswer(status: 200))

    /// A 429.
    static func refused(
        _ scope: RateLimitAnswer.Refusal.Scope, _ retryAfter: Duration, bucket: RateLimitAnswer.Bucket? = nil
    ) -> RateLimiter.Outcome {
        .answered(RateLimitAnswer(status: 429, bucket: bucket, refusal: .init(scope: scope, retryAfter: retryAfter)))
    }
}
