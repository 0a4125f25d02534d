import JSON
import Service

/// Answering interactions.
///
/// Source: Discord, *Receiving and Responding to Interactions*.
extension WorldState {
    /// How long the initial response may take, in transport time.
    static let responseWindow = Duration.seconds(3)
    /// How long a token can be used, in calendar time.
    static let tokenLifetime = Duration.seconds(15 * 60)

    // MARK: Beginning

    /// Notes that somebody used something, and tells the application.
    mutating func begin(
        _ kind: SimulatedInteraction.Kind, of applicationID: WorldID, by userID: WorldID, in channelID: WorldID,
        data: JSONValue, messageID: WorldID? = nil, commandName: String = "", openerID: WorldID? = nil
    ) throws(APIError) -> SimulatedInteraction {
        guard applications[applicationID] != nil else { throw .unknownApplication }
        let channel = try channel(channelID)
        let id = newID()
        let token = "interaction-\(id)-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
        let interaction = SimulatedInteraction(
            id: id, kind: kind, applicationID: applicationID, token: token, userID: userID, channelID: channelID,
            guildID: channel.guildID, data: data, messageID: messageID, commandName: commandName, openerID: openerID,
            usedAt: transportNow)
        interactions[id] = interaction
        emit(.interactionCreated(interaction))
        return interaction
    }

    /// Notes that the three seconds are over; nothing if there was an answer.
    mutating func expire(_ id: WorldID) {
        guard var interaction = interactions[id], interaction.response == nil else { return }
        interaction.response = .failed
        interactions[id] = interaction
        emit(.interactionSettled(interaction))
    }

    // MARK: The initial response

    /// Takes the one initial response; answers the message that it made or changed.
    mutating func respond(to id: WorldID, token: String, _ body: JSONValue, uploads: [IndexedUpload])
        throws(APIError) -> (interaction: SimulatedInteraction, message: SimulatedMessage?)
    {
        guard let interaction = interactions[id], interaction.token == token else { throw .unknownInteraction }
        switch interaction.response {
        case nil: break
        case .failed?: throw .unknownInteraction
        default: throw .alreadyAcknowledged
        }
        guard transportNow - interaction.usedAt <= Self.responseWindow else {
            expire(id)
            throw .unknownInteraction
        }
        var answered = interaction
        let message = try apply(body, to: &answered, uploads: uploads)
        interactions[id] = answered
        emit(.interactionSettled(answered))
        return (answered, message)
    }

    private mutating func apply(
        _ body: JSONValue, to interaction: inout SimulatedInteraction, uploads: [IndexedUpload]
    ) throws(APIError) -> SimulatedMessage? {
        let type = body["type"]?.int
        let data = body["data"] ?? .object(JSONObject())
        let isAutocomplete = interaction.kind == .autocomplete
        let hasMessage = interaction.messageID != nil
        switch type {
        case 4 where !isAutocomplete:
            let message = try answerMessage(data, of: interaction, uploads: uploads)
            (interaction.response, interaction.originalID) = (.message, message.id)
            return message
        case 5 where !isAutocomplete:
            interaction.isEphemeral = (data["flags"]?.int ?? 0) & SimulatedMessage.Flags.ephemeral.rawValue != 0
            let message = loadingMessage(of: interaction)
            (interaction.response, interaction.originalID) = (.deferredMessage, message.id)
            return message
        case 6 where hasMessage:
            (interaction.response, interaction.originalID) = (.deferredUpdate, interaction.messageID)
            return nil
        case 7 where hasMessage:
            guard let messageID = interaction.messageID, let old = message(messageID, in: interaction.channelID) else {
                throw .unknownMessage
            }
            let form = try MessageForm(data, uploads: uploads, purpose: .edit(old), in: &self, channelID: old.channelID)
            let message = try apply(form, to: old)
            (interaction.response, interaction.originalID) = (.update, messageID)
            return message
        case 8 where isAutocomplete:
            interaction.response = .choices(try choices(data))
            return nil
        case 9 where interaction.kind == .command || interaction.kind == .component:
            interaction.response = .modal(try modal(data, of: interaction.id))
            return nil
        default:
            throw .invalid(["type"], "INTERACTION_CALLBACK_TYPE_INVALID", "This response is not possible here.")
        }
    }

    private func choices(_ data: JSONValue) throws(APIError) -> [SimulatedChoice] {
        var errors = FieldErrors()
        let path = ["data", "choices"]
        let choices = (errors.array(data["choices"], atMost: 25, at: path) ?? []).enumerated().map { index, choice in
            let here = path + [String(index)]
            let name = errors.requiredText(choice["name"], 1...100, at: here + ["name"])
            if let text = choice["value"]?.string { errors.length(text, in: 1...100, at: here + ["value"]) }
            if choice["value"]?.string == nil, choice["value"]?.double == nil {
                errors.add(here + ["value"], "BASE_TYPE_REQUIRED", "This field is required")
            }
            return SimulatedChoice(name: name, value: choice["value"] ?? .null)
        }
        try errors.check()
        return choices
    }

    private func modal(_ data: JSONValue, of interactionID: WorldID) throws(APIError) -> SimulatedModal {
        var errors = FieldErrors()
        let customID = errors.requiredText(data["custom_id"], 1...100, at: ["data", "custom_id"])
        let title = errors.requiredText(data["title"], 1...45, at: ["data", "title"])
        let components = ComponentRules.normalised(data["components"], .modal, errors: &errors) ?? []
        if components.isEmpty {
            errors.add(["data", "components"], "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
        }
        for (index, row) in components.enumerated() where row["type"]?.int == 1 {
            let input = row["components"]?[0]
            if input?["label"]?.string?.isEmpty ?? true {
                errors.add(
                    ["data", "components", String(index), "components", "0", "label"], "BASE_TYPE_REQUIRED",
                    "This field is required")
            }
        }
        try errors.check()
        return SimulatedModal(
            customID: customID, title: title, fields: SimulatedModal.fields(of: components), components: components,
            interactionID: interactionID)
    }

    // MARK: Messages of interactions

    private mutating func answerMessage(
        _ data: JSONValue, of interaction: SimulatedInteraction, uploads: [IndexedUpload]
    ) throws(APIError) -> SimulatedMessage {
        let channel = try channel(interaction.channelID)
        let form = try MessageForm(data, uploads: uploads, purpose: .create, in: &self, channelID: channel.id)
        let isEmpty =
            (form.content ?? "").isEmpty && form.embeds?.isEmpty ?? true && form.components?.isEmpty ?? true
            && form.files.isEmpty
        guard !isEmpty else { throw .emptyMessage }
        let isEphemeral = form.flags?.contains(.ephemeral) == true
        if channel.thread?.isArchived == true, !isEphemeral { try unarchive(channel.id, by: interaction.applicationID) }
        var message = draft(form, by: interaction.applicationID, in: channel)
        attribute(&message, to: interaction, isEphemeral: isEphemeral)
        publish(message)
        return message
    }

    private mutating func loadingMessage(of interaction: SimulatedInteraction) -> SimulatedMessage {
        var message = SimulatedMessage(
            id: newID(), kind: .text, channelID: interaction.channelID, guildID: interaction.guildID,
            author: interaction.applicationID, content: "", embeds: [], components: [], attachments: [],
            flags: .loading, mentionedUsers: [], mentionedRoles: [], mentionsEveryone: false)
        attribute(&message, to: interaction, isEphemeral: interaction.isEphemeral)
        publish(message)
        return message
    }

    private func attribute(
        _ message: inout SimulatedMessage, to interaction: SimulatedInteraction, isEphemeral: Bool
    ) {
        message.applicationID = interaction.applicationID
        if isEphemeral {
            message.flags.insert(.ephemeral)
            message.ephemeralViewer = interaction.userID
        }
        if interaction.kind == .command { message.kind = .slashCommand }
        if interaction.kind == .component, let used = interaction.messageID {
            message.kind = .reply
            message.reference = SimulatedMessage.Reference(channelID: interaction.channelID, messageID: used)
        }
        message.source = source(of: interaction)
    }

    private func source(of interaction: SimulatedInteraction) -> SimulatedMessage.InteractionSource {
        let opener = interaction.openerID.flatMap { interactions[$0] }.map {
            SimulatedMessage.InteractionSource.Opener(id: $0.id, type: $0.kind.rawValue, messageID: $0.messageID)
        }
        return SimulatedMessage.InteractionSource(
            id: interaction.id, type: interaction.kind.rawValue, name: interaction.commandName,
            userID: interaction.userID, messageID: interaction.messageID, opener: opener)
    }

    // MARK: After the initial response

    /// The interaction that a webhook route names; its token lives for fifteen minutes.
    func interaction(of applicationID: WorldID, token: String) throws(APIError) -> SimulatedInteraction {
        guard applications[applicationID] != nil else { throw .unknownWebhook }
        guard let found = interactions.values.first(where: { $0.token == token && $0.applicationID == applicationID })
        else { throw .invalidWebhookToken }
        guard now - SnowflakeMint.instant(of: found.id) < Self.tokenLifetime else { throw .invalidWebhookToken }
        guard let response = found.response, response != .failed else { throw .unknownWebhook }
        return found
    }

    /// Sends a follow-up message; the first one after a deferral becomes the deferred answer itself.
    mutating func followUp(
        to found: SimulatedInteraction, _ body: JSONValue, uploads: [IndexedUpload]
    ) throws(APIError) -> SimulatedMessage {
        var interaction = found
        if interaction.response == .deferredMessage, let id = interaction.originalID,
            let loading = message(id, in: interaction.channelID), loading.flags.contains(.loading)
        {
            return try editAnswer(loading, of: interaction, body, uploads: uploads)
        }
        let message = try answerMessage(body, of: interaction, uploads: uploads)
        interaction.followUps.append(message.id)
        interactions[interaction.id] = interaction
        emit(.interactionSettled(interaction))
        return message
    }

    /// The message that `@original` or an id names among those of an interaction.
    func answer(_ name: String, of interaction: SimulatedInteraction) throws(APIError) -> SimulatedMessage {
        let known = [interaction.originalID].compactMap(\.self) + interaction.followUps
        let id = name == "@original" ? interaction.originalID : WorldID(snowflake: name)
        guard let id, known.contains(id), let message = message(id, in: interaction.channelID) else {
            throw .unknownMessage
        }
        return message
    }

    /// Changes a message of an interaction; a loading one becomes a real one.
    mutating func editAnswer(
        _ old: SimulatedMessage, of interaction: SimulatedInteraction, _ body: JSONValue, uploads: [IndexedUpload]
    ) throws(APIError) -> SimulatedMessage {
        let form = try MessageForm(body, uploads: uploads, purpose: .edit(old), in: &self, channelID: old.channelID)
        let wasLoading = old.flags.contains(.loading)
        var message = try apply(form, to: old)
        if wasLoading {
            message.flags.remove(.loading)
            message.editedAt = nil
            logs[message.channelID]?[message.id] = message
            // People are pinged when the answer is there, not when it was promised.
            notifications[message.id] = peopleNotified(by: message, repliedUser: nil)
        }
        emit(.interactionSettled(interaction))
        return message
    }

    /// Removes a message of an interaction.
    mutating func deleteAnswer(_ name: String, of interaction: SimulatedInteraction) throws(APIError) {
        remove(try answer(name, of: interaction))
    }
}

extension SimulatedModal {
    /// The inputs of a form, whether they stand in action rows or in labels.
    static func fields(of components: [JSONValue]) -> [Field] {
        components.flatMap { component -> [Field] in
            switch component["type"]?.int {
            case 1:
                (component["components"]?.list ?? []).map { Field($0, label: $0["label"]?.string, description: nil) }
            case 18:
                component["component"].map {
                    [Field($0, label: component["label"]?.string, description: component["description"]?.string)]
                } ?? []
            default: []
            }
        }
    }
}

extension SimulatedModal.Field {
    fileprivate init(_ input: JSONValue, label: String?, description: String?) {
        self.init(
            customID: input["custom_id"]?.string ?? "", type: input["type"]?.int ?? 4, label: label ?? "",
            description: description, style: input["style"]?.int ?? 1,
            isRequired: input["required"]?.bool ?? true, placeholder: input["placeholder"]?.string,
            value: input["value"]?.string, minimumLength: input["min_length"]?.int ?? 0,
            maximumLength: input["max_length"]?.int ?? 4000,
            options: (input["options"]?.list ?? []).map {
                SimulatedSelect.Option(
                    label: $0["label"]?.string ?? "", value: $0["value"]?.string ?? "",
                    description: $0["description"]?.string, isDefault: $0["default"]?.bool ?? false)
            })
    }
}
