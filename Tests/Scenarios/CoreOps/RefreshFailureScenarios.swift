import DiscordSimulator
import JSON
import Service
import SheetsSimulator
import Testing

@Suite("Core operations: a refresh that fails, or that nobody asked for rightly")
struct RefreshFailureScenarios {
    @Test("coreops.4: an admin's bare form that is not on the list is pointed to its full one, and refreshes nothing")
    func pointer() async throws {
        try await Stage.play { stage in
            _ = try await stage.startupSummary()
            let admin = stage.person(341)
            let call = try await admin.says("!refresh  Clans", in: SampleGuild.botLog)
            let reply = try await stage.sees(admin, in: SampleGuild.botLog, after: call) {
                $0.reference?.messageID == call.id
            }
            #expect(reply.content.contains("`!ops refresh clans`"), "\(reply.content)")
            try await stage.settles(admin, in: SampleGuild.botLog)
            #expect(!stage.log.messages.contains { $0.hasPrefix("[refresh] trigger=manual") })
        }
    }

    @Test("coreops.20: with Sheets down the reply says so in time, the old roster is served, and a retry comes later")
    func sheetsDown() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.playOnGoogle(on: scenery) { stage, sheets in
            let steward = stage.person(342)
            try await fails(stage, sheets, steward)
            let warning = await stage.log.first { $0.isResult("result=fail") }
            #expect(warning?.level == .warning)
            try await steward.says("!clan WKAS", in: SampleGuild.hearth)
            try await stage.sees(steward, in: SampleGuild.hearth) { $0.titles.first?.contains("WKAS") == true }

            let before = sheets.requests.matching("values.batchGet").count
            await clock.advance(by: .seconds(299))
            #expect(sheets.requests.matching("values.batchGet").count == before)
            await clock.advance(by: .seconds(1))
            let retry = await stage.log.first { $0.isResult("retries=1") }
            #expect(retry != nil)
            #expect(sheets.requests.matching("values.batchGet").count == before + 1)
        }
    }

    @Test("coreops.21: a retry that succeeds leaves no error behind, in the log as in the digest")
    func retried() async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.playOnGoogle(on: scenery) { stage, sheets in
            let steward = stage.person(342)
            try await fails(stage, sheets, steward)
            await clock.advance(by: .seconds(300))
            let success = await stage.log.first { $0.isResult("retries=1") }
            #expect(success?.message.contains("result=ok retries=1") == true)
            #expect(success?.message.hasSuffix("error=-") == true)
            let cache = try await stage.get("/health").json["caches"]?["clans"]
            #expect(cache?["last_result"]?.string == "retry_ok")
            #expect(cache?["last_error"]?.string == nil)
            try await steward.says("!ops digest", in: SampleGuild.botLog)
            let digest = try await stage.sees(steward, in: SampleGuild.botLog) { $0.titles == ["Digest"] }
            #expect(digest.text.contains("ClanInfo — ok · age 0s · next "), "\(digest.text)")
            #expect(digest.text.contains(" · retries 1 · err — · actor "))
            #expect(!digest.text.contains("last error"))
        }
    }

    /// Lets one refresh fail, as the reply tells within 20 s.
    private func fails(_ stage: Stage, _ sheets: SheetsSimulator, _ steward: Person) async throws {
        _ = try await stage.startupSummary()
        sheets.faults.fail("values.batchGet", on: "bot_info", with: .status(503))
        try await steward.says("!ops refresh clans", in: SampleGuild.botLog)
        try await stage.sees(steward, in: SampleGuild.botLog, within: .seconds(20)) {
            $0.titles == ["Refresh • clans"] && $0.text.contains("fail")
        }
    }
}

extension LogRecord {
    /// Whether it is the result line of the refresh that somebody asked for, and says this.
    fileprivate func isResult(_ part: String) -> Bool {
        message.hasPrefix("[refresh] bucket=clans trigger=manual") && !message.contains("actor=startup")
            && message.contains(part)
    }
}
