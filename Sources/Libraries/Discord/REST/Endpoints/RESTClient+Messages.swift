import HTTPClient
import JSON

// Source: Discord documentation, Resources, "Message".
extension RESTClient {
    /// Posts a message. With a nonce that is enforced, posting it again within minutes gives the message that exists.
    public func createMessage(
        _ payload: MessagePayload, in channel: ChannelID, _ options: CallOptions = .standard
    ) async throws(RESTError) -> Message {
        try RESTCall.validate(payload)
        var call = RESTCall(Route(.post, "channels", .major(channel), "messages"), options)
        call.body = payload.json
        call.files = payload.files
        call.isRepeatable = payload.nonce != nil && payload.enforcesNonce
        call.isAwaited = call.isRepeatable
        return try await fetch(call)
    }

    /// Changes an own message, or suppresses the embeds of another's.
    public func editMessage(
        _ message: MessageID, in channel: ChannelID, _ edit: MessageEdit, _ options: CallOptions = .standard
    ) async throws(RESTError) -> Message {
        try RESTCall.validate(edit)
        var call = RESTCall(Route(.patch, "channels", .major(channel), "messages", .id(message)), options)
        call.body = edit.json
        call.files = edit.files
        return try await fetch(call)
    }

    /// A message.
    public func message(
        _ message: MessageID, in channel: ChannelID, _ options: CallOptions = .standard
    ) async throws(RESTError) -> Message {
        try await fetch(RESTCall(Route(.get, "channels", .major(channel), "messages", .id(message)), options))
    }

    /// The newest messages of a channel, or those before or after one of them, newest first.
    /// - Parameter limit: 1 to 100.
    public func messages(
        in channel: ChannelID, before: MessageID? = nil, after: MessageID? = nil, limit: Int = 50,
        _ options: CallOptions = .standard
    ) async throws(RESTError) -> [Message] {
        var call = RESTCall(Route(.get, "channels", .major(channel), "messages"), options)
        if let before { call.query.append((name: "before", value: before.description)) }
        if let after { call.query.append((name: "after", value: after.description)) }
        call.query.append((name: "limit", value: String(limit)))
        return try await fetch(call)
    }

    /// Deletes a message.
    public func deleteMessage(
        _ message: MessageID, in channel: ChannelID, _ options: CallOptions = .standard
    ) async throws(RESTError) {
        var call = RESTCall(Route(.delete, "channels", .major(channel), "messages", .id(message)), options)
        call.doneCodes = [.unknownMessage]
        try await run(call)
    }

    /// Shows the bot as typing for some seconds.
    public func triggerTyping(in channel: ChannelID, _ options: CallOptions = .standard) async throws(RESTError) {
        try await run(RESTCall(Route(.post, "channels", .major(channel), "typing"), options))
    }

    /// Adds the bot's own reaction.
    public func addReaction(
        _ emoji: PartialEmoji, to message: MessageID, in channel: ChannelID, _ options: CallOptions = .standard
    ) async throws(RESTError) {
        try await run(RESTCall(Self.reaction(.put, emoji, message, channel, of: "@me"), options))
    }

    /// Takes a reaction away: the bot's own without a user, else that user's.
    public func removeReaction(
        _ emoji: PartialEmoji, of user: UserID? = nil, from message: MessageID, in channel: ChannelID,
        _ options: CallOptions = .standard
    ) async throws(RESTError) {
        let whose = user.map { Route.Segment.id($0) } ?? "@me"
        try await run(RESTCall(Self.reaction(.delete, emoji, message, channel, of: whose), options))
    }

    private static func reaction(
        _ method: HTTPMethod, _ emoji: PartialEmoji, _ message: MessageID, _ channel: ChannelID, of whose: Route.Segment
    ) -> Route {
        Route(
            method, "channels", .major(channel), "messages", .id(message), "reactions", .text(emoji.reactionKey), whose)
    }
}
