import HTTPClient
import JSON

// Source: Discord documentation, Interactions, "Receiving and Responding".
extension RESTClient {
    /// Sends the one initial response of an interaction; Discord takes it for three seconds.
    public func respond(
        to interaction: InteractionID, token: String, with response: InteractionResponse,
        _ options: CallOptions = .within(.seconds(3))
    ) async throws(RESTError) {
        try RESTCall.validate(response)
        let route = Route(
            .post, "interactions", .major(interaction), .secret(token), "callback", kind: .interaction)
        var call = RESTCall(route, options)
        call.body = response.json
        call.files = response.files
        // A second response is refused, so a repetition is noticed.
        call.isRepeatable = true
        call.doneCodes = [.alreadyAcknowledged]
        try await run(call)
    }

    /// Fills a pending reply, or changes the message that an interaction belongs to.
    public func editOriginalResponse(
        application: ApplicationID, token: String, _ edit: MessageEdit, _ options: CallOptions = .standard
    ) async throws(RESTError) -> Message {
        try RESTCall.validate(edit)
        let route = Route(
            .patch, "webhooks", .major(application), .secret(token), "messages", "@original", kind: .interaction)
        var call = RESTCall(route, options)
        call.body = edit.json
        call.files = edit.files
        return try await fetch(call)
    }

    /// Sends a further message in answer to an interaction; Discord takes it for fifteen minutes.
    public func createFollowUp(
        application: ApplicationID, token: String, _ payload: MessagePayload, _ options: CallOptions = .standard
    ) async throws(RESTError) -> Message {
        try RESTCall.validate(payload)
        let route = Route(.post, "webhooks", .major(application), .secret(token), kind: .interaction)
        var call = RESTCall(route, options)
        call.query = [(name: "wait", value: "true")]
        call.body = payload.interactionJSON
        call.files = payload.files
        return try await fetch(call)
    }

    /// The initial response as a message.
    public func originalResponse(
        application: ApplicationID, token: String, _ options: CallOptions = .standard
    ) async throws(RESTError) -> Message {
        try await fetch(RESTCall(Self.followUp(.get, application, token, "@original"), options))
    }

    /// Deletes the initial response.
    public func deleteOriginalResponse(
        application: ApplicationID, token: String, _ options: CallOptions = .standard
    ) async throws(RESTError) {
        var call = RESTCall(Self.followUp(.delete, application, token, "@original"), options)
        call.doneCodes = [.unknownMessage]
        try await run(call)
    }

    /// Changes a further message.
    public func editFollowUp(
        _ message: MessageID, application: ApplicationID, token: String, _ edit: MessageEdit,
        _ options: CallOptions = .standard
    ) async throws(RESTError) -> Message {
        try RESTCall.validate(edit)
        var call = RESTCall(Self.followUp(.patch, application, token, .id(message)), options)
        call.body = edit.json
        call.files = edit.files
        return try await fetch(call)
    }

    /// Deletes a further message.
    public func deleteFollowUp(
        _ message: MessageID, application: ApplicationID, token: String, _ options: CallOptions = .standard
    ) async throws(RESTError) {
        var call = RESTCall(Self.followUp(.delete, application, token, .id(message)), options)
        call.doneCodes = [.unknownMessage]
        try await run(call)
    }

    private static func followUp(
        _ method: HTTPMethod, _ application: ApplicationID, _ token: String, _ message: Route.Segment
    ) -> Route {
        Route(method, "webhooks", .major(application), .secret(token), "messages", message, kind: .interaction)
    }
}
