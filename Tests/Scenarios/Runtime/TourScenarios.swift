import Service
import Testing

@testable import woadkeeper

@Suite("The tour of the demo")
struct TourScenarios {
    @Test("the tour plays a day from a clan's card to the schedule, and ends with status 0")
    func day() async throws {
        var limits = Subprocess.Limits()
        limits.deadline = .seconds(120)
        limits.memoryBytes = .max
        let result = try await Subprocess.run(
            "/bin/sh", arguments: ["-c", "cd \"$0\" && exec \"$1\" demo --tour", Stage.root, try Program.path],
            environment: Program.surroundings, limits: limits)
        let transcript = String(decoding: result.output, as: UTF8.self)
        #expect(result.status == .exited(0), "\(transcript.suffix(400))")
        let parts = [
            "── Kestra asks for a clan", "Filters used: CB: UNM • Playstyle: Competitive • Roster: Open only",
            "Found 6 matching clans.", "Reserved 1 spot in WKLM for @Aldermoor until 2026-03-16.",
            "# Update 2026-03-16", "Currently Open Tickets", "🔹 Res-W0601-aldermoor-WKLM 2021-",
            "Reservation ending today",
            "was extended until 2026-03-23.", "was released and returned to the pool.", "Woadkeeper — help",
            "🧭 Scheduled jobs — recruitment", "The tour is complete.",
        ]
        var rest = transcript[...]
        for part in parts {
            guard let found = rest.firstRange(of: part) else {
                Issue.record("no \(part) behind \(transcript.prefix(transcript.count - rest.count).suffix(80))")
                continue
            }
            rest = rest[found.upperBound...]
        }
    }
}
