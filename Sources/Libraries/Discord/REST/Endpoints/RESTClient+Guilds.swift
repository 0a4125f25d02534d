import HTTPClient
public import JSON

// Source: Discord documentation, Resources, "Guild", "User", "Channel".
extension RESTClient {
    /// The bot's own user.
    public func currentUser(_ options: CallOptions = .standard) async throws(RESTError) -> User {
        try await fetch(RESTCall(Route(.get, "users", "@me"), options))
    }

    /// The channel of direct messages with somebody; opened where there is none.
    public func openDirectMessages(
        with user: UserID, _ options: CallOptions = .standard
    ) async throws(RESTError) -> Channel {
        var call = RESTCall(Route(.post, "users", "@me", "channels"), options)
        call.body = ["recipient_id": .string(user.description)]
        return try await fetch(call)
    }

    /// A guild with its roles and emoji, without channels and members.
    public func guild(_ guild: GuildID, _ options: CallOptions = .standard) async throws(RESTError) -> Guild {
        try await fetch(RESTCall(Route(.get, "guilds", .major(guild)), options))
    }

    /// The channels of a guild, without threads.
    public func channels(of guild: GuildID, _ options: CallOptions = .standard) async throws(RESTError) -> [Channel] {
        try await fetch(RESTCall(Route(.get, "guilds", .major(guild), "channels"), options))
    }

    /// The active threads of a guild that the bot can see, and its memberships in them.
    public func activeThreads(
        of guild: GuildID, _ options: CallOptions = .standard
    ) async throws(RESTError) -> ThreadList {
        try await fetch(RESTCall(Route(.get, "guilds", .major(guild), "threads", "active"), options))
    }

    /// A member of a guild.
    public func member(
        _ user: UserID, of guild: GuildID, _ options: CallOptions = .standard
    ) async throws(RESTError) -> Member {
        try await fetch(RESTCall(Route(.get, "guilds", .major(guild), "members", .id(user)), options))
    }

    /// Leaves a guild.
    public func leaveGuild(_ guild: GuildID, _ options: CallOptions = .standard) async throws(RESTError) {
        var call = RESTCall(Route(.delete, "users", "@me", "guilds", .id(guild)), options)
        call.doneCodes = [.unknownGuild]
        try await run(call)
    }

    /// A channel or thread.
    public func channel(_ channel: ChannelID, _ options: CallOptions = .standard) async throws(RESTError) -> Channel {
        try await fetch(RESTCall(Route(.get, "channels", .major(channel)), options))
    }
}

/// Threads as Discord lists them. Source: Discord documentation, "List Active Guild Threads".
public struct ThreadList: Sendable, Hashable, JSONDecodable {
    /// The threads.
    public var threads: [Channel]
    /// The bot's own memberships in them.
    public var members: [ThreadMember]

    /// Lists threads.
    public init(threads: [Channel], members: [ThreadMember]) {
        self.threads = threads
        self.members = members
    }

    /// Reads a list.
    public init(_ json: JSONView) throws(DecodingFailure) {
        guard let threads = json["threads"] else { throw DecodingFailure(path: "threads") }
        self.threads = try [Channel](threads)
        members = try json["members"].map { view throws(DecodingFailure) in try [ThreadMember](view) } ?? []
    }
}
