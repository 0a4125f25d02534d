public import Discord

/// How a handler answers: the same calls for a typed command, a slash command, a component and a reaction.
///
/// Every message carries a nonce derived from the event and the step that sends it, so that a repeat within minutes
/// returns the message that exists. Nothing pings unless the payload asks for that exact ping, and what is too long for
/// Discord is cut with an ellipsis.
public struct Responder: Sendable {
    private let target: any ReplyTarget
    private let cause: String
    private let successor: @Sendable () -> Bool
    private var mask: (@Sendable (String) -> String)?

    init(target: any ReplyTarget, cause: String, successor: @escaping @Sendable () -> Bool = { false }) {
        self.target = target
        self.cause = cause
        self.successor = successor
    }

    /// The responder with every text that it sends passed through `mask` first.
    func masked(by mask: @escaping @Sendable (String) -> String) -> Responder {
        var responder = self
        responder.mask = mask
        return responder
    }

    /// Whether the same person has used a component of the same message again since. That use was acknowledged and is
    /// handled after this one, so that showing the outcome may be left to it.
    public var hasSuccessor: Bool { successor() }

    /// Answers the caller: a reply to their message, or the response to their interaction.
    /// - Parameter step: names the answer within its cause; two answers of one handler have different steps.
    @discardableResult
    public func reply(_ payload: MessagePayload, step: String = "reply") async throws -> Message? {
        try await target.reply(stamped(payload, step: step))
    }

    /// Answers with plain text.
    @discardableResult
    public func reply(_ text: String, step: String = "reply") async throws -> Message? {
        try await reply(MessagePayload(content: text, allowedMentions: .none), step: step)
    }

    /// Answers so that only the caller sees it, where that is possible: in reply to an interaction.
    public func whisper(_ text: String, step: String = "whisper") async throws {
        _ = try await target.whisper(stamped(MessagePayload(content: text, allowedMentions: .none), step: step))
    }

    /// Posts into the channel without referring to the caller's message. For a slash command this is its answer, or a
    /// further one.
    @discardableResult
    public func post(_ payload: MessagePayload, step: String = "post") async throws -> Message? {
        try await target.post(stamped(payload, step: step))
    }

    /// Edits a message in the channel.
    @discardableResult
    public func edit(_ message: MessageID, _ edit: MessageEdit) async throws -> Message {
        var edit = edit
        if let mask {
            edit.content = edit.content.map(mask)
            edit.embeds = edit.embeds?.map { $0.masked(by: mask) }
        }
        return try await target.edit(message, edit.fitted())
    }

    /// Adds the bot's own reaction to a message, by default the caller's.
    public func react(_ emoji: PartialEmoji, to message: MessageID? = nil) async throws {
        try await target.react(emoji, to: message)
    }

    /// Shows that an answer is on its way. A nicety: without it the answer still comes.
    public func showTyping() async { try? await target.showTyping() }

    /// Takes a person's reaction away from a message.
    public func removeReaction(_ emoji: PartialEmoji, of user: UserID, from message: MessageID) async throws {
        try await target.removeReaction(emoji, of: user, from: message)
    }

    /// Deletes the message that called; nothing to do for an interaction.
    public func deleteInvocation() async throws {
        try await target.deleteInvocation()
    }

    /// Opens a modal; only for interactions declared with `.modal` or `.immediate`.
    public func open(_ modal: ModalPayload) async throws {
        try await target.open(modal)
    }

    private func stamped(_ payload: MessagePayload, step: String) -> MessagePayload {
        var payload = payload
        if let mask {
            payload.content = payload.content.map(mask)
            payload.embeds = payload.embeds.map { $0.masked(by: mask) }
        }
        payload = payload.fitted()
        payload.nonce = Nonce.derived(from: cause, step: step)
        payload.enforcesNonce = true
        return payload
    }
}

/// Where answers go.
protocol ReplyTarget: Sendable {
    func reply(_ payload: MessagePayload) async throws -> Message?
    func whisper(_ payload: MessagePayload) async throws -> Message?
    func post(_ payload: MessagePayload) async throws -> Message?
    func edit(_ message: MessageID, _ edit: MessageEdit) async throws -> Message
    func react(_ emoji: PartialEmoji, to message: MessageID?) async throws
    func showTyping() async throws
    func removeReaction(_ emoji: PartialEmoji, of user: UserID, from message: MessageID) async throws
    func deleteInvocation() async throws
    func open(_ modal: ModalPayload) async throws
}
