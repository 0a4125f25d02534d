import DiscordSimulator
import JSON
import Service
import Testing

@testable import woadkeeper

@Suite("Transcript of the tour")
struct TranscriptTests {
    @Test("a message is shown with its embed behind a bar, without marks, long lines broken between words")
    func plain() async throws {
        let simulator = Simulator(world: SampleGuild.blueprint(), calendar: CalendarTime(), transport: TransportTime())
        var message = try await simulator.person(SampleGuild.bot).says("**Here** it is", in: SampleGuild.hearth)
        let words = Array(repeating: "clan", count: 20).joined(separator: " ")
        message.embeds = [
            [
                "title": "Iron | **Level** 30", "description": .string("**Lead:** `Torvald`\n\n\(words)"),
                "fields": [
                    ["name": "open", "value": "3", "inline": true], ["name": "held", "value": "1", "inline": true],
                    ["name": "Notes", "value": "None", "inline": false],
                ],
                "footer": ["text": "End"],
            ]
        ]
        #expect(
            Transcript(isStyled: false).lines(of: message, by: "Bot") == [
                "", "Bot", "  Here it is", "  │ Iron | Level 30", "  │ Lead: Torvald", "  │ ",
                "  │ " + Array(repeating: "clan", count: 15).joined(separator: " "),
                "  │ " + Array(repeating: "clan", count: 5).joined(separator: " "),
                "  │ open 3 · held 1", "  │ Notes", "  │ None", "  │ End",
            ])
    }

    @Test("links are shown by their texts, and mentions by the names that are known")
    func links() {
        let transcript = Transcript(isStyled: false, names: ["<@1>": "@Ann"])
        let text = "🔹 [W0001 \\[new\\]](https://discord.com/a) 12:00 [b](https://c) ](https:// <@1> <@2>"
        #expect(transcript.lines(of: text, by: "Bot").last == "  🔹 W0001 [new] 12:00 b ](https:// @Ann <@2>")
    }

    @Test("a terminal that can show it gets bold text")
    func styled() {
        let lines = Transcript(isStyled: true).lines(of: "a **b** c", by: "Bot")
        #expect(lines == ["", "\u{1B}[1mBot\u{1B}[0m", "  a \u{1B}[1mb\u{1B}[0m c"])
    }
}
