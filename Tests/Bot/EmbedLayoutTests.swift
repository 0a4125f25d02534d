import Bot
import Discord
import Testing

@Suite("Dividing long answers")
struct EmbedLayoutTests {
    @Test(
        "lines fill as few fields as hold them, fences included",
        arguments: [EmbedLayout.Style.plain, .code(language: "ini")])
    func fields(style: EmbedLayout.Style) {
        let lines = (1...300).map { "KEY_\($0) = \(String(repeating: "x", count: $0 % 40))" }
        let fields = EmbedLayout.fields("Keys", lines, as: style)
        #expect(fields.allSatisfy { $0.value.utf16.count <= EmbedLayout.fieldBudget })
        #expect(fields.map(\.name) == ["Keys"] + Array(repeating: EmbedLayout.noName, count: fields.count - 1))
        let total = lines.map { $0.utf16.count + 1 }.reduce(0, +)
        #expect(fields.count <= total / 900 + 1)
        let text = fields.map(\.value).joined(separator: "\n")
        for line in lines { #expect(text.contains(line)) }
    }

    @Test("a line longer than a field is broken, and loses nothing but blanks at the breaks", arguments: [1000, 5000])
    func longLine(length: Int) {
        let line = String(repeating: "word ", count: length / 5)
        let fields = EmbedLayout.fields("Long", [line], as: .code(language: "ini"))
        #expect(fields.allSatisfy { $0.value.utf16.count <= EmbedLayout.fieldBudget })
        let words = fields.flatMap { $0.value.split(whereSeparator: \.isWhitespace) }.filter { $0 == "word" }
        #expect(words.count == length / 5)
    }

    @Test("fences inside the lines neither end the block nor burst the field")
    func fences() {
        let fields = EmbedLayout.fields("Ticks", [String(repeating: "`", count: 1500)], as: .code(language: ""))
        #expect(fields.allSatisfy { $0.value.utf16.count <= EmbedLayout.fieldBudget })
        #expect(fields.allSatisfy { $0.value.dropFirst(3).dropLast(3).contains("```") == false })
    }

    @Test("many fields become embeds and messages that Discord takes")
    func messages() {
        let fields = (1...90).map { Embed.Field("Field \($0)", String(repeating: "x", count: 990)) }
        let frame = Embed(title: "Title", description: "first only", footer: .init(text: "footer"))
        let embeds = EmbedLayout.embeds(of: fields, in: frame)
        #expect(embeds.flatMap(\.fields) == fields)
        #expect(embeds.map { $0.description != nil } == [true] + Array(repeating: false, count: embeds.count - 1))
        let messages = EmbedLayout.messages(of: embeds)
        #expect(messages.flatMap { $0 } == embeds)
        #expect(messages.allSatisfy { MessagePayload(embeds: $0).violations.isEmpty })
        let short = EmbedLayout.embeds(of: (1...45).map { Embed.Field("\($0)", "x") }, in: frame)
        #expect(short.map(\.fields.count) == [20, 20, 5])
    }
}
