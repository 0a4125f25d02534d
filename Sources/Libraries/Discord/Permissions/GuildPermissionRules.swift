/// Computes what a member may do, from what Discord's documentation says of roles, overwrites, threads, timeouts and
/// permissions that imply each other. Source: Discord documentation, Topics, "Permissions".
public struct GuildPermissionRules: Sendable {
    /// The member in question, as far as permissions depend on them.
    public struct Subject: Sendable, Hashable {
        /// The member.
        public var userID: UserID
        /// Their roles, without `@everyone`.
        public var roles: [RoleID]
        /// Whether a timeout is in force.
        public var isTimedOut: Bool

        /// Names the member.
        public init(userID: UserID, roles: [RoleID], isTimedOut: Bool = false) {
            self.userID = userID
            self.roles = roles
            self.isTimedOut = isTimedOut
        }
    }

    /// The guild, whose number is that of the role of everybody.
    public var guildID: GuildID
    /// Who may do everything.
    public var ownerID: UserID
    /// What a role allows; nil for roles that no longer exist, which allow nothing.
    public var permissionsOfRole: @Sendable (RoleID) -> Permissions?

    /// Names the guild.
    public init(guildID: GuildID, ownerID: UserID, permissionsOfRole: @escaping @Sendable (RoleID) -> Permissions?) {
        self.guildID = guildID
        self.ownerID = ownerID
        self.permissionsOfRole = permissionsOfRole
    }

    /// What a member may do in the guild as a whole.
    public func permissions(of subject: Subject) -> Permissions {
        let base = unlimitedPermissions(of: subject)
        if base.contains(.administrator) { return .all }
        return subject.isTimedOut ? base.intersection(.whileTimedOut) : base
    }

    /// What a member may do in a channel.
    /// - Parameters:
    ///   - channel: the channel or thread.
    ///   - parent: the channel of a thread, whose overwrites count; nil for other channels. A thread whose parent is
    ///     not known allows nothing, except to those who may do everything.
    ///   - isThreadMember: whether the member was added to the thread; decides for private threads only.
    public func permissions(
        of subject: Subject, in channel: Channel, parent: Channel? = nil, isThreadMember: Bool = false
    ) -> Permissions {
        let base = unlimitedPermissions(of: subject)
        if base.contains(.administrator) { return .all }

        guard let source = channel.isThread ? parent : channel else { return [] }
        var permissions = applying(source.overwrites, to: base, of: subject)
        if channel.kind == .privateThread, !isThreadMember, !permissions.contains(.manageThreads) { return [] }
        if subject.isTimedOut { permissions.formIntersection(.whileTimedOut) }
        return permissions.withoutImpliedDenials(in: channel.kind)
    }

    /// Roles alone. The owner counts as administrator, whom neither overwrites nor timeouts touch.
    private func unlimitedPermissions(of subject: Subject) -> Permissions {
        if subject.userID == ownerID { return .all }
        return subject.roles.reduce(permissionsOfRole(guildID.everyoneRole) ?? []) { sum, role in
            sum.union(permissionsOfRole(role) ?? [])
        }
    }

    /// First everybody's overwrite, then those of all roles at once (of which allowing wins), then the member's own.
    private func applying(
        _ overwrites: [PermissionOverwrite], to base: Permissions, of subject: Subject
    ) -> Permissions {
        let everyone = guildID.everyoneRole
        let roles = Set(subject.roles)
        var forEveryone: PermissionOverwrite?
        var forMember: PermissionOverwrite?
        var allowedByRoles: Permissions = []
        var deniedByRoles: Permissions = []
        for overwrite in overwrites {
            switch overwrite.target {
            case .role(everyone): forEveryone = overwrite
            case .role(let role) where roles.contains(role):
                allowedByRoles.formUnion(overwrite.allow)
                deniedByRoles.formUnion(overwrite.deny)
            case .member(subject.userID): forMember = overwrite
            case .role, .member: break
            }
        }
        var permissions = base
        if let forEveryone { permissions.apply(allow: forEveryone.allow, deny: forEveryone.deny) }
        permissions.apply(allow: allowedByRoles, deny: deniedByRoles)
        if let forMember { permissions.apply(allow: forMember.allow, deny: forMember.deny) }
        return permissions
    }
}

extension Permissions {
    /// Every permission that has a name.
    public static let all: Permissions = named.reduce([]) { $0.union($1.permission) }

    /// What a timeout leaves.
    public static let whileTimedOut: Permissions = [.viewChannel, .readMessageHistory]

    /// What needs ``sendMessages``, or in threads ``sendMessagesInThreads``.
    static let ofSending: Permissions = [
        .sendTTSMessages, .embedLinks, .attachFiles, .mentionEveryone, .sendVoiceMessages, .sendPolls,
    ]

    /// What needs ``connect`` in voice and stage channels.
    static let ofConnecting: Permissions = [
        .prioritySpeaker, .stream, .speak, .muteMembers, .deafenMembers, .moveMembers, .useVoiceActivity,
        .requestToSpeak, .useSoundboard, .useExternalSounds, .useEmbeddedActivities, .manageChannels, .manageRoles,
    ]

    mutating func apply(allow: Permissions, deny: Permissions) {
        subtract(deny)
        formUnion(allow)
    }

    /// Leaves out what Discord denies because something else is denied. Source: "Implicit Permissions".
    public func withoutImpliedDenials(in kind: ChannelKind) -> Permissions {
        guard contains(.viewChannel) else { return [] }
        var permissions = self
        if !contains(kind.sendingPermission) { permissions.subtract(.ofSending) }
        if kind.isVoice, !contains(.connect) { permissions.subtract(.ofConnecting) }
        return permissions
    }
}

extension ChannelKind {
    /// The permission by which messages are sent: threads have one of their own.
    public var sendingPermission: Permissions { isThread ? .sendMessagesInThreads : .sendMessages }
}
