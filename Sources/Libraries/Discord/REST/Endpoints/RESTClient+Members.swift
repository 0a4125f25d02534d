import HTTPClient
import JSON

// Source: Discord documentation, Resources, "Guild", "Emoji".
extension RESTClient {
    /// The roles of a guild.
    public func roles(of guild: GuildID, _ options: CallOptions = .standard) async throws(RESTError) -> [Role] {
        try await fetch(RESTCall(Route(.get, "guilds", .major(guild), "roles"), options))
    }

    /// The emoji of a guild.
    public func emojis(of guild: GuildID, _ options: CallOptions = .standard) async throws(RESTError) -> [Emoji] {
        try await fetch(RESTCall(Route(.get, "guilds", .major(guild), "emojis"), options))
    }

    /// Members in the order of their ids; needs the members intent.
    /// - Parameters:
    ///   - user: the last one of the page before.
    ///   - limit: 1 to 1000.
    public func members(
        of guild: GuildID, after user: UserID? = nil, limit: Int = 1000, _ options: CallOptions = .standard
    ) async throws(RESTError) -> [Member] {
        var call = RESTCall(Route(.get, "guilds", .major(guild), "members"), options)
        call.query.append((name: "limit", value: String(limit)))
        if let user { call.query.append((name: "after", value: user.description)) }
        return try await fetch(call)
    }

    /// Members whose name or nickname begins with a text.
    /// - Parameter limit: 1 to 1000.
    public func searchMembers(
        of guild: GuildID, named prefix: String, limit: Int = 25, _ options: CallOptions = .standard
    ) async throws(RESTError) -> [Member] {
        var call = RESTCall(Route(.get, "guilds", .major(guild), "members", "search"), options)
        call.query = [(name: "query", value: prefix), (name: "limit", value: String(limit))]
        return try await fetch(call)
    }

    /// Changes a member.
    public func editMember(
        _ user: UserID, of guild: GuildID, _ edit: MemberEdit, _ options: CallOptions = .standard
    ) async throws(RESTError) {
        try RESTCall.validate(edit)
        var call = RESTCall(Route(.patch, "guilds", .major(guild), "members", .id(user)), options)
        call.body = edit.json
        try await run(call)
    }

    /// Gives a role to a member.
    public func addRole(
        _ role: RoleID, to user: UserID, of guild: GuildID, _ options: CallOptions = .standard
    ) async throws(RESTError) {
        try await run(
            RESTCall(Route(.put, "guilds", .major(guild), "members", .id(user), "roles", .id(role)), options))
    }

    /// Takes a role from a member.
    public func removeRole(
        _ role: RoleID, from user: UserID, of guild: GuildID, _ options: CallOptions = .standard
    ) async throws(RESTError) {
        try await run(
            RESTCall(Route(.delete, "guilds", .major(guild), "members", .id(user), "roles", .id(role)), options))
    }
}
