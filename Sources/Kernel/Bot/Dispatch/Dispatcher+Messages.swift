import Discord
import Service

extension Dispatcher {
    /// Brings a message to the command that it calls, else to the listeners.
    func handle(_ message: Message, _ delivery: Delivery) async {
        let settings = services.settings()
        let caller = services.view.caller(message.author.id, member: message.member, in: message.guildID)
        let isPerson = !message.author.isBot && message.webhookID == nil && message.kind.isWritten
        services.logger.debug(
            "message seen",
            ["channel": .string("\(message.channelID)"), "length": .int(message.content.utf16.count)])
        if isPerson {
            let isServerAdmin = { message.guildID != nil && settings.policy.isAdmin(caller) }
            switch router.resolve(message.content, settings.commands, isServerAdmin: isServerAdmin) {
            case .command(let call):
                return await once("message:\(message.id)") {
                    let invocation = invocation(for: message, caller, delivery)
                    await run(call, invocation, responder(for: invocation), settings) { () throws(Refusal) in
                        try parse(call, invocation)
                    }
                }
            case .pointer(let name):
                return await once("message:\(message.id)") {
                    let invocation = invocation(for: message, caller, delivery)
                    await answer("That form needs its prefix: `!\(name)`.", to: invocation)
                }
            case .none:
                // What is said to the bot in the form of a command answers no question, even where no command has that name.
                let place = Conversations.Place(channel: message.channelID, user: message.author.id)
                guard !router.isAddressed(message.content), services.conversations.isOpen(place) else { break }
                return await once("message:\(message.id)") {
                    guard let prompt = services.conversations.take(place) else { return }
                    await answer(prompt, with: message, invocation(for: message, caller, delivery))
                }
            }
        }
        var heard: [ListenerCall] = []
        for entry in listeners {
            guard case .message(let run) = entry.listener.handler, await opens(entry.gate) else { continue }
            heard.append(ListenerCall(listener: entry.listener) { try await run(message, $0, $1) })
        }
        guard !heard.isEmpty else { return }
        await once("message:\(message.id)") {
            await run(heard, invocation(for: message, caller, delivery), settings)
        }
    }

    private func invocation(for message: Message, _ caller: Caller, _ delivery: Delivery) -> Invocation {
        Invocation(
            cause: .message(message), key: "message:\(message.id)", trace: Trace.current, bot: bot, caller: caller,
            user: message.author, member: message.member, guildID: message.guildID, channelID: message.channelID,
            receivedAt: services.calendar.now)
    }

    /// Brings a message to the conversation that waits for it.
    private func answer(
        _ prompt: Conversations.Prompt, with message: Message, _ invocation: Invocation
    ) async {
        do {
            try await prompt.answer(message, invocation, responder(for: invocation))
        } catch let refusal as Refusal {
            if !refusal.sentence.isEmpty { await answer(refusal.sentence, to: invocation) }
        } catch {
            report(error, in: "conversation")
            await answer(Self.apology(trace: invocation.trace), to: invocation)
        }
    }

    private func parse(_ call: CommandRouter.Call, _ invocation: Invocation) throws(Refusal) -> CommandLine {
        let command = call.entry.command
        do throws(CommandLine.Problem) {
            return try CommandLine(parsing: call.rest, flags: command.flags, arguments: command.arguments) {
                members(around: invocation)
            }
        } catch {
            throw Refusal(error, of: command)
        }
    }
}

extension Invocation {
    /// The server's id, or `DM`.
    var guildLabel: String { guildID.map { "\($0)" } ?? "DM" }
}
