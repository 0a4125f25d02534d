import DiscordSimulator
import Service
import SheetsSimulator
import TestTools
import Testing

@testable import woadkeeper

@Suite("Core operations: help of recruiters, and the seats in the digest")
struct RecruiterScenarios {
    @Test("coreops.9: a recruiter who is no staff finds recruitment in help, and no operator's command")
    func recruiterHelp() async throws {
        try await Stage.play { stage in
            let recruiter = stage.person(351)
            let question = try await recruiter.says("<@\(SampleGuild.bot)> help", in: SampleGuild.recruiters)
            try await stage.settles(recruiter, in: SampleGuild.recruiters)
            let text = await stage.botMessages(recruiter, in: SampleGuild.recruiters).filter { $0.id > question.id }
                .map(\.text).joined(separator: "\n")
            #expect(text.contains("!clanmatch") && text.contains("!reserve"), "\(text)")
            #expect(!text.contains("!ops digest"))
        }
    }

    @Test("coreops.42: the digest shows a recompute that waits and a row in doubt, and a refresh repairs it")
    func availability() async throws {
        var (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        scenery.usesGoogle = true
        try await ReservePlay.play(["GSHEETS_RETRY_ATTEMPTS": "1"], on: scenery) { play in
            let (stage, sheets) = (play.stage, try #require(play.stage.sheets))
            try await play.says("!reserve WKLM <@\(SampleGuild.id(301))>", sees: "Until which date?")
            try await play.says("2026-03-20", sees: "Reserve 1 spot in")
            sheets.faults.fail("values.batchUpdate", times: 1000, with: .status(400))
            try await play.says("yes", sees: "could not be refreshed")
            let row = "1,1,1 -> Brindlefox"
            try stage.edit("recruitment/bot_info", "Wednesdays,1,\(row)", to: "Wednesdays,9,\(row)")
            let admin = stage.person(341)
            _ = try await ReportPromises.answer("!ops refresh clans", "Refresh • clans", stage, admin)
            let doubtful = try await ReportPromises.answer("!ops digest", "Digest", stage, admin)
            #expect(doubtful.text.contains("recomputes pending "), "\(doubtful.text)")
            #expect(!doubtful.text.contains("recomputes pending 0"), "\(doubtful.text)")
            #expect(doubtful.text.contains("⚠️ WKBR"), "\(doubtful.text)")

            sheets.faults.clear()
            await clock.advance(by: .seconds(200))
            _ = try await ReportPromises.answer("!ops refresh clans", "Refresh • clans", stage, admin)
            let whole = ["1", "1", "1 -> Brindlefox"]
            try await eventually("the row is put right") { try stage.seats("WKBR") == whole }
            #expect(try stage.seats("WKLM") == ["3", "2", "2 -> Eskil the Grey, Aldermoor"])
            let mended = try await ReportPromises.answer("!ops digest", "Digest", stage, admin)
            #expect(mended.text.contains("recomputes pending 0"), "\(mended.text)")
            #expect(mended.text.contains("drift repairs ") && !mended.text.contains("⚠️ WKBR"), "\(mended.text)")
        }
    }
}
