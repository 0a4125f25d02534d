import DiscordSimulator
import Service
import SheetsSimulator
import Testing

@testable import woadkeeper

/// How often Google is asked. Counts, not times, so that they are the same on every machine.
@Suite("Sheets: calls of a start and of a day")
struct CallBudgetScenarios {
    @Test("a cold start with four spreadsheets takes at most 8 calls until all caches are warm, and writes nothing")
    func start() async throws {
        try await Stage.playOnGoogle { stage, sheets in
            _ = try await stage.startupSummary()
            let calls = Self.calls(sheets)
            #expect(calls.count <= 8, "\(calls.map(\.operation))")
            #expect(calls.allSatisfy { $0.method == "GET" })
            print("sheets: \(calls.count) calls of a cold start")
        }
    }

    @Test("a quiet day, with a question in every hour, takes fewer than 400 calls")
    func day() async throws {
        // In one go a whole day would wait for Google's quota of a minute.
        let hours = Soak.isLong ? 24 : 4
        let (scenery, clock) = Scenery.clocked()
        // Neither the self-ping nor the watchdog asks Google; without them the day passes faster.
        let rare = ["KEEPALIVE_INTERVAL": "86400", "WATCHDOG_CHECK_SEC": "43200"]
        try await Stage.playOnGoogle(rare, on: scenery) { stage, sheets in
            _ = try await stage.startupSummary()
            let before = Self.calls(sheets).count
            for _ in 0..<hours {
                await clock.advance(by: .seconds(3600))
                try await SheetsScenarios.seesCard(of: "WKAS", on: stage)
            }
            let calls = Self.calls(sheets).dropFirst(before)
            let refreshes = stage.log.messages.count { $0.hasPrefix("[refresh] bucket=clans ") }
            #expect(refreshes > hours / 3, "the roster was read again every three hours")
            let day = calls.count * 24 / hours
            #expect(day < 400, "\(Dictionary(grouping: calls, by: \.operation).mapValues(\.count))")
            print("sheets: \(day) calls of a quiet day")
        }
    }

    private static func calls(_ sheets: SheetsSimulator) -> [SheetsRequest] {
        sheets.requests.all.filter { $0.operation != "token" }
    }
}
