import DiscordSimulator
import HTTPClient
import Service
import Testing

@testable import woadkeeper

@Suite("State folder", .timeLimit(.minutes(1)))
struct StateFolderScenarios {
    @Test("a folder that cannot be written costs one ERROR, and the bot serves")
    func unwritable() async throws {
        try await Stage.play(["STATE_DIR": "/dev/null/state"]) { stage in
            try await stage.settles(stage.person(331), in: SampleGuild.hearth)
            let errors = stage.log.records.filter { $0.level == .error }
            #expect(errors.map(\.message) == ["STATE_DIR not usable; a temporary folder takes its place"])
            #expect(errors.first?.error == "cannot write /dev/null/state: Not a directory")
            #expect(try await stage.get("/health").status == 200)
        }
    }
}
