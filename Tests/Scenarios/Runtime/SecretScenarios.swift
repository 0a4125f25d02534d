import JSON
import Testing

@testable import DiscordSimulator

@Suite("Runtime: secrets")
struct SecretScenarios {
    /// A secret inside the text of an error, what must not be shown of it, and the mask that takes its place.
    struct Leak: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var secret: String
        var mask: String
        var testDescription: String { name }
    }

    private static let otherToken =
        "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE." + String(repeating: "x1", count: 16)
    private static let account =
        #"{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\nMIIEvQ7\n-----END PRIVATE KEY-----"}"#

    @Test(
        "runtime.37: an error that quotes a secret shows only its mask, on standard output and in Discord",
        arguments: [
            Leak(
                name: "own token", text: SampleGuild.botToken, secret: SampleGuild.botToken, mask: "***"),
            Leak(name: "another token", text: otherToken, secret: otherToken, mask: "***"),
            Leak(name: "service account", text: account, secret: "MIIEvQ7", mask: "***sa-json:len="),
        ])
    func leak(_ leak: Leak) async throws {
        try await Stage.play { stage in
            let (member, admin) = (stage.person(331), stage.person(341))
            // The first line of the log channel is through, so that the fault meets the card.
            try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.content.contains("Guild allow-list")
            }
            stage.simulator.faults.fail(
                "POST", path: "/channels/\(SampleGuild.hearth)/messages",
                with: .refused(APIError(400, 50035, "Refused for \(leak.text) by hand")))
            try await member.says("!clan WKAS", in: SampleGuild.hearth)
            let post = try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.content.contains("Command error")
            }
            #expect(post.content.contains("Refused for \(leak.mask)"))
            let apology = try await stage.sees(member, in: SampleGuild.hearth)
            #expect(apology.content.hasPrefix("Sorry, that did not work."))
            let line = try #require(
                try await stage.lines().first {
                    $0["msg"]?.string?.hasPrefix("cmd error: cmd=clan") == true
                })
            #expect(line["msg"]?.string?.contains("Refused for \(leak.mask)") == true)
            #expect(!stage.output.text.contains(leak.secret))
            for message in await stage.botMessages(admin, in: SampleGuild.botLog) {
                #expect(!message.content.contains(leak.secret))
            }
        }
    }
}
