import DiscordSimulator
import Glibc
import JSON

/// What was said, as lines for a terminal: embeds stand behind a bar, bold text is bold where that can be shown.
struct Transcript {
    /// Whether the terminal shows bold and faint text; elsewhere the marks are left out.
    var isStyled = isatty(STDOUT_FILENO) == 1
    /// What is shown in place of mentions.
    var names: [String: String] = [:]

    private static let width = 76
    private static let bold = "\u{1B}[1m"
    private static let faint = "\u{1B}[2m"
    private static let plain = "\u{1B}[0m"

    /// The line that opens a part of the journey.
    func heading(_ text: String) -> String { "\n" + styled("── \(text) ──", Self.faint) }

    /// Somebody's words.
    func lines(of text: String, by who: String) -> [String] {
        ["", styled(who, Self.bold)] + wrapped(text, to: Self.width).map { "  " + marked($0) }
    }

    /// A message with its embeds.
    func lines(of message: SimulatedMessage, by who: String) -> [String] {
        var lines = ["", styled(who, Self.bold)]
        if !message.content.isEmpty {
            lines += wrapped(message.content, to: Self.width).map { "  " + marked($0) }
        }
        for (index, embed) in message.embeds.enumerated() {
            if index > 0 { lines.append("") }
            lines += self.lines(of: embed).map { "  │ " + $0 }
        }
        return lines
    }

    // MARK: Embeds

    private func lines(of embed: JSONValue) -> [String] {
        var lines: [String] = []
        func add(_ text: String?, _ show: (String) -> String) {
            guard let text, !text.isEmpty else { return }
            lines += wrapped(text, to: Self.width - 2).map(show)
        }
        add(embed["author"]?["name"]?.string) { styled($0, Self.faint) }
        add(embed["title"]?.string.map(Self.unmarked)) { styled($0, Self.bold) }
        add(embed["description"]?.string, marked)
        var row: [String] = []
        func closeRow() {
            add(row.joined(separator: " · "), marked)
            row = []
        }
        for field in embed["fields"]?.elements ?? [] {
            let (name, value) = (field["name"]?.string ?? "", field["value"]?.string ?? "")
            if field["inline"]?.bool == true {
                row.append("\(Self.unmarked(name)) **\(Self.unmarked(value))**")
                if row.count == 3 { closeRow() }
            } else {
                closeRow()
                add(Self.unmarked(name)) { styled($0, Self.bold) }
                add(value, marked)
            }
        }
        closeRow()
        add(embed["footer"]?["text"]?.string) { styled($0, Self.faint) }
        return lines
    }

    // MARK: Text

    private func styled(_ text: String, _ style: String) -> String { isStyled ? style + text + Self.plain : text }

    /// Bold between two pairs of stars; single stars and backticks are left out.
    private func marked(_ line: String) -> String {
        let parts = line.split(separator: "**", omittingEmptySubsequences: false)
        return parts.enumerated().map { index, part in
            let text = Self.unmarked(String(part))
            return index.isMultiple(of: 2) || text.isEmpty ? text : styled(text, Self.bold)
        }.joined()
    }

    private static func unmarked(_ text: String) -> String { text.filter { $0 != "*" && $0 != "`" } }

    private func named(_ text: String) -> String {
        names.reduce(Self.unlinked(text)) { text, name in text.replacing(name.key, with: name.value) }
    }

    /// The text with links shown by their texts alone.
    private static func unlinked(_ text: String) -> String {
        var shown = ""
        var rest = text[...]
        while let middle = rest.firstRange(of: "](https://"), let end = rest[middle.upperBound...].firstIndex(of: ")") {
            let head = rest[..<middle.lowerBound]
            let start = head.indices.last { head[$0] == "[" && !head[..<$0].hasSuffix("\\") }
            shown += (start.map { head[..<$0] + head[head.index(after: $0)...] } ?? head)
                .replacing("\\[", with: "[").replacing("\\]", with: "]")
            rest = rest[rest.index(after: end)...]
        }
        return shown + rest
    }

    /// The lines of a text, those that are too long broken between words.
    private func wrapped(_ text: String, to width: Int) -> [String] {
        named(text).split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [String] in
            var lines: [String] = []
            var current: [Substring] = []
            var count = 0
            for word in line.split(separator: " ", omittingEmptySubsequences: false) {
                let length = Self.unmarked(String(word)).count
                if !current.isEmpty, count + length > width {
                    lines.append(current.joined(separator: " "))
                    (current, count) = ([], 0)
                }
                current.append(word)
                count += length + 1
            }
            return lines + [current.joined(separator: " ")]
        }
    }
}
