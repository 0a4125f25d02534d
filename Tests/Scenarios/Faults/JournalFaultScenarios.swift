import DiscordSimulator
import HTTPClient
import JSON
import Service
import TestTools
import Testing

@testable import Journal
@testable import woadkeeper

/// A disk without room, or one that damages what it holds: what people ask is answered, operators see why nothing is kept,
/// and nothing needs a person once the disk is well again.
@Suite("Faults of the journal's disk", .timeLimit(.minutes(5)))
struct JournalFaultScenarios {
    @Test("on a full disk people are answered and health says so; with room again all is well by itself")
    func fullDisk() async throws {
        try await Stage.play { stage in
            let questions = Questions(stage)
            try await questions.ask("WKAS")
            try await questions.areAnswered()
            let journal = try stage.journal
            try await journal.isFilledUp()
            try await questions.ask("WKBR")
            try await questions.ping()
            try await questions.areAnswered()
            let health = try await stage.get("/health")
            #expect(health.status == 503)
            #expect(try health.json["components"]?["journal"]?["ok"]?.bool == false)
            #expect(try await stage.get("/ready").json["ok"]?.bool == true, "the bot goes on")
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.sets("UNM", in: "rp_cb", on: play.opens("!clanmatch"))
            let list = try await play.searches("rp_search", on: panel)
            #expect(!list.tags.isEmpty)

            try await journal.limitPages(to: 1_000_000)
            // As it does every half minute by itself.
            await journal.probe()
            try await questions.ask("WKCT")
            try await questions.areAnsweredOnce()
            _ = try #require(await stage.log.first { $0.message == "journal: writing works again" })
            #expect(try await stage.get("/health").status == 200)
            #expect(stage.log.records.filter { $0.level >= .error }.map(\.message) == ["journal: writing fails"])
        }
    }

    @Test("what was answered while the disk was full is not answered again after a restart")
    func restartOnFullDisk() async throws {
        try await Stage.play { stage in
            let questions = Questions(stage)
            try await questions.ask("WKAS")
            try await questions.areAnswered()
            try await stage.journal.isFilledUp()
            try await questions.ask("WKBR")
            try await questions.ping()
            try await questions.areAnswered()
            await stage.stopBot()
            try await questions.ask("WKFH")
            try await stage.startBot()
            try await questions.ask("WKCT")
            try await questions.areAnsweredOnce()
        }
    }

    @Test("on a full disk no seat is held, the recruiter is told why, and with room again the seat is held once")
    func holdOnFullDisk() async throws {
        try await ReservePlay.play { play in
            let (ledger, seats) = (try play.ledger(), try play.stage.seats("WKCT"))
            let journal = try play.stage.journal
            try await journal.isFilledUp()
            _ = try await play.reserves("WKCT", sees: "I cannot save anything at the moment because my disk is full.")
            try await play.stage.settles(play.person, in: play.thread)
            #expect(try play.ledger() == ledger)
            #expect(try play.stage.seats("WKCT") == seats)

            try await journal.limitPages(to: 1_000_000)
            _ = try await play.reserves("WKCT")
            #expect(try play.ledger().count == ledger.count + 1)
        }
    }

    @Test("a journal that is damaged while the bot serves is set aside with one error; each question has one answer")
    func damagedWhileServing() async throws {
        try await Stage.play { stage in
            let questions = Questions(stage)
            try await questions.ask("WKAS")
            try await questions.ping()
            try await questions.areAnswered()
            try await stage.journal.foldLog()
            try damageFile(at: stage.folder.state + "/journal.sqlite")
            try await questions.ask("WKBR")
            try await questions.ping()
            try await stage.logs("journal: damage found")
            try await stage.logs("journal: writing works again")
            try await questions.ask("WKCT")
            try await questions.areAnswered()
            #expect(try await stage.get("/health").status == 200)

            await stage.stopBot()
            try await questions.ask("WKFH")
            try await stage.startBot()
            try await questions.ask("WKGK")
            try await questions.areAnsweredOnce()
            let errors = stage.log.records.filter { $0.level >= .error }.map(\.message)
            #expect(errors == ["journal: damaged file set aside, a fresh one begins"])
        }
    }

    @Test("a seat is held once although the journal is damaged before the recruiter's yes")
    func holdOnDamagedJournal() async throws {
        try await ReservePlay.play { play in
            let ledger = try play.ledger()
            try await play.says("!reserve WKCT <@\(SampleGuild.id(301))>", sees: "Until which date?")
            try await play.says("2026-03-20", sees: "Reserve 1 spot in")
            try await play.stage.journal.foldLog()
            try damageFile(at: play.stage.folder.state + "/journal.sqlite")
            try await play.says("yes", sees: "Reserved 1 spot")
            try await play.stage.settles(play.person, in: play.thread)
            #expect(try play.ledger().count == ledger.count + 1)
            try await play.stage.logs("journal: damaged file set aside")
        }
    }
}

extension Journal {
    /// Lets the file grow no further, and fills what room its pages have left.
    fileprivate func isFilledUp() async throws {
        try limitPages(to: 1)
        let filler = String(repeating: "x", count: 200)
        let writes: [(Int) throws -> Void] = [
            { try self.savePanel(UInt64($0), kind: filler, state: []) },
            { try self.finish("\(filler) \($0)") },
        ]
        for write in writes {
            #expect(throws: JournalError.diskFull) { for number in 0..<10_000 { try write(number) } }
        }
        await #expect(throws: JournalError.diskFull) {
            for number in 0..<10_000 { try await self.setValue(filler, for: "filler \(number)") }
        }
        await #expect(throws: JournalError.diskFull) {
            for _ in 0..<10_000 {
                try await self.force { database throws(JournalError) in
                    try database.run(
                        """
                        INSERT INTO outbox (key, spreadsheet, tab, row, operation, kind, state, attempts, note, created_at,
                        updated_at) VALUES (?1, '', '', '', '', '', 'applied', 0, '', ?2, ?2)
                        """, .text(filler), .time(self.time.now))
                }
            }
        }
    }
}
