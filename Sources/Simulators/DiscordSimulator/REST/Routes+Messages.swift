import JSON

/// Routes of messages, reactions and pins.
///
/// Source: Discord, *Message*.
extension RESTRoute {
    static let messageRoutes: [RESTRoute] = [
        RESTRoute("GET", "/channels/:channel_id/messages", .init(5, per: 5)) { state, call throws(APIError) in
            .list(
                try page(of: state, call).map { state.render($0, for: call.bot, readsContent: call.readsContent) })
        },
        RESTRoute("POST", "/channels/:channel_id/messages", .init(5, per: 5)) { state, call throws(APIError) in
            let channelID = try call.id("channel_id")
            _ = try state.channel(channelID)
            try state.require(.viewChannel, of: call.bot, inChannel: channelID)
            let form = try MessageForm(
                call.body, uploads: call.uploads, purpose: .create, in: &state, channelID: channelID)
            return .ok(state.render(try state.send(form, by: call.bot, in: channelID), for: call.bot))
        },
        RESTRoute("GET", "/channels/:channel_id/messages/:message_id", .init(30, per: 10)) {
            state, call throws(APIError) in
            let channelID = try call.id("channel_id")
            _ = try state.channel(channelID)
            try state.require([.viewChannel, .readHistory], of: call.bot, inChannel: channelID)
            guard let message = state.message(try call.id("message_id"), in: channelID), !message.isEphemeral else {
                throw .unknownMessage
            }
            return .ok(state.render(message, for: call.bot, readsContent: call.readsContent))
        },
        RESTRoute("PATCH", "/channels/:channel_id/messages/:message_id", .init(5, per: 5)) {
            state, call throws(APIError) in
            let (channelID, messageID) = (try call.id("channel_id"), try call.id("message_id"))
            _ = try state.channel(channelID)
            try state.require(.viewChannel, of: call.bot, inChannel: channelID)
            guard let old = state.message(messageID, in: channelID) else { throw .unknownMessage }
            let form = try MessageForm(
                call.body, uploads: call.uploads, purpose: .edit(old), in: &state, channelID: channelID)
            return .ok(
                state.render(try state.edit(messageID, in: channelID, with: form, by: call.bot), for: call.bot))
        },
        RESTRoute("DELETE", "/channels/:channel_id/messages/:message_id", .init(5, per: 1)) {
            state, call throws(APIError) in
            try state.delete(
                try call.id("message_id"), in: try call.id("channel_id"), by: call.bot, reason: call.reason)
            return .empty
        },
        RESTRoute("POST", "/channels/:channel_id/messages/bulk-delete", .init(1, per: 1)) {
            state, call throws(APIError) in
            var errors = FieldErrors()
            let list = errors.array(call.body["messages"], atMost: .max, at: ["messages"]) ?? []
            let ids = list.enumerated().compactMap { errors.snowflake($1, at: ["messages", String($0)]) }
            try errors.check()
            try state.bulkDelete(ids, in: try call.id("channel_id"), by: call.bot, reason: call.reason)
            return .empty
        },
        RESTRoute("POST", "/channels/:channel_id/typing", .init(5, per: 5)) { state, call throws(APIError) in
            try state.type(in: try call.id("channel_id"), by: call.bot)
            return .empty
        },
    ]

    /// A page of a channel's messages, newest first.
    private static func page(of state: WorldState, _ call: RESTCall) throws(APIError) -> [SimulatedMessage] {
        let channelID = try call.id("channel_id")
        _ = try state.channel(channelID)
        try state.require(.viewChannel, of: call.bot, inChannel: channelID)
        let limit = try call.queryNumber("limit", in: 1...100, default: 50)
        let (before, after, around) = (
            try call.queryID("before"), try call.queryID("after"), try call.queryID("around")
        )
        // Without the history a channel looks empty.
        guard state.permissions(of: call.bot, inChannel: channelID).contains(.readHistory) else { return [] }
        let all = state.messages(in: channelID).filter { !$0.isEphemeral }
        let page: [SimulatedMessage]
        if let around {
            let older = all.filter { $0.id < around }.suffix(limit / 2)
            let rest = all.filter { $0.id >= around }.prefix(limit - older.count)
            page = Array(older) + Array(rest)
        } else if let after {
            page = Array(all.filter { $0.id > after }.prefix(limit))
        } else {
            page = Array(all.filter { before == nil || $0.id < before ?? 0 }.suffix(limit))
        }
        return page.reversed()
    }

    static let reactionRoutes: [RESTRoute] = [
        RESTRoute("PUT", "/channels/:channel_id/messages/:message_id/reactions/:emoji_name/@me", .init(1, per: 0.25)) {
            state, call throws(APIError) in
            try state.react(
                with: call.text("emoji_name"), to: try call.id("message_id"), in: try call.id("channel_id"),
                by: call.bot)
            return .empty
        },
        RESTRoute(
            "DELETE", "/channels/:channel_id/messages/:message_id/reactions/:emoji_name/@me", .init(1, per: 0.25)
        ) { state, call throws(APIError) in
            try state.removeReaction(
                call.text("emoji_name"), of: call.bot, from: try call.id("message_id"), in: try call.id("channel_id"),
                by: call.bot)
            return .empty
        },
        RESTRoute(
            "DELETE", "/channels/:channel_id/messages/:message_id/reactions/:emoji_name/:user_id", .init(1, per: 0.25)
        ) { state, call throws(APIError) in
            try state.removeReaction(
                call.text("emoji_name"), of: try call.id("user_id"), from: try call.id("message_id"),
                in: try call.id("channel_id"), by: call.bot)
            return .empty
        },
        RESTRoute("GET", "/channels/:channel_id/messages/:message_id/reactions/:emoji_name") {
            state, call throws(APIError) in
            .list(try reactors(in: state, call).map { state.renderUser($0) })
        },
        RESTRoute("DELETE", "/channels/:channel_id/messages/:message_id/reactions/:emoji_name", .init(1, per: 0.25)) {
            state, call throws(APIError) in
            try state.clearReactions(
                call.text("emoji_name"), from: try call.id("message_id"), in: try call.id("channel_id"), by: call.bot)
            return .empty
        },
        RESTRoute("DELETE", "/channels/:channel_id/messages/:message_id/reactions", .init(1, per: 0.25)) {
            state, call throws(APIError) in
            try state.clearReactions(
                nil, from: try call.id("message_id"), in: try call.id("channel_id"), by: call.bot)
            return .empty
        },
    ]

    private static func reactors(in state: WorldState, _ call: RESTCall) throws(APIError) -> [WorldID] {
        let channelID = try call.id("channel_id")
        _ = try state.channel(channelID)
        try state.require([.viewChannel, .readHistory], of: call.bot, inChannel: channelID)
        guard let message = state.message(try call.id("message_id"), in: channelID), !message.isEphemeral else {
            throw .unknownMessage
        }
        let emoji = EmojiReference(call.text("emoji_name"))
        let limit = try call.queryNumber("limit", in: 1...100, default: 25)
        let after = try call.queryID("after") ?? 0
        let users = message.reactions.first { $0.emoji.isSame(as: emoji) }?.users ?? []
        return Array(users.sorted().filter { $0 > after }.prefix(limit))
    }

    static let pinRoutes: [RESTRoute] =
        [
            RESTRoute("GET", "/channels/:channel_id/messages/pins") { state, call throws(APIError) in
                let pinned = try pins(of: state, call)
                let limit = try call.queryNumber("limit", in: 1...50, default: 50)
                let before = call.queryValue("before").flatMap(ISO8601.instant)
                let older = pinned.filter { pin in
                    guard let before, let instant = pin.pinnedAt else { return true }
                    return instant < before
                }
                return .ok([
                    "items": .array(
                        older.prefix(limit).map {
                            [
                                "pinned_at": .string(ISO8601.text($0.pinnedAt ?? state.now)),
                                "message": state.render($0, for: call.bot, readsContent: call.readsContent),
                            ]
                        }), "has_more": .bool(older.count > limit),
                ])
            },
            RESTRoute("GET", "/channels/:channel_id/pins") { state, call throws(APIError) in
                .list(
                    try pins(of: state, call).prefix(50)
                        .map { state.render($0, for: call.bot, readsContent: call.readsContent) })
            },
        ]
        + ["/channels/:channel_id/messages/pins/:message_id", "/channels/:channel_id/pins/:message_id"].flatMap {
            path in
            [("PUT", true), ("DELETE", false)].map { method, isPinned in
                RESTRoute(method, path, .init(5, per: 5)) { state, call throws(APIError) in
                    try state.setPinned(
                        isPinned, try call.id("message_id"), in: try call.id("channel_id"), by: call.bot,
                        reason: call.reason)
                    return .empty
                }
            }
        }

    /// Pinned messages, last pinned first.
    private static func pins(of state: WorldState, _ call: RESTCall) throws(APIError) -> [SimulatedMessage] {
        let channelID = try call.id("channel_id")
        _ = try state.channel(channelID)
        try state.require([.viewChannel], of: call.bot, inChannel: channelID)
        guard state.permissions(of: call.bot, inChannel: channelID).contains(.readHistory) else { return [] }
        return state.messages(in: channelID).filter(\.isPinned)
            .sorted { ($0.pinnedAt ?? state.now, $0.id) > ($1.pinnedAt ?? state.now, $1.id) }
    }
}
