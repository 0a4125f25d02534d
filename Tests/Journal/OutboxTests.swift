import Service
import Testing

@testable import Journal

@Suite("Outbox", .timeLimit(.minutes(1)))
struct OutboxTests {
    func intent(
        _ key: String, row: String = "W1234", operation: OutboxOperation = .update, kind: OutboxKind = .eventual,
        _ cells: OutboxCell...
    ) -> OutboxIntent {
        OutboxIntent(
            key: key, spreadsheet: "sheet", tab: "Tickets", row: row, operation: operation, kind: kind, cells: cells)
    }

    @Test("an entry survives a crash with every kind of value and what was seen before")
    func roundTrip() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        let full = intent(
            "a", kind: .confirmed, OutboxCell("E", .text("=1+1 🧭"), seenBefore: ""), OutboxCell("F", .number(2.5)),
            OutboxCell("G", .bool(true), seenBefore: "FALSE"), OutboxCell("H", .clear))
        let entry = try await journal.append(full)
        #expect(entry.intent == full)
        #expect(entry.createdAt == fixture.time.now)
        let image = try fixture.crashImage()
        let survivor = try await fixture.open(image.path)
        #expect(try await survivor.pending() == [entry])
        #expect(try await survivor.outboxEntry(forKey: "a") == entry)
        await survivor.close()
        await journal.close()
    }

    @Test("the same key is recorded once, even when it is settled")
    func idempotency() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        let first = try await journal.append(intent("a", OutboxCell("E", .text("1"))))
        let second = try await journal.append(intent("a", OutboxCell("E", .text("2"))))
        #expect(second == first)
        #expect(try await journal.settle(first.id, as: .applied))
        #expect(try await journal.append(intent("a", OutboxCell("E", .text("3")))).state == .applied)
        #expect(try await journal.pendingCount() == 0)
        await journal.close()
    }

    @Test("an unsent update of the same cells takes the new values and keeps what was seen before the first")
    func coalescing() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        let first = try await journal.append(
            intent("a", OutboxCell("E", .number(1), seenBefore: "0"), OutboxCell("F", .text("x"))))
        let second = try await journal.append(
            intent("b", OutboxCell("F", .text("y"), seenBefore: "x"), OutboxCell("E", .number(2), seenBefore: "1")))
        #expect(second.id == first.id)
        let pending = try await journal.pending()
        #expect(pending == [second])
        #expect(
            pending.first?.intent.cells == [
                OutboxCell("F", .text("y")), OutboxCell("E", .number(2), seenBefore: "0"),
            ])
        #expect(try await journal.outboxEntry(forKey: "b")?.id == first.id)
        #expect(try await journal.outboxEntry(forKey: "a")?.id == first.id)
        await journal.close()
    }

    @Test("what is sent is the entry as it stands, with what coalesced into it")
    func attemptTakesTheLatest() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        let upsert = { intent($0, operation: .upsert, OutboxCell("E", .text($1))) }
        let first = try await journal.append([upsert("a", "1"), upsert("b", "2")])
        #expect(first.map(\.id) == [first[0].id, first[0].id])
        #expect(try await journal.beginAttempts([first[0].id]).first?.intent.cells == [OutboxCell("E", .text("2"))])
        await journal.close()
    }

    enum Earlier: CaseIterable {
        case sent, confirmed, otherRow, otherCells, moreCells, append, overlapped
    }

    @Test(
        "nothing coalesces into what was sent, confirms, differs, or was overlapped since", arguments: Earlier.allCases)
    func separate(earlier: Earlier) async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        let cell = OutboxCell("E", .number(1))
        switch earlier {
        case .sent: #expect(try await journal.beginAttempts([journal.append(intent("a", cell)).id]).count == 1)
        case .confirmed: _ = try await journal.append(intent("a", kind: .confirmed, cell))
        case .otherRow: _ = try await journal.append(intent("a", row: "W1", cell))
        case .otherCells: _ = try await journal.append(intent("a", OutboxCell("F", .number(1))))
        case .moreCells: _ = try await journal.append(intent("a", cell, OutboxCell("F", .number(1))))
        case .append: _ = try await journal.append(intent("a", operation: .append, cell))
        case .overlapped:
            _ = try await journal.append(intent("a", cell))
            _ = try await journal.append(intent("b", cell, OutboxCell("F", .number(1))))
        }
        let before = try await journal.pendingCount()
        _ = try await journal.append(intent("z", OutboxCell("E", .number(2))))
        #expect(try await journal.pendingCount() == before + 1)
        #expect(try await journal.pending().map(\.id).sorted() == journal.pending().map(\.id))
        await journal.close()
    }

    @Test("an outcome is recorded once, and what is settled is not sent")
    func settling() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        let id = try await journal.append(intent("a", OutboxCell("E", .number(1)))).id
        #expect(try await journal.beginAttempts([id]).map(\.id) == [id])
        try await journal.noteFailure(id, "quota")
        let entry = try await journal.pending().first
        #expect(entry?.attempts == 1)
        #expect(entry?.note == "quota")
        #expect(try await journal.settle(id, as: .withdrawn, note: "too late"))
        #expect(try await !journal.settle(id, as: .applied))
        #expect(try await journal.beginAttempts([id]).isEmpty)
        #expect(try await journal.outboxEntry(forKey: "a")?.state == .withdrawn)
        #expect(try await journal.outboxEntry(forKey: "a")?.note == "too late")
        await journal.close()
    }

    @Test("entries are listed by spreadsheet in the order in which they were appended")
    func listing() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        for index in 0..<6 {
            var next = intent("k\(index)", row: "\(index)", OutboxCell("E", .number(1)))
            next.spreadsheet = index.isMultiple(of: 2) ? "even" : "odd"
            _ = try await journal.append(next)
        }
        #expect(try await journal.pending(in: "odd").map(\.intent.row) == ["1", "3", "5"])
        #expect(try await journal.pending().map(\.intent.row) == ["0", "1", "2", "3", "4", "5"])
        await journal.close()
    }

    @Test("outcomes are forgotten after a week, pending entries never")
    func forgetting() async throws {
        let fixture = try JournalFixture()
        let journal = try await fixture.open()
        let settled = try await journal.append(intent("a", row: "1", OutboxCell("E", .number(1)))).id
        _ = try await journal.append(intent("b", row: "2", OutboxCell("E", .number(1))))
        #expect(try await journal.settle(settled, as: .applied))
        await fixture.time.advance(by: .seconds(8 * 24 * 3600))
        await journal.cleanIfDue()
        #expect(try await journal.outboxEntry(forKey: "a") == nil)
        #expect(try await journal.pending().map(\.intent.key) == ["b"])
        await journal.close()
    }
}
