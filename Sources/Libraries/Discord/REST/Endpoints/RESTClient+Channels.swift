import HTTPClient
import JSON

// Source: Discord documentation, Resources, "Channel".
extension RESTClient {
    /// Changes a channel or thread: archives, locks, renames it, and so on.
    ///
    /// Discord takes two changes of name or topic in ten minutes and does not say so in its headers. A change beyond that
    /// fails with ``RESTError/rateLimited(retryAfter:)`` and holds back no other change of the same channel.
    public func editChannel(
        _ channel: ChannelID, _ edit: ChannelEdit, _ options: CallOptions = .standard
    ) async throws(RESTError) -> Channel {
        try RESTCall.validate(edit)
        let isRename = edit.name != nil || edit.topic != .keep
        var call = RESTCall(
            Route(.patch, "channels", .major(channel), variant: isRename ? "name" : nil), options)
        call.body = edit.json
        return try await fetch(call)
    }

    /// Opens a thread without a first message; the payload says whether it is private.
    public func createThread(
        _ payload: ThreadPayload, in channel: ChannelID, _ options: CallOptions = .standard
    ) async throws(RESTError) -> Channel {
        try RESTCall.validate(payload)
        var call = RESTCall(Route(.post, "channels", .major(channel), "threads"), options)
        call.body = payload.json
        return try await fetch(call)
    }

    /// Opens a thread that starts from a message; it gets the message's id.
    public func createThread(
        _ payload: ThreadPayload, from message: MessageID, in channel: ChannelID, _ options: CallOptions = .standard
    ) async throws(RESTError) -> Channel {
        try RESTCall.validate(payload)
        var call = RESTCall(
            Route(.post, "channels", .major(channel), "messages", .id(message), "threads"), options)
        call.body = payload.messageThreadJSON
        return try await fetch(call)
    }

    /// Adds a member to a thread.
    public func addThreadMember(
        _ user: UserID, to thread: ChannelID, _ options: CallOptions = .standard
    ) async throws(RESTError) {
        try await run(RESTCall(Route(.put, "channels", .major(thread), "thread-members", .id(user)), options))
    }

    /// Removes a member from a thread.
    public func removeThreadMember(
        _ user: UserID, from thread: ChannelID, _ options: CallOptions = .standard
    ) async throws(RESTError) {
        try await run(RESTCall(Route(.delete, "channels", .major(thread), "thread-members", .id(user)), options))
    }

    /// Archived threads of a channel, those archived last first.
    /// - Parameters:
    ///   - isPrivate: private threads, for which the bot needs the permission to manage threads, or public ones.
    ///   - time: only those archived before this instant, in ISO 8601 as threads carry it.
    ///   - limit: 2 to 100.
    public func archivedThreads(
        of channel: ChannelID, isPrivate: Bool, before time: String? = nil, limit: Int = 50,
        _ options: CallOptions = .standard
    ) async throws(RESTError) -> ThreadList {
        let which: Route.Segment = isPrivate ? "private" : "public"
        var call = RESTCall(Route(.get, "channels", .major(channel), "threads", "archived", which), options)
        if let time { call.query.append((name: "before", value: time)) }
        call.query.append((name: "limit", value: String(limit)))
        return try await fetch(call)
    }

    /// Pins a message.
    public func pinMessage(
        _ message: MessageID, in channel: ChannelID, _ options: CallOptions = .standard
    ) async throws(RESTError) {
        try await run(
            RESTCall(Route(.put, "channels", .major(channel), "messages", "pins", .id(message)), options))
    }

    /// Takes a message from the pins.
    public func unpinMessage(
        _ message: MessageID, in channel: ChannelID, _ options: CallOptions = .standard
    ) async throws(RESTError) {
        var call = RESTCall(Route(.delete, "channels", .major(channel), "messages", "pins", .id(message)), options)
        call.doneCodes = [.unknownMessage]
        try await run(call)
    }

    /// The pinned messages of a channel, those pinned last first; up to 50.
    public func pinnedMessages(
        in channel: ChannelID, _ options: CallOptions = .standard
    ) async throws(RESTError) -> [Message] {
        var call = RESTCall(Route(.get, "channels", .major(channel), "messages", "pins"), options)
        call.query = [(name: "limit", value: "50")]
        return try Self.decode(try await perform(call)) { json throws(DecodingFailure) in
            guard let items = json["items"] else { throw DecodingFailure(path: "items") }
            return items.elements.compactMap { item in item["message"].flatMap { try? Message($0) } }
        }
    }
}
