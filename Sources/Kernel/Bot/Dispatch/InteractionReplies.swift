import Discord
import Synchronization

/// Answers to a slash command, component or modal.
///
/// Discord takes one initial response; the kernel's acknowledgement is usually that one. What comes later edits the
/// pending reply or follows up. A payload flagged `.ephemeral` is seen by the caller alone, whatever the acknowledgement
/// promised. The type is a class because its copies share one state: whether the response was used.
final class InteractionReplies: ReplyTarget {
    /// What was done with the initial response.
    enum Progress: Sendable, Equatable {
        case unanswered
        case deferredReply(isEphemeral: Bool)
        case deferredUpdate
        case answered
    }

    private struct State {
        var progress = Progress.unanswered
        /// The message that the initial response became.
        var original: MessageID?
        /// Whether further messages, too, are for the caller alone.
        var isPersonal = false
        /// Further messages.
        var followUps: Set<MessageID> = []
    }

    private let rest: RESTClient
    private let interaction: Interaction
    private let channel: ChannelID
    private let state = Mutex(State())

    init(rest: RESTClient, interaction: Interaction, channel: ChannelID) {
        self.rest = rest
        self.interaction = interaction
        self.channel = channel
    }

    /// Sends the initial response that a declaration asks for.
    func acknowledge(_ answer: ComponentHandler.Answer) async throws {
        switch answer {
        case .modal, .immediate:
            return
        case .deferUpdate:
            try await respond(.deferUpdate, then: .deferredUpdate)
        case .deferReply(let isEphemeral):
            state.withLock { $0.isPersonal = isEphemeral }
            try await respond(
                .deferMessage(isEphemeral: isEphemeral), then: .deferredReply(isEphemeral: isEphemeral))
        }
    }

    /// Tells the caller something that only they see.
    func whisper(_ sentence: String) async throws {
        _ = try await whisper(MessagePayload(content: sentence, allowedMentions: .none))
    }

    func whisper(_ payload: MessagePayload) async throws -> Message? {
        var payload = payload
        payload.flags.insert(.ephemeral)
        return try await reply(payload)
    }

    func reply(_ payload: MessagePayload) async throws -> Message? {
        switch state.withLock({ $0.progress }) {
        case .unanswered:
            try await respond(.message(payload), then: .answered)
            return nil
        case .deferredReply(let isEphemeral):
            state.withLock { $0.progress = .answered }
            guard isEphemeral || !payload.flags.contains(.ephemeral) else {
                // Who sees an answer is settled with the promise of it; a private one needs a message of its own.
                try await deleteOriginal()
                return try await followUp(payload)
            }
            let message = try await rest.editOriginalResponse(
                application: interaction.applicationID, token: interaction.token, MessageEdit(payload))
            state.withLock { $0.original = message.id }
            return message
        case .deferredUpdate, .answered:
            return try await followUp(payload)
        }
    }

    func post(_ payload: MessagePayload) async throws -> Message? {
        if case .command = interaction.content { return try await reply(payload) }
        return try await rest.createMessage(payload, in: channel)
    }

    func edit(_ message: MessageID, _ edit: MessageEdit) async throws -> Message {
        let now = state.withLock { $0 }
        let isOrigin = message == interaction.message?.id && now.progress == .deferredUpdate
        do throws(RESTError) {
            if isOrigin || message == now.original {
                return try await rest.editOriginalResponse(
                    application: interaction.applicationID, token: interaction.token, edit)
            }
            if now.followUps.contains(message) {
                return try await rest.editFollowUp(
                    message, application: interaction.applicationID, token: interaction.token, edit)
            }
        } catch {
            // A token lives for a quarter of an hour; afterwards a message is one of the channel's like any other.
            guard error.isExpiredToken else { throw error }
        }
        return try await rest.editMessage(message, in: channel, edit)
    }

    /// A deferred interaction shows that by itself.
    func showTyping() async throws {}

    func react(_ emoji: PartialEmoji, to message: MessageID?) async throws {
        guard let message = message ?? interaction.message?.id else {
            var payload = MessagePayload(content: emoji.mention, allowedMentions: .none)
            if !isPending { payload.flags.insert(.ephemeral) }
            _ = try await reply(payload)
            return
        }
        try await rest.addReaction(emoji, to: message, in: channel)
    }

    func removeReaction(_ emoji: PartialEmoji, of user: UserID, from message: MessageID) async throws {
        try await rest.removeReaction(emoji, of: user, from: message, in: channel)
    }

    func deleteInvocation() async throws {}

    func open(_ modal: ModalPayload) async throws {
        try await respond(.modal(modal), then: .answered)
    }

    /// Takes back a promised answer that did not come.
    func settle() async throws {
        guard isPending else { return }
        state.withLock { $0.progress = .answered }
        try await deleteOriginal()
    }

    /// Whether a promised answer has not come yet.
    private var isPending: Bool {
        if case .deferredReply = state.withLock({ $0.progress }) { true } else { false }
    }

    private func deleteOriginal() async throws {
        try await rest.deleteOriginalResponse(application: interaction.applicationID, token: interaction.token)
    }

    private func followUp(_ payload: MessagePayload) async throws -> Message {
        var payload = payload
        if state.withLock({ $0.isPersonal }) { payload.flags.insert(.ephemeral) }
        let message = try await rest.createFollowUp(
            application: interaction.applicationID, token: interaction.token, payload)
        state.withLock { _ = $0.followUps.insert(message.id) }
        return message
    }

    private func respond(_ response: InteractionResponse, then next: Progress) async throws {
        let isFirst = state.withLock { state in
            guard case .unanswered = state.progress else { return false }
            state.progress = next
            return true
        }
        guard isFirst else { throw UnsupportedAnswer(answer: "a second initial response", cause: "an interaction") }
        try await rest.respond(to: interaction.id, token: interaction.token, with: response)
    }
}

extension MessageEdit {
    /// An edit that makes a pending reply into a message.
    init(_ payload: MessagePayload) {
        self.init(
            content: payload.content, embeds: payload.embeds, components: payload.components,
            allowedMentions: payload.allowedMentions, files: payload.files)
        if payload.flags.contains(.suppressEmbeds) { flags = .suppressEmbeds }
    }
}
