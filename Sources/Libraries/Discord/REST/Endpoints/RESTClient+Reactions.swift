import HTTPClient
import JSON

// Source: Discord documentation, Resources, "Message".
extension RESTClient {
    /// Deletes 2 to 100 messages of the last two weeks at once.
    public func deleteMessages(
        _ messages: [MessageID], in channel: ChannelID, _ options: CallOptions = .standard
    ) async throws(RESTError) {
        guard (2...100).contains(messages.count) else {
            throw .invalidPayload(
                LimitViolation(path: "messages", rule: .outOfRange(messages.count, minimum: 2, maximum: 100)))
        }
        var call = RESTCall(Route(.post, "channels", .major(channel), "messages", "bulk-delete"), options)
        call.body = ["messages": .ids(messages)]
        // Messages that are gone already are no error.
        call.isRepeatable = true
        try await run(call)
    }

    /// Takes all reactions of a message away, or all with one emoji.
    public func removeAllReactions(
        of emoji: PartialEmoji? = nil, from message: MessageID, in channel: ChannelID,
        _ options: CallOptions = .standard
    ) async throws(RESTError) {
        let route =
            if let emoji {
                Route(
                    .delete, "channels", .major(channel), "messages", .id(message), "reactions",
                    .text(emoji.reactionKey))
            } else {
                Route(.delete, "channels", .major(channel), "messages", .id(message), "reactions")
            }
        try await run(RESTCall(route, options))
    }

    /// Users who reacted with an emoji, in the order of their ids.
    /// - Parameters:
    ///   - user: the last one of the page before.
    ///   - limit: 1 to 100.
    public func reactors(
        with emoji: PartialEmoji, to message: MessageID, in channel: ChannelID, after user: UserID? = nil,
        limit: Int = 100, _ options: CallOptions = .standard
    ) async throws(RESTError) -> [User] {
        var call = RESTCall(
            Route(
                .get, "channels", .major(channel), "messages", .id(message), "reactions", .text(emoji.reactionKey)),
            options)
        if let user { call.query.append((name: "after", value: user.description)) }
        call.query.append((name: "limit", value: String(limit)))
        return try await fetch(call)
    }
}
