import Bot
import Discord

extension BotSettings {
    /// The version that CoreOps footers carry. Source: coreops chapter, section 1.
    static let coreOpsVersion = "1.5.0"

    /// The footer of every CoreOps embed.
    var footer: String { "Bot v\(botVersion) · CoreOps v\(Self.coreOpsVersion)" }
}

extension Invocation {
    /// The caller's name as people know it, harmless in a message.
    var callerName: String {
        (member?.displayName ?? user?.displayName ?? "\(caller.id)").escapingMarkdown.escapingMentions
    }
}

extension String {
    /// The text on one line, at most so many characters, the last an ellipsis where something was left out; harmless in
    /// a code block.
    func cell(_ limit: Int) -> String {
        let line = oneLine.replacing("`", with: "ʼ")
        return line.count <= limit ? line : line.prefix(max(limit - 1, 0)) + "…"
    }

    /// The text with each run of blanks and line breaks as one blank.
    var oneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    /// A bucket's name as people read it: `Clan Tags`.
    var titleCased: String {
        split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
    }
}
