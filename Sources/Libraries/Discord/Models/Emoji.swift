/// A custom emoji of a guild. Source: Discord documentation, Resources, "Emoji".
public struct Emoji: Sendable, Hashable, Identifiable {
    /// The emoji's id.
    public var id: EmojiID
    /// The name between the colons.
    public var name: String
    /// Roles that may use it; empty: all.
    public var roles: [RoleID]
    /// Who uploaded it, where Discord tells.
    public var user: User?
    /// Whether it moves.
    public var isAnimated: Bool
    /// Whether it can be used just now; false after the guild lost boosts.
    public var isAvailable: Bool
    /// Whether an integration owns it.
    public var isManaged: Bool
    /// Makes one from its fields.
    public init(
        id: EmojiID,
        name: String,
        roles: [RoleID] = [],
        user: User? = nil,
        isAnimated: Bool = false,
        isAvailable: Bool = true,
        isManaged: Bool = false
    ) {
        self.id = id
        self.name = name
        self.roles = roles
        self.user = user
        self.isAnimated = isAnimated
        self.isAvailable = isAvailable
        self.isManaged = isManaged
    }

    /// The emoji in a message's text.
    public var mention: String { PartialEmoji(self).mention }

    /// Path of the image below the CDN's base URL, as a still: of an animated emoji the first frame. Source: Discord
    /// documentation, "CDN Endpoints".
    public var stillPath: String { "/emojis/\(id).png" }
}

/// An emoji as in reactions and components: a standard one by its text, a custom one by id and name.
public struct PartialEmoji: Sendable, Hashable {
    /// Id of a custom emoji; nil for a standard one.
    public var id: EmojiID?
    /// Name of a custom emoji, or the text of a standard one; nil for a custom one that was deleted.
    public var name: String?
    /// Whether it moves.
    public var isAnimated: Bool
    /// Makes one from its fields.
    public init(
        id: EmojiID? = nil,
        name: String? = nil,
        isAnimated: Bool = false
    ) {
        self.id = id
        self.name = name
        self.isAnimated = isAnimated
    }

    /// A standard emoji by its text, as in `"👍"`.
    public init(_ text: String) {
        self.init(id: nil, name: text)
    }

    /// A guild's emoji.
    public init(_ emoji: Emoji) {
        self.init(id: emoji.id, name: emoji.name, isAnimated: emoji.isAnimated)
    }

    /// The emoji in a message's text.
    public var mention: String {
        guard let id else { return name ?? "" }
        return "<\(isAnimated ? "a" : ""):\(name ?? "_"):\(id)>"
    }

    /// The emoji as part of a reaction's address, before percent-encoding: text, or `name:id`.
    public var reactionKey: String {
        guard let id else { return name ?? "" }
        return "\(name ?? "_"):\(id)"
    }

    /// Whether two values mean the same emoji: custom ones by id, whatever their names.
    public func isSame(as other: PartialEmoji) -> Bool {
        id != nil || other.id != nil ? id == other.id : name == other.name
    }
}
