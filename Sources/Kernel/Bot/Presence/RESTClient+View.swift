public import Discord

extension RESTClient {
    /// Everything about a server that GUILD_CREATE would have told.
    public func load(_ guild: GuildID, ownUser: UserID) async throws -> GuildLoad {
        async let object = self.guild(guild)
        async let channels = self.channels(of: guild)
        async let threads = self.activeThreads(of: guild)
        async let member = self.member(ownUser, of: guild)
        let active = try await threads
        return GuildLoad(
            guild: try await object, channels: try await channels, threads: active.threads,
            threadMembers: active.members, ownMember: try await member)
    }
}

extension GuildViewStore {
    /// What access rules know of a person: their roles as the event tells them, else as the view knows them.
    func caller(_ user: UserID, member: Member?, in guild: GuildID?) -> Caller {
        guard let guild, let view = snapshot[guild], let member = member ?? view.member(user) else {
            return Caller(id: user, roles: nil, isAdministrator: false)
        }
        let rules = view.permissions(of: member, at: member.joinedAt ?? user.timestamp)
        return Caller(
            id: user, roles: Set(member.roles), isAdministrator: rules.contains(.administrator))
    }
}
