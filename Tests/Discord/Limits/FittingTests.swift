import Discord
import Testing

@Suite("Cutting texts to fit")
struct FittingTests {
    @Test(
        "a text is cut between characters, with an ellipsis that counts",
        arguments: [
            ("short", 5, "short"),
            ("longer", 5, "long…"),
            ("ab cd", 4, "ab…"),
            ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 12, "👩‍👩‍👧‍👦…"),
            ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 11, "…"),
            ("e\u{301}e\u{301}e\u{301}", 5, "e\u{301}e\u{301}…"),
            ("abc", 1, "…"),
            ("abc", 0, ""),
            ("", 0, ""),
        ])
    func truncation(text: String, limit: Int, expected: String) {
        let cut = text.truncated(toUTF16: limit)
        #expect(cut == expected)
        #expect(cut.utf16.count <= limit)
    }

    @Test(
        "a long text is divided at lines, then words, then characters",
        arguments: [
            ("one\ntwo\nthree", 8, ["one\ntwo", "three"]),
            ("one two three", 8, ["one two", "three"]),
            ("onetwothree", 4, ["onet", "woth", "ree"]),
            ("one\ntwo", 3, ["one", "two"]),
            ("  \n ", 2, []),
            ("👍👍", 1, ["👍", "👍"]),
        ])
    func chunks(text: String, limit: Int, expected: [String]) {
        #expect(text.chunked(toUTF16: limit) == expected)
    }

    @Test("fitted embeds pass the check, however much they held")
    func embeds() throws {
        let long = String(repeating: "word 👩‍👩‍👧‍👦 ", count: 1000)
        let fields = (0..<40).map { Embed.Field($0.isMultiple(of: 7) ? "" : long, $0.isMultiple(of: 5) ? " " : long) }
        let embed = Embed(
            title: long, description: long, footer: .init(text: long), author: .init(name: long), fields: fields)
        for count in [1, 2, 12] {
            let payload = MessagePayload(content: long, embeds: Array(repeating: embed, count: count)).fitted()
            try payload.validate()
            #expect(!payload.embeds.isEmpty)
            #expect(payload.embeds[0].title?.hasSuffix("…") == true)
        }
    }

    @Test("an embed that fits stays as it is")
    func untouched() {
        let embed = Embed(
            title: "t", description: "d", footer: .init(text: "f"), author: .init(name: "a"), fields: [.init("n", "v")])
        #expect([embed, Embed(image: .init(url: "https://example.org/a.png"))].fitted()[0] == embed)
        #expect([embed, Embed(image: .init(url: "https://example.org/a.png"))].fitted().count == 2)
    }

    @Test("a field for which no room is left ends the list instead of showing a scrap")
    func budget() {
        let embed = Embed(
            description: "1234567890", fields: [.init("a", "b"), .init("name", String(repeating: "v", count: 100))])
        #expect(embed.fitted(budget: 30).fields == [.init("a", "b")])
        #expect(embed.fitted(budget: 60).fields.count == 2)
        #expect(embed.fitted(budget: 60).textLength == 60)
    }
}
