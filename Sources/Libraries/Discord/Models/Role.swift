/// A role of a guild. Source: Discord documentation, Topics, "Permissions", "Role Object".
public struct Role: Sendable, Hashable, Identifiable {
    /// The role's id; that of `@everyone` is the guild's.
    public var id: RoleID
    /// The name shown.
    public var name: String
    /// Colour as 0xRRGGBB; zero for none.
    public var color: Int
    /// Whether its members are listed apart.
    public var isHoisted: Bool
    /// Hash of the icon image.
    public var icon: String?
    /// A standard emoji as icon.
    public var unicodeEmoji: String?
    /// Place in the order of roles; equal positions are ordered by id, the smaller id above.
    public var position: Int
    /// What the role allows everywhere.
    public var permissions: Permissions
    /// Whether an integration owns it, so that nobody can hand it out.
    public var isManaged: Bool
    /// Whether everybody may mention it.
    public var isMentionable: Bool
    /// The bot that owns it, if one does.
    public var botID: UserID?
    /// Makes one from its fields.
    public init(
        id: RoleID,
        name: String,
        color: Int = 0,
        isHoisted: Bool = false,
        icon: String? = nil,
        unicodeEmoji: String? = nil,
        position: Int = 0,
        permissions: Permissions = [],
        isManaged: Bool = false,
        isMentionable: Bool = false,
        botID: UserID? = nil
    ) {
        self.id = id
        self.name = name
        self.color = color
        self.isHoisted = isHoisted
        self.icon = icon
        self.unicodeEmoji = unicodeEmoji
        self.position = position
        self.permissions = permissions
        self.isManaged = isManaged
        self.isMentionable = isMentionable
        self.botID = botID
    }
}

extension Role {
    /// Whether the role stands above another: by position, and of equal positions the older above.
    public func isAbove(_ other: Role) -> Bool {
        position != other.position ? position > other.position : id < other.id
    }
}
