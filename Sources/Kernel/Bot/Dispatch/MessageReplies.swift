import Discord

/// Answers in the channel of a message or reaction.
struct MessageReplies: ReplyTarget {
    var rest: RESTClient
    var channel: ChannelID
    /// The message that called or that was reacted to.
    var message: MessageID
    /// Whether `message` was written by the caller.
    var isCallers: Bool

    func reply(_ payload: MessagePayload) async throws -> Message? {
        var payload = payload
        payload.reply = .init(messageID: message, failsIfMissing: false)
        return try await rest.createMessage(payload, in: channel)
    }

    /// Discord keeps nothing in a channel that only one person sees.
    func whisper(_ payload: MessagePayload) async throws -> Message? { try await reply(payload) }

    func post(_ payload: MessagePayload) async throws -> Message? {
        try await rest.createMessage(payload, in: channel)
    }

    func edit(_ message: MessageID, _ edit: MessageEdit) async throws -> Message {
        try await rest.editMessage(message, in: channel, edit)
    }

    func react(_ emoji: PartialEmoji, to target: MessageID?) async throws {
        try await rest.addReaction(emoji, to: target ?? message, in: channel)
    }

    func showTyping() async throws { try await rest.triggerTyping(in: channel) }

    func removeReaction(_ emoji: PartialEmoji, of user: UserID, from message: MessageID) async throws {
        try await rest.removeReaction(emoji, of: user, from: message, in: channel)
    }

    func deleteInvocation() async throws {
        guard isCallers else { return }
        try await rest.deleteMessage(message, in: channel)
    }

    func open(_ modal: ModalPayload) async throws {
        throw UnsupportedAnswer(answer: "a modal", cause: "a message")
    }
}

/// An answer that Discord does not allow for what caused it: a mistake in a feature's declaration.
struct UnsupportedAnswer: Error, Sendable, Equatable {
    var answer: String
    var cause: String
}
