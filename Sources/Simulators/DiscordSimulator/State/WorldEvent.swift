import Service

/// Something that happened in the world; gateway sessions and people are told what concerns them.
public enum WorldEvent: Sendable {
    /// A message was sent; `notified` are the people it pinged.
    case messageCreated(SimulatedMessage, notified: Set<WorldID>)
    /// A message changed.
    case messageUpdated(SimulatedMessage)
    /// A message is gone.
    case messageDeleted(SimulatedMessage)
    /// Several messages are gone at once.
    case messagesBulkDeleted(channelID: WorldID, [SimulatedMessage])
    /// Somebody reacted.
    case reactionAdded(SimulatedMessage, EmojiReference, by: WorldID)
    /// Somebody's reaction is gone.
    case reactionRemoved(SimulatedMessage, EmojiReference, by: WorldID)
    /// All reactions are gone, or all of one emoji.
    case reactionsCleared(SimulatedMessage, EmojiReference?)
    /// A channel was made.
    case channelCreated(SimulatedChannel)
    /// A channel changed.
    case channelUpdated(SimulatedChannel)
    /// A channel is gone.
    case channelDeleted(SimulatedChannel)
    /// A thread was opened.
    case threadCreated(SimulatedChannel)
    /// A thread changed.
    case threadUpdated(SimulatedChannel)
    /// A thread is gone.
    case threadDeleted(SimulatedChannel)
    /// People joined or left a thread.
    case threadMembersUpdated(SimulatedChannel, added: [WorldID], removed: [WorldID])
    /// A message was pinned or unpinned.
    case pinsUpdated(channelID: WorldID)
    /// Somebody is typing.
    case typing(channelID: WorldID, userID: WorldID)
    /// Somebody joined a guild.
    case memberAdded(guildID: WorldID, SimulatedMember)
    /// A member changed.
    case memberUpdated(guildID: WorldID, SimulatedMember)
    /// Somebody left a guild.
    case memberRemoved(guildID: WorldID, userID: WorldID)
    /// A role was made.
    case roleCreated(guildID: WorldID, SimulatedRole)
    /// A role changed.
    case roleUpdated(guildID: WorldID, SimulatedRole)
    /// A role is gone.
    case roleDeleted(guildID: WorldID, roleID: WorldID)
    /// The guild's emoji changed.
    case emojiUpdated(guildID: WorldID)
    /// Somebody used a command, component or modal.
    case interactionCreated(SimulatedInteraction)
    /// An interaction got its answer, or a follow-up, or failed.
    case interactionSettled(SimulatedInteraction)
    /// The audit log has a new entry.
    case auditLogged(SimulatedAuditEntry)
}
