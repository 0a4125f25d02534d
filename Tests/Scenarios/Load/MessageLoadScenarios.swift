import Bot
import Discord
import DiscordSimulator
import Glibc
import Service
import Synchronization
import Testing

/// Many messages at once: none is lost, each channel keeps its order, and what waits is bounded.
@Suite("Load: many messages")
struct MessageLoadScenarios {
    private static let count = Soak.isLong ? 100_000 : 20_000

    @Test("lanes keep the order of each channel, and hold no more than they may")
    func lanes() async {
        let lanes = Lanes<Int>(depth: 256)
        let seen = Mutex([Int: [Int]]())
        let waiting = Mutex((now: 0, most: 0))
        let keys = 50
        for number in 0..<Self.count {
            waiting.withLock { waiting in
                waiting.now += 1
                waiting.most = max(waiting.most, waiting.now)
            }
            await lanes.enqueue("message", in: number % keys) {
                seen.withLock { $0[number % keys, default: []].append(number) }
                waiting.withLock { $0.now -= 1 }
            }
        }
        await lanes.waitUntilDrained()
        seen.withLock { seen in
            #expect(seen.values.map(\.count).reduce(0, +) == Self.count)
            #expect(seen.values.allSatisfy { $0 == $0.sorted() })
        }
        #expect(waiting.withLock { $0.most } <= keys * 257 + 1)
        #expect(lanes.count == 0)
    }

    @Test("a slow channel holds back whoever writes into it, and no other channel before it is full")
    func backPressure() async {
        let lanes = Lanes<Int>(depth: 16)
        let gate = Gate()
        for _ in 0...16 { await lanes.enqueue("slow", in: 1) { await gate.isOpen() } }
        let isThrough = Mutex(false)
        let next = Task {
            await lanes.enqueue("slow", in: 1) {}
            isThrough.withLock { $0 = true }
        }
        let other = await withCheckedContinuation { continuation in
            Task { await lanes.enqueue("quick", in: 2) { continuation.resume(returning: true) } }
        }
        #expect(other)
        #expect(!isThrough.withLock { $0 })
        await gate.open()
        await next.value
        await lanes.waitUntilDrained()
        #expect(isThrough.withLock { $0 })
    }

    @Test("a flood of chatter in many channels leaves every question answered, in the order of its channel")
    func flood() async throws {
        let count = Soak.isLong ? 100_000 : 3_000
        try await Stage.play { stage in
            let before = try #require(ResidentMemory.bytes())
            let channels = (0..<10).map { SampleGuild.id(251 + $0) }
            let start = TransportTime().now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for channel in channels {
                    group.addTask {
                        let member = stage.person(331)
                        for number in 0..<(count / channels.count) {
                            try await member.says("chatter \(number)", in: channel)
                            // So that the simulated Discord never takes the bot for too slow a reader.
                            if number % 200 == 199 {
                                try await stage.settles(member, in: channel, within: .seconds(60))
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let questions = channels.map { Questions(stage, in: $0) }
            for question in questions { try await question.ask("WKCT") }
            for question in questions { try await question.areAnsweredOnce() }
            let seconds = (TransportTime().now - start) / .seconds(1)
            let growth = try #require(ResidentMemory.bytes()) - before
            print(
                "load: \(count) messages in \(Int(seconds)) s, the simulated guild and the bot grew by \(ResidentMemory.text(growth))"
            )
        }
    }
}

/// Opens once, for all who wait.
private actor Gate {
    private var isOpened = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func isOpen() async {
        if !isOpened { await withCheckedContinuation { waiting.append($0) } }
    }

    func open() {
        isOpened = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }
}
