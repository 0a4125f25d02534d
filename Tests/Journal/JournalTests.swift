import Glibc
import Service
import Testing

@testable import Journal

@Suite("Journal", .timeLimit(.minutes(1)))
struct JournalTests {
    @Test("a burst of forced writes shares few commits, and each caller returns after its own")
    func groupCommit() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask { try await journal.setValue("\(index)", for: "key \(index)") }
            }
            try await group.waitForAll()
        }
        #expect(journal.diagnostics.forcedRecords == 200)
        #expect(journal.diagnostics.forcedCommits <= 40)
        #expect(try await journal.values(withPrefix: "key ").count == 200)
        await journal.close()
    }

    @Test("a forced record survives a crash right after the call")
    func forcedSurvivesCrash() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        for index in 0..<5 {
            try await journal.setValue("v\(index)", for: "k")
            let image = try fixture.crashImage()
            let survivor = try await fixture.open(image.path)
            #expect(try await survivor.value(for: "k") == "v\(index)")
            await survivor.close()
        }
        await journal.close()
    }

    @Test("an unforced record survives the end of the process")
    func unforcedSurvivesProcess() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        #expect(try await journal.claim("m1"))
        try await journal.finish("m1")
        let image = try fixture.crashImage()
        let survivor = try await fixture.open(image.path)
        #expect(try await !survivor.claim("m1"))
        await survivor.close()
        await journal.close()
    }

    @Test("one failed write of a batch leaves the others in place")
    func partialFailure() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        async let good: Void = journal.setValue("1", for: "good")
        let bad = Task {
            try await journal.force { database throws(JournalError) in
                try database.run("INSERT INTO settings (key, value) VALUES ('half', '1')")
                try database.run("INSERT INTO nowhere VALUES (1)")
            }
        }
        async let alsoGood: Void = journal.setValue("2", for: "also good")
        try await good
        try await alsoGood
        await #expect(throws: JournalError.self) { try await bad.value }
        #expect(try await journal.values(withPrefix: "") == ["good": "1", "also good": "2"])
        await journal.close()
    }

    @Test("on a full disk reads go on, writes are refused, and health recovers")
    func diskFull() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        try await journal.setValue("kept", for: "k")
        try await journal.limitPages(to: 1)
        let large = [UInt8](repeating: 65, count: 100_000)
        await #expect(throws: JournalError.diskFull) {
            try await journal.record("a", of: "f", as: .started, detail: large)
        }
        #expect(journal.health == .failing(.diskFull))
        await #expect(throws: JournalError.diskFull) { try await journal.savePanel(1, kind: "x", state: large) }
        #expect(try await journal.value(for: "k") == "kept")
        #expect(try await journal.steps(of: "f").isEmpty)

        try await journal.limitPages(to: 1_000_000)
        await journal.probe()
        #expect(journal.health == .ok)
        try await journal.record("a", of: "f", as: .started, detail: large)
        #expect(fixture.logs.messages == ["journal: writing fails", "journal: writing works again"])
        await journal.close()
    }

    @Test("after closing, calls say so, and everything is in one file")
    func closing() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        try await journal.setValue("1", for: "k")
        await journal.close()
        await journal.close()
        await #expect(throws: JournalError.closed) { try await journal.setValue("2", for: "k") }
        await #expect(throws: JournalError.closed) { try await journal.claim("m") }
        await #expect(throws: JournalError.closed) { try await journal.value(for: "k") }
        #expect(fixture.folder.files == ["journal.sqlite", "lock"])
    }

    @Test("settings are replaced, listed by prefix, and forgotten")
    func settings() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        try await journal.setValue("1", for: "job_%.a")
        try await journal.setValue("2", for: "job_%.b")
        try await journal.setValue("3", for: "job_x.c")
        try await journal.setValue("4", for: "job_%.a")
        #expect(try await journal.values(withPrefix: "job_%.") == ["job_%.a": "4", "job_%.b": "2"])
        try await journal.setValue(nil, for: "job_%.a")
        #expect(try await journal.value(for: "job_%.a") == nil)
        await journal.close()
    }
}

@Suite("Opening a journal", .timeLimit(.minutes(1)))
struct JournalOpeningTests {
    @Test("missing folders are created")
    func createsFolders() async throws {
        let fixture = try JournalFixture()
        let path = fixture.folder.path + "/a/b"
        let journal = try await fixture.open(path)
        try await journal.setValue("1", for: "k")
        await journal.close()
        #expect(fixture.folder.files == ["a"])
        for name in ["/a/b/lock", "/a/b/journal.sqlite"] { unlink(fixture.folder.path + name) }
        for name in ["/a/b", "/a"] { rmdir(fixture.folder.path + name) }
    }

    @Test("a second opener gives up after its deadline and names the holder")
    func locked() async throws {
        let fixture = try JournalFixture()
        let clock = ManualTime(start: .origin)
        let holder = try await fixture.open()
        let second = Task {
            try await fixture.open {
                $0.lockDeadline = .seconds(30)
                $0.clock = clock
            }
        }
        await clock.waitForSleepers(1)
        await clock.advance(by: .seconds(31))
        await #expect(throws: JournalError.locked(path: fixture.folder.path, holder: "process \(getpid())")) {
            try await second.value
        }
        await holder.close()
    }

    @Test("a second opener gets in when the first closes in time")
    func lockIsHandedOver() async throws {
        let fixture = try JournalFixture()
        let clock = ManualTime(start: .origin)
        let holder = try await fixture.open()
        try await holder.setValue("from the first", for: "k")
        let second = Task { try await fixture.open { $0.clock = clock } }
        await clock.waitForSleepers(1)
        await holder.close()
        await clock.advance(by: .seconds(1))
        let journal = try await second.value
        #expect(try await journal.value(for: "k") == "from the first")
        await journal.close()
    }

    @Test("who waits while the folder is cleared gets the lock that others will find there")
    func clearedFolder() async throws {
        let fixture = try JournalFixture()
        let clock = ManualTime(start: .origin)
        let holder = try await fixture.open()
        let second = Task { try await fixture.open { $0.clock = clock } }
        await clock.waitForSleepers(1)
        for name in fixture.folder.files { unlink(fixture.folder.path + "/" + name) }
        await clock.advance(by: .milliseconds(50))
        let journal = try await second.value
        await #expect(throws: JournalError.locked(path: fixture.folder.path, holder: "process \(getpid())")) {
            try await fixture.open { $0.lockDeadline = .zero }
        }
        await holder.close()
        await journal.close()
    }

    @Test("folders that are missing are made by whoever comes first")
    func createdTogether() async throws {
        let fixture = try JournalFixture()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in ["x", "y", "z"] {
                group.addTask {
                    let path = fixture.folder.path + "/a/b/" + name
                    try await fixture.open(path).close()
                    for file in ["/lock", "/journal.sqlite"] { unlink(path + file) }
                    rmdir(path)
                }
            }
            try await group.waitForAll()
        }
        for name in ["/a/b", "/a"] { rmdir(fixture.folder.path + name) }
    }

    @Test("a folder that cannot be written is a typed error")
    func unwritable() async throws {
        let fixture = try JournalFixture()
        try fixture.folder.write([], to: "file")
        let path = fixture.folder.path + "/file/state"
        await #expect(throws: JournalError.unwritable(path: path, reason: "Not a directory")) {
            try await fixture.open(path)
        }
    }

    @Test("a damaged file is set aside with one error, and a fresh one begins", arguments: ["head", "middle", "text"])
    func corrupt(damage: String) async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        for index in 0..<50 {
            try await journal.record("s\(index)", of: "f", as: .done, detail: Array(repeating: 7, count: 900))
        }
        await journal.close()
        var content = try fixture.folder.read("journal.sqlite")
        switch damage {
        case "head": content.replaceSubrange(0..<16, with: Array(repeating: 0, count: 16))
        case "middle": for index in stride(from: 4096, to: content.count, by: 64) { content[index] ^= 0xFF }
        default: content = Array("not a database, not even nearly one of the sort that is expected here".utf8)
        }
        try fixture.folder.write(content, to: "journal.sqlite")

        let fresh = try await fixture.open()
        #expect(try await fresh.openFlows().isEmpty)
        try await fresh.setValue("1", for: "k")
        await fresh.close()
        #expect(fixture.logs.records.map(\.level) == [.error])
        let aside = "journal.sqlite.corrupt-1800000000000"
        #expect(fixture.folder.files.contains(aside))
        #expect(try fixture.folder.read(aside) == content)
    }

    @Test("a file of a newer program is refused and left alone")
    func newer() async throws {
        let fixture = try JournalFixture()
        let database = try Database(path: fixture.folder.path + "/journal.sqlite", durability: .normal)
        try database.execute("PRAGMA user_version = 99")
        await #expect(throws: JournalError.newerSchema(found: 99, supported: Migrations.steps.count)) {
            try await fixture.open()
        }
        #expect(try Migrations.version(of: database) == 99)
    }

    @Test(
        "a file of every older version is brought to the newest with its records", arguments: 0..<Migrations.steps.count
    )
    func migration(version: Int) async throws {
        let fixture = try JournalFixture()
        do {
            let database = try Database(path: fixture.folder.path + "/journal.sqlite", durability: .normal)
            try Migrations.apply(to: database, upTo: version)
            #expect(try Migrations.version(of: database) == version)
            if version >= 1 {
                try database.execute("INSERT INTO settings VALUES ('k', 'v')")
                try database.execute("INSERT INTO event_keys VALUES ('m', 'earlier', 1, 1800000000000)")
                try database.execute("INSERT INTO gateway_session VALUES (1, 's', 42, 'wss://x', '7 8')")
            }
            if version >= 2 {
                try database.execute("INSERT INTO panels VALUES (9, 'p', x'7b7d', 1800000000000)")
                try database.execute(
                    "INSERT INTO flow_steps VALUES ('f', 's', 'done', 5, x'', 1800000000000, 1800000000000)")
            }
        }
        let journal = try await fixture.open()
        if version >= 1 {
            #expect(try await journal.value(for: "k") == "v")
            #expect(try await !journal.claim("m"))
            #expect(try await journal.gatewaySession()?.guildIDs == [7, 8])
        }
        if version >= 2 {
            #expect(try await journal.panel(9)?.state == Array("{}".utf8))
            #expect(try await journal.steps(of: "f").map(\.messageID) == [5])
        }
        let intent = OutboxIntent(
            key: "k", spreadsheet: "s", tab: "t", row: "r", kind: .eventual, cells: [OutboxCell("A", .clear)])
        #expect(try await journal.append(intent).state == .pending)
        await journal.close()
        #expect(fixture.logs.records.isEmpty)
    }
}
