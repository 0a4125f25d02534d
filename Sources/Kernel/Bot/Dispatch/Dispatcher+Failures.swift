import Discord
import Service

extension Dispatcher {
    /// The one sentence that a person sees when something unexpected failed.
    static func apology(trace: String) -> String {
        "Sorry, that did not work. If it happens again, tell an admin this id: `\(trace)`"
    }

    /// How a handler of this invocation answers.
    func responder(for invocation: Invocation) -> Responder {
        let target: any ReplyTarget
        switch invocation.cause {
        case .message(let message):
            target = MessageReplies(
                rest: services.rest, channel: message.channelID, message: message.id, isCallers: true)
        case .reaction(let change):
            target = MessageReplies(
                rest: services.rest, channel: change.channelID, message: change.messageID, isCallers: false)
        case .interaction(let interaction):
            target = InteractionReplies(rest: services.rest, interaction: interaction, channel: invocation.channelID)
        }
        return Responder(target: target, cause: invocation.key)
    }

    /// Tells a person one sentence; that it could not be delivered is only logged.
    func answer(_ sentence: String, to invocation: Invocation) async {
        await answer(sentence, to: responder(for: invocation))
    }

    /// Tells a person one sentence, and nobody else where that is possible; that it could not be delivered is only logged.
    func answer(_ sentence: String, to responder: Responder) async {
        do {
            try await responder.whisper(sentence, step: "refusal")
        } catch {
            services.logger.warning("answer not delivered", error: error)
        }
    }

    /// A command failed: one ERROR line, one post to the log channel, one sentence for the caller.
    func report(_ error: any Error, in command: String, _ invocation: Invocation, _ responder: Responder) async {
        services.logger.error(
            "cmd error: cmd=\(command) user=\(invocation.caller.id) err=\(ErrorText.reason(error))", error: error)
        let person = invocation.member?.displayName ?? invocation.user?.displayName ?? "unknown"
        services.logChannel.post(
            "⚠️ **Command error** — cmd=\(command) • user=\(person) • reason=\(ErrorText.reason(error))"
                + " • trace=\(invocation.trace)")
        await answer(Self.apology(trace: invocation.trace), to: responder)
    }

    /// A handler without a caller who waits for an answer failed: one ERROR line.
    func report(_ error: any Error, in handler: String) {
        services.logger.error("Unhandled exception in \(handler)", error: error)
    }
}
