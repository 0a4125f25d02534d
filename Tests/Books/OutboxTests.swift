import Books
import FoundationEssentials
import HTTPClient
import Service
import SheetsSimulator
import Spreadsheets
import TestTools
import Testing

@testable import Journal

@Suite("Outbox", .timeLimit(.minutes(2)))
struct OutboxTests {
    // MARK: What is written

    @Test("a row is found by what names it, wherever it is, and the caller hears what stood there before")
    func findsRows() async throws {
        let fixture = try OutboxFixture()
        let (journal, outbox) = try await fixture.start()
        try fixture.put("id,remarks,seats,clantag,done\nnew,,,,\nB,keep,2,WKAS,TRUE\n\na,keep,1,WKSP,FALSE\n")
        let written = try await outbox.write(
            fixture.change("A", OutboxCell("seats", .number(7)), OutboxCell("done", .bool(true))))
        #expect(
            written
                == WrittenRow(
                    number: 5, before: ["seats": "1", "done": "FALSE"], after: ["seats": "7", "done": "TRUE"]))
        #expect(
            try await fixture.rows() == [
                "id|remarks|seats|clantag|done", "new||||", "B|keep|2|WKAS|TRUE", "||||", "a|keep|7|WKSP|TRUE",
            ])
        await journal.close()
    }

    @Test("an upsert adds the row once and changes it from then on; a removal removes it")
    func upserts() async throws {
        let fixture = try OutboxFixture()
        let (journal, outbox) = try await fixture.start()
        let added = try await outbox.write(fixture.change("C", .upsert, OutboxCell("seats", .number(3))))
        #expect(added == WrittenRow(number: 4, before: [:], after: ["id": "C", "seats": "3"]))
        let changed = try await outbox.write(fixture.change("c", .upsert, OutboxCell("seats", .number(4))))
        #expect(changed.number == 4 && changed.before == ["seats": "3"])
        _ = try await outbox.write(fixture.change("A", .delete))
        #expect(try await fixture.rows().dropFirst() == ["B|2|WKAS|TRUE", "C|4||"])
        await journal.close()
    }

    @Test(
        "texts that look like formulas stay texts; numbers, truth values and cleared cells are what they are",
        arguments: [true, false])
    func formulas(isGoogle: Bool) async throws {
        let fixture = try OutboxFixture("id,seats,clantag,done\nA,x,x,x\n")
        let simulator = try SheetsSimulator(folder: fixture.folder.path, spreadsheets: ["the-id": "ledgers"])
        let urls = try await simulator.start()
        let google = GoogleWorkbook(
            account: try ServiceAccount(parsing: simulator.credentials), transport: HTTPClient(),
            options: .init(addresses: .init(sheets: urls.sheets, token: urls.token)))
        let journal = try await fixture.journal()
        let table = OutboxFixture.table(in: isGoogle ? "the-id" : "ledgers")
        let workbook: any Workbook = isGoogle ? google : fixture.workbook
        let outbox = Outbox(
            .init(
                journal: journal, workbook: workbook, calendar: CalendarTime(), transport: TransportTime(),
                logger: .silent), tables: [table])
        await outbox.start()
        let texts = ["=1+1", "+49 170", "-2", "@ayla", "007", "=HYPERLINK(\"x\")", "'quoted"]
        for (index, text) in texts.enumerated() {
            _ = try await outbox.write(
                RowChange(
                    of: table, row: ["n\(index)"], .append, cause: "\(index)",
                    [OutboxCell("clantag", .text(text)), OutboxCell("seats", .number(-2.5))]))
        }
        _ = try await outbox.write(
            RowChange(
                of: table, row: ["A"], cause: "cells",
                [OutboxCell("seats", .clear), OutboxCell("clantag", .text("=A1")), OutboxCell("done", .bool(false))]))
        let rows = try await outbox.rows(of: table, .interactive)
        #expect(rows.dropFirst().map { $0["clantag"] } == texts)
        #expect(rows.dropFirst().allSatisfy { $0["seats"] == "-2.5" })
        #expect(rows.first?.cells == ["id": "A", "seats": "", "clantag": "=A1", "done": "FALSE"])
        if isGoogle {
            let appends = simulator.requests.matching("values.append")
            #expect(appends.count == texts.count && appends.allSatisfy { "\($0.query)".contains("RAW") })
        }
        await journal.close()
        await simulator.stop()
    }

    @Test("a blank header is written before the first row, a lacking column added, one that is refused left out")
    func headers() async throws {
        let fixture = try OutboxFixture("\n")
        let journal = try await fixture.journal()
        let table = OutboxFixture.table(
            in: "ledgers",
            header: .init(["id": "id", "seats": "seats", "done": "done"], addsMissingColumns: true))
        let outbox = fixture.outbox(journal, table)
        await outbox.start()
        #expect(try await outbox.rows(of: table, .interactive).isEmpty)
        func add(_ id: String) async throws -> WrittenRow {
            try await outbox.write(
                RowChange(
                    of: table, row: [id], .upsert, cause: id,
                    [OutboxCell("seats", .number(1)), OutboxCell("done", .bool(true))]))
        }
        #expect(try await add("A").number == 2)
        #expect(try await fixture.rows() == ["id|seats|done", "A|1|TRUE"])
        try fixture.put("remarks,id,seats\nkeep,A,1\n")
        #expect(try await add("B").number == 3)
        #expect(try await fixture.rows() == ["remarks|id|seats|done", "keep|A|1|", "|B|1|TRUE"])
        try fixture.put("remarks,id,seats\nkeep,A,1\n")
        fixture.workbook.fail(.write, .data("exceeds grid limits"))
        #expect(try await add("C").after == ["id": "C", "seats": "1"])
        #expect(try await fixture.rows() == ["remarks|id|seats", "keep|A|1", "|C|1"])
        await journal.close()
    }

    // MARK: Conflicts

    @Test("a cell that is shared and was changed by hand stands, is reported once and ends the change")
    func conflict() async throws {
        let fixture = try OutboxFixture()
        let (journal, outbox) = try await fixture.start()
        await #expect(throws: WriteFailure.conflict("clantag of row 2 was changed by hand")) {
            try await outbox.write(
                fixture.change(
                    "A", OutboxCell("clantag", .text("WKMO"), seenBefore: "WKEM"), OutboxCell("seats", .number(9))))
        }
        #expect(try await fixture.rows()[1] == "A|1|WKSP|FALSE")
        #expect(fixture.alerts.withLock { $0.count } == 1)
        #expect(outbox.summary.conflicts == 1)
        // A cell of the program's own is overwritten, and what was entered by hand may be what was wanted.
        _ = try await outbox.write(
            fixture.change(
                "A", OutboxCell("clantag", .text("WKSP"), seenBefore: "WKEM"),
                OutboxCell("seats", .number(9), seenBefore: "5")))
        #expect(try await fixture.rows()[1] == "A|9|WKSP|FALSE")
        await journal.close()
    }

    @Test("what the sheet will never take is struck off and told", arguments: ["no row", "no column", "no header"])
    func refused(reason: String) async throws {
        let fixture = try OutboxFixture()
        if reason == "no column" { try fixture.put("id,clantag,done\nA,WKSP,FALSE\n") }
        if reason == "no header" { try fixture.put("seats\n1\n") }
        let (journal, outbox) = try await fixture.start()
        let change = fixture.change(reason == "no row" ? "Z" : "A", OutboxCell("seats", .number(9)))
        await #expect(throws: WriteFailure.self) { try await outbox.write(change) }
        try await outbox.enqueue([fixture.change("Z", OutboxCell("seats", .number(9)))])
        _ = await fixture.log.first { $0.level == .error && $0.message == "outbox: change refused" }
        #expect(try await journal.pendingCount() == 0)
        #expect(outbox.summary.refused == 2)
        await journal.close()
    }

    // MARK: Failures

    @Test(
        "an append that may have been applied is looked for before it is made again",
        arguments: [(true, 1), (false, 2)])
    func ambiguousAppend(isApplied: Bool, appends: Int) async throws {
        let fixture = try OutboxFixture()
        fixture.workbook.fail(.append, .ambiguous("connection lost"), isApplied: isApplied)
        let (journal, outbox) = try await fixture.start()
        let written = try await outbox.write(fixture.change("C", .append, OutboxCell("seats", .number(3))))
        #expect(written.number == 4)
        #expect(try await fixture.rows().filter { $0.hasPrefix("C") } == ["C|3||"])
        #expect(fixture.workbook.calls.withLock { $0.filter { $0 == .append }.count } == appends)
        #expect(outbox.summary.retries == 1)
        await journal.close()
    }

    @Test("changes wait for the sheet, across a restart, and are made in their order")
    func restart() async throws {
        let fixture = try OutboxFixture()
        fixture.workbook.fail(.read, .transient("down"), times: 3)
        fixture.workbook.gate.withLock { $0 = false }
        let first = try await fixture.journal()
        let outbox = fixture.outbox(first)
        await outbox.start()
        for number in 1...3 {
            try await outbox.enqueue([fixture.change("A", OutboxCell("seats", .number(Double(number))))])
            try await outbox.enqueue([fixture.change("A", OutboxCell("done", .bool(number == 3)))])
        }
        await fixture.workbook.calls.until { $0.contains(.write) }
        #expect(try await outbox.rows(of: OutboxFixture.table, .interactive).first?["seats"] == "3")
        // What the process knew is gone; the journal is not.
        let left = Task { await outbox.finish(since: TransportTime().now - .seconds(60)) }
        fixture.workbook.gate.withLock { $0 = true }
        let count = await left.value
        await first.close()
        let second = try await fixture.journal()
        let next = fixture.outbox(second)
        #expect(try await second.pendingCount() == count)
        await next.start()
        try await eventually("the queue is empty") { try await second.pendingCount() == 0 }
        #expect(try await fixture.rows()[1] == "A|3|WKSP|TRUE")
        await second.close()
    }

    enum Ending: CaseIterable { case notSaved, saved, unreadable }

    @Test("changes that wait are recorded again and made in their order when the journal is damaged under them")
    func journalDamaged() async throws {
        let fixture = try OutboxFixture()
        let journal = try await fixture.journal()
        let outbox = fixture.outbox(journal) { $0.firstPause = .milliseconds(1) }
        await outbox.start()
        fixture.workbook.fail(.read, .transient("away"), times: .max)
        let first = Task { try await outbox.write(fixture.change("A", OutboxCell("seats", .number(7)))) }
        try await eventually("it is recorded") { try await journal.pendingCount() == 1 }
        try await outbox.enqueue([fixture.change("B", OutboxCell("seats", .number(5)))])
        try await journal.foldLog()
        try damageFile(at: fixture.folder.appending(path: "state/journal.sqlite").path)
        try await eventually("the damaged file was set aside") {
            _ = try? await journal.pending()
            let state = fixture.folder.appending(path: "state").path
            return try FileManager.default.contentsOfDirectory(atPath: state).contains { $0.contains(".corrupt-") }
        }
        for seats in [8.0, 9] {
            try await outbox.enqueue([
                fixture.change("A", OutboxCell("seats", .number(seats)), OutboxCell("done", .bool(seats == 9)))
            ])
        }
        try await eventually("all is recorded again") { try await journal.pendingCount() == 3 }
        fixture.workbook.recover()
        #expect(try await first.value.after == ["seats": "7"])
        try await eventually("nothing waits") { outbox.summary.pending == 0 }
        #expect(try await fixture.rows().dropFirst() == ["A|9|WKSP|TRUE", "B|5|WKAS|TRUE"])
        #expect(try await journal.pendingCount() == 0)
        await journal.close()
    }

    @Test("when time is up, what is reported as not saved was withdrawn", arguments: Ending.allCases)
    func timeIsUp(ending: Ending) async throws {
        let fixture = try OutboxFixture()
        let journal = try await fixture.journal()
        let outbox = fixture.outbox(journal) { options in
            options.patience = .milliseconds(1500)
            options.firstPause = .seconds(30)
        }
        await outbox.start()
        fixture.workbook.fail(.write, .ambiguous("timeout"), isApplied: ending == .saved)
        let change = fixture.change("A", OutboxCell("seats", .number(9)))
        let write = Task { try await outbox.write(change) }
        await fixture.workbook.calls.until { $0.contains(.write) }
        if ending == .unreadable { fixture.workbook.fail(.read, .transient("down"), times: 9) }
        switch ending {
        case .saved:
            let written = try await write.value
            #expect(written.after == ["seats": "9"])
        case .notSaved:
            await #expect(throws: WriteFailure.notSaved("timeout")) { try await write.value }
            #expect(try await fixture.rows()[1] == "A|1|WKSP|FALSE")
            #expect(try await journal.outboxEntry(forKey: change.cause)?.state == .withdrawn)
        case .unreadable:
            await #expect(throws: WriteFailure.unsettled) { try await write.value }
            #expect(try await journal.pendingCount() == 1)
        }
        await journal.close()
    }

    @Test("a change that cannot be recorded is refused in one sentence")
    func notRecorded() async throws {
        let fixture = try OutboxFixture()
        let (journal, outbox) = try await fixture.start()
        await journal.close()
        await #expect(throws: WriteFailure.notRecorded(.closed)) {
            try await outbox.write(fixture.change("A", OutboxCell("seats", .number(9))))
        }
        #expect(WriteFailure.notRecorded(.diskFull).sentence.contains("disk is full"))
        #expect(try await fixture.rows()[1] == "A|1|WKSP|FALSE")
    }

    @Test("the same cause is one change, however often it is given")
    func sameCause() async throws {
        let fixture = try OutboxFixture()
        let (journal, outbox) = try await fixture.start()
        let change = fixture.change("A", cause: "once", OutboxCell("seats", .number(9)))
        _ = try await outbox.write(change)
        try fixture.put("id,seats,clantag,done\nA,5,WKSP,FALSE\n")
        #expect(try await outbox.write(change).after == ["seats": "9"])
        #expect(try await fixture.rows()[1] == "A|5|WKSP|FALSE")
        await journal.close()
    }

    // MARK: Together

    @Test("what waits goes in one request, and one bad cell does not hold up the others")
    func batches() async throws {
        let rows = (0..<40).map { "r\($0),0,,\n" }.joined()
        let fixture = try OutboxFixture("id,seats,clantag,done\n" + rows)
        let journal = try await fixture.journal()
        let outbox = fixture.outbox(journal)
        try await outbox.enqueue(
            (0..<40).map { number in
                let value = number == 7 ? Double.infinity : Double(number)
                return fixture.change("r\(number)", OutboxCell("seats", .number(value)))
            })
        #expect(try await outbox.rows(of: OutboxFixture.table, .interactive)[3]["seats"] == "3")
        #expect(try await outbox.rows(of: OutboxFixture.table, .interactive)[3].isPending)
        await outbox.start()
        #expect(await outbox.finish(since: TransportTime().now) == 0)
        #expect(outbox.summary.applied == 39)
        #expect(outbox.summary.refused == 1)
        #expect(try await fixture.rows()[40] == "r39|39||")
        await journal.close()
    }

    @Test("a stopping outbox finishes what is being accepted and leaves the rest to the next start")
    func finishing() async throws {
        let fixture = try OutboxFixture()
        let (journal, outbox) = try await fixture.start()
        fixture.workbook.gate.withLock { $0 = false }
        try await outbox.enqueue([fixture.change("A", OutboxCell("seats", .number(9)))])
        await fixture.workbook.calls.until { $0.contains(.write) }
        let finish = Task { await outbox.finish(since: TransportTime().now) }
        try await outbox.enqueue([fixture.change("B", OutboxCell("seats", .number(9)))])
        fixture.workbook.gate.withLock { $0 = true }
        #expect(await finish.value == 0)
        try await outbox.enqueue([fixture.change("A", OutboxCell("seats", .number(10)))])
        #expect(try await fixture.rows().dropFirst() == ["A|9|WKSP|FALSE", "B|9|WKAS|TRUE"])
        #expect(try await journal.pendingCount() == 1)
        await journal.close()
    }
}
