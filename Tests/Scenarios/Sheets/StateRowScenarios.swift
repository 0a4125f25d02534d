import DiscordSimulator
import Journal
import Service
import SheetsSimulator
import TestTools
import Testing

@testable import woadkeeper

@Suite("Sheets: rows that the program keeps in the Config tab")
struct StateRowScenarios {
    private static let key = "JOB_LAST_RUN_CLUSTER_ROLE_MAP"

    @Test(
        "what an earlier process recorded is written once by the next one, whatever Google does meanwhile",
        arguments: [true, false])
    func recorded(usesGoogle: Bool) async throws {
        try await Stage.play(
            on: Scenery(usesGoogle: usesGoogle),
            prepare: { stage in
                try await Self.record(["SERVER_MAP_LAST_RUN_AT": "=1+1", Self.key: "2026-03-16T04:10:07Z"], on: stage)
                stage.sheets?.faults.fail("values.batchUpdate", times: 2, with: .status(503))
                stage.sheets?.faults.fail("values.append", with: .lostAfterApplying)
            }
        ) { stage in
            let admin = stage.person(341)
            // Readers see it although Google has not taken it yet.
            let question = try await admin.says("!cfg \(Self.key)", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, after: question) {
                $0.content.contains("2026-03-16T04:10:07Z")
            }
            await Self.isMade(["SERVER_MAP_LAST_RUN_AT", Self.key], on: stage)
            let rows = try stage.text("recruitment/Config").split(whereSeparator: \.isNewline)
            #expect(rows.count { $0 == "\(Self.key),2026-03-16T04:10:07Z" } == 1)
            #expect(rows.filter { $0.hasPrefix("SERVER_MAP_LAST_RUN_AT") } == ["SERVER_MAP_LAST_RUN_AT,=1+1"])
            #expect(rows.contains("SERVER_MAP_MESSAGE_ID_2,900000000000000502"))
            let metrics = try await stage.get("/metrics").text
            #expect(metrics.contains("outbox_pending 0"))
            #expect(metrics.contains(#"outbox_settled_total{outcome="applied"} 2"#))
        }
    }

    @Test("the digest tells of a change that Google does not take")
    func digest() async throws {
        try await Stage.play(
            ["GSHEETS_RETRY_ATTEMPTS": "1"], on: Scenery(usesGoogle: true),
            prepare: { stage in
                try await Self.record([Self.key: "2026-03-16T04:10:07Z"], on: stage)
                for operation in ["values.append", "values.batchUpdate"] {
                    stage.sheets?.faults.fail(operation, times: 1000, with: .status(503))
                }
            }
        ) { stage in
            _ = try await stage.startupSummary()
            let admin = stage.person(341)
            try await eventually("an attempt that has to be made again") {
                try await stage.get("/metrics").text.contains("outbox_retries_total")
            }
            try await admin.says("!ops digest", in: SampleGuild.botLog)
            let digest = try await stage.sees(admin, in: SampleGuild.botLog) { $0.titles == ["Digest"] }
            let client = try #require(digest.field("Sheets client"))
            #expect(client.contains("writes: pending 1 · oldest ") && !client.contains("oldest -"), "\(client)")
            #expect(!client.contains(" · retries 0 · conflicts"), "\(client)")
            #expect(client.hasSuffix(" · conflicts 0 · refused 0") || client.contains("\nlast error: "))
            stage.sheets?.faults.clear()
        }
    }

    @Test("sheets.40: a write that is under way at a shutdown ends or is made by the next start, as a whole and once")
    func shutdown() async throws {
        try await Stage.play(
            on: Scenery(usesGoogle: true),
            prepare: { stage in
                try await Self.record([Self.key: "2026-03-16T04:10:07Z"], on: stage)
                stage.sheets?.faults.fail("values.append", with: .slow(.seconds(3)))
            }
        ) { stage in
            let begin = ContinuousClock.now
            await stage.stopBot()
            #expect(ContinuousClock.now - begin < .seconds(25))
            try await stage.startBot()
            await Self.isMade([Self.key], on: stage)
            let rows = try stage.text("recruitment/Config").split(whereSeparator: \.isNewline)
            #expect(rows.count { $0.hasPrefix(Self.key) } == 1)
        }
    }

    /// Leaves changes in the journal as a process that was killed would.
    private static func record(_ rows: [String: String], on stage: Stage) async throws {
        let journal = try await Journal.open(
            directory: stage.folder.state, time: CalendarTime(), logger: .silent)
        for (key, value) in rows {
            _ = try await journal.append(
                OutboxIntent(
                    key: "test:\(key)", spreadsheet: "recruitment", tab: "config", row: key, operation: .upsert,
                    kind: .eventual, cells: [OutboxCell("key", .text(key)), OutboxCell("value", .text(value))]))
        }
        await journal.close()
    }

    /// Waits until the recorded changes of these rows are made.
    private static func isMade(_ rows: [String], on stage: Stage) async {
        for row in rows {
            let line = await stage.log.first(within: .seconds(60)) { record in
                record.message == "outbox: change made"
                    && record.fields.contains { $0.key == "key" && $0.value == .string("test:\(row)") }
            }
            #expect(line != nil, "\(row) was not written in a minute")
        }
    }
}
