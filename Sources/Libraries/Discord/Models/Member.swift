public import Service

/// A user as a member of one guild. Source: Discord documentation, Resources, "Guild Member Object".
public struct Member: Sendable, Hashable, Identifiable {
    /// The user; where Discord leaves it out (messages), it is filled in from the author.
    public var user: User
    /// The name in this guild.
    public var nickname: String?
    /// Hash of the avatar of this guild.
    public var avatar: String?
    /// The member's roles, without `@everyone`.
    public var roles: [RoleID]
    /// When they joined; absent in some partial members.
    public var joinedAt: Timestamp?
    /// End of a timeout; may lie in the past.
    public var timedOutUntil: Timestamp?
    /// Whether they have yet to pass the guild's screening.
    public var isPending: Bool
    /// What they may do in the channel of an interaction; only interactions carry it.
    public var permissions: Permissions?
    /// Makes one from its fields.
    public init(
        user: User,
        nickname: String? = nil,
        avatar: String? = nil,
        roles: [RoleID] = [],
        joinedAt: Timestamp? = nil,
        timedOutUntil: Timestamp? = nil,
        isPending: Bool = false,
        permissions: Permissions? = nil
    ) {
        self.user = user
        self.nickname = nickname
        self.avatar = avatar
        self.roles = roles
        self.joinedAt = joinedAt
        self.timedOutUntil = timedOutUntil
        self.isPending = isPending
        self.permissions = permissions
    }

    /// The user's id.
    public var id: UserID { user.id }

    /// How the member is shown in the guild: nickname, else the user's own display name.
    public var displayName: String { nickname ?? user.displayName }
}
