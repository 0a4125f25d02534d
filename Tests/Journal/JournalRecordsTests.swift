import Service
import TestTools
import Testing

@testable import Journal

@Suite("Event keys", .timeLimit(.minutes(1)))
struct EventKeyTests {
    @Test("an event is handed out once per process, and never again once it is finished")
    func once() async throws {
        let fixture = try JournalFixture()
        let first = try await fixture.open()
        #expect(try await first.claim("a"))
        #expect(try await !first.claim("a"))
        #expect(try await first.claim("b"))
        try await first.finish("b")
        await first.close()

        let second = try await fixture.open()
        #expect(try await second.claim("a"), "claimed by an earlier process, unfinished")
        #expect(try await !second.claim("a"))
        #expect(try await !second.claim("b"))
        await second.close()
    }

    @Test("of callers who claim one event at the same time one gets it, new or after its key expired")
    func race() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        for _ in 0..<2 {
            let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<50 { group.addTask { try await journal.claim("a") } }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(granted == 1)
            try await journal.finish("a")
            await fixture.time.advance(by: .seconds(24 * 3600 + 1))
        }
        await journal.close()
    }

    @Test("fingerprints go once their keys have expired, and until then no finished event is handed out")
    func forgetting() {
        var claims = EventClaims(finished: ["old"], lifetime: .seconds(10), now: Timestamp(milliseconds: 0))
        func finish(_ key: String, at second: Int64) {
            #expect(claims.take(key) == .granted)
            claims.finish(key, now: Timestamp(milliseconds: second * 1000))
        }
        func answer(_ key: String) -> EventClaims.Answer {
            defer { claims.giveBack(key) }
            return claims.take(key)
        }
        finish("a", at: 9)
        #expect(["old", "a"].map(answer) == [.askRecords, .askRecords])
        finish("b", at: 10)
        #expect(["old", "a", "b"].map(answer) == [.granted, .askRecords, .askRecords])
        finish("c", at: 20)
        #expect(["a", "b", "c"].map(answer) == [.granted, .askRecords, .askRecords])
    }

    @Test("a key is remembered for 24 hours, to the millisecond")
    func expiry() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        #expect(try await journal.claim("a"))
        try await journal.finish("a")
        await fixture.time.advance(by: .seconds(24 * 3600))
        #expect(try await !journal.claim("a"))
        await fixture.time.advance(by: .milliseconds(1))
        #expect(try await journal.claim("a"))
        await journal.close()
    }
}

@Suite("Gateway session", .timeLimit(.minutes(1)))
struct GatewaySessionTests {
    let record = GatewayRecord(
        sessionID: "abc", sequence: 1, resumeURL: "wss://gateway/?v=10&encoding=json", guildIDs: [1, .max])

    @Test("the session survives a restart as it was saved, and can be cleared")
    func roundTrip() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        #expect(try await journal.gatewaySession() == nil)
        try await journal.saveGatewaySession(record, pace: .immediate)
        let image = try fixture.crashImage()
        let survivor = try await fixture.open(image.path)
        #expect(try await survivor.gatewaySession() == record)
        try await survivor.clearGatewaySession()
        #expect(try await survivor.gatewaySession() == nil)
        await survivor.close()
        await journal.close()
    }

    @Test("paced checkpoints are written at most once a second, the newest one always in the end")
    func pacing() async throws {
        let fixture = try JournalFixture()
        let clock = ManualTime(start: .origin)
        let journal = try await fixture.open { $0.clock = clock }
        let before = journal.diagnostics.unforcedRecords
        for sequence in 1...100 {
            var next = record
            next.sequence = sequence
            try await journal.saveGatewaySession(next)
        }
        #expect(journal.diagnostics.unforcedRecords - before == 1)
        #expect(try await journal.gatewaySession()?.sequence == 100)
        await clock.waitForSleepers(1)
        await clock.advance(by: .seconds(1))
        try await eventually("the newest checkpoint is written") {
            journal.diagnostics.unforcedRecords - before == 2
        }
        #expect(try await journal.gatewaySession()?.sequence == 100)
        await journal.close()
    }

    @Test("closing writes the checkpoint that was waiting")
    func closing() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        try await journal.saveGatewaySession(record)
        var last = record
        last.sequence = 2
        try await journal.saveGatewaySession(last)
        await journal.close()
        let next = try await fixture.open()
        #expect(try await next.gatewaySession() == last)
        await next.close()
    }
}

@Suite("Panels", .timeLimit(.minutes(1)))
struct PanelTests {
    @Test("a panel's state is kept by message, replaced, and listed by kind")
    func roundTrip() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        try await journal.savePanel(.max, kind: "search", state: [])
        try await journal.savePanel(2, kind: "search", state: Array(#"{"page":1}"#.utf8))
        try await journal.savePanel(3, kind: "other", state: [1])
        await fixture.time.advance(by: .seconds(1))
        try await journal.savePanel(.max, kind: "search", state: [2])
        #expect(
            try await journal.panel(.max)
                == PanelRecord(messageID: .max, kind: "search", state: [2], updatedAt: fixture.time.now))
        #expect(try await journal.panels(ofKind: "search").map(\.messageID) == [.max, 2])
        try await journal.deletePanel(2)
        #expect(try await journal.panel(2) == nil)
        await journal.close()
    }

    @Test("panels expire after their lifetime, and the limit lets the oldest go first")
    func bounds() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open {
            $0.panelLimit = 3
            $0.panelLifetime = .seconds(3600)
        }
        for id in UInt64(1)...5 {
            try await journal.savePanel(id, kind: "k", state: [])
            await fixture.time.advance(by: .seconds(1))
        }
        await fixture.time.advance(by: .seconds(700))
        await journal.cleanIfDue()
        #expect(try await journal.panels(ofKind: "k").map(\.messageID) == [5, 4, 3])
        await fixture.time.advance(by: .seconds(3600))
        #expect(try await journal.panel(5) == nil)
        await journal.close()
    }
}

@Suite("Flows", .timeLimit(.minutes(1)))
struct FlowTests {
    @Test("a step keeps its start and its message while its state moves on, across a restart")
    func steps() async throws {
        let fixture = try JournalFixture()
        let first = try await fixture.open()
        let start = fixture.time.now
        try await first.record("post", of: "close:1", as: .started, detail: [1])
        await fixture.time.advance(by: .seconds(5))
        try await first.record("post", of: "close:1", as: .started, messageID: 77)
        try await first.record("rename", of: "close:1", as: .started)
        try await first.record("ask", of: "close:2", as: .failed)
        await first.close()

        let second = try await fixture.open()
        try await second.record("post", of: "close:1", as: .done)
        let steps = try await second.steps(of: "close:1")
        #expect(steps.map(\.step) == ["post", "rename"])
        #expect(steps.first?.state == .done)
        #expect(steps.first?.messageID == 77)
        #expect(steps.first?.startedAt == start)
        #expect(steps.first?.updatedAt == start + .seconds(5))
        #expect(try await second.step("ask", of: "close:2")?.state == .failed)
        #expect(try await second.openFlows() == ["close:1", "close:2"])
        try await second.endFlow("close:1")
        #expect(try await second.openFlows() == ["close:2"])
        await second.close()
    }
}
