/// What counts as an emoji.
enum EmojiRules {
    /// Whether a text is one Unicode emoji as Discord knows them: one grapheme with emoji presentation, a keycap, a
    /// flag, or a sequence.
    static func isEmoji(_ text: String) -> Bool {
        guard text.count == 1, let first = text.unicodeScalars.first else { return false }
        if first.properties.isEmojiPresentation { return true }
        let scalars = text.unicodeScalars
        if scalars.contains("\u{20E3}") { return true }
        // Text symbols such as ✔ are in Discord's set with and without the variation selector.
        return first.properties.isEmoji && first.value > 0x7F
    }
}

extension WorldState {
    /// Reads the emoji of a reaction route, `🏆` or `name:id`; custom emoji must exist.
    func reactionEmoji(_ text: String) throws(APIError) -> EmojiReference {
        let reference = EmojiReference(text)
        if let id = reference.id {
            for guild in guilds.values {
                if let emoji = guild.emoji[id] {
                    return EmojiReference(id: id, name: emoji.name, isAnimated: emoji.isAnimated)
                }
            }
            throw .unknownEmoji
        }
        guard EmojiRules.isEmoji(text) else { throw .unknownEmoji }
        return reference
    }
}
