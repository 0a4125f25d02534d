import DiscordSimulator
import HTTPClient
import Service
import Testing
import WebServer

@Suite("Recruitment: the image route and what is behind it")
struct EmojiPadScenarios {
    @Test("recruitment.28: an image that is too large, a redirect and a hang are told apart")
    func upstream() async throws {
        var scenery = Scenery()
        scenery.addRoutes = { routes in
            routes.on("GET", "/cdn/emojis/moved") { _ in
                var answer = WebResponse.text("", status: 302)
                answer.headers.append((name: "Location", value: "/cdn/emojis/\(SampleGuild.id(702)).png"))
                return answer
            }
            routes.on("GET", "/cdn/emojis/hangs") { _ in
                try? await TransportTime().sleep(for: .seconds(9))
                return .text("", status: 404)
            }
        }
        try await Stage.play(on: scenery) { stage in
            let file = SimulatedUpload(
                filename: "poster.png", contentType: "image/png", bytes: [UInt8](repeating: 0x2A, count: 3_000_000))
            let message = try await stage.person(341).says("a poster", in: SampleGuild.botLog, files: [file])
            let large = try await stage.get(try message.emojiPadPath())
            #expect((large.status, large.text) == (413, "image too large"))
            let moved = try await stage.get(Self.path(of: "moved"))
            #expect((moved.status, moved.text) == (502, "upstream error"))
            let hanging = try await stage.get(Self.path(of: "hangs"))
            #expect((hanging.status, hanging.text) == (504, "timeout"))
            try await stage.settles(stage.person(331), in: SampleGuild.hearth)
        }
    }

    private static func path(of file: String) -> String {
        "/emoji-pad?u=https%3A%2F%2Fcdn.discordapp.com%2Femojis%2F\(file)"
    }
}
