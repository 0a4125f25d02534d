import HTTPClient
import Service
import Testing

@testable import Discord

@Suite("Rate limiter", .timeLimit(.minutes(1)))
struct RateLimiterTests {
    private let bench = RateLimiterBench()

    // MARK: Buckets

    @Test("a bucket of which nothing is known has one request in flight until the answer, then as many as are left")
    func learning() async throws {
        let asked = try await bench.ask(.messages(1), times: 7)
        #expect(asked.map(\.isGranted) == [true, false, false, false, false, false, false])
        try await bench.settle(asked[0], .answer("a", limit: 5, remaining: 4))
        #expect(asked.map(\.isGranted) == [true, true, true, true, true, false, false])
        try await bench.advance(by: .milliseconds(4_999))
        #expect(!asked[5].isGranted)
        for position in 1...4 {
            try await bench.settle(
                asked[position], .answer("a", limit: 5, remaining: 4 - position, resetAfter: .milliseconds(1)))
        }
        #expect(!asked[5].isGranted)
        try await bench.advance(by: .milliseconds(1))
        #expect(asked[5].isGranted && asked[6].isGranted)
    }

    @Test("a route without limits is not held back")
    func unlimited() async throws {
        let first = try await bench.ask(.messages(1))
        try await bench.settle(first, .plain)
        let further = try await bench.ask(.messages(1), times: 20)
        #expect(further.map(\.isGranted).contains(false) == false)
    }

    @Test("other channels have buckets of their own")
    func majors() async throws {
        let first = try await bench.ask(.messages(1))
        let second = try await bench.ask(.messages(2))
        #expect(first.isGranted && second.isGranted)
        try await bench.settle(first, .answer("a", limit: 5, remaining: 0))
        let third = try await bench.ask(.messages(1))
        try await bench.settle(second, .answer("a", limit: 5, remaining: 4))
        let fourth = try await bench.ask(.messages(2))
        #expect(!third.isGranted && fourth.isGranted)
    }

    @Test("routes that the server puts into one bucket share it, and its order")
    func sharedBucket() async throws {
        let put = Route(.put, "channels", .major("1"), "x")
        let delete = Route(.delete, "channels", .major("1"), "x")
        for route in [put, delete] {
            let first = try await bench.ask(route)
            try await bench.settle(first, .answer("a", limit: 1, remaining: 0, resetAfter: .seconds(1)))
        }
        let third = try await bench.ask(delete)
        let fourth = try await bench.ask(put)
        #expect(!third.isGranted && !fourth.isGranted)
        try await bench.advance(by: .seconds(1))
        #expect(third.isGranted && !fourth.isGranted)
        try await bench.settle(third, .answer("a", limit: 1, remaining: 0, resetAfter: .seconds(1)))
        #expect(!fourth.isGranted)
        try await bench.advance(by: .seconds(1))
        #expect(fourth.isGranted)
    }

    @Test("answers that overtake each other never make more room than there is")
    func overtakingAnswers() async throws {
        let first = try await bench.ask(.messages(1))
        try await bench.settle(first, .answer("a", limit: 5, remaining: 4))
        let second = try await bench.ask(.messages(1))
        let third = try await bench.ask(.messages(1))
        try await bench.settle(third, .answer("a", limit: 5, remaining: 2))
        try await bench.settle(second, .answer("a", limit: 5, remaining: 3))
        let further = try await bench.ask(.messages(1), times: 3)
        #expect(further.map(\.isGranted) == [true, true, false])
    }

    @Test("an answer of a window that has ended says nothing of the next one")
    func lateAnswer() async throws {
        let first = try await bench.ask(.messages(1))
        try await bench.settle(first, .answer("a", limit: 3, remaining: 2))
        let late = try await bench.ask(.messages(1))
        try await bench.advance(by: .seconds(5))
        let next = try await bench.ask(.messages(1))
        #expect(next.isGranted)
        try await bench.settle(next, .answer("a", limit: 3, remaining: 1))
        try await bench.settle(late, .answer("a", limit: 3, remaining: 0))
        let last = try await bench.ask(.messages(1))
        let tooMany = try await bench.ask(.messages(1))
        #expect(last.isGranted && !tooMany.isGranted)
    }

    @Test("who waits for the end of a window is woken by it, with nobody else asking")
    func alarm() async throws {
        let first = try await bench.ask(.messages(1))
        try await bench.settle(first, .answer("a", limit: 1, remaining: 0, resetAfter: .seconds(3)))
        let second = try await bench.ask(.messages(1))
        await bench.time.waitForSleepers(1)
        await bench.time.advance(by: .seconds(3))
        let permit = try await second.permit
        #expect(permit.grantedAt == .origin + .seconds(3))
        #expect(permit.waited == .seconds(3))
    }

    @Test("buckets that know nothing more are forgotten")
    func memory() async throws {
        for channel in 0..<2_000 {
            let permit = try await bench.limiter.permit(for: .messages(channel), deadline: RateLimiterBench.far)
            await bench.limiter.settle(
                permit, .answer("a", limit: 5, remaining: 4, resetAfter: .milliseconds(1)))
            if channel % 40 == 0 { await bench.time.advance(by: .seconds(2)) }
        }
        #expect(await bench.limiter.bucketCount <= 512)
    }

    // MARK: The whole bot

    @Test("the bot sends 50 requests in a second over all its buckets; answers to interactions do not count")
    func globalLimit() async throws {
        var asked: [RateLimiterBench.Asked] = []
        for channel in 0..<51 { asked.append(try await bench.ask(.messages(channel))) }
        #expect(asked.filter(\.isGranted).count == 50 && !asked[50].isGranted)
        let callback = try await bench.ask(.callback)
        #expect(callback.isGranted)
        try await bench.advance(by: .seconds(1))
        #expect(!asked[50].isGranted)
        try await bench.advance(by: .milliseconds(50))
        #expect(asked[50].isGranted)
    }

    @Test("buckets that compete for the limit of the bot are served in the order in which their requests came")
    func globalOrder() async throws {
        var options = RateLimiter.Options()
        options.globalLimit = 1
        let bench = RateLimiterBench(options)
        var asked: [RateLimiterBench.Asked] = []
        for channel in [7, 3, 9, 1, 5] { asked.append(try await bench.ask(.messages(channel))) }
        for served in 1...5 {
            #expect(asked.map(\.isGranted) == (1...5).map { $0 <= served })
            try await bench.advance(by: options.globalPeriod)
        }
    }

    @Test("too many invalid requests hold back everything but answers to interactions, for ten minutes")
    func invalidRequests() async throws {
        var options = RateLimiter.Options()
        options.invalidRequestLimit = 4
        let bench = RateLimiterBench(options)
        let invalid: [RateLimiter.Outcome] = [
            .answered(RateLimitAnswer(status: 401)), .answered(RateLimitAnswer(status: 403)),
            .refused(.user, .zero), .answered(RateLimitAnswer(status: 403)),
        ]
        // A shared refusal and other errors are no invalid requests.
        let valid: [RateLimiter.Outcome] = [.refused(.shared, .zero), .answered(RateLimitAnswer(status: 404)), .plain]
        for (channel, outcome) in (valid + invalid).enumerated() {
            let asked = try await bench.ask(.messages(channel))
            #expect(asked.isGranted)
            try await bench.settle(asked, outcome)
        }
        let held = try await bench.ask(.messages(100))
        let callback = try await bench.ask(.callback)
        #expect(!held.isGranted && callback.isGranted)
        try await bench.advance(by: .seconds(599))
        #expect(!held.isGranted)
        try await bench.advance(by: .seconds(6))
        #expect(held.isGranted)
    }

    // MARK: Refusals

    @Test("a refusal of the user's scope holds back its own channel, for as long as it says")
    func userRefusal() async throws {
        let first = try await bench.ask(.messages(1))
        try await bench.settle(first, .refused(.user, .milliseconds(1_500)))
        let same = try await bench.ask(.messages(1))
        let other = try await bench.ask(.messages(2))
        #expect(!same.isGranted && other.isGranted)
        try await bench.advance(by: .milliseconds(1_499))
        #expect(!same.isGranted)
        try await bench.advance(by: .milliseconds(1))
        #expect(same.isGranted)
    }

    @Test("a shared refusal holds back its own route, and says nothing of how full the bucket is")
    func sharedRefusal() async throws {
        let first = try await bench.ask(.messages(1))
        try await bench.settle(
            first,
            .refused(.shared, .seconds(3), bucket: .init(hash: "a", limit: 5, remaining: 4, resetAfter: .seconds(60))))
        let same = try await bench.ask(.messages(1))
        let other = try await bench.ask(.messages(2))
        #expect(!same.isGranted && other.isGranted)
        try await bench.advance(by: .seconds(3))
        #expect(same.isGranted)
        let next = try await bench.ask(.messages(1))
        #expect(!next.isGranted, "nothing is known of the bucket yet")
    }

    @Test("a global refusal holds back everything but answers to interactions")
    func globalRefusal() async throws {
        let first = try await bench.ask(.messages(1))
        try await bench.settle(first, .refused(.global, .seconds(2)))
        let other = try await bench.ask(.messages(2))
        let callback = try await bench.ask(.callback)
        #expect(!other.isGranted && callback.isGranted)
        try await bench.advance(by: .seconds(2))
        #expect(other.isGranted)
    }

    @Test("a limit that headers do not tell holds back renames, not the other changes of the channel")
    func hiddenLimit() async throws {
        let rename = Route(.patch, "channels", .major("1"), variant: "name")
        let archive = Route(.patch, "channels", .major("1"))
        let first = try await bench.ask(rename)
        try await bench.settle(first, .answer("c", limit: 5, remaining: 4))
        let second = try await bench.ask(rename)
        try await bench.settle(
            second,
            .refused(.user, .seconds(500), bucket: .init(hash: "c", limit: 5, remaining: 0, resetAfter: .seconds(500))))
        let third = try await bench.ask(rename)
        let other = try await bench.ask(archive)
        #expect(!third.isGranted && other.isGranted)
    }

    // MARK: The queue

    @Test("requests of a bucket are served in the order in which they came, a repeated one at its old place")
    func order() async throws {
        let first = try await bench.ask(.messages(1))
        let second = try await bench.ask(.messages(1))
        let window = RateLimitAnswer.Bucket(hash: "a", limit: 1, remaining: 0, resetAfter: .seconds(1))
        try await bench.settle(first, .refused(.user, .seconds(1), bucket: window))
        let repeated = try await bench.ask(.messages(1), place: try await first.permit.place)
        #expect(!second.isGranted && !repeated.isGranted)
        try await bench.advance(by: .seconds(1))
        #expect(repeated.isGranted && !second.isGranted)
    }

    @Test("who would wait beyond the deadline is told at once, and how long it takes")
    func tooLate() async throws {
        let first = try await bench.ask(.messages(1))
        try await bench.settle(first, .refused(.user, .seconds(600)))
        let second = try await bench.ask(.messages(1), deadline: bench.time.now + .seconds(15))
        #expect(second.refusal == .tooLate(retryAfter: .seconds(600)))
    }

    @Test("who waits for an answer is let go at the deadline")
    func deadline() async throws {
        let first = try await bench.ask(.messages(1))
        let second = try await bench.ask(.messages(1), deadline: bench.time.now + .seconds(15))
        #expect(first.isGranted && !second.isJudged)
        try await bench.advance(by: .seconds(15))
        #expect(second.refusal == .tooLate(retryAfter: .zero))
    }

    @Test("a cancelled request leaves the queue, and the next one has its place")
    func cancellation() async throws {
        let first = try await bench.ask(.messages(1))
        let second = try await bench.ask(.messages(1))
        let third = try await bench.ask(.messages(1))
        await second.cancel()
        #expect(second.refusal == .cancelled)
        #expect(await bench.limiter.waiterCount == 1)
        try await bench.settle(first, .answer("a", limit: 2, remaining: 1))
        #expect(third.isGranted)
        #expect(await bench.limiter.waiterCount == 0)
    }

    @Test("a request of a cancelled task never enters the queue")
    func cancelledBefore() async throws {
        let first = try await bench.ask(.messages(1))
        #expect(first.isGranted)
        let limiter = bench.limiter
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try await limiter.permit(for: .messages(1), deadline: RateLimiterBench.far)
        }
        await #expect(throws: RateLimiter.Refusal.cancelled) { try await task.value }
        #expect(await limiter.waiterCount == 0)
    }

    // MARK: Permits

    @Test("a request that was never sent gives its slot back; one without an answer does not")
    func slots() async throws {
        let first = try await bench.ask(.messages(1))
        try await bench.settle(first, .answer("a", limit: 3, remaining: 2))
        let asked = try await bench.ask(.messages(1), times: 4)
        #expect(asked.map(\.isGranted) == [true, true, false, false])
        try await bench.settle(asked[0], .unanswered)
        #expect(!asked[2].isGranted)
        try await bench.settle(asked[1], .notSent)
        #expect(asked[2].isGranted && !asked[3].isGranted)
    }

    @Test("a permit that is settled twice counts once")
    func settledTwice() async throws {
        let first = try await bench.ask(.messages(1))
        try await bench.settle(first, .answer("a", limit: 2, remaining: 1))
        let asked = try await bench.ask(.messages(1), times: 3)
        #expect(asked.map(\.isGranted) == [true, false, false])
        try await bench.settle(asked[0], .notSent)
        try await bench.settle(asked[0], .notSent)
        #expect(asked.map(\.isGranted) == [true, true, false])
    }
}
