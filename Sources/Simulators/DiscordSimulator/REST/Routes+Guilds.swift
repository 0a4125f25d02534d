import JSON

/// Routes of guilds, members, roles, emoji and the audit log.
///
/// Source: Discord, *Guild*; *Audit Log*.
extension RESTRoute {
    static let guildRoutes: [RESTRoute] = [
        RESTRoute("GET", "/guilds/:guild_id") { state, call throws(APIError) in
            let guildID = try call.id("guild_id")
            try state.require([], of: call.bot, in: guildID)
            return .ok(state.renderGuild(try state.guild(guildID), withCounts: call.queryFlag("with_counts")))
        },
        RESTRoute("GET", "/guilds/:guild_id/roles") { state, call throws(APIError) in
            let guildID = try call.id("guild_id")
            try state.require([], of: call.bot, in: guildID)
            return .list(try state.guild(guildID).sortedRoles.map(WorldState.render))
        },
        RESTRoute("GET", "/guilds/:guild_id/roles/:role_id") { state, call throws(APIError) in
            let guildID = try call.id("guild_id")
            try state.require([], of: call.bot, in: guildID)
            guard let role = try state.guild(guildID).roles[try call.id("role_id")] else { throw .unknownRole }
            return .ok(WorldState.render(role))
        },
        RESTRoute("POST", "/guilds/:guild_id/roles") { state, call throws(APIError) in
            .ok(
                WorldState.render(
                    try state.createRole(call.body, in: try call.id("guild_id"), by: call.bot, reason: call.reason)))
        },
        RESTRoute("PATCH", "/guilds/:guild_id/roles/:role_id") { state, call throws(APIError) in
            .ok(
                WorldState.render(
                    try state.editRole(
                        try call.id("role_id"), call.body, in: try call.id("guild_id"), by: call.bot,
                        reason: call.reason)))
        },
        RESTRoute("DELETE", "/guilds/:guild_id/roles/:role_id") { state, call throws(APIError) in
            try state.deleteRole(
                try call.id("role_id"), in: try call.id("guild_id"), by: call.bot, reason: call.reason)
            return .empty
        },
        RESTRoute("GET", "/guilds/:guild_id/emojis") { state, call throws(APIError) in
            let guildID = try call.id("guild_id")
            try state.require([], of: call.bot, in: guildID)
            return .list(try state.guild(guildID).emoji.values.sorted { $0.id < $1.id }.map(WorldState.render))
        },
        RESTRoute("GET", "/guilds/:guild_id/emojis/:emoji_id") { state, call throws(APIError) in
            let guildID = try call.id("guild_id")
            try state.require([], of: call.bot, in: guildID)
            guard let emoji = try state.guild(guildID).emoji[try call.id("emoji_id")] else { throw .unknownEmojiByID }
            return .ok(WorldState.render(emoji))
        },
        RESTRoute("GET", "/guilds/:guild_id/audit-logs", .init(5, per: 5)) { state, call throws(APIError) in
            .ok(try auditLog(of: state, call))
        },
    ]

    static let memberRoutes: [RESTRoute] =
        [
            RESTRoute("GET", "/guilds/:guild_id/members") { state, call throws(APIError) in
                let guildID = try call.id("guild_id")
                try state.require([], of: call.bot, in: guildID)
                guard state.applications[call.bot]?.privilegedIntents.contains(.members) == true else {
                    throw .missingAccess
                }
                let limit = try call.queryNumber("limit", in: 1...1000, default: 1)
                let after = try call.queryID("after") ?? 0
                let members = try state.guild(guildID).members.values.filter { $0.userID > after }
                    .sorted { $0.userID < $1.userID }
                return .list(members.prefix(limit).map { state.renderMember($0, in: guildID) })
            },
            RESTRoute("GET", "/guilds/:guild_id/members/search") { state, call throws(APIError) in
                let guildID = try call.id("guild_id")
                try state.require([], of: call.bot, in: guildID)
                guard let query = call.queryValue("query")?.lowercased(), !query.isEmpty else {
                    throw .invalid(["query"], "BASE_TYPE_REQUIRED", "This field is required")
                }
                let limit = try call.queryNumber("limit", in: 1...1000, default: 1)
                let found = try state.guild(guildID).members.values.filter { member in
                    state.users[member.userID]?.name.lowercased().hasPrefix(query) == true
                        || state.shownName(of: member.userID, in: guildID).lowercased().hasPrefix(query)
                }.sorted { $0.userID < $1.userID }
                return .list(found.prefix(limit).map { state.renderMember($0, in: guildID) })
            },
            RESTRoute("GET", "/guilds/:guild_id/members/:user_id", .init(5, per: 1)) { state, call throws(APIError) in
                let guildID = try call.id("guild_id")
                try state.require([], of: call.bot, in: guildID)
                let userID = try call.id("user_id")
                _ = try state.user(userID)
                return .ok(state.renderMember(try state.member(userID, of: guildID), in: guildID))
            },
            RESTRoute("PATCH", "/guilds/:guild_id/members/@me") { state, call throws(APIError) in
                let guildID = try call.id("guild_id")
                var form: JSONValue = .object(JSONObject())
                if let nick = call.body["nick"] { form["nick"] = nick }
                let member = try state.editMember(call.bot, in: guildID, form, by: call.bot, reason: call.reason)
                return .ok(state.renderMember(member, in: guildID))
            },
            RESTRoute("PATCH", "/guilds/:guild_id/members/:user_id") { state, call throws(APIError) in
                let guildID = try call.id("guild_id")
                let member = try state.editMember(
                    try call.id("user_id"), in: guildID, call.body, by: call.bot, reason: call.reason)
                return .ok(state.renderMember(member, in: guildID))
            },
            RESTRoute("DELETE", "/guilds/:guild_id/members/:user_id", .init(5, per: 1)) {
                state, call throws(APIError) in
                try state.kick(try call.id("user_id"), from: try call.id("guild_id"), by: call.bot, reason: call.reason)
                return .empty
            },
        ]
        + [("PUT", true), ("DELETE", false)].map { method, isHeld in
            RESTRoute(method, "/guilds/:guild_id/members/:user_id/roles/:role_id") { state, call throws(APIError) in
                try state.setRole(
                    try call.id("role_id"), of: try call.id("user_id"), in: try call.id("guild_id"), isHeld: isHeld,
                    by: call.bot, reason: call.reason)
                return .empty
            }
        }

    private static func auditLog(of state: WorldState, _ call: RESTCall) throws(APIError) -> JSONValue {
        let guildID = try call.id("guild_id")
        try state.require(.viewAuditLog, of: call.bot, in: guildID)
        let limit = try call.queryNumber("limit", in: 1...100, default: 50)
        let (before, after) = (try call.queryID("before"), try call.queryID("after"))
        let (userID, targetID) = (try call.queryID("user_id"), try call.queryID("target_id"))
        let action = call.queryValue("action_type").flatMap(Int.init)
        let found = state.auditLog.filter { entry in
            entry.guildID == guildID && (before.map { entry.id < $0 } ?? true) && (after.map { entry.id > $0 } ?? true)
                && (userID.map { entry.userID == $0 } ?? true) && (targetID.map { entry.targetID == $0 } ?? true)
                && (action.map { entry.action == $0 } ?? true)
        }
        // With `after` the log is read forwards, else backwards.
        let page = after == nil ? Array(found.reversed().prefix(limit)) : Array(found.prefix(limit))
        let people = Set(page.map(\.userID)).union(page.compactMap(\.targetID).filter { state.users[$0] != nil })
        return [
            "audit_log_entries": .array(page.map(WorldState.render)),
            "users": .array(people.sorted().map { state.renderUser($0) }), "integrations": [], "webhooks": [],
            "guild_scheduled_events": [], "application_commands": [], "auto_moderation_rules": [],
            "threads": .array(
                Set(page.compactMap(\.targetID)).sorted().compactMap { state.channels[$0] }.filter(\.isThread)
                    .map { state.renderChannel($0, for: call.bot) }),
        ]
    }
}
