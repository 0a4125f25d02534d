import HTTPClient
import JSON

// Source: Discord documentation, Interactions, "Application Commands".
extension RESTClient {
    /// The commands of an application in a guild.
    public func commands(
        of application: ApplicationID, in guild: GuildID, _ options: CallOptions = .standard
    ) async throws(RESTError) -> [ApplicationCommand] {
        try await fetch(
            RESTCall(Route(.get, "applications", .id(application), "guilds", .major(guild), "commands"), options))
    }

    /// Replaces all commands of an application in a guild.
    /// - Returns: the commands with their ids.
    public func overwriteCommands(
        _ definitions: [CommandDefinition], of application: ApplicationID, in guild: GuildID,
        _ options: CallOptions = .standard
    ) async throws(RESTError) -> [ApplicationCommand] {
        for definition in definitions { try RESTCall.validate(definition) }
        var call = RESTCall(
            Route(.put, "applications", .id(application), "guilds", .major(guild), "commands"), options)
        call.body = .array(definitions.map(\.json))
        return try await fetch(call)
    }
}
