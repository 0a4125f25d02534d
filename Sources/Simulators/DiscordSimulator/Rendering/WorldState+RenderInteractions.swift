import JSON

/// Interactions in Discord's JSON.
///
/// Source: Discord, *Receiving and Responding to Interactions*, "Interaction Object".
extension WorldState {
    /// The body of INTERACTION_CREATE.
    func render(_ interaction: SimulatedInteraction) -> JSONValue {
        let bot = interaction.applicationID
        var object: JSONValue = [
            "id": .id(interaction.id), "application_id": .id(bot), "type": .int(interaction.kind.rawValue),
            "data": interaction.data, "channel_id": .id(interaction.channelID), "token": .string(interaction.token),
            "version": 1, "locale": "en-US", "entitlements": [], "attachment_size_limit": .int(10 << 20),
            "app_permissions": .permissions(permissions(of: bot, inChannel: interaction.channelID)),
            "authorizing_integration_owners": ["0": interaction.guildID.map { .id($0) } ?? "0"],
            "context": .int(interaction.guildID == nil ? 1 : 0),
        ]
        if let channel = channels[interaction.channelID] {
            object["channel"] = renderPartial(channel, for: interaction.userID)
        }
        if let guildID = interaction.guildID, let member = guilds[guildID]?.members[interaction.userID] {
            let bits = permissions(of: interaction.userID, inChannel: interaction.channelID)
            object["guild_id"] = .id(guildID)
            object["guild"] = ["id": .id(guildID), "locale": "en-US", "features": []]
            object["guild_locale"] = "en-US"
            object["member"] = renderMember(member, in: guildID).merging(["permissions": .permissions(bits)])
        } else {
            object["user"] = renderUser(interaction.userID)
        }
        if let messageID = interaction.messageID, let message = message(messageID, in: interaction.channelID) {
            object["message"] = render(message, for: bot)
        }
        return object
    }

    /// The body of a callback that was sent with `with_response`.
    func renderCallback(_ interaction: SimulatedInteraction, _ message: SimulatedMessage?, type: Int) -> JSONValue {
        var summary: JSONValue = ["id": .id(interaction.id), "type": .int(interaction.kind.rawValue)]
        if let id = interaction.originalID {
            summary["response_message_id"] = .id(id)
            summary["response_message_loading"] = .bool(interaction.response == .deferredMessage)
            summary["response_message_ephemeral"] = .bool(
                self.message(id, in: interaction.channelID)?.isEphemeral ?? false)
        }
        var body: JSONValue = ["interaction": summary]
        // A deferral has no message of its own yet.
        if let message, type == 4 || type == 7 {
            body["resource"] = ["type": .int(type), "message": render(message, for: interaction.applicationID)]
        }
        return body
    }
}
