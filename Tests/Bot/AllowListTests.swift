import Discord
import Testing

@testable import Bot

@Suite("The allow-list of servers")
struct AllowListTests {
    struct Case: Sendable {
        var allowed: Set<GuildID>
        var connected: Set<GuildID>
        var verdict: AllowListVerdict
        var line: String
    }

    @Test(
        "what is connected decides",
        arguments: [
            Case(
                allowed: [], connected: [1, 2], verdict: .disabled,
                line: "⚠️ **Guild allow-list** — warning • allowed=[—] • connected=[one, two] • gating=disabled"),
            Case(
                allowed: [1, 3], connected: [1], verdict: .verified,
                line: "✅ **Guild allow-list** — verified • allowed=[one, unknown guild] • connected=[one]"),
            Case(
                allowed: [1], connected: [1, 2], verdict: .violated([2]),
                line: "❌ **Guild allow-list** — violation • connected=[two] • allowed=[one]"),
            Case(
                allowed: [3], connected: [2, 1], verdict: .unserved(foreign: [1, 2]),
                line: "❌ **Guild allow-list** — violation • connected=[one, two] • allowed=[unknown guild]"),
            Case(
                allowed: [3], connected: [], verdict: .unserved(foreign: []),
                line: "❌ **Guild allow-list** — violation • connected=[—] • allowed=[unknown guild]"),
        ])
    func verdicts(_ sample: Case) {
        let verdict = AllowListVerdict(allowed: sample.allowed, connected: sample.connected)
        #expect(verdict == sample.verdict)
        let line = verdict.line(allowed: sample.allowed, connected: sample.connected.sorted()) { guild in
            [1: "one", 2: "two"][guild] ?? "unknown guild"
        }
        #expect(line == sample.line)
    }
}
