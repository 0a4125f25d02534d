/// A person or bot. Source: Discord documentation, Resources, "User".
public struct User: Sendable, Hashable, Identifiable {
    /// The user's id.
    public var id: UserID
    /// The unique name, without discriminator.
    public var username: String
    /// The name the user chose to be shown by, in every guild without a nickname.
    public var globalName: String?
    /// Four digits for bots, `0` for people.
    public var discriminator: String
    /// Hash of the avatar image.
    public var avatar: String?
    /// Whether this is an application's user.
    public var isBot: Bool
    /// Whether this is Discord's own voice.
    public var isSystem: Bool
    /// Makes one from its fields.
    public init(
        id: UserID,
        username: String,
        globalName: String? = nil,
        discriminator: String = "0",
        avatar: String? = nil,
        isBot: Bool = false,
        isSystem: Bool = false
    ) {
        self.id = id
        self.username = username
        self.globalName = globalName
        self.discriminator = discriminator
        self.avatar = avatar
        self.isBot = isBot
        self.isSystem = isSystem
    }

    /// How the user is shown where there is no nickname.
    public var displayName: String { globalName ?? username }
}

extension User {
    /// Path of the avatar below the CDN's base URL; for a user without one, of the default image that Discord shows.
    /// - Parameter size: edge in pixels, a power of two from 16 to 4096.
    public func avatarPath(size: Int = 256) -> String {
        guard let avatar else {
            let index = discriminator == "0" ? (id.rawValue.rawValue >> 22) % 6 : (UInt64(discriminator) ?? 0) % 5
            return "/embed/avatars/\(index).png"
        }
        return "/avatars/\(id)/\(avatar).png?size=\(size)"
    }
}
