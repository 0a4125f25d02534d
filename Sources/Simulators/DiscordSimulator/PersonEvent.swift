/// What a person sees happen.
public enum PersonEvent: Sendable {
    /// A message appeared.
    case messageCreated(SimulatedMessage)
    /// A message changed.
    case messageUpdated(SimulatedMessage)
    /// One message is gone, or several at once.
    case messagesDeleted(channelID: WorldID, messageIDs: [WorldID])
    /// The reactions of a message changed.
    case reactionsChanged(SimulatedMessage)
    /// Somebody is typing.
    case typing(channelID: WorldID, userID: WorldID)
    /// A channel or thread appeared or changed.
    case channelChanged(SimulatedChannel)
    /// A channel or thread is gone.
    case channelDeleted(WorldID)
    /// Members or roles of a guild changed.
    case membersChanged(guildID: WorldID)
    /// One's own command, click or form was answered.
    case interactionAnswered(WorldID, InteractionAnswer)
    /// A message pinged one.
    case notified(SimulatedMessage)

    /// The channel that the event is about; nil for guilds and interactions.
    public var channelID: WorldID? {
        switch self {
        case .messageCreated(let message), .messageUpdated(let message), .reactionsChanged(let message),
            .notified(let message):
            message.channelID
        case .messagesDeleted(let channelID, _), .typing(let channelID, _), .channelDeleted(let channelID): channelID
        case .channelChanged(let channel): channel.id
        case .membersChanged, .interactionAnswered: nil
        }
    }

    /// What `personID` sees of an event; nil for what is hidden or of no concern.
    init?(_ event: WorldEvent, seenBy personID: WorldID, in state: WorldState) {
        switch event {
        case .messageCreated(let message, let notified):
            guard state.canSee(message, personID) else { return nil }
            self = notified.contains(personID) ? .notified(message) : .messageCreated(message)
        case .messageUpdated(let message):
            guard state.canSee(message, personID) else { return nil }
            self = .messageUpdated(message)
        case .messageDeleted(let message):
            guard state.canSee(message, personID) else { return nil }
            self = .messagesDeleted(channelID: message.channelID, messageIDs: [message.id])
        case .messagesBulkDeleted(let channelID, let messages):
            guard state.canSee(channelID, personID) else { return nil }
            self = .messagesDeleted(channelID: channelID, messageIDs: messages.map(\.id))
        case .reactionAdded(let message, _, _), .reactionRemoved(let message, _, _), .reactionsCleared(let message, _):
            guard state.canSee(message, personID) else { return nil }
            self = .reactionsChanged(message)
        case .typing(let channelID, let userID):
            guard userID != personID, state.canSee(channelID, personID) else { return nil }
            self = .typing(channelID: channelID, userID: userID)
        case .channelCreated(let channel), .channelUpdated(let channel), .threadCreated(let channel),
            .threadUpdated(let channel), .threadMembersUpdated(let channel, _, _):
            guard state.canSee(channel.id, personID) else { return nil }
            self = .channelChanged(state.channels[channel.id] ?? channel)
        case .channelDeleted(let channel), .threadDeleted(let channel): self = .channelDeleted(channel.id)
        case .memberAdded(let guildID, _), .memberUpdated(let guildID, _), .memberRemoved(let guildID, _),
            .roleCreated(let guildID, _), .roleUpdated(let guildID, _), .roleDeleted(let guildID, _):
            self = .membersChanged(guildID: guildID)
        case .interactionSettled(let interaction):
            guard interaction.userID == personID, let answer = state.answer(to: interaction.id) else { return nil }
            self = .interactionAnswered(interaction.id, answer)
        case .pinsUpdated, .emojiUpdated, .interactionCreated, .auditLogged: return nil
        }
    }
}

extension WorldState {
    /// What a person has got for an interaction so far; nil while there is nothing to see, as after a deferral.
    public func answer(to interactionID: WorldID) -> InteractionAnswer? {
        guard let interaction = interactions[interactionID], let response = interaction.response else { return nil }
        let original = interaction.originalID.flatMap { message($0, in: interaction.channelID) }
        switch response {
        case .message, .deferredMessage:
            guard let original, !original.flags.contains(.loading) else { return nil }
            return .message(original)
        case .update: return original.map { .updated($0) } ?? .deferred
        case .deferredUpdate: return .deferred
        case .choices(let choices): return .choices(choices)
        case .modal(let modal): return .modal(modal)
        case .failed: return .failed
        }
    }
}
