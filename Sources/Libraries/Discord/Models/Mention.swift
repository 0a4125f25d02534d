/// Something named in a message's text. Source: Discord documentation, Reference, "Message Formatting".
public enum Mention: Sendable, Hashable {
    /// `<@80351110224678912>`, and `<@!80351110224678912>` as older clients wrote it.
    case user(UserID)
    /// `<@&165511591545143296>`
    case role(RoleID)
    /// `<#103735883630395392>`
    case channel(ChannelID)
    /// `<:name:id>`, `<a:name:id>`
    case emoji(PartialEmoji)

    /// Reads a text that is a mention and nothing else.
    public init?(_ text: some StringProtocol) {
        guard text.hasPrefix("<"), text.hasSuffix(">"), text.count > 3 else { return nil }
        let body = text.dropFirst().dropLast()
        if body.hasPrefix("@&") {
            guard let id = RoleID(digits: body.dropFirst(2)) else { return nil }
            self = .role(id)
        } else if body.hasPrefix("@") {
            guard let id = UserID(digits: body.dropFirst(body.hasPrefix("@!") ? 2 : 1)) else { return nil }
            self = .user(id)
        } else if body.hasPrefix("#") {
            guard let id = ChannelID(digits: body.dropFirst()) else { return nil }
            self = .channel(id)
        } else {
            let parts = body.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0].isEmpty || parts[0] == "a", !parts[1].isEmpty,
                let id = EmojiID(digits: parts[2])
            else { return nil }
            self = .emoji(PartialEmoji(id: id, name: String(parts[1]), isAnimated: !parts[0].isEmpty))
        }
    }

    /// Every mention in a text, in order.
    public static func all(in text: String) -> [Mention] {
        var mentions: [Mention] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            rest = rest[start...]
            guard let end = rest.firstIndex(of: ">") else { break }
            // Of several openings before one end, only the last can be a mention.
            let open = rest[..<end].lastIndex(of: "<") ?? start
            if let mention = Mention(text[open...end]) { mentions.append(mention) }
            rest = rest[rest.index(after: end)...]
        }
        return mentions
    }
}

extension UserID {
    /// The user in a message's text.
    public var mention: String { "<@\(self)>" }
}

extension RoleID {
    /// The role in a message's text.
    public var mention: String { "<@&\(self)>" }
}

extension ChannelID {
    /// The channel in a message's text.
    public var mention: String { "<#\(self)>" }
}
