import HTTPClient
public import JSON

// Source: Discord documentation, Resources, "Application", and "Get Current User Guilds".
extension RESTClient {
    /// The application that the token belongs to.
    public func currentApplication(_ options: CallOptions = .standard) async throws(RESTError) -> Application {
        try await fetch(RESTCall(Route(.get, "applications", "@me"), options))
    }

    /// The guilds that the bot is in, at most two hundred.
    public func currentGuilds(_ options: CallOptions = .standard) async throws(RESTError) -> [JoinedGuild] {
        try await fetch(RESTCall(Route(.get, "users", "@me", "guilds"), options))
    }
}

/// A guild as it stands in the list of those that the bot is in.
public struct JoinedGuild: Sendable, Hashable, Identifiable, JSONDecodable {
    /// The guild's id.
    public var id: GuildID
    /// Its name.
    public var name: String

    /// Names a guild.
    public init(id: GuildID, name: String) {
        self.id = id
        self.name = name
    }

    /// Reads a guild; the id is needed.
    public init(_ json: JSONView) throws(DecodingFailure) {
        self.init(id: try json.require("id"), name: json.text("name") ?? "")
    }
}
