import Bot
import Discord
import Service
import Testing

@testable import Configuration
@testable import Operations

private func result(
    _ name: String, _ outcome: RefreshResult.Outcome = .ok, retries: Int = 0, count: Int? = nil, isStale: Bool = false,
    metadata: [String: String] = [:]
) -> RefreshReport.Row {
    var snapshot = BucketSnapshot(name: name, available: true)
    snapshot.itemCount = count
    snapshot.ttlExpired = isStale
    snapshot.metadata = metadata
    return .init(
        name: name,
        result: RefreshResult(
            name: name, outcome: outcome, duration: .milliseconds(412), retries: retries, cause: .actor("Maelle"),
            snapshot: snapshot))
}

@Suite("Reports of refreshes")
struct RefreshReportTests {
    private let settings = BotSettings(isEnabled: { _ in true })

    private func report(_ rows: [RefreshReport.Row]) -> RefreshReport {
        RefreshReport(
            request: .init(scope: "all", actor: "Maelle", actorID: "7", start: .origin), rows: rows,
            total: .milliseconds(1534))
    }

    @Test("each outcome has its words, in the table and in the line for operators")
    func outcomes() throws {
        let report = report([
            result("clan_tags", count: 1234, isStale: true), result("clans", retries: 1, count: 26),
            result("templates", .failed("no `such`\n tab")), result("leagues", .skipped("LEAGUES_SHEET_ID not set")),
            result("onboarding_questions", count: 77, metadata: ["sheet": "…abc", "tab": "Q"]),
            result("reaction_roles", .cancelled, metadata: ["tab": "R"]), .init(name: "slow", result: nil),
        ])
        #expect(
            report.line == """
                ♻️ **Refresh** — scope=all
                • clan_tags ok (0.4s, 1,234, stale)
                • clans retry ok (0.4s, 26, ttl, 1× retry)
                • templates fail (0.4s, ttl, no `such` tab)
                • leagues skipped (0.4s, ttl, LEAGUES_SHEET_ID not set)
                • onboarding_questions ok (0.4s, 77, ttl)
                • reaction_roles cancelled (0.4s, ttl, cancelled, tab=R)
                • slow running (-)
                • total=1.5s
                """)
        #expect(report.failures == 2)
        let embed = report.embed(settings)
        #expect(embed.title == "Refresh • all" && embed.description == "actor: Maelle • trigger: manual")
        #expect(embed.footer?.text == "📘 · Bot vdev · CoreOps v1.5.0 · total: 1534 ms")
        let lines = try #require(embed.fields.first).value.split(separator: "\n")
        #expect(
            lines.dropFirst().dropLast().map { $0.split(separator: "|").map { String($0).oneLine } } == [
                ["bucket", "duration", "result", "retries", "ttl", "count", "error"],
                [String(lines[2])],
                ["Clan Tags", "412 ms", "ok", "0", "yes", "1234", "-"],
                ["Clans", "412 ms", "retry ok", "1", "no", "26", "-"],
                ["Templates", "412 ms", "fail", "1", "no", "-", "no ʼsuchʼ tab"],
                ["Leagues", "412 ms", "skipped", "0", "no", "-", "LEAGUES_SHEET_ID not set"],
                ["Onboarding Questions", "412 ms", "ok", "0", "no", "77", "-"],
                ["Reaction Roles", "412 ms", "cancelled", "0", "no", "-", "cancelled"],
                ["Slow", "-", "running", "0", "?", "-", "-"],
            ])
        #expect(lines[2].allSatisfy { "-+".contains($0) } && lines[2].contains("-+-"))
    }

    @Test("a table that is too large shortens its errors, then goes on in further fields")
    func shortening() {
        let reason = String(repeating: "reason ", count: 20)
        let eight = report((1...8).map { result("bucket_\($0)", .failed(reason)) }).embed(settings)
        #expect(eight.fields.count == 1)
        #expect(eight.fields[0].value.contains("reason reason") && eight.fields[0].value.contains("…"))
        #expect(!eight.fields[0].value.contains(reason.prefix(40)))
        let many = report((1...40).map { result("bucket_\($0)", .failed(reason)) }).embed(settings)
        #expect(many.fields.count > 1 && many.fields.allSatisfy { $0.value.utf16.count <= 1024 })
        #expect(!many.fields[0].value.contains("error"))
        for number in 1...40 { #expect(many.fields.contains { $0.value.contains("Bucket \(number) ") }) }
    }

    @Test("of the same refresh by the same person the key is the same, whatever the order of the buckets")
    func key() {
        let (clans, tags) = (result("clans"), result("clan_tags"))
        #expect(report([clans, tags]).key == report([tags, clans]).key)
        #expect(report([clans]).key != report([tags]).key)
    }

    @Test("without embeds the same is said in words")
    func plain() {
        let text = report([result("clans", count: 26), result("templates", .failed("gone"))]).plainText
        #expect(text.hasPrefix("cache refresh · 2 bucket(s) · 1534 ms · by Maelle\n• Clans — refreshed in 412 ms · "))
        #expect(text.contains("\n⚠ Templates — error: gone · "))
    }
}
