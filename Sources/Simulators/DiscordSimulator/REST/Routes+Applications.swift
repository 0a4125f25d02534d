import JSON

/// Routes of the bot itself, its application and its commands.
///
/// Source: Discord, *User*; *Application*; *Application Commands*.
extension RESTRoute {
    static let selfRoutes: [RESTRoute] =
        [
            RESTRoute("GET", "/users/@me") { state, call in .ok(state.renderSelf(call.bot)) },
            RESTRoute("GET", "/users/@me/guilds", .init(1, per: 1)) { state, call throws(APIError) in
                let limit = try call.queryNumber("limit", in: 1...200, default: 200)
                let (before, after) = (try call.queryID("before"), try call.queryID("after"))
                let guilds = state.guilds.values.filter { guild in
                    guild.members[call.bot] != nil && (before.map { guild.id < $0 } ?? true)
                        && (after.map { guild.id > $0 } ?? true)
                }.sorted { $0.id < $1.id }
                return .list(
                    guilds.prefix(limit).map { guild in
                        [
                            "id": .id(guild.id), "name": .string(guild.name), "icon": nil, "banner": nil,
                            "owner": .bool(guild.ownerID == call.bot), "features": [],
                            "permissions": .permissions(state.permissions(of: call.bot, in: guild.id)),
                        ]
                    })
            },
            RESTRoute("DELETE", "/users/@me/guilds/:guild_id") { state, call throws(APIError) in
                let guildID = try call.id("guild_id")
                guard state.guilds[guildID]?.members[call.bot] != nil else { throw .unknownGuild }
                try state.leave(call.bot, guildID)
                return .empty
            },
            RESTRoute("GET", "/users/:user_id", .init(30, per: 30)) { state, call throws(APIError) in
                let userID = try call.id("user_id")
                _ = try state.user(userID)
                return .ok(state.renderUser(userID))
            },
        ]
        + ["/applications/@me", "/oauth2/applications/@me"].map { path in
            RESTRoute("GET", path) { state, call throws(APIError) in
                guard let application = state.applications[call.bot] else { throw .unknownApplication }
                return .ok(state.renderApplication(application))
            }
        }

    static let commandRoutes: [RESTRoute] = [
        "/applications/:application_id/commands", "/applications/:application_id/guilds/:guild_id/commands",
    ].flatMap { path in
        [
            RESTRoute("GET", path) { state, call throws(APIError) in
                let (applicationID, guildID) = try scope(call)
                return .list(state.commands(of: applicationID, in: guildID).map(WorldState.render))
            },
            RESTRoute("POST", path, .init(5, per: 20)) { state, call throws(APIError) in
                let (applicationID, guildID) = try scope(call)
                let (command, isNew) = try state.register(call.body, of: applicationID, in: guildID)
                return .json(WorldState.render(command), status: isNew ? 201 : 200)
            },
            RESTRoute("PUT", path, .init(2, per: 60), takesList: true) { state, call throws(APIError) in
                let (applicationID, guildID) = try scope(call)
                return .list(
                    try state.replaceCommands(call.body.elements, of: applicationID, in: guildID)
                        .map(WorldState.render))
            },
            RESTRoute("GET", path + "/:command_id") { state, call throws(APIError) in
                let (applicationID, guildID) = try scope(call)
                return .ok(
                    WorldState.render(
                        try state.command(try call.id("command_id"), of: applicationID, in: guildID)))
            },
            RESTRoute("PATCH", path + "/:command_id", .init(5, per: 20)) { state, call throws(APIError) in
                let (applicationID, guildID) = try scope(call)
                return .ok(
                    WorldState.render(
                        try state.editCommand(
                            try call.id("command_id"), call.body, of: applicationID, in: guildID)))
            },
            RESTRoute("DELETE", path + "/:command_id", .init(5, per: 20)) { state, call throws(APIError) in
                let (applicationID, guildID) = try scope(call)
                try state.deleteCommand(try call.id("command_id"), of: applicationID, in: guildID)
                return .empty
            },
        ]
    }

    /// The application and guild of a command route; a bot manages only its own application.
    private static func scope(_ call: RESTCall) throws(APIError) -> (applicationID: WorldID, guildID: WorldID?) {
        let applicationID = try call.id("application_id")
        guard applicationID == call.bot else { throw .unknownApplication }
        return (applicationID, call.parameters["guild_id"] == nil ? nil : try call.id("guild_id"))
    }
}
