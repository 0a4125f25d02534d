import DiscordSimulator
import SheetsSimulator
import Testing

@testable import woadkeeper

extension Stage {
    /// Plays a scenario whose bot reads a simulated Google.
    ///
    /// A call to Google is tried once and no more, unless `overrides` say otherwise, so that failures come at once.
    static func playOnGoogle(
        _ overrides: [String: String] = [:], on scenery: Scenery = Scenery(), startsBot: Bool = true,
        _ body: (Stage, SheetsSimulator) async throws -> Void
    ) async throws {
        var scenery = scenery
        scenery.usesGoogle = true
        try await play(["GSHEETS_RETRY_ATTEMPTS": "1"].merging(overrides) { $1 }, on: scenery, startsBot: startsBot) {
            stage in
            try await body(stage, try #require(stage.sheets))
        }
    }

    /// Waits until the caches were filled once, and tells how: the startup summary as an admin reads it.
    func startupSummary() async throws -> String {
        try await sees(person(341), in: SampleGuild.botLog) { $0.content.contains("scope=startup") }.text
    }
}
