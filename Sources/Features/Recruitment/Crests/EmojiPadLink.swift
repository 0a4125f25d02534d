import Configuration
import Discord
import HTTPClient

/// The address under which our proxy serves an emoji, padded. Source: recruitment chapter, section 5.2.
struct EmojiPadLink {
    var base: String
    var emoji: EmojiID
    var source: String
    var registry: Registry

    var url: String {
        let query = PercentEncoding.query([
            ("u", source), ("s", "\(registry[\.media.emojiPadSize])"), ("box", "\(registry[\.media.emojiPadBox])"),
            ("v", "\(emoji)"),
        ])
        return "\(base)/emoji-pad\(query)"
    }
}
