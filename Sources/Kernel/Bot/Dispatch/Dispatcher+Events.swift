import Discord
import Service

/// A listener about to be called.
struct ListenerCall: Sendable {
    var listener: Listener
    var run: @Sendable (Invocation, Responder) async throws -> Void
}

extension Dispatcher {
    /// Brings a reaction to the listeners.
    func handle(_ change: ReactionChange, _ delivery: Delivery) async {
        let settings = services.settings()
        var heard: [ListenerCall] = []
        for entry in listeners {
            guard case .reactionAdded(let run) = entry.listener.handler, await opens(entry.gate) else { continue }
            heard.append(ListenerCall(listener: entry.listener) { try await run(change, $0, $1) })
        }
        guard !heard.isEmpty else { return }
        let key = "reaction:\(delivery.position)"
        await once(key) {
            let invocation = Invocation(
                cause: .reaction(change), key: key, trace: Trace.current, bot: bot,
                caller: services.view.caller(change.userID, member: change.member, in: change.guildID),
                user: change.member?.user, member: change.member, guildID: change.guildID,
                channelID: change.channelID, receivedAt: services.calendar.now)
            await run(heard, invocation, settings)
        }
    }

    /// Runs listeners one after the other; the error of one does not keep the others from running.
    func run(_ calls: [ListenerCall], _ invocation: Invocation, _ settings: BotSettings) async {
        let responder = responder(for: invocation)
        for call in calls where settings.policy.decide(call.listener.access, for: invocation.caller).isGranted {
            do {
                try await call.run(invocation, responder)
            } catch {
                report(error, in: call.listener.name)
            }
        }
    }
}
