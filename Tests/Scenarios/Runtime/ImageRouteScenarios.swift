import DiscordSimulator
import HTTPClient
import Imaging
import Testing

@Suite("Runtime: the image route")
struct ImageRouteScenarios {
    @Test("runtime.11: an image is scaled to the largest box in the largest square, whatever is asked for")
    func clamped() async throws {
        try await Stage.play { stage in
            let blue = Bitmap.Pixel(red: 20, green: 60, blue: 200)
            let wide = try Bitmap(width: 3000, height: 10, filledWith: blue).encodedPNG()
            let message = try await stage.person(341).says(
                "a long banner", in: SampleGuild.botLog,
                files: [SimulatedUpload(filename: "banner.png", contentType: "image/png", bytes: wide)])
            let answer = try await stage.get(try message.emojiPadPath() + "&s=9999&box=7")
            #expect(answer.status == 200)
            let padded = try Bitmap(decodingPNG: answer.body)
            #expect((padded.width, padded.height) == (512, 512))
            #expect(padded.trimmed().width == 486)
            #expect(padded[13, 256].alpha > 0 && padded[12, 256].alpha == 0, "the drawing is in the middle")
            try await stage.settles(stage.person(331), in: SampleGuild.hearth)
        }
    }
}

extension SimulatedMessage {
    /// The address of the image route for its file.
    func emojiPadPath() throws -> String {
        let file = try #require(attachments.first)
        let path = "/attachments/\(channelID)/\(file.id)/\(file.filename)"
        return "/emoji-pad?u=https%3A%2F%2Fcdn.discordapp.com\(path.split(separator: "/").map { "%2F\($0)" }.joined())"
    }
}
