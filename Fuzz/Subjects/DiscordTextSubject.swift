import Discord
import Service

extension Subject {
    /// Ids, instants and mentions mean what they spell; what is cut fits.
    static let discordText = text("discord-text") { text in
        if let id = Snowflake(text) {
            try promise(text.utf8.allSatisfy { (0x30...0x39).contains($0) }, "\(text) was taken for \(id)")
            try promise(Snowflake(id.description) == id, "\(id) does not read back")
            _ = id.timestamp
        }
        if let time = Timestamp(iso8601: text) {
            try promise(
                Timestamp(iso8601: time.iso8601)?.milliseconds == time.milliseconds, "\(text) is \(time.iso8601)")
        }
        for mention in Mention.all(in: text) {
            let spelled =
                switch mention {
                case .user(let id): id.mention
                case .role(let id): id.mention
                case .channel(let id): id.mention
                case .emoji(let emoji):
                    "<\(emoji.isAnimated ? "a" : ""):\(emoji.name ?? ""):\(emoji.id?.description ?? "")>"
                }
            try promise(Mention(spelled) == mention, "\(spelled) does not read back")
        }
        for limit in [0, 1, 2, 7, 40] {
            let cut = text.truncated(toUTF16: limit)
            try promise(cut.utf16.count <= limit, "\(cut.utf16.count) units in \(limit)")
            for piece in text.chunked(toUTF16: max(limit, 1)) {
                try promise(piece.utf16.count <= max(limit, 1) || piece.count == 1, "a piece beyond \(limit)")
            }
        }
        try promise(!text.codeBlock().dropFirst(3).dropLast(3).contains("```"), "a block is left early")
        _ = (text.escapingMarkdown, text.escapingMentions, text.inlineCode)
    }
}
