extension StringProtocol {
    /// The text with every character escaped that Discord would take for formatting, a mention, a link or a spoiler.
    public var escapingMarkdown: String {
        var result = ""
        result.reserveCapacity(utf8.count)
        for character in self {
            if Self.markdownCharacters.contains(character) { result.append("\\") }
            result.append(character)
        }
        return result
    }

    /// The text with mentions made harmless by an invisible space behind each `@` and `#`. It looks the same. Pings are
    /// prevented by ``AllowedMentions`` in any case; this also keeps the text from being shown as a name.
    public var escapingMentions: String {
        var result = ""
        result.reserveCapacity(utf8.count)
        for character in self {
            result.append(character)
            if character == "@" || character == "#" { result.append("\u{200B}") }
        }
        return result
    }

    /// The text as a block in which nothing is formatted; fences inside it are broken up.
    /// - Parameter language: colours the text, as in `json`.
    public func codeBlock(language: String = "") -> String {
        var text = String.UnicodeScalarView()
        var run = 0
        for scalar in unicodeScalars {
            run = scalar == "`" ? run + 1 : 0
            // Before the second, fourth, … of a run, so that no three stand together.
            if run > 0, run.isMultiple(of: 2) { text.append("\u{200B}") }
            text.append(scalar)
        }
        return "```\(language)\n\(String(text))\n```"
    }

    /// The text within a line in which nothing is formatted; backticks inside it become apostrophes.
    public var inlineCode: String {
        "`\(String(map { $0 == "`" ? "'" : $0 }))`"
    }

    private static var markdownCharacters: Set<Character> {
        ["\\", "*", "_", "~", "`", "|", ">", "<", "[", "]", "(", ")", "#", "-", "@"]
    }
}
