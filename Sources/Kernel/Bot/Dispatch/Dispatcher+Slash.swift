import Discord
import Service

extension Dispatcher {
    /// How long a person waits for offers; Discord shows none after three seconds.
    private static let completionPatience = Duration.seconds(2)

    /// Acknowledges a slash command on arrival and queues it; it then runs as if it had been typed.
    ///
    /// Discord wants to know with the acknowledgement whether only the caller shall see the answer. So what is bound to be
    /// refused is noticed before, and refused privately; what is refused later replaces the public promise by a private
    /// sentence.
    func accept(
        _ command: CommandInvocation, _ interaction: Interaction, in channel: ChannelID, _ delivery: Delivery
    ) async {
        let settings = services.settings()
        let replies = InteractionReplies(rest: services.rest, interaction: interaction, channel: channel)
        guard let form = slash.form(at: command.path) else {
            return await refuse("This command is no longer in use.", replies, delivery)
        }
        let trace = Trace.make()
        let caller = services.view.caller(interaction.user.id, member: interaction.member, in: interaction.guildID)
        let invocation = invocation(for: interaction, caller, in: channel, trace)
        let call = CommandRouter.Call(entry: form.entry, rest: "", access: form.command.access)
        let plan = plan(form, command, call, invocation, settings)
        let responder = Responder(target: replies, cause: invocation.key)
        services.activity.begin()
        let acknowledged = Task {
            defer { services.activity.end() }
            return await Trace.$current.withValue(trace) { await self.acknowledge(plan, form, replies, delivery) }
        }
        await queue(delivery, form.command.name, in: channel) { dispatcher in
            guard await acknowledged.value else { return }
            await Trace.$current.withValue(trace) {
                await dispatcher.once(invocation.key) {
                    await dispatcher.run(
                        call, invocation, responder, settings, reading: { () throws(Refusal) in try plan.line.get() },
                        body: plan.body)
                    await dispatcher.settle(replies)
                }
            }
        }
    }

    /// What is known of a slash command before it is acknowledged.
    private struct SlashPlan {
        /// What stands behind the command.
        var line: Result<CommandLine, Refusal>
        /// Whether only the caller shall see the answer.
        var isPersonal: Bool
        /// What asks for the rest, instead of an answer.
        var modal: ModalPayload?
        /// What is run in place of the command's handler.
        var body: Command.Handler?
    }

    private func plan(
        _ form: SlashCatalog.Form, _ command: CommandInvocation, _ call: CommandRouter.Call, _ invocation: Invocation,
        _ settings: BotSettings
    ) -> SlashPlan {
        let line = line(of: form, command, invocation)
        var plan = SlashPlan(line: line, isPersonal: form.command.slash.isPersonal)
        let isRead = services.settingsRead.withLock { $0 }
        guard settings.policy.decide(call.access, for: invocation.caller).isGranted,
            call.entry.gate.isOpen(settings.isEnabled) || !isRead, case .success(let read) = line
        else {
            plan.isPersonal = true
            return plan
        }
        var invocation = invocation
        invocation.line = read
        if let cooldown = form.command.cooldown, cooldown.applies(read), cooldowns.isRunning(cooldown, invocation) {
            plan.isPersonal = true
            return plan
        }
        guard let asks = form.command.slash.asks, isRead else { return plan }
        do {
            plan.modal = try asks(invocation)
            if plan.modal != nil { plan.body = { _, _ in } }
        } catch {
            plan.isPersonal = true
            plan.body = { _, _ in throw error }
        }
        return plan
    }

    private func line(
        of form: SlashCatalog.Form, _ command: CommandInvocation, _ invocation: Invocation
    ) -> Result<CommandLine, Refusal> {
        do throws(CommandLine.Problem) {
            return .success(
                try CommandLine(
                    command.arguments, flags: form.command.flags, arguments: form.command.slashArguments
                ) { members(around: invocation) })
        } catch {
            return .failure(Refusal(error, of: form.command))
        }
    }

    /// Sends the initial response. False where Discord did not take it.
    private func acknowledge(
        _ plan: SlashPlan, _ form: SlashCatalog.Form, _ replies: InteractionReplies, _ delivery: Delivery
    ) async -> Bool {
        do {
            if let modal = plan.modal {
                try await replies.open(modal)
            } else {
                try await replies.acknowledge(.deferReply(isEphemeral: plan.isPersonal))
            }
            acknowledgement.observe(services.transport.now - delivery.arrivedAt)
            return true
        } catch {
            note(error, "interaction not acknowledged", ["command": .string(form.command.name)])
            return false
        }
    }

    /// Takes back a promise of an answer that nobody will fill.
    private func settle(_ replies: InteractionReplies) async {
        do {
            try await replies.settle()
        } catch {
            services.logger.warning("pending answer not taken back", error: error)
        }
    }

    // MARK: Offers

    /// Offers what fits an option that is being typed. Nothing is offered to who may not run the command, and nothing is
    /// better than something late.
    func complete(
        _ command: CommandInvocation, _ interaction: Interaction, in channel: ChannelID, _ delivery: Delivery
    ) async {
        services.activity.begin()
        Task {
            await Trace.$current.withValue(Trace.make()) {
                let choices = await offers(for: command, interaction, in: channel)
                do {
                    try await services.rest.respond(
                        to: interaction.id, token: interaction.token, with: .autocomplete(choices))
                    acknowledgement.observe(services.transport.now - delivery.arrivedAt)
                } catch {
                    note(error, "offers not delivered", ["command": .string(command.name)])
                }
            }
            delivery.finish()
            services.activity.end()
        }
    }

    private func offers(
        for command: CommandInvocation, _ interaction: Interaction, in channel: ChannelID
    ) async -> [CommandChoice] {
        let settings = services.settings()
        let caller = services.view.caller(interaction.user.id, member: interaction.member, in: interaction.guildID)
        guard let focused = command.focused, let form = slash.form(at: command.path),
            let argument = form.command.arguments.first(where: { $0.optionName == focused.name }),
            let completion = argument.completes,
            settings.policy.decide(form.command.access, for: caller).isGranted,
            form.entry.gate.isOpen(settings.isEnabled)
        else { return [] }
        let given = form.command.arguments.compactMap { other in
            command[other.optionName].map { (other.name, $0.text) }
        }
        let request = Completion.Request(
            typed: focused.value?.text ?? "", given: Dictionary(given) { first, _ in first }, caller: caller,
            guildID: interaction.guildID, channelID: channel, at: services.calendar.now)
        let found = await choices(of: completion, request, form.command.name)
        return Array(found.compactMap { $0.choice(for: argument.kind) }.prefix(Limits.commandOptions))
    }

    private func choices(
        of completion: Completion, _ request: Completion.Request, _ command: String
    ) async -> [Completion.Choice] {
        await withTaskGroup(of: [Completion.Choice]?.self) { [services] group in
            group.addTask {
                do {
                    return try await completion.source(request)
                } catch {
                    services.logger.debug("no offers", ["command": .string(command)], error: error)
                    return []
                }
            }
            group.addTask {
                try? await services.transport.sleep(for: Self.completionPatience)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? []
        }
    }
}
