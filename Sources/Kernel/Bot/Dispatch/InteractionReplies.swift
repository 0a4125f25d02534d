import Discord
import Synchronization

/// Answers to a slash command, component or modal.
///
/// Discord takes one initial response; the kernel's acknowledgement is usually that one. What comes later edits the
/// pending reply or follows up. The type is a class because the two share one state: whether the response was used.
final class InteractionReplies: ReplyTarget {
    /// What was done with the initial response.
    enum State: Sendable {
        case unanswered
        case deferredReply
        case deferredUpdate
        case answered
    }

    private let rest: RESTClient
    private let interaction: Interaction
    private let channel: ChannelID
    private let state = Mutex(State.unanswered)

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
            try await respond(.deferMessage(isEphemeral: isEphemeral), then: .deferredReply)
        }
    }

    /// Tells the caller something that only they see.
    func whisper(_ sentence: String) async throws {
        var payload = MessagePayload(content: sentence, allowedMentions: .none)
        payload.flags.insert(.ephemeral)
        _ = try await reply(payload)
    }

    func reply(_ payload: MessagePayload) async throws -> Message? {
        switch state.withLock({ $0 }) {
        case .unanswered:
            try await respond(.message(payload), then: .answered)
            return nil
        case .deferredReply:
            state.withLock { $0 = .answered }
            return try await rest.editOriginalResponse(
                application: interaction.applicationID, token: interaction.token, MessageEdit(payload))
        case .deferredUpdate, .answered:
            return try await rest.createFollowUp(
                application: interaction.applicationID, token: interaction.token, payload)
        }
    }

    func post(_ payload: MessagePayload) async throws -> Message? {
        try await rest.createMessage(payload, in: channel)
    }

    func edit(_ message: MessageID, _ edit: MessageEdit) async throws -> Message {
        if message == interaction.message?.id, case .deferredUpdate = state.withLock({ $0 }) {
            return try await rest.editOriginalResponse(
                application: interaction.applicationID, token: interaction.token, edit)
        }
        return try await rest.editMessage(message, in: channel, edit)
    }

    func react(_ emoji: PartialEmoji, to message: MessageID?) async throws {
        guard let message = message ?? interaction.message?.id else {
            var payload = MessagePayload(content: emoji.mention, allowedMentions: .none)
            payload.flags.insert(.ephemeral)
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

    private func respond(_ response: InteractionResponse, then next: State) async throws {
        let isFirst = state.withLock { state in
            guard case .unanswered = state else { return false }
            state = next
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
    }
}
