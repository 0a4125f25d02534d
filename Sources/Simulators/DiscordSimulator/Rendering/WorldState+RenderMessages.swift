import JSON

/// Messages in Discord's JSON.
///
/// Source: Discord, *Message*, "Message Object".
extension WorldState {
    /// A message as one bot or person reads it. Without the right to read content, content, embeds, files and
    /// components of others are blank.
    func render(_ message: SimulatedMessage, for viewer: WorldID, readsContent: Bool = true, depth: Int = 0)
        -> JSONValue
    {
        let isReadable = readsContent || isAlwaysReadable(message, viewer)
        var object = JSONObject()
        object["type"] = .int(message.kind.rawValue)
        object["content"] = .string(isReadable ? message.content : "")
        object["mentions"] = .array(message.mentionedUsers.map { renderUser($0) })
        object["mention_roles"] = .array(message.mentionedRoles.map { .id($0) })
        let files = message.attachments.filter { !$0.isInline }
        object["attachments"] = .array(isReadable ? files.map { render($0, of: message) } : [])
        let hidesEmbeds = message.flags.contains(.suppressEmbeds)
        object["embeds"] = .array(isReadable && !hidesEmbeds ? message.embeds : [])
        object["timestamp"] = .string(ISO8601.text(message.sentAt))
        object["edited_timestamp"] = .text(message.editedAt.map(ISO8601.text))
        object["flags"] = .int(message.flags.rawValue)
        object["components"] = .array(isReadable ? message.components : [])
        object["id"] = .id(message.id)
        object["channel_id"] = .id(message.channelID)
        object["author"] = renderUser(message.author)
        object["pinned"] = .bool(message.isPinned)
        object["mention_everyone"] = .bool(message.mentionsEveryone)
        object["tts"] = false
        if let nonce = message.nonce, message.author == viewer { object["nonce"] = nonce }
        if !message.reactions.isEmpty, depth == 0 {
            object["reactions"] = .array(message.reactions.map { Self.render($0, for: viewer) })
        }
        if message.flags.contains(.hasThread), let thread = channels[message.id] {
            object["thread"] = renderChannel(thread, for: viewer)
        }
        addOrigin(of: message, to: &object)
        if depth == 0 { addReference(of: message, to: &object, for: viewer, readsContent: readsContent) }
        return .object(object)
    }

    /// Own messages, messages that mention the reader, and direct messages can always be read.
    private func isAlwaysReadable(_ message: SimulatedMessage, _ viewer: WorldID) -> Bool {
        message.author == viewer || message.mentionedUsers.contains(viewer) || message.guildID == nil
    }

    private func addOrigin(of message: SimulatedMessage, to object: inout JSONObject) {
        guard let applicationID = message.applicationID else { return }
        object["application_id"] = .id(applicationID)
        object["webhook_id"] = .id(applicationID)
        guard let source = message.source else { return }
        if source.type == 2 {
            object["interaction"] = [
                "id": .id(source.id), "type": .int(source.type), "name": .string(source.name),
                "user": renderUser(source.userID),
            ]
        }
        object["interaction_metadata"] = metadata(of: source, in: message.guildID)
    }

    private func metadata(of source: SimulatedMessage.InteractionSource, in guildID: WorldID?) -> JSONValue {
        let owners: JSONValue = ["0": guildID.map { .id($0) } ?? "0"]
        var metadata: JSONValue = [
            "id": .id(source.id), "type": .int(source.type), "user": renderUser(source.userID),
            "authorizing_integration_owners": owners,
        ]
        if source.type == 3, let messageID = source.messageID { metadata["interacted_message_id"] = .id(messageID) }
        if let opener = source.opener {
            var trigger: JSONValue = [
                "id": .id(opener.id), "type": .int(opener.type), "user": renderUser(source.userID),
                "authorizing_integration_owners": owners,
            ]
            if opener.type == 3, let messageID = opener.messageID {
                trigger["interacted_message_id"] = .id(messageID)
            }
            metadata["triggering_interaction_metadata"] = trigger
        }
        return metadata
    }

    private func addReference(
        of message: SimulatedMessage, to object: inout JSONObject, for viewer: WorldID, readsContent: Bool
    ) {
        guard let reference = message.reference else { return }
        var pointer: JSONValue = ["type": 0, "channel_id": .id(reference.channelID)]
        if let messageID = reference.messageID { pointer["message_id"] = .id(messageID) }
        if let guildID = message.guildID { pointer["guild_id"] = .id(guildID) }
        object["message_reference"] = pointer
        guard message.kind == .reply || message.kind == .threadStarter, let messageID = reference.messageID else {
            return
        }
        let target = self.message(messageID, in: reference.channelID)
        object["referenced_message"] =
            target.map { render($0, for: viewer, readsContent: readsContent, depth: 1) } ?? .null
    }

    private func render(_ file: SimulatedAttachment, of message: SimulatedMessage) -> JSONValue {
        let address = url(of: file, in: message.channelID)
        var object: JSONValue = [
            "id": .id(file.id), "filename": .string(file.filename), "size": .int(file.bytes.count),
            "url": .string(address), "proxy_url": .string(address), "content_type": .string(file.contentType),
        ]
        if let size = file.size {
            object["width"] = .int(size.width)
            object["height"] = .int(size.height)
        }
        if let description = file.description { object["description"] = .string(description) }
        if message.isEphemeral { object["ephemeral"] = true }
        return object
    }

    private static func render(_ reaction: SimulatedMessage.Reaction, for viewer: WorldID) -> JSONValue {
        [
            "emoji": render(reaction.emoji), "count": .int(reaction.users.count),
            "count_details": ["burst": 0, "normal": .int(reaction.users.count)], "burst_colors": [],
            "me_burst": false, "me": .bool(reaction.users.contains(viewer)),
        ]
    }

    /// An emoji of a reaction.
    static func render(_ emoji: EmojiReference) -> JSONValue {
        var object: JSONValue = ["id": .id(emoji.id), "name": .string(emoji.name)]
        if emoji.id != nil, emoji.isAnimated { object["animated"] = true }
        return object
    }
}
