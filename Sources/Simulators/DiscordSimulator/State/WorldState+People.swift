import JSON

/// What a person's client does on a click: it builds the interaction's data and refuses what cannot be clicked.
extension WorldState {
    /// Presses a button.
    mutating func click(_ customID: String, on messageID: WorldID, in channelID: WorldID, by userID: WorldID)
        throws(APIError) -> SimulatedInteraction
    {
        let message = try usableMessage(messageID, in: channelID, by: userID)
        guard let button = message.buttons.first(where: { $0.customID == customID }) else { throw .unknownMessage }
        guard !button.isDisabled else { throw .missingPermissions }
        return try begin(
            .component, of: message.author, by: userID, in: channelID,
            data: ["custom_id": .string(customID), "component_type": 2, "id": componentID(customID, in: message)],
            messageID: messageID)
    }

    /// Chooses in a select menu; `customID` may be nil where the message has one menu.
    mutating func choose(
        _ values: [String], customID: String?, on messageID: WorldID, in channelID: WorldID, by userID: WorldID
    ) throws(APIError) -> SimulatedInteraction {
        let message = try usableMessage(messageID, in: channelID, by: userID)
        let select = message.selects.first { customID == nil || $0.customID == customID }
        guard let select else { throw .unknownMessage }
        guard !select.isDisabled, (select.minimum...max(select.minimum, select.maximum)).contains(values.count) else {
            throw .missingPermissions
        }
        if select.kind == .string {
            let known = Set(select.options.map(\.value))
            guard values.allSatisfy(known.contains) else { throw .unknownMessage }
        }
        var data: JSONValue = [
            "custom_id": .string(select.customID), "component_type": .int(select.kind.rawValue),
            "id": componentID(select.customID, in: message), "values": .array(values.map { .string($0) }),
        ]
        if select.kind != .string {
            data["resolved"] = resolved(values.compactMap { WorldID(snowflake: $0) }, in: message.guildID)
        }
        return try begin(
            .component, of: message.author, by: userID, in: channelID, data: data, messageID: messageID)
    }

    private func usableMessage(_ messageID: WorldID, in channelID: WorldID, by userID: WorldID) throws(APIError)
        -> SimulatedMessage
    {
        try require(.viewChannel, of: userID, inChannel: channelID)
        guard let message = message(messageID, in: channelID), canSee(message, userID) else { throw .unknownMessage }
        return message
    }

    private func componentID(_ customID: String, in message: SimulatedMessage) -> JSONValue {
        SimulatedMessage.flattened(message.components).first { $0["custom_id"]?.string == customID }?["id"] ?? 0
    }

    /// Sends a form that was opened before.
    mutating func submit(_ modal: SimulatedModal, _ texts: [String: String], by userID: WorldID) throws(APIError)
        -> SimulatedInteraction
    {
        guard let opener = interactions[modal.interactionID], opener.userID == userID else { throw .unknownInteraction }
        for field in modal.fields {
            let text = texts[field.customID] ?? field.value ?? ""
            guard !text.isEmpty else {
                guard !field.isRequired else { throw .emptyMessage }
                continue
            }
            guard field.type != 4 || (field.minimumLength...field.maximumLength).contains(text.utf16.count) else {
                throw .invalid([field.customID], "BASE_TYPE_BAD_LENGTH", "The input does not fit.")
            }
        }
        let components = modal.components.map { Self.submission(of: $0, texts) }
        return try begin(
            .modal, of: opener.applicationID, by: userID, in: opener.channelID,
            data: ["custom_id": .string(modal.customID), "components": .array(components)],
            messageID: opener.messageID, openerID: opener.id)
    }

    private static func submission(of component: JSONValue, _ texts: [String: String]) -> JSONValue {
        var sent: JSONValue = ["type": component["type"] ?? 1, "id": component["id"] ?? 0]
        if let customID = component["custom_id"]?.string {
            sent["custom_id"] = .string(customID)
            let text = texts[customID] ?? component["value"]?.string ?? ""
            if component["type"]?.int == 4 {
                sent["value"] = .string(text)
            } else {
                sent["values"] = .array(text.isEmpty ? [] : text.split(separator: ",").map { .string(String($0)) })
            }
        }
        if let inner = component["components"]?.list {
            sent["components"] = .array(inner.map { submission(of: $0, texts) })
        }
        if let inner = component["component"] { sent["component"] = submission(of: inner, texts) }
        return sent
    }

    /// Runs a slash command, or asks for suggestions while `focused` is being typed.
    mutating func run(
        _ words: String, _ values: [String: JSONValue], focused: String? = nil, in channelID: WorldID,
        by userID: WorldID
    ) throws(APIError) -> SimulatedInteraction {
        try require(.viewChannel, of: userID, inChannel: channelID)
        guard let (command, path, options) = resolve(commandNamed: words, for: userID, in: channelID) else {
            throw .unknownCommand
        }
        guard values.keys.allSatisfy({ name in options.contains { $0["name"]?.string == name } }) else {
            throw .unknownCommand
        }
        var sent: [JSONValue] = []
        var mentioned: [WorldID] = []
        for option in options {
            guard let name = option["name"]?.string else { continue }
            guard let value = values[name] else {
                if focused == nil, option["required"]?.bool == true {
                    throw .invalid([name], "BASE_TYPE_REQUIRED", "This option is required")
                }
                continue
            }
            // What is still being typed may be anything.
            if name != focused { try OptionRules.check(value, for: option) }
            var entry: JSONValue = ["name": .string(name), "type": option["type"] ?? 3, "value": value]
            if (6...9).contains(option["type"]?.int ?? 3), let id = value.snowflake {
                mentioned.append(id)
                entry["value"] = .id(id)
            }
            if name == focused { entry["focused"] = true }
            sent.append(entry)
        }
        for step in path.reversed() {
            sent = [["name": step["name"] ?? "", "type": step["type"] ?? 1, "options": .array(sent)]]
        }
        var data: JSONValue = [
            "id": .id(command.id), "name": .string(command.name), "type": .int(command.type),
        ]
        if !sent.isEmpty { data["options"] = .array(sent) }
        if let guildID = command.guildID { data["guild_id"] = .id(guildID) }
        if !mentioned.isEmpty { data["resolved"] = resolved(mentioned, in: channels[channelID]?.guildID) }
        return try begin(
            focused == nil ? .command : .autocomplete, of: command.applicationID, by: userID, in: channelID, data: data,
            commandName: words)
    }

    /// The objects that ids in an interaction's data stand for.
    private func resolved(_ ids: [WorldID], in guildID: WorldID?) -> JSONValue {
        var (people, members, roles, places) = (JSONObject(), JSONObject(), JSONObject(), JSONObject())
        for id in ids {
            let key = String(id)
            if users[id] != nil {
                people[key] = renderUser(id)
                if let guildID, let member = guilds[guildID]?.members[id] {
                    members[key] = renderMember(member, in: guildID, withUser: false)
                        .merging(["permissions": .permissions(permissions(of: id, in: guildID))])
                }
            } else if let role = guildID.flatMap({ guilds[$0]?.roles[id] }) {
                roles[key] = Self.render(role)
            } else if let channel = channels[id] {
                places[key] = renderPartial(channel, for: id)
            }
        }
        var resolved = JSONObject()
        for (key, objects) in [("users", people), ("members", members), ("roles", roles), ("channels", places)]
        where !objects.keys.isEmpty {
            resolved[key] = .object(objects)
        }
        return .object(resolved)
    }
}
