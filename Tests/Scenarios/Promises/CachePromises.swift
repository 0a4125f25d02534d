import DiscordSimulator
import HTTPClient
import JSON
import Service
import SheetsSimulator
import Testing

/// What people may rely on while spreadsheets fail or are not asked: see docs/promises.md.
@Suite("Promises: caches")
struct CachePromises {
    @Test("promise 22: scheduled refreshes that fail are warnings, and their count grows until one succeeds")
    func failures() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.playOnGoogle(on: scenery) { stage, sheets in
            _ = try await stage.startupSummary()
            // Ten at the start; the slots are at twelve and three. Each slot has a second try of its own.
            sheets.faults.fail("values.batchGet", times: 1000, with: .status(404))
            for (hours, failures) in [(2, 1), (3, 2)] {
                await clock.advance(by: .seconds(hours * 3600))
                let count = try await Self.failures(stage)
                #expect(count >= failures, "\(count) after \(hours) hours")
            }
            let warnings = stage.log.records.filter {
                $0.message.hasPrefix("[refresh] bucket=clans trigger=cron actor=scheduler")
                    && $0.message.contains("result=fail")
            }
            #expect(warnings.count >= 2)
            #expect(warnings.allSatisfy { $0.level == .warning })
            sheets.faults.clear()
            _ = try await ReportPromises.answer("!ops refresh clans", "Refresh • clans", stage, stage.person(342))
            #expect(try await Self.failures(stage) == 0)
        }
    }

    @Test("promise 33: a recruiter's search and its pages read no sheet")
    func clicks() async throws {
        try await Stage.playOnGoogle { stage, sheets in
            _ = try await stage.startupSummary()
            let before = sheets.requests.all.count
            let play = PanelPlay.recruiter(stage)
            let panel = try await play.opens("!clanmatch")
            try await play.sets("Hard", in: "rp_cb", on: panel)
            let list = try await play.searches("rp_search", on: panel)
            #expect(!list.titles.isEmpty)
            try await play.settles()
            #expect(sheets.requests.all.count == before)
        }
    }

    private static func failures(_ stage: Stage) async throws -> Int {
        try #require(try await stage.get("/health").json["caches"]?["clans"]?["consecutive_failures"]?.int)
    }
}
