import DiscordSimulator
import HTTPClient
import JSON
import Service
import Testing

@testable import Journal
@testable import woadkeeper

/// A disk without room: what people ask is answered, operators see why nothing is kept, and nothing needs a person once there
/// is room again.
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
    }
}
