import JSON
import Service

/// Sending, changing and removing messages.
///
/// Source: Discord, *Message*; *Threads*, "Editing & Deleting Threads".
extension WorldState {
    private static let nonceLifetime = Duration.seconds(300)

    // MARK: Sending

    /// Sends a message, or answers the message that the author sent before with the same enforced nonce.
    mutating func send(_ form: MessageForm, by author: WorldID, in channelID: WorldID) throws(APIError)
        -> SimulatedMessage
    {
        let channel = try channel(channelID)
        try requireSending(form, by: author, in: channel)
        if form.enforcesNonce, let nonce = form.nonce,
            let earlier = nonces[NonceKey(author: author, nonce: nonce)].flatMap({ findMessage($0) }),
            now - earlier.sentAt < Self.nonceLifetime
        {
            return earlier
        }
        let target = try replyTarget(form.reply, by: author, in: channelID)
        try unarchive(channelID, by: author)
        var message = draft(form, by: author, in: channel)
        if form.reply != nil { message.kind = .reply }
        if let target, form.reply != nil {
            message.reference = SimulatedMessage.Reference(channelID: channelID, messageID: target.id)
        }
        if form.enforcesNonce, let nonce = form.nonce {
            nonces[NonceKey(author: author, nonce: nonce)] = message.id
        }
        let pingsReplied = form.allowedMentions.repliedUser ?? true
        let replied = pingsReplied ? target?.author : nil
        if let replied, !message.mentionedUsers.contains(replied) { message.mentionedUsers.append(replied) }
        publish(message, repliedUser: replied)
        return message
    }

    /// Stores a finished message, counts it, brings mentioned people into the thread, and tells everyone.
    mutating func publish(_ message: SimulatedMessage, repliedUser: WorldID? = nil) {
        logs[message.channelID, default: MessageLog()][message.id] = message
        guard !message.isEphemeral else { return emit(.messageCreated(message, notified: [])) }
        channels[message.channelID]?.lastMessageID = message.id
        channels[message.channelID]?.thread?.sentCount += 1
        let notified = peopleNotified(by: message, repliedUser: repliedUser)
        notifications[message.id] = notified
        if channels[message.channelID]?.isThread == true {
            let newcomers = ([message.author] + message.mentionedUsers).filter {
                channels[message.channelID]?.thread?.members[$0] == nil && isInParent(of: message.channelID, $0)
            }
            addThreadMembers(newcomers, to: message.channelID)
        }
        emit(.messageCreated(message, notified: notified))
    }

    /// Builds a message from a form; mentions are those that take effect.
    mutating func draft(_ form: MessageForm, by author: WorldID, in channel: SimulatedChannel) -> SimulatedMessage {
        let content = form.content ?? ""
        let mentions = effectiveMentions(of: content, allowed: form.allowedMentions, by: author, in: channel.id)
        let settable: SimulatedMessage.Flags = [.suppressEmbeds, .suppressNotifications, .componentsV2]
        return SimulatedMessage(
            id: newID(), kind: .text, channelID: channel.id, guildID: channel.guildID, author: author,
            content: content, embeds: form.embeds ?? [], components: form.components ?? [], attachments: form.files,
            flags: (form.flags ?? []).intersection(settable), mentionedUsers: mentions.users,
            mentionedRoles: mentions.roles, mentionsEveryone: mentions.everyone, nonce: form.nonce)
    }

    private func requireSending(_ form: MessageForm, by author: WorldID, in channel: SimulatedChannel) throws(APIError)
    {
        guard channel.holdsMessages else { throw .noTextChannel }
        var needed: PermissionBits = [.viewChannel]
        if !form.files.isEmpty { needed.insert(.attachFiles) }
        try require(needed, of: author, inChannel: channel.id)
        if let thread = channel.thread, thread.isLocked,
            !permissions(of: author, inChannel: channel.id).contains(.manageThreads)
        {
            throw thread.isArchived ? .threadArchived : .threadLocked
        }
        try require(.sendMessages, of: author, inChannel: channel.id)
        let hasContent =
            form.content?.allSatisfy(\.isWhitespace) == false || form.embeds?.isEmpty == false
            || form.components?.isEmpty == false || !form.files.isEmpty
        guard hasContent else { throw .emptyMessage }
        let bits = permissions(of: author, inChannel: channel.id)
        if form.embeds?.isEmpty == false, form.content?.isEmpty ?? true, form.files.isEmpty,
            form.components?.isEmpty ?? true, !bits.contains(.embedLinks)
        {
            throw .missingPermissions
        }
    }

    private func replyTarget(
        _ reply: MessageForm.Reply?, by author: WorldID, in channelID: WorldID
    ) throws(APIError) -> SimulatedMessage? {
        guard let reply else { return nil }
        try require(.readHistory, of: author, inChannel: channelID)
        if let other = reply.channelID, other != channelID {
            throw .invalid(
                ["message_reference"], "REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL",
                "Cannot reply to a message in a different channel")
        }
        let target = message(reply.messageID, in: channelID)
        if let target, target.kind != .text, target.kind != .reply, target.kind != .slashCommand {
            throw .invalid(
                ["message_reference"], "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", "Cannot reply to a system message")
        }
        if target == nil || target?.isEphemeral == true, reply.mustExist {
            throw .invalid(["message_reference"], "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        }
        return target
    }

    private func findMessage(_ id: WorldID) -> SimulatedMessage? {
        logs.values.lazy.compactMap { $0[id] }.first
    }

    /// Whether a user could open the channel above a thread.
    private func isInParent(of threadID: WorldID, _ userID: WorldID) -> Bool {
        channels[threadID]?.parentID.map { canSee($0, userID) } ?? false
    }

    // MARK: Editing

    /// Changes a message of one's own; others' messages can only have their embeds suppressed.
    mutating func edit(
        _ messageID: WorldID, in channelID: WorldID, with form: MessageForm, by editor: WorldID
    ) throws(APIError) -> SimulatedMessage {
        let channel = try channel(channelID)
        try require(.viewChannel, of: editor, inChannel: channelID)
        guard let old = message(messageID, in: channelID), !old.isEphemeral else { throw .unknownMessage }
        let changesContent =
            form.content != nil || form.embeds != nil || form.components != nil || form.keptFiles != nil
            || !form.files.isEmpty
        guard old.author == editor else {
            guard !changesContent, form.flags != nil else { throw .cannotEditOthers }
            try require(.manageMessages, of: editor, inChannel: channelID)
            return suppressEmbeds(of: old, form.flags?.contains(.suppressEmbeds) ?? false)
        }
        guard old.kind == .text || old.kind == .reply || old.kind == .slashCommand else { throw .systemMessage }
        if channel.thread?.isArchived == true { throw .threadArchived }
        return try apply(form, to: old)
    }

    private mutating func suppressEmbeds(of old: SimulatedMessage, _ suppresses: Bool) -> SimulatedMessage {
        var message = old
        if suppresses { message.flags.insert(.suppressEmbeds) } else { message.flags.remove(.suppressEmbeds) }
        replace(message)
        return message
    }

    /// Changes a message without asking who may; used by edits and interaction answers.
    mutating func apply(_ form: MessageForm, to old: SimulatedMessage) throws(APIError) -> SimulatedMessage {
        var message = old
        if let content = form.content {
            let mentions = effectiveMentions(
                of: content, allowed: form.allowedMentions, by: old.author, in: old.channelID)
            (message.content, message.mentionedUsers) = (content, mentions.users)
            (message.mentionedRoles, message.mentionsEveryone) = (mentions.roles, mentions.everyone)
        }
        if let embeds = form.embeds { message.embeds = embeds }
        if let components = form.components { message.components = components }
        if let flags = form.flags {
            if old.flags.contains(.componentsV2), !flags.contains(.componentsV2) {
                throw .invalid(
                    ["flags"], "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG",
                    "The IS_COMPONENTS_V2 flag cannot be removed")
            }
            for flag in [SimulatedMessage.Flags.suppressEmbeds, .componentsV2] {
                if flags.contains(flag) { message.flags.insert(flag) } else { message.flags.remove(flag) }
            }
        }
        if let kept = form.keptFiles {
            message.attachments = message.attachments.filter { kept.keys.contains($0.id) }
            for index in message.attachments.indices {
                if let text = kept[message.attachments[index].id] { message.attachments[index].description = text }
            }
        }
        message.attachments += form.files
        guard
            !message.content.isEmpty || !message.embeds.isEmpty || !message.components.isEmpty
                || !message.attachments.isEmpty
        else { throw .emptyMessage }
        message.editedAt = now
        replace(message)
        return message
    }

    /// Stores a changed message and tells everyone.
    mutating func replace(_ message: SimulatedMessage) {
        logs[message.channelID]?[message.id] = message
        emit(.messageUpdated(message))
    }

    // MARK: Deleting

    /// Removes one message.
    mutating func delete(_ messageID: WorldID, in channelID: WorldID, by userID: WorldID, reason: String?)
        throws(APIError)
    {
        _ = try channel(channelID)
        try require(.viewChannel, of: userID, inChannel: channelID)
        guard let message = message(messageID, in: channelID), !message.isEphemeral else { throw .unknownMessage }
        if message.author != userID {
            try require(.manageMessages, of: userID, inChannel: channelID)
            audit(.messageDelete, in: message.guildID, by: userID, on: message.author, reason: reason)
        }
        guard message.kind != .threadStarter, message.kind != .channelNameChange else { throw .systemMessage }
        remove(message)
    }

    /// Removes a message without asking who may.
    mutating func remove(_ message: SimulatedMessage) {
        logs[message.channelID]?[message.id] = nil
        emit(.messageDeleted(message))
    }

    /// Removes up to a hundred messages at once; ids that name nothing are passed over.
    mutating func bulkDelete(_ ids: [WorldID], in channelID: WorldID, by userID: WorldID, reason: String?)
        throws(APIError)
    {
        let channel = try channel(channelID)
        guard let guildID = channel.guildID else { throw .cannotInDM }
        try require([.viewChannel, .manageMessages], of: userID, inChannel: channelID)
        guard (2...100).contains(ids.count) else { throw .bulkDeleteCount }
        let oldest = SnowflakeMint.floor(of: now - .seconds(14 * 86_400))
        guard ids.allSatisfy({ $0 >= oldest }) else { throw .tooOldForBulkDelete }
        let messages = Set(ids).sorted().compactMap { message($0, in: channelID) }.filter { !$0.isEphemeral }
        for message in messages { logs[channelID]?[message.id] = nil }
        audit(.messageBulkDelete, in: guildID, by: userID, on: channelID, reason: reason)
        emit(.messagesBulkDeleted(channelID: channelID, messages))
    }

    // MARK: Pins

    /// Pins or unpins a message; pinning posts the system message that says so.
    mutating func setPinned(
        _ isPinned: Bool, _ messageID: WorldID, in channelID: WorldID, by userID: WorldID, reason: String?
    ) throws(APIError) {
        let channel = try channel(channelID)
        try require([.viewChannel, .readHistory, .pinMessages], of: userID, inChannel: channelID)
        guard var message = message(messageID, in: channelID), !message.isEphemeral else { throw .unknownMessage }
        if channel.thread?.isArchived == true { throw .threadArchived }
        guard message.kind == .text || message.kind == .reply || message.kind == .slashCommand else {
            throw .systemMessage
        }
        guard message.isPinned != isPinned else { return }
        if isPinned, messages(in: channelID).count(where: \.isPinned) >= 250 { throw .tooManyPins }
        message.pinnedAt = isPinned ? now : nil
        if isPinned { channels[channelID]?.lastPinAt = now }
        replace(message)
        emit(.pinsUpdated(channelID: channelID))
        audit(
            isPinned ? .messagePin : .messageUnpin, in: channel.guildID, by: userID, on: message.author, reason: reason)
        if isPinned {
            systemMessage(
                .pinned, in: channelID, by: userID,
                reference: SimulatedMessage.Reference(channelID: channelID, messageID: messageID))
        }
    }

    /// Posts a message that Discord itself writes.
    @discardableResult
    mutating func systemMessage(
        _ kind: SimulatedMessage.Kind, in channelID: WorldID, by author: WorldID, content: String = "",
        reference: SimulatedMessage.Reference? = nil
    ) -> SimulatedMessage {
        var message = SimulatedMessage(
            id: newID(), kind: kind, channelID: channelID, guildID: channels[channelID]?.guildID, author: author,
            content: content, embeds: [], components: [], attachments: [], flags: [], mentionedUsers: [],
            mentionedRoles: [], mentionsEveryone: false)
        message.reference = reference
        publish(message)
        return message
    }

    // MARK: Reactions

    /// Adds a reaction; the first one with an emoji needs the right to add.
    mutating func react(
        with text: String, to messageID: WorldID, in channelID: WorldID, by userID: WorldID
    ) throws(APIError) {
        let channel = try channel(channelID)
        try require([.viewChannel, .readHistory], of: userID, inChannel: channelID)
        guard var message = message(messageID, in: channelID), !message.isEphemeral else { throw .unknownMessage }
        if channel.thread?.isArchived == true { throw .threadArchived }
        let emoji = try reactionEmoji(text)
        if let index = message.reactions.firstIndex(where: { $0.emoji.isSame(as: emoji) }) {
            guard !message.reactions[index].users.contains(userID) else { return }
            message.reactions[index].users.append(userID)
        } else {
            try require(.addReactions, of: userID, inChannel: channelID)
            guard message.reactions.count < 20 else { throw .tooManyReactions }
            message.reactions.append(SimulatedMessage.Reaction(emoji: emoji, users: [userID]))
        }
        logs[channelID]?[messageID] = message
        emit(.reactionAdded(message, emoji, by: userID))
    }

    /// Removes one person's reaction.
    mutating func removeReaction(
        _ text: String, of owner: WorldID, from messageID: WorldID, in channelID: WorldID, by userID: WorldID
    ) throws(APIError) {
        let channel = try channel(channelID)
        try require(
            owner == userID ? [.viewChannel, .readHistory] : [.viewChannel, .manageMessages], of: userID,
            inChannel: channelID)
        guard var message = message(messageID, in: channelID), !message.isEphemeral else { throw .unknownMessage }
        if channel.thread?.isArchived == true { throw .threadArchived }
        let emoji = EmojiReference(text)
        guard let index = message.reactions.firstIndex(where: { $0.emoji.isSame(as: emoji) }),
            let place = message.reactions[index].users.firstIndex(of: owner)
        else {
            _ = try reactionEmoji(text)
            return
        }
        message.reactions[index].users.remove(at: place)
        let removed = message.reactions[index].emoji
        if message.reactions[index].users.isEmpty { message.reactions.remove(at: index) }
        logs[channelID]?[messageID] = message
        emit(.reactionRemoved(message, removed, by: owner))
    }

    /// Removes all reactions, or all with one emoji.
    mutating func clearReactions(
        _ text: String?, from messageID: WorldID, in channelID: WorldID, by userID: WorldID
    ) throws(APIError) {
        _ = try channel(channelID)
        try require([.viewChannel, .manageMessages], of: userID, inChannel: channelID)
        guard var message = message(messageID, in: channelID), !message.isEphemeral else { throw .unknownMessage }
        let emoji = text.map { EmojiReference($0) }
        message.reactions.removeAll { reaction in emoji.map { reaction.emoji.isSame(as: $0) } ?? true }
        logs[channelID]?[messageID] = message
        emit(.reactionsCleared(message, emoji))
    }

    // MARK: Addresses

    /// Where a file is found.
    func url(of file: SimulatedAttachment, in channelID: WorldID) -> String {
        "\(cdnBase)/attachments/\(channelID)/\(file.id)/\(file.filename)"
    }
}
