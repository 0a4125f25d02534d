import JSON

/// Routes with which an application answers interactions; their token is in the path, and no bucket holds them back.
///
/// Source: Discord, *Receiving and Responding to Interactions*, "Endpoints".
extension RESTRoute {
    static let interactionRoutes: [RESTRoute] =
        [
            RESTRoute("POST", "/interactions/:interaction_id/:interaction_token/callback", nil, needsToken: false) {
                state, call throws(APIError) in
                let id = try call.id("interaction_id")
                let (interaction, message) = try state.respond(
                    to: id, token: call.text("interaction_token"), call.body, uploads: call.uploads)
                guard call.queryFlag("with_response") else { return .empty }
                return .ok(state.renderCallback(interaction, message, type: call.body["type"]?.int ?? 0))
            },
            RESTRoute("POST", "/webhooks/:webhook_id/:webhook_token", .init(5, per: 2), needsToken: false) {
                state, call throws(APIError) in
                let interaction = try interaction(of: state, call)
                let message = try state.followUp(to: interaction, call.body, uploads: call.uploads)
                return .ok(state.render(message, for: interaction.applicationID))
            },
        ]
        + ["@original", ":message_id"].flatMap { name in
            let path = "/webhooks/:webhook_id/:webhook_token/messages/" + name
            return [
                RESTRoute("GET", path, .init(5, per: 2), needsToken: false) { state, call throws(APIError) in
                    let interaction = try interaction(of: state, call)
                    let message = try state.answer(call.parameters["message_id"] ?? "@original", of: interaction)
                    return .ok(state.render(message, for: interaction.applicationID))
                },
                RESTRoute("PATCH", path, .init(5, per: 2), needsToken: false) { state, call throws(APIError) in
                    let interaction = try interaction(of: state, call)
                    let old = try state.answer(call.parameters["message_id"] ?? "@original", of: interaction)
                    let message = try state.editAnswer(old, of: interaction, call.body, uploads: call.uploads)
                    return .ok(state.render(message, for: interaction.applicationID))
                },
                RESTRoute("DELETE", path, .init(5, per: 2), needsToken: false) { state, call throws(APIError) in
                    let interaction = try interaction(of: state, call)
                    try state.deleteAnswer(call.parameters["message_id"] ?? "@original", of: interaction)
                    return .empty
                },
            ]
        }

    private static func interaction(of state: WorldState, _ call: RESTCall) throws(APIError) -> SimulatedInteraction {
        try state.interaction(of: try call.id("webhook_id"), token: call.text("webhook_token"))
    }

    /// All routes that work on the world alone.
    static let all: [RESTRoute] =
        messageRoutes + reactionRoutes + pinRoutes + channelRoutes + threadRoutes + guildRoutes + memberRoutes
        + selfRoutes + commandRoutes + interactionRoutes
}
