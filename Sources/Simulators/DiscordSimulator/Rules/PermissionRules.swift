/// Who may do what where.
///
/// Source: Discord, *Permissions*, "Permission Hierarchy" and "Permission Overwrites".
extension WorldState {
    /// What a member may do in the guild, before any channel's overwrites; nothing for people who are not members.
    public func permissions(of userID: WorldID, in guildID: WorldID) -> PermissionBits {
        guard let guild = guilds[guildID], let member = guild.members[userID] else { return [] }
        if guild.ownerID == userID { return .all }
        var bits = guild.roles[guildID]?.permissions ?? []
        for role in member.roles { bits.formUnion(guild.roles[role]?.permissions ?? []) }
        return bits.contains(.administrator) ? .all : bits
    }

    /// What a user may do in a channel or thread, implicit refusals applied.
    public func permissions(of userID: WorldID, inChannel channelID: WorldID) -> PermissionBits {
        guard let channel = channels[channelID] else { return [] }
        guard let guildID = channel.guildID else {
            return channel.recipients.contains(userID) ? Self.directMessagePermissions : []
        }
        let base = permissions(of: userID, in: guildID)
        if base == .all { return .all }
        let source = channel.isThread ? channel.parentID.flatMap { channels[$0] } : channel
        guard let source, let member = guilds[guildID]?.members[userID] else { return [] }
        var bits = Self.applying(source.overwrites, to: base, of: member, in: guildID)
        if channel.kind == .privateThread, let thread = channel.thread, thread.members[userID] == nil,
            !bits.contains(.manageThreads)
        {
            return []
        }
        if channel.isThread {
            if bits.contains(.sendInThreads) { bits.insert(.sendMessages) } else { bits.remove(.sendMessages) }
        }
        return Self.withoutImplied(bits)
    }

    private static let directMessagePermissions: PermissionBits = [
        .viewChannel, .sendMessages, .embedLinks, .attachFiles, .readHistory, .addReactions, .useExternalEmoji,
        .useCommands,
    ]

    /// Applies `@everyone`, then all roles together, then the member.
    private static func applying(
        _ overwrites: [PermissionOverwrite], to base: PermissionBits, of member: SimulatedMember, in guildID: WorldID
    ) -> PermissionBits {
        var bits = base
        func apply(_ layer: [PermissionOverwrite]) {
            for overwrite in layer { bits.subtract(overwrite.deny) }
            for overwrite in layer { bits.formUnion(overwrite.allow) }
        }
        apply(overwrites.filter { $0.target == .role && $0.id == guildID })
        apply(overwrites.filter { $0.target == .role && member.roles.contains($0.id) })
        apply(overwrites.filter { $0.target == .member && $0.id == member.userID })
        return bits
    }

    /// Without the view nothing else counts; without the right to send, what needs sending does not either.
    private static func withoutImplied(_ bits: PermissionBits) -> PermissionBits {
        guard bits.contains(.viewChannel) else { return [] }
        guard !bits.contains(.sendMessages) else { return bits }
        return bits.subtracting([.mentionEveryone, .sendTTS, .attachFiles, .embedLinks])
    }

    // MARK: Requiring

    /// Throws 50001 if the user cannot see the channel, 50013 if the user lacks one of the permissions.
    func require(_ needed: PermissionBits, of userID: WorldID, inChannel channelID: WorldID) throws(APIError) {
        let bits = permissions(of: userID, inChannel: channelID)
        guard bits.contains(.viewChannel) else { throw .missingAccess }
        guard bits.isSuperset(of: needed) else { throw .missingPermissions }
    }

    /// Throws 10004 for guilds the user is not in, 50013 if the user lacks one of the permissions.
    func require(_ needed: PermissionBits, of userID: WorldID, in guildID: WorldID) throws(APIError) {
        guard let guild = guilds[guildID] else { throw .unknownGuild }
        guard guild.members[userID] != nil else { throw .missingAccess }
        guard permissions(of: userID, in: guildID).isSuperset(of: needed) else { throw .missingPermissions }
    }

    // MARK: Hierarchy

    /// The position of a member's highest role; above everything for the owner.
    func rank(of userID: WorldID, in guildID: WorldID) -> Int {
        guard let guild = guilds[guildID], let member = guild.members[userID] else { return -1 }
        if guild.ownerID == userID { return .max }
        return member.roles.compactMap { guild.roles[$0]?.position }.max() ?? 0
    }

    /// Throws 50013 unless the user may give, take or change the role: it must be lower than the user's highest.
    func requireAbove(_ role: SimulatedRole, of userID: WorldID, in guildID: WorldID) throws(APIError) {
        guard rank(of: userID, in: guildID) > role.position else { throw .missingPermissions }
    }

    // MARK: Seeing

    /// Whether a user can see a channel or thread.
    public func canSee(_ channelID: WorldID, _ userID: WorldID) -> Bool {
        permissions(of: userID, inChannel: channelID).contains(.viewChannel)
    }

    /// Whether a user can see a message in a channel that it can see: ephemeral ones are for one person.
    public func canSee(_ message: SimulatedMessage, _ userID: WorldID) -> Bool {
        canSee(message.channelID, userID) && (message.ephemeralViewer ?? userID) == userID
    }
}
