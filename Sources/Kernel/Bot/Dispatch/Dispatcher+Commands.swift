import Discord
import Service

extension Dispatcher {
    /// Runs a command that was called, however it was called, unless its access rule, its gate, its arguments or its
    /// cooldown stand against it.
    /// - Parameters:
    ///   - read: gives what stands behind the command.
    ///   - body: what is run; nil for the command's own handler.
    func run(
        _ call: CommandRouter.Call, _ invocation: Invocation, _ responder: Responder, _ settings: BotSettings,
        reading read: () throws(Refusal) -> CommandLine, body: Command.Handler? = nil
    ) async {
        let command = call.entry.command
        let started = services.transport.now
        var invocation = invocation
        var result = Refusal.Result.ok
        do {
            try await admit(call, invocation, settings)
            invocation.line = try read()
            try await run(body ?? command.run, command.cooldown, invocation, responder)
        } catch let refusal as Refusal {
            result = refusal.result
            if !refusal.sentence.isEmpty { await answer(refusal.sentence, to: responder) }
        } catch {
            result = .error
            await report(error, in: command.name, invocation, responder)
        }
        let milliseconds = Int((services.transport.now - started) / .milliseconds(1))
        services.logger.info(
            "[command] cmd=\(command.name) user=\(invocation.caller.id) guild=\(invocation.guildLabel)"
                + " channel=\(invocation.channelID) result=\(result.rawValue) ms=\(milliseconds)")
    }

    /// Runs a command that may run, unless its cooldown does. A run that ends as a refusal does not count.
    private func run(
        _ body: Command.Handler, _ cooldown: Cooldown?, _ invocation: Invocation, _ responder: Responder
    ) async throws {
        guard let cooldown, cooldown.applies(invocation.line) else { return try await body(invocation, responder) }
        if case .running(let sentence) = cooldowns.take(cooldown, invocation) {
            throw Refusal(sentence ?? "", result: .cooldown)
        }
        do {
            try await body(invocation, responder)
        } catch let refusal as Refusal {
            cooldowns.giveBack(cooldown, invocation)
            throw refusal
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
            noteUnknown(call.entry.gate)
            if let whenOff = command.whenOff, services.settingsRead.withLock({ $0 }) { throw whenOff(invocation) }
            throw refusal(of: call.entry.gate, isStaff: settings.policy.isStaff(invocation.caller))
        }
    }

    /// Who can be named where somebody acts.
    func members(around invocation: Invocation) -> [Member] {
        invocation.guildID.flatMap { services.view.snapshot[$0] }?.members ?? []
    }
}

extension Refusal {
    /// What is said of a line that a command cannot read.
    init(_ problem: CommandLine.Problem, of command: Command) {
        switch problem {
        case .unclosedQuote: self = .usage(command.usage, problem: "a quotation mark is not closed.")
        case .unknownFlag(let flag): self = .unknownFlag(flag)
        case .malformed(let clause): self = .usage(command.usage, problem: clause)
        }
    }
}
