import JSON

/// Routes of channels, overwrites, direct messages and threads.
///
/// Source: Discord, *Channel*; *Threads*.
extension RESTRoute {
    static let channelRoutes: [RESTRoute] = [
        RESTRoute("GET", "/channels/:channel_id") { state, call throws(APIError) in
            let channel = try state.channel(try call.id("channel_id"))
            try state.require(.viewChannel, of: call.bot, inChannel: channel.id)
            return .ok(state.renderChannel(channel, for: call.bot))
        },
        RESTRoute("PATCH", "/channels/:channel_id", .init(5, per: 15)) { state, call throws(APIError) in
            let channelID = try call.id("channel_id")
            try state.require(.viewChannel, of: call.bot, inChannel: try state.channel(channelID).id)
            try state.admitRename(of: channelID, call.body)
            let channel = try state.editChannel(channelID, call.body, by: call.bot, reason: call.reason)
            return .ok(state.renderChannel(channel, for: call.bot))
        },
        RESTRoute("DELETE", "/channels/:channel_id", .init(5, per: 15)) { state, call throws(APIError) in
            let channel = try state.deleteChannel(try call.id("channel_id"), by: call.bot, reason: call.reason)
            return .ok(state.renderChannel(channel, for: call.bot))
        },
        RESTRoute("PUT", "/channels/:channel_id/permissions/:overwrite_id") { state, call throws(APIError) in
            try state.setOverwrite(
                try call.id("overwrite_id"), call.body, in: try call.id("channel_id"), by: call.bot,
                reason: call.reason)
            return .empty
        },
        RESTRoute("DELETE", "/channels/:channel_id/permissions/:overwrite_id") { state, call throws(APIError) in
            try state.deleteOverwrite(
                try call.id("overwrite_id"), in: try call.id("channel_id"), by: call.bot, reason: call.reason)
            return .empty
        },
        RESTRoute("GET", "/guilds/:guild_id/channels") { state, call throws(APIError) in
            let guildID = try call.id("guild_id")
            try state.require([], of: call.bot, in: guildID)
            return .list(state.channels(of: guildID).map { state.renderChannel($0, for: call.bot) })
        },
        RESTRoute("POST", "/guilds/:guild_id/channels") { state, call throws(APIError) in
            let channel = try state.createChannel(
                call.body, in: try call.id("guild_id"), by: call.bot, reason: call.reason)
            return .created(state.renderChannel(channel, for: call.bot))
        },
        RESTRoute("POST", "/users/@me/channels", .init(10, per: 10)) { state, call throws(APIError) in
            guard let recipient = call.body["recipient_id"]?.snowflake else {
                throw .invalid(["recipient_id"], "BASE_TYPE_REQUIRED", "This field is required")
            }
            return .ok(state.renderChannel(try state.directChannel(from: call.bot, to: recipient), for: call.bot))
        },
    ]

    static let threadRoutes: [RESTRoute] = [
        RESTRoute("POST", "/channels/:channel_id/threads", .init(50, per: 300)) { state, call throws(APIError) in
            let thread = try state.openThread(
                try WorldState.ThreadForm(call.body, fixedKind: nil), in: try call.id("channel_id"), from: nil,
                by: call.bot, reason: call.reason)
            return .created(state.renderChannel(thread, for: call.bot))
        },
        RESTRoute("POST", "/channels/:channel_id/messages/:message_id/threads", .init(50, per: 300)) {
            state, call throws(APIError) in
            let thread = try state.openThread(
                try WorldState.ThreadForm(call.body, fixedKind: .publicThread), in: try call.id("channel_id"),
                from: try call.id("message_id"), by: call.bot, reason: call.reason)
            return .created(state.renderChannel(thread, for: call.bot))
        },
        RESTRoute("GET", "/channels/:channel_id/thread-members") { state, call throws(APIError) in
            let channel = try thread(of: state, call)
            let withMember = call.queryFlag("with_member")
            let after = try call.queryID("after") ?? 0
            let limit = try call.queryNumber("limit", in: 1...100, default: 100)
            let people = (channel.thread?.members.keys.sorted() ?? []).filter { $0 > after }
            return .list(
                (withMember ? Array(people.prefix(limit)) : people)
                    .map { state.renderThreadMember($0, of: channel, withMember: withMember) })
        },
        RESTRoute("GET", "/channels/:channel_id/thread-members/:user_id") { state, call throws(APIError) in
            let channel = try thread(of: state, call)
            let userID = try call.id("user_id")
            guard channel.thread?.members[userID] != nil else { throw .unknownMember }
            return .ok(state.renderThreadMember(userID, of: channel, withMember: call.queryFlag("with_member")))
        },
        RESTRoute("PUT", "/channels/:channel_id/thread-members/@me") { state, call throws(APIError) in
            try state.joinThread(try call.id("channel_id"), member: call.bot, by: call.bot)
            return .empty
        },
        RESTRoute("DELETE", "/channels/:channel_id/thread-members/@me") { state, call throws(APIError) in
            try state.leaveThread(try call.id("channel_id"), member: call.bot, by: call.bot)
            return .empty
        },
        RESTRoute("PUT", "/channels/:channel_id/thread-members/:user_id") { state, call throws(APIError) in
            try state.joinThread(try call.id("channel_id"), member: try call.id("user_id"), by: call.bot)
            return .empty
        },
        RESTRoute("DELETE", "/channels/:channel_id/thread-members/:user_id") { state, call throws(APIError) in
            try state.leaveThread(try call.id("channel_id"), member: try call.id("user_id"), by: call.bot)
            return .empty
        },
        RESTRoute("GET", "/guilds/:guild_id/threads/active") { state, call throws(APIError) in
            let guildID = try call.id("guild_id")
            try state.require([], of: call.bot, in: guildID)
            var list = threadList(state.activeThreads(of: guildID, for: call.bot), state, call)
            list["has_more"] = false
            return .ok(list)
        },
        RESTRoute("GET", "/channels/:channel_id/threads/archived/public") { state, call throws(APIError) in
            .ok(try archived(state, call, isPrivate: false, joinedBy: nil))
        },
        RESTRoute("GET", "/channels/:channel_id/threads/archived/private") { state, call throws(APIError) in
            .ok(try archived(state, call, isPrivate: true, joinedBy: nil))
        },
        RESTRoute("GET", "/channels/:channel_id/users/@me/threads/archived/private") { state, call throws(APIError) in
            .ok(try archived(state, call, isPrivate: true, joinedBy: call.bot))
        },
    ]

    private static func thread(of state: WorldState, _ call: RESTCall) throws(APIError) -> SimulatedChannel {
        let channel = try state.channel(try call.id("channel_id"))
        guard channel.isThread else { throw .wrongChannelType }
        try state.require(.viewChannel, of: call.bot, inChannel: channel.id)
        return channel
    }

    private static func archived(
        _ state: WorldState, _ call: RESTCall, isPrivate: Bool, joinedBy: WorldID?
    ) throws(APIError) -> JSONValue {
        let page = try state.archivedThreads(
            of: try call.id("channel_id"), isPrivate: isPrivate,
            before: call.queryValue("before").flatMap(ISO8601.instant),
            limit: try call.queryNumber("limit", in: 2...100, default: 50), joinedBy: joinedBy, for: call.bot)
        return threadList(page.threads, state, call).merging(["has_more": .bool(page.hasMore)])
    }

    private static func threadList(
        _ threads: [SimulatedChannel], _ state: WorldState, _ call: RESTCall
    ) -> JSONValue {
        let joined = threads.filter { $0.thread?.members[call.bot] != nil }
        return [
            "threads": .array(threads.map { state.renderChannel($0, for: call.bot) }),
            "members": .array(joined.map { state.renderThreadMember(call.bot, of: $0) }),
        ]
    }
}
