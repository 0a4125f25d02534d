import JSON
import Service

/// How one bot's session is told an event: under which name, with which body, or not at all for want of an intent or
/// the permission to see.
///
/// Source: Discord, *Gateway Events*, "Receive Events".
struct GatewayDispatch {
    let state: WorldState
    let botID: WorldID
    let intents: Intents

    /// The dispatches that an event makes.
    func render(_ event: WorldEvent) -> [(name: String, data: JSONValue)] {
        switch event {
        case .messageCreated(let message, _): one("MESSAGE_CREATE", self.message(message))
        case .messageUpdated(let message): one("MESSAGE_UPDATE", self.message(message))
        case .messageDeleted(let message):
            one("MESSAGE_DELETE", seesMessages(message) ? pointer(message.channelID, ["id": .id(message.id)]) : nil)
        case .messagesBulkDeleted(let channelID, let messages):
            one("MESSAGE_DELETE_BULK", bulkDelete(messages, in: channelID))
        case .reactionAdded(let message, let emoji, let userID):
            one("MESSAGE_REACTION_ADD", reaction(message, emoji, by: userID, isNew: true))
        case .reactionRemoved(let message, let emoji, let userID):
            one("MESSAGE_REACTION_REMOVE", reaction(message, emoji, by: userID, isNew: false))
        case .reactionsCleared(let message, let emoji): cleared(message, emoji)
        case .typing(let channelID, let userID): one("TYPING_START", typing(in: channelID, by: userID))
        case .pinsUpdated(let channelID): one("CHANNEL_PINS_UPDATE", pins(of: channelID))
        case .channelCreated, .channelUpdated, .channelDeleted, .threadCreated, .threadUpdated, .threadDeleted,
            .threadMembersUpdated:
            channelEvents(event)
        case .memberAdded, .memberUpdated, .memberRemoved: memberEvents(event)
        case .roleCreated(let guildID, let role):
            one("GUILD_ROLE_CREATE", sees(guildID) ? ["guild_id": .id(guildID), "role": WorldState.render(role)] : nil)
        case .roleUpdated(let guildID, let role):
            one("GUILD_ROLE_UPDATE", sees(guildID) ? ["guild_id": .id(guildID), "role": WorldState.render(role)] : nil)
        case .roleDeleted(let guildID, let roleID):
            one("GUILD_ROLE_DELETE", sees(guildID) ? ["guild_id": .id(guildID), "role_id": .id(roleID)] : nil)
        case .emojiUpdated(let guildID): one("GUILD_EMOJIS_UPDATE", emoji(of: guildID))
        case .interactionCreated(let interaction):
            one("INTERACTION_CREATE", interaction.applicationID == botID ? state.render(interaction) : nil)
        case .interactionSettled: []
        case .auditLogged(let entry): one("GUILD_AUDIT_LOG_ENTRY_CREATE", audit(entry))
        }
    }

    private func one(_ name: String, _ data: JSONValue?) -> [(name: String, data: JSONValue)] {
        data.map { [(name, $0)] } ?? []
    }

    private func sees(_ guildID: WorldID) -> Bool {
        intents.contains(.guilds) && state.guilds[guildID]?.members[botID] != nil
    }

    // MARK: Messages

    private func seesMessages(_ message: SimulatedMessage) -> Bool {
        guard !message.isEphemeral, state.canSee(message.channelID, botID) else { return false }
        return intents.contains(message.guildID == nil ? .directMessages : .messages)
    }

    private func message(_ message: SimulatedMessage) -> JSONValue? {
        guard seesMessages(message) else { return nil }
        var data = state.render(message, for: botID, readsContent: intents.contains(.messageContent))
        data["channel_type"] = .int(state.channels[message.channelID]?.kind.rawValue ?? 0)
        guard let guildID = message.guildID, let guild = state.guilds[guildID] else { return data }
        data["guild_id"] = .id(guildID)
        if let member = guild.members[message.author] {
            data["member"] = state.renderMember(member, in: guildID, withUser: false)
        }
        data["mentions"] = .array(
            message.mentionedUsers.map { userID in
                guard let member = guild.members[userID] else { return state.renderUser(userID) }
                return state.renderUser(userID)
                    .merging(["member": state.renderMember(member, in: guildID, withUser: false)])
            })
        return data
    }

    /// A body that begins with where it happened.
    private func pointer(_ channelID: WorldID, _ members: JSONValue) -> JSONValue {
        var data = members.merging(["channel_id": .id(channelID)])
        if let guildID = state.channels[channelID]?.guildID { data["guild_id"] = .id(guildID) }
        return data
    }

    private func bulkDelete(_ messages: [SimulatedMessage], in channelID: WorldID) -> JSONValue? {
        guard intents.contains(.messages), state.canSee(channelID, botID), !messages.isEmpty else { return nil }
        return pointer(channelID, ["ids": .array(messages.map { .id($0.id) })])
    }

    private func reaction(
        _ message: SimulatedMessage, _ emoji: EmojiReference, by userID: WorldID, isNew: Bool
    ) -> JSONValue? {
        guard seesReactions(message) else { return nil }
        var data = pointer(
            message.channelID,
            [
                "user_id": .id(userID), "message_id": .id(message.id), "emoji": WorldState.render(emoji),
                "burst": false, "type": 0,
            ])
        guard isNew else { return data }
        data["message_author_id"] = .id(message.author)
        if let guildID = message.guildID, let member = state.guilds[guildID]?.members[userID] {
            data["member"] = state.renderMember(member, in: guildID)
        }
        return data
    }

    private func seesReactions(_ message: SimulatedMessage) -> Bool {
        state.canSee(message.channelID, botID)
            && intents.contains(message.guildID == nil ? .directReactions : .reactions)
    }

    private func cleared(_ message: SimulatedMessage, _ emoji: EmojiReference?) -> [(name: String, data: JSONValue)] {
        guard seesReactions(message) else { return [] }
        let data = pointer(message.channelID, ["message_id": .id(message.id)])
        guard let emoji else { return [("MESSAGE_REACTION_REMOVE_ALL", data)] }
        return [("MESSAGE_REACTION_REMOVE_EMOJI", data.merging(["emoji": WorldState.render(emoji)]))]
    }

    private func typing(in channelID: WorldID, by userID: WorldID) -> JSONValue? {
        let guildID = state.channels[channelID]?.guildID
        guard state.canSee(channelID, botID), intents.contains(guildID == nil ? .directTyping : .typing) else {
            return nil
        }
        var data = pointer(
            channelID, ["user_id": .id(userID), "timestamp": .int(Int(state.now.milliseconds / 1000))])
        if let guildID, let member = state.guilds[guildID]?.members[userID] {
            data["member"] = state.renderMember(member, in: guildID)
        }
        return data
    }

    private func pins(of channelID: WorldID) -> JSONValue? {
        let isDirect = state.channels[channelID]?.guildID == nil
        guard state.canSee(channelID, botID), intents.contains(isDirect ? .directMessages : .guilds) else { return nil }
        let instant = state.channels[channelID]?.lastPinAt.map(ISO8601.text)
        return pointer(channelID, ["last_pin_timestamp": .text(instant)])
    }

    // MARK: Channels and threads

    private func channelEvents(_ event: WorldEvent) -> [(name: String, data: JSONValue)] {
        switch event {
        case .channelCreated(let channel): one("CHANNEL_CREATE", rendered(channel))
        case .channelUpdated(let channel): one("CHANNEL_UPDATE", rendered(channel))
        case .channelDeleted(let channel): one("CHANNEL_DELETE", rendered(channel))
        case .threadCreated(let thread):
            one("THREAD_CREATE", seesThread(thread) ? rendered(thread)?.merging(["newly_created": true]) : nil)
        case .threadUpdated(let thread): one("THREAD_UPDATE", seesThread(thread) ? rendered(thread) : nil)
        case .threadDeleted(let thread): one("THREAD_DELETE", deleted(thread))
        case .threadMembersUpdated(let thread, let added, let removed): members(of: thread, added, removed)
        default: []
        }
    }

    private func rendered(_ channel: SimulatedChannel) -> JSONValue? {
        guard let guildID = channel.guildID else {
            // Direct channels are announced to their two ends, whatever the intents.
            return channel.recipients.contains(botID) ? state.renderChannel(channel, for: botID) : nil
        }
        return sees(guildID) ? state.renderChannel(channel, for: botID) : nil
    }

    private func seesThread(_ thread: SimulatedChannel) -> Bool {
        intents.contains(.guilds) && state.canSee(thread.id, botID)
    }

    private func deleted(_ thread: SimulatedChannel) -> JSONValue? {
        guard let guildID = thread.guildID, sees(guildID), let parentID = thread.parentID else { return nil }
        let isVisible =
            thread.kind == .privateThread
            ? thread.thread?.members[botID] != nil
                || state.permissions(of: botID, inChannel: parentID).contains(.manageThreads)
            : state.canSee(parentID, botID) || state.channels[parentID] == nil
        guard isVisible else { return nil }
        return [
            "id": .id(thread.id), "guild_id": .id(guildID), "parent_id": .id(parentID),
            "type": .int(thread.kind.rawValue),
        ]
    }

    private func members(
        of thread: SimulatedChannel, _ added: [WorldID], _ removed: [WorldID]
    ) -> [(name: String, data: JSONValue)] {
        guard let guildID = thread.guildID, seesThread(thread) || removed.contains(botID) else { return [] }
        // Without the members intent a bot is told only of itself.
        let isOwn = added.contains(botID) || removed.contains(botID)
        guard intents.contains(.members) || intents.contains(.guilds) && isOwn else { return [] }
        var dispatches: [(name: String, data: JSONValue)] = []
        if added.contains(botID), thread.kind == .privateThread, thread.thread?.ownerID != botID {
            // Somebody who is brought into a private thread is first told that it exists.
            dispatches.append(("THREAD_CREATE", state.renderChannel(thread, for: botID)))
        }
        var data: JSONValue = [
            "id": .id(thread.id), "guild_id": .id(guildID), "member_count": .int(thread.thread?.members.count ?? 0),
        ]
        if !added.isEmpty {
            data["added_members"] = .array(
                added.map { state.renderThreadMember($0, of: thread, withMember: true).merging(["presence": nil]) })
        }
        if !removed.isEmpty { data["removed_member_ids"] = .array(removed.map { .id($0) }) }
        dispatches.append(("THREAD_MEMBERS_UPDATE", data))
        return dispatches
    }

    // MARK: Members and the rest

    private func memberEvents(_ event: WorldEvent) -> [(name: String, data: JSONValue)] {
        switch event {
        case .memberAdded(let guildID, let member):
            // A bot that was added to a guild is told the guild itself.
            guard member.userID != botID else { return one("GUILD_CREATE", newGuild(guildID)) }
            guard intents.contains(.members) else { return [] }
            return one("GUILD_MEMBER_ADD", state.renderMember(member, in: guildID).merging(["guild_id": .id(guildID)]))
        case .memberUpdated(let guildID, let member):
            // A bot always hears of changes to itself.
            guard intents.contains(.members) || member.userID == botID else { return [] }
            return one(
                "GUILD_MEMBER_UPDATE", state.renderMember(member, in: guildID).merging(["guild_id": .id(guildID)]))
        case .memberRemoved(let guildID, let userID):
            if userID == botID { return one("GUILD_DELETE", ["id": .id(guildID)]) }
            guard intents.contains(.members), state.guilds[guildID]?.members[botID] != nil else { return [] }
            return one("GUILD_MEMBER_REMOVE", ["guild_id": .id(guildID), "user": state.renderUser(userID)])
        default: return []
        }
    }

    private func emoji(of guildID: WorldID) -> JSONValue? {
        guard intents.contains(.expressions), let guild = state.guilds[guildID] else { return nil }
        return [
            "guild_id": .id(guildID),
            "emojis": .array(guild.emoji.values.sorted { $0.id < $1.id }.map(WorldState.render)),
        ]
    }

    private func audit(_ entry: SimulatedAuditEntry) -> JSONValue? {
        guard intents.contains(.moderation),
            state.permissions(of: botID, in: entry.guildID).contains(.viewAuditLog)
        else { return nil }
        return WorldState.render(entry).merging(["guild_id": .id(entry.guildID)])
    }

    private func newGuild(_ guildID: WorldID) -> JSONValue? {
        sees(guildID) ? state.guilds[guildID].map(guildCreate) : nil
    }

    // MARK: The start

    /// The body of GUILD_CREATE: without the presence intent only the bot itself is among the members.
    func guildCreate(_ guild: SimulatedGuild) -> JSONValue {
        var data = state.renderGuild(guild)
        let members =
            intents.contains(.presences)
            ? guild.members.values.sorted { $0.userID < $1.userID }
            : [guild.members[botID]].compactMap(\.self)
        data["joined_at"] = .string(ISO8601.text(guild.members[botID]?.joinedAt ?? state.now))
        data["large"] = .bool(!intents.contains(.presences))
        data["unavailable"] = false
        data["member_count"] = .int(guild.members.count)
        data["voice_states"] = []
        data["members"] = .array(members.map { state.renderMember($0, in: guild.id) })
        data["channels"] = .array(
            state.channels(of: guild.id).map { state.renderChannel($0, for: botID, withGuild: false) })
        data["threads"] = .array(
            state.activeThreads(of: guild.id, for: botID).map { state.renderChannel($0, for: botID) })
        data["presences"] = []
        data["stage_instances"] = []
        data["guild_scheduled_events"] = []
        data["soundboard_sounds"] = []
        return data
    }
}
