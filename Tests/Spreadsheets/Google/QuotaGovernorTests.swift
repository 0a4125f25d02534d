import Service
import Testing

@testable import Spreadsheets

@Suite("Quota governor", .timeLimit(.minutes(1)))
struct QuotaGovernorTests {
    @Test("reads and writes are counted apart, and a call is forgotten a minute after its end")
    func windows() async throws {
        let time = ManualTime(start: .origin)
        let governor = QuotaGovernor(
            limits: .init(readsPerMinute: 3, writesPerMinute: 2, reserve: 0, parallelCalls: 9), time: time)
        for _ in 0..<3 { try await governor.enter(governor.makeTicket(), .read, .background, until: .origin) }
        for _ in 0..<2 { try await governor.enter(governor.makeTicket(), .write, .background, until: .origin) }
        await time.advance(by: .seconds(5))
        await governor.leave(.read)
        let next = Task {
            try await governor.enter(governor.makeTicket(), .read, .background, until: .origin + .seconds(600))
        }
        await governor.queueLength.until { $0 == 1 }
        await time.advance(by: .seconds(59))
        #expect(governor.queueLength.withLock { $0 } == 1)
        await time.advance(by: .seconds(1))
        try await next.value
    }

    @Test("no minute holds more calls than the limit, wherever it begins")
    func anyMinute() async throws {
        let time = ManualTime(start: .origin)
        let governor = QuotaGovernor(
            limits: .init(readsPerMinute: 60, writesPerMinute: 60, reserve: 15, parallelCalls: 4), time: time)
        let begun = Awaitable<[Timestamp]>([])
        let calls = (0..<300).map { number in
            Task {
                let priority: CallContext.Priority = number.isMultiple(of: 2) ? .interactive : .background
                try await governor.enter(governor.makeTicket(), .read, priority, until: .origin + .seconds(3600))
                begun.withLock { $0.append(time.now) }
                await governor.leave(.read)
            }
        }
        await governor.queueLength.until { $0 == 240 }
        let flow = Task { while !Task.isCancelled { await time.advance(by: .seconds(1)) } }
        for call in calls { try await call.value }
        flow.cancel()
        let times = begun.withLock { $0.sorted() }
        let minutes = times.indices.map { index in
            times[index...].prefix { $0 - times[index] < .seconds(60) }.count
        }
        #expect(minutes.max() == 60)
        #expect(times.count == 300)
    }

    @Test("a waiting person goes first, and background work leaves the reserve alone")
    func priorities() async throws {
        let time = ManualTime(start: .origin)
        let governor = QuotaGovernor(
            limits: .init(readsPerMinute: 5, writesPerMinute: 5, reserve: 3, parallelCalls: 9), time: time)
        let deadline = Timestamp.origin + .seconds(1)
        for _ in 0..<2 { try await governor.enter(governor.makeTicket(), .read, .background, until: deadline) }
        let background = Task {
            try await governor.enter(governor.makeTicket(), .read, .background, until: deadline)
        }
        await governor.queueLength.until { $0 == 1 }
        for _ in 0..<3 { try await governor.enter(governor.makeTicket(), .read, .interactive, until: deadline) }
        await time.advance(by: .seconds(2))
        await #expect(throws: WorkbookError.self) { try await background.value }
    }

    @Test("at most so many calls run at once; a place that is given back goes to the first in line")
    func places() async throws {
        let time = ManualTime(start: .origin)
        let governor = QuotaGovernor(limits: .init(parallelCalls: 1), time: time)
        let deadline = Timestamp.origin + .seconds(1)
        try await governor.enter(governor.makeTicket(), .read, .background, until: deadline)
        let order = Awaitable<[String]>([])
        let first = Task {
            try await governor.enter(governor.makeTicket(), .read, .background, until: deadline)
            order.withLock { $0.append("background") }
        }
        await governor.queueLength.until { $0 == 1 }
        let second = Task {
            try await governor.enter(governor.makeTicket(), .write, .interactive, until: deadline)
            order.withLock { $0.append("interactive") }
        }
        await governor.queueLength.until { $0 == 2 }
        await governor.leave(.read)
        await order.until { $0.count == 1 }
        await governor.leave(.read)
        await order.until { $0.count == 2 }
        #expect(order.withLock { $0 } == ["interactive", "background"])
        try await first.value
        try await second.value
    }

    @Test("one who is hurried goes before those who came earlier")
    func promotion() async throws {
        let time = ManualTime(start: .origin)
        let governor = QuotaGovernor(limits: .init(parallelCalls: 1), time: time)
        let deadline = Timestamp.origin + .seconds(1)
        try await governor.enter(governor.makeTicket(), .read, .background, until: deadline)
        let order = Awaitable<[Int]>([])
        var tickets: [QuotaGovernor.Ticket] = []
        for number in 0..<2 {
            let ticket = governor.makeTicket()
            tickets.append(ticket)
            Task {
                try await governor.enter(ticket, .read, .background, until: deadline)
                order.withLock { $0.append(number) }
            }
            await governor.queueLength.until { $0 == number + 1 }
        }
        await governor.promote(tickets[1])
        await governor.leave(.read)
        await order.until { $0.count == 1 }
        await governor.leave(.read)
        await order.until { $0.count == 2 }
        #expect(order.withLock { $0 } == [1, 0])
    }

    @Test("one who is cancelled leaves the line")
    func cancellation() async throws {
        let time = ManualTime(start: .origin)
        let governor = QuotaGovernor(limits: .init(parallelCalls: 1), time: time)
        let deadline = Timestamp.origin + .seconds(1)
        try await governor.enter(governor.makeTicket(), .read, .background, until: deadline)
        let waiting = Task { try await governor.enter(governor.makeTicket(), .read, .background, until: deadline) }
        await governor.queueLength.until { $0 == 1 }
        waiting.cancel()
        await #expect(throws: WorkbookError.cancelled) { try await waiting.value }
        await governor.leave(.read)
        try await governor.enter(governor.makeTicket(), .read, .background, until: deadline)
    }
}

@Suite("Retry policy")
struct RetryPolicyTests {
    @Test(
        "pauses grow by the factor, by chance up to a quarter more, to thirty seconds; a longer wish wins",
        arguments: [
            (1, 0.0, nil, 500), (2, 0.0, nil, 1000), (4, 0.0, nil, 4000), (1, 1.0, nil, 625), (20, 0.5, nil, 30_000),
            (1, 0.0, 2000, 2000), (4, 0.0, 2000, 4000), (1, 0.0, 60_000, 60_000),
        ] as [(Int, Double, Int?, Int)])
    func delays(attempt: Int, chance: Double, wish: Int?, milliseconds: Int) {
        let delay = RetryPolicy().delay(
            after: attempt, chance: chance, retryAfter: wish.map { .milliseconds($0) })
        #expect(abs((delay - .milliseconds(milliseconds)).inSeconds) < 1e-6)
    }

    @Test("a factor of one or less keeps the pause; at least one try is made")
    func bounds() {
        let policy = RetryPolicy(attempts: 0, base: .seconds(2), factor: 0.5)
        #expect(policy.attempts == 1)
        #expect(policy.delay(after: 3, chance: 0, retryAfter: nil) == .seconds(2))
    }
}
