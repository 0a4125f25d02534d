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
                    await run(call, invocation(for: message, caller, delivery), settings)
                }
            case .pointer(let name):
                return await once("message:\(message.id)") {
                    let invocation = invocation(for: message, caller, delivery)
                    await answer("That form needs its prefix: `!\(name)`.", to: invocation)
                }
            case .none:
                let place = Conversations.Place(channel: message.channelID, user: message.author.id)
                guard services.conversations.isOpen(place) else { break }
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

    /// Runs a command that was called, unless its gate, its access rule or its arguments stand against it.
    func run(_ call: CommandRouter.Call, _ invocation: Invocation, _ settings: BotSettings) async {
        let command = call.entry.command
        let started = services.transport.now
        var invocation = invocation
        let responder = responder(for: invocation)
        var result = Refusal.Result.ok
        do {
            try await admit(call, invocation, settings)
            invocation.line = try parse(call, invocation)
            try await run(command, invocation, responder)
        } catch let refusal as Refusal {
            result = refusal.result
            if !refusal.sentence.isEmpty { await answer(refusal.sentence, to: invocation) }
        } catch {
            result = .error
            await report(error, in: command.name, invocation, settings)
        }
        let milliseconds = Int((services.transport.now - started) / .milliseconds(1))
        services.logger.info(
            "[command] cmd=\(command.name) user=\(invocation.caller.id) guild=\(invocation.guildLabel)"
                + " channel=\(invocation.channelID) result=\(result.rawValue) ms=\(milliseconds)")
    }

    /// Runs a command that may run, unless its cooldown does. A run that ends as a refusal does not count.
    private func run(_ command: Command, _ invocation: Invocation, _ responder: Responder) async throws {
        guard let cooldown = command.cooldown, cooldown.applies(invocation.line) else {
            return try await command.run(invocation, responder)
        }
        if case .running(let sentence) = cooldowns.take(cooldown, invocation) {
            throw Refusal(sentence ?? "", result: .cooldown)
        }
        do {
            try await command.run(invocation, responder)
        } catch let refusal as Refusal {
            cooldowns.giveBack(cooldown, invocation)
            throw refusal
        }
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

    /// Throws the refusal that a caller gets, if the feature is off or the access rule is against them.
    private func admit(
        _ call: CommandRouter.Call, _ invocation: Invocation, _ settings: BotSettings
    ) async throws(Refusal) {
        let command = call.entry.command
        switch settings.policy.decide(call.access, for: invocation.caller) {
        case .denied(let sentence):
            denials.note(sentence, command: command.name, invocation)
            throw Refusal(sentence, result: .denied)
        case .grantedByAdministratorPermission:
            denials.noteFallback(command: command.name, invocation)
        case .granted:
            break
        }
        guard await opens(call.entry.gate) else {
            throw refusal(of: call.entry.gate, isStaff: settings.policy.isStaff(invocation.caller))
        }
    }

    private func parse(_ call: CommandRouter.Call, _ invocation: Invocation) throws(Refusal) -> CommandLine {
        let command = call.entry.command
        do throws(CommandLine.Problem) {
            return try CommandLine(parsing: call.rest, flags: command.flags, arguments: command.arguments) {
                invocation.guildID.flatMap { services.view.snapshot[$0] }?.members ?? []
            }
        } catch {
            switch error {
            case .unclosedQuote: throw Refusal.usage(command.usage, problem: "a quotation mark is not closed.")
            case .unknownFlag(let flag): throw Refusal.unknownFlag(flag)
            case .malformed(let clause): throw Refusal.usage(command.usage, problem: clause)
            }
        }
    }
}

extension Invocation {
    /// The server's id, or `DM`.
    var guildLabel: String { guildID.map { "\($0)" } ?? "DM" }
}
