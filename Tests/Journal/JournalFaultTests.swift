import Glibc
import Service
import TestTools
import Testing

@testable import Journal

@Suite("Journal: faults", .timeLimit(.minutes(1)))
struct JournalFaultTests {
    final class Healths: Sendable {
        private let seen = Awaitable<[Journal.Health]>([])
        func add(_ health: Journal.Health) { seen.withLock { $0.append(health) } }
        var all: [Journal.Health] { seen.withLock { $0 } }
        func untilWell() async { await seen.until { $0.last == .ok } }
    }

    @Test("a full disk is told once, and the journal finds out by itself that there is room again")
    func diskFull() async throws {
        let fixture = try JournalFixture()
        let (clock, healths) = (ManualTime(start: .origin), Healths())
        let journal = try await fixture.open {
            $0.clock = clock
            $0.onHealthChange = { healths.add($0) }
        }
        try await journal.setValue("kept", for: "k")
        #expect(healths.all.isEmpty)
        try await journal.limitPages(to: 1)
        let large = [UInt8](repeating: 65, count: 100_000)
        for step in ["a", "b"] {
            await #expect(throws: JournalError.diskFull) {
                try await journal.record(step, of: "f", as: .started, detail: large)
            }
        }
        #expect(try await journal.value(for: "k") == "kept")
        #expect(healths.all == [.failing(.diskFull)])
        await clock.waitForSleepers(1)
        try await journal.limitPages(to: 1_000_000)
        await clock.advance(by: .seconds(30))
        await healths.untilWell()
        #expect(healths.all == [.failing(.diskFull), .ok])
        try await journal.record("a", of: "f", as: .started, detail: large)
        #expect(try await journal.steps(of: "f").map(\.step) == ["a"])
        await journal.close()
        #expect(clock.sleeperCount == 0)
    }

    @Test("a full disk refuses event keys and gateway sessions, and the newest session is written once there is room")
    func unforcedOnFullDisk() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        try await journal.limitPages(to: 1)
        let long = String(repeating: "x", count: 100_000)
        #expect(try await journal.claim(long))
        await #expect(throws: JournalError.diskFull) { try await journal.finish(long) }
        #expect(try await !journal.claim(long), "not recorded, but known to this process")
        let record = GatewayRecord(sessionID: long, sequence: 1, resumeURL: "wss://x", guildIDs: [])
        await #expect(throws: JournalError.diskFull) {
            try await journal.saveGatewaySession(record, pace: .immediate)
        }
        #expect(try await journal.gatewaySession() == record, "what waits is known to this process")
        try await journal.limitPages(to: 1_000_000)
        try await journal.finish(long)
        await journal.close()
        let next = try await fixture.open()
        #expect(try await !next.claim(long))
        #expect(try await next.gatewaySession() == record)
        await next.close()
    }

    @Test("a write-ahead log that was cut off at any place by a kill keeps every whole commit before it")
    func halfWrittenLog() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        for number in 1...8 { try await journal.setValue("\(number)", for: "k\(number)") }
        let (file, log) = (try fixture.folder.read("journal.sqlite"), try fixture.folder.read("journal.sqlite-wal"))
        await journal.close()
        var newest = 0
        for length in stride(from: 0, through: log.count, by: max(1, log.count / 23)) + [log.count] {
            let image = try TemporaryFolder()
            try image.write(file, to: "journal.sqlite")
            try image.write(Array(log.prefix(length)), to: "journal.sqlite-wal")
            let survivor = try await fixture.open(image.path)
            let values = try await survivor.values(withPrefix: "k")
            #expect(Set(values.values) == Set((0..<values.count).map { "\($0 + 1)" }), "a gap at \(length)")
            #expect(values.count >= newest)
            newest = values.count
            try await survivor.setValue("goes on", for: "after")
            await survivor.close()
        }
        #expect(newest == 8)
        #expect(fixture.logs.records.isEmpty, "a log that was cut off is no damage")
    }

    @Test("a write-ahead log with a torn frame behind the last commit loses nothing")
    func tornFrame() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        for number in 1...8 { try await journal.setValue("\(number)", for: "k\(number)") }
        let image = try fixture.crashImage()
        await journal.close()
        try image.write(
            image.read("journal.sqlite-wal") + (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) },
            to: "journal.sqlite-wal")
        let survivor = try await fixture.open(image.path)
        #expect(try await survivor.values(withPrefix: "k").count == 8)
        await survivor.close()
    }

    @Test("a file that is damaged while it is open is set aside at the next call, which finds a working journal")
    func damagedWhileOpen() async throws {
        let fixture = try JournalFixture()
        let (clock, healths) = (ManualTime(start: .origin), Healths())
        let journal = try await fixture.open {
            $0.clock = clock
            $0.onHealthChange = { healths.add($0) }
        }
        for index in 0..<200 {
            try await journal.record("s\(index)", of: "f", as: .done, detail: Array(repeating: 7, count: 3000))
        }
        // Everything into the file, then over every page of it; what was cached is read again because it changed.
        try await journal.foldLog()
        try damageFile(at: fixture.folder.path + "/journal.sqlite")
        await #expect(throws: JournalError.self) {
            for index in 0..<200 { _ = try await journal.step("s\(index)", of: "f") }
        }
        guard case .failing(.corrupt)? = healths.all.first else {
            Issue.record("damage was not noticed: \(journal.health)")
            return
        }
        await clock.waitForSleepers(1)
        await clock.advance(by: .seconds(30))
        await healths.untilWell()
        try await journal.setValue("1", for: "k")
        #expect(try await journal.value(for: "k") == "1")
        #expect(fixture.folder.files.contains { $0.hasPrefix("journal.sqlite.corrupt-") })
        await journal.close()
        let errors = fixture.logs.records.filter { $0.level >= .error }.map(\.message)
        #expect(errors == ["journal: damaged file set aside, a fresh one begins"])
    }

    @Test("entries of an outbox outlive the damaged file, under their ids, and no new one takes the place of one")
    func outboxOfDamagedFile() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        var old: [OutboxEntry] = []
        for key in ["a", "b"] { old.append(try await journal.append(Self.intent(key))) }
        try await journal.foldLog()
        try damageFile(at: fixture.folder.path + "/journal.sqlite")
        await #expect(throws: JournalError.self) { try await journal.pending() }
        let new = try await journal.append(Self.intent("c"))
        #expect(new.id > old.map(\.id).max() ?? 0)
        #expect(try await journal.beginAttempts(old.map(\.id)).isEmpty)
        for _ in 1...2 { try await journal.restore(old + [new]) }
        #expect(try await journal.pending() == old + [new])
        #expect(try await journal.settle(old.map(\.id), as: .applied) == old.map(\.id))
        try await journal.restore(old)
        #expect(try await journal.pending() == [new], "what is settled stays so")
        await journal.close()
    }

    private static func intent(_ key: String) -> OutboxIntent {
        OutboxIntent(
            key: key, spreadsheet: "s", tab: "t", row: key, operation: .update, kind: .eventual,
            cells: [OutboxCell("c", .text(key), seenBefore: "before")])
    }

    @Test("setting the wall clock back an hour forgets nothing, hands no event out twice, and delays no cleaning")
    func clockSetBack() async throws {
        let fixture = try JournalFixture()
        await fixture.time.advance(by: .seconds(7200))
        let journal = try await fixture.open { $0.eventKeyLifetime = .seconds(7200) }
        #expect(try await journal.claim("a"))
        try await journal.finish("a")
        try await journal.savePanel(1, kind: "k", state: [1])
        await fixture.time.set(by: .seconds(-3600))
        #expect(try await !journal.claim("a"))
        #expect(try await journal.panel(1) != nil)
        try await journal.record("s", of: "f", as: .done)
        #expect(try await journal.steps(of: "f").count == 1)
        let before = journal.diagnostics.unforcedRecords
        await fixture.time.advance(by: .seconds(600))
        await journal.cleanIfDue()
        #expect(
            journal.diagnostics.unforcedRecords == before + 1, "due after 600 s that passed, whatever the clock shows")
        await journal.close()
    }

    @Test("a folder that another process holds is refused by its name, and free as soon as that process dies")
    func holderDies() async throws {
        let fixture = try JournalFixture()
        let path = fixture.folder.path + "/lock"
        // A process of its own holds the lock as another bot would, and says so in the file.
        let holder = Task {
            try await Subprocess.run(
                "flock", arguments: ["-x", path, "/bin/sh", "-c", "echo 4711 > \(path); exec sleep 60"])
        }
        try await eventually("the other process holds the lock") {
            (try? fixture.folder.read("lock")) == Array("4711\n".utf8)
        }
        let clock = ManualTime(start: .origin)
        let refused = Task { try await fixture.open { $0.clock = clock } }
        await clock.waitForSleepers(1)
        await clock.advance(by: .seconds(31))
        let error = await #expect(throws: JournalError.self) { try await refused.value }
        #expect(error?.description == "\(fixture.folder.path) is in use by process 4711")
        holder.cancel()
        _ = await holder.result
        let journal = try await fixture.open()
        try await journal.setValue("1", for: "k")
        await journal.close()
    }
}
