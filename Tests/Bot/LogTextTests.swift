import Service
import Testing

@testable import Bot

@Suite("Values in log lines", .timeLimit(.minutes(1)))
struct LogTextTests {
    @Test(
        "durations are whole where the tenth would be nothing",
        arguments: [
            (Duration.milliseconds(400), "0.4s"), (.milliseconds(1040), "1s"), (.milliseconds(1060), "1.1s"),
            (.seconds(59), "59s"), (.seconds(60), "1m"), (.seconds(90), "1.5m"), (.seconds(1000), "16.7m"),
            (.seconds(3600), "1h"), (.seconds(9000), "2.5h"), (.seconds(-3), "0s"), (.zero, "0s"),
        ])
    func durations(_ duration: Duration, _ text: String) {
        #expect(LogText.duration(duration) == text)
    }

    @Test(
        "counts have their thousands separated",
        arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-4321, "-4,321"), (nil, "-")]
            as [(Int?, String)])
    func counts(_ count: Int?, _ text: String) {
        #expect(LogText.count(count) == text)
    }

    @Test("a deduper forgets after five seconds, is not prolonged by repeats, and remembers 256 keys")
    func deduper() async {
        let time = ManualTime(start: .origin)
        let deduper = Deduper(time: time)
        #expect(deduper.isNew("a"))
        await time.advance(by: .seconds(4))
        #expect(!deduper.isNew("a"))
        await time.advance(by: .seconds(1))
        #expect(deduper.isNew("a"))
        for number in 0..<256 { #expect(deduper.isNew("\(number)")) }
        #expect(deduper.isNew("a"))
    }

    @Test("a lifecycle line says what there is to say, once; another text of the same event passes")
    func lifecycle() {
        let log = LogMemory()
        let time = ManualTime(start: .origin)
        let lifecycle = Lifecycle(logger: Logger("test", sink: log, time: time), time: time)
        let line = lifecycle.line(
            scope: "welcome_dialog", event: "start",
            fields: ["ticket": "W0001", "actor": nil, "count": "0", "note": " - ", "reason": ""])
        #expect(line == "📘 Welcome panel — event=start • ticket=W0001 • flow=welcome_dialog")
        #expect(lifecycle.line(scope: "welcome_dialog", event: "start", fields: ["ticket": "W0001"]) == nil)
        #expect(lifecycle.line(scope: "welcome_dialog", event: "start", fields: ["ticket": "W0002"]) != nil)
        #expect(
            lifecycle.line(scope: "promo", event: "enabled", fields: ["flow": "p"], emoji: "✅")
                == "✅ Promo panel — event=enabled • flow=p")
        #expect(lifecycle.line(scope: "role", event: "x")?.hasPrefix("📘 Role watcher") == true)
        #expect(log.messages.count == 4)
    }
}
