import FoundationEssentials
public import JSON
import Service

extension MessagePayload {
    /// The body for a channel. Files go beside it, as parts `files[0]`, `files[1]`, …
    /// Source: Discord documentation, Resources, "Create Message".
    public var json: JSONValue {
        var object = interactionJSON
        object["nonce"] = nonce.map(JSONValue.string)
        if nonce != nil, enforcesNonce { object["enforce_nonce"] = true }
        object["message_reference"] = reply.map {
            ["message_id": .id($0.messageID), "fail_if_not_exists": .bool($0.failsIfMissing)]
        }
        return object
    }

    /// The body for interactions and webhooks, which know neither nonces nor replies.
    /// Source: Discord documentation, "Create Interaction Response", "Execute Webhook".
    public var interactionJSON: JSONValue {
        var object: JSONValue = [:]
        object["content"] = content.map(JSONValue.string)
        if !embeds.isEmpty { object["embeds"] = .array(embeds.map(\.json)) }
        if !components.isEmpty { object["components"] = .array(components.map(\.json)) }
        object["allowed_mentions"] = allowedMentions.json
        if !flags.isEmpty { object["flags"] = .number(of: flags.rawValue) }
        if !files.isEmpty { object["attachments"] = .array(files.attachments) }
        return object
    }
}

extension MessageEdit {
    /// The body, in channels, for interactions and for webhooks. Files go beside it, as parts `files[0]`, …
    public var json: JSONValue {
        var object: JSONValue = [:]
        object["content"] = content.map(JSONValue.string)
        object["embeds"] = embeds.map { .array($0.map(\.json)) }
        object["components"] = components.map { .array($0.map(\.json)) }
        object["allowed_mentions"] = allowedMentions.json
        object["flags"] = flags.map { .number(of: $0.rawValue) }
        if keptAttachments != nil || !files.isEmpty {
            let kept: [JSONValue] = (keptAttachments ?? []).map { ["id": .id($0)] }
            object["attachments"] = .array(kept + files.attachments)
        }
        return object
    }
}

extension [FileUpload] {
    /// The description of each file, which points to its part by number.
    fileprivate var attachments: [JSONValue] {
        enumerated().map { index, file in
            var object: JSONValue = ["id": .string(String(index)), "filename": .string(file.filename)]
            object["description"] = file.description.map(JSONValue.string)
            return object
        }
    }
}

extension AllowedMentions {
    /// The rule, always complete.
    public var json: JSONValue {
        var parse: [JSONValue] = []
        if everyone { parse.append("everyone") }
        if allUsers { parse.append("users") }
        if allRoles { parse.append("roles") }
        var object: JSONValue = ["parse": .array(parse), "replied_user": .bool(repliedUser)]
        if !users.isEmpty { object["users"] = .ids(users.withoutRepetitions) }
        if !roles.isEmpty { object["roles"] = .ids(roles.withoutRepetitions) }
        return object
    }
}

extension Array where Element: Hashable {
    fileprivate var withoutRepetitions: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}

extension InteractionResponse {
    /// The body. Source: Discord documentation, "Interaction Response Object".
    public var json: JSONValue {
        var object: JSONValue = ["type": .number(of: kind)]
        switch self {
        case .pong, .deferUpdate, .launchActivity: break
        case .message(let payload): object["data"] = payload.interactionJSON
        case .update(let edit): object["data"] = edit.json
        case .deferMessage(let isEphemeral):
            if isEphemeral { object["data"] = ["flags": .number(of: MessageFlags.ephemeral.rawValue)] }
        case .autocomplete(let choices): object["data"] = ["choices": .array(choices.map(\.json))]
        case .modal(let modal): object["data"] = modal.json
        }
        return object
    }

    /// Files that go beside the body, as parts `files[0]`, `files[1]`, …
    public var files: [FileUpload] {
        switch self {
        case .message(let payload): payload.files
        case .update(let edit): edit.files
        default: []
        }
    }
}

extension ModalPayload {
    /// The modal as data of a response.
    public var json: JSONValue {
        [
            "custom_id": .string(customID), "title": .string(title),
            "components": .array(components.map(\.json)),
        ]
    }
}

extension ThreadPayload {
    /// The body for a thread without a first message.
    public var json: JSONValue {
        var object = messageThreadJSON
        object["type"] = .number(of: kind.rawValue)
        object["invitable"] = isInvitable.map(JSONValue.bool)
        return object
    }

    /// The body for a thread that starts from a message, whose kind follows from the channel's.
    public var messageThreadJSON: JSONValue {
        var object: JSONValue = ["name": .string(name)]
        object["auto_archive_duration"] = autoArchiveMinutes.map(JSONValue.number(of:))
        object["rate_limit_per_user"] = rateLimitPerUser.map(JSONValue.number(of:))
        return object
    }
}

extension ChannelPayload {
    /// The body.
    public var json: JSONValue {
        var object: JSONValue = ["name": .string(name), "type": .number(of: kind.rawValue)]
        object["topic"] = topic.map(JSONValue.string)
        object["parent_id"] = parentID.map(JSONValue.id)
        if !overwrites.isEmpty { object["permission_overwrites"] = .array(overwrites.map(\.json)) }
        object["rate_limit_per_user"] = rateLimitPerUser.map(JSONValue.number(of:))
        object["position"] = position.map(JSONValue.number(of:))
        return object
    }
}

extension ChannelEdit {
    /// The body: only what changes.
    public var json: JSONValue {
        var object: JSONValue = [:]
        object["name"] = name.map(JSONValue.string)
        object["topic"] = topic.json(JSONValue.string)
        object["position"] = position.map(JSONValue.number(of:))
        object["parent_id"] = parentID.json(JSONValue.id)
        object["permission_overwrites"] = overwrites.map { .array($0.map(\.json)) }
        object["rate_limit_per_user"] = rateLimitPerUser.map(JSONValue.number(of:))
        object["archived"] = isArchived.map(JSONValue.bool)
        object["locked"] = isLocked.map(JSONValue.bool)
        object["invitable"] = isInvitable.map(JSONValue.bool)
        object["auto_archive_duration"] = autoArchiveMinutes.map(JSONValue.number(of:))
        object["applied_tags"] = appliedTags.map(JSONValue.ids)
        return object
    }
}

extension MemberEdit {
    /// The body: only what changes.
    public var json: JSONValue {
        var object: JSONValue = [:]
        object["nick"] = nickname.json(JSONValue.string)
        object["roles"] = roles.map { .ids($0.withoutRepetitions) }
        object["communication_disabled_until"] = timedOutUntil.json { .string($0.iso8601) }
        return object
    }
}

extension EmojiPayload {
    /// The body, with the image as a data address.
    public var json: JSONValue {
        let image = "data:\(contentType);base64,\(Data(image).base64EncodedString())"
        var object: JSONValue = ["name": .string(name), "image": .string(image)]
        if !roles.isEmpty { object["roles"] = .ids(roles.withoutRepetitions) }
        return object
    }
}
