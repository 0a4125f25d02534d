import Discord
import Service

extension Dispatcher {
    /// Acknowledges an interaction on arrival and queues what it asks for.
    ///
    /// Discord takes no response to an interaction that is older than three seconds, as those of a replay may be; nobody
    /// would see what it leads to, so it is dropped. Whether it is too old, only Discord can tell: its id holds the time
    /// of Discord's clock, and a clock of this machine that is seconds ahead of that would make every interaction look
    /// old. So each is acknowledged, and those are dropped of which Discord says that it no longer knows them.
    func accept(_ interaction: Interaction, _ delivery: Delivery) async {
        guard let channel = interaction.channelID else { return delivery.finish() }
        switch interaction.content {
        case .component(let component):
            await accept(component.customID, interaction, in: channel, delivery)
        case .modal(let modal):
            await accept(modal.customID, interaction, in: channel, delivery)
        case .command(let command):
            await accept(command, interaction, in: channel, delivery)
        case .autocomplete(let command):
            await complete(command, interaction, in: channel, delivery)
        default:
            delivery.finish()
        }
    }

    private func accept(
        _ customID: String, _ interaction: Interaction, in channel: ChannelID, _ delivery: Delivery
    ) async {
        let settings = services.settings()
        let replies = InteractionReplies(rest: services.rest, interaction: interaction, channel: channel)
        let caller = services.view.caller(interaction.user.id, member: interaction.member, in: interaction.guildID)
        let trace = Trace.make()
        guard let id = ComponentID(customID: customID), let (handler, gate) = components[id.name] else {
            return await refuse("This control is no longer in use.", replies, delivery)
        }
        guard id.version <= handler.version else {
            return await refuse("This control belongs to a newer version; please try again later.", replies, delivery)
        }
        if case .denied(let sentence) = settings.policy.decide(handler.access, for: caller) {
            return await refuse(sentence, replies, delivery)
        }
        // A modal is the response itself and cannot come later; everything else is acknowledged and then waits.
        let isRead = services.settingsRead.withLock { $0 }
        guard gate.isOpen(services.settings().isEnabled) || (!isRead && handler.answer != .modal) else {
            return await refuse(refusal(of: gate, isStaff: false).sentence, replies, delivery)
        }
        let invocation = invocation(for: interaction, caller, in: channel, trace)
        let responder = Responder(target: replies, cause: invocation.key) { [presses] in
            presses.hasSuccessor(of: interaction)
        }
        services.activity.begin()
        let acknowledged = Task {
            defer { services.activity.end() }
            return await Trace.$current.withValue(trace) {
                let isTaken = await self.acknowledge(handler, id, invocation, responder, replies, delivery)
                if isTaken, handler.answer != .modal { presses.add(interaction) }
                return isTaken
            }
        }
        await queue(delivery, handler.name, in: channel) { dispatcher in
            guard await acknowledged.value, handler.answer != .modal else { return }
            dispatcher.presses.remove(interaction)
            await Trace.$current.withValue(trace) {
                await dispatcher.once(invocation.key) {
                    await dispatcher.run(handler, gate, id, invocation, responder)
                }
            }
        }
    }

    func invocation(
        for interaction: Interaction, _ caller: Caller, in channel: ChannelID, _ trace: String
    ) -> Invocation {
        Invocation(
            cause: .interaction(interaction), key: "interaction:\(interaction.id)", trace: trace, bot: bot,
            caller: caller, user: interaction.user, member: interaction.member, guildID: interaction.guildID,
            channelID: channel, receivedAt: services.calendar.now)
    }

    /// Sends the initial response; for a modal this is all there is to do. False where Discord did not take it.
    private func acknowledge(
        _ handler: ComponentHandler, _ id: ComponentID, _ invocation: Invocation, _ responder: Responder,
        _ replies: InteractionReplies, _ delivery: Delivery
    ) async -> Bool {
        do {
            if handler.answer == .modal {
                do {
                    try await handler.run(id, invocation, responder)
                } catch let refusal as Refusal {
                    try await replies.whisper(refusal.sentence)
                }
            } else {
                try await replies.acknowledge(handler.answer)
            }
            acknowledgement.observe(services.transport.now - delivery.arrivedAt)
            return true
        } catch {
            note(error, "interaction not acknowledged", ["component": .string(handler.name)])
            return false
        }
    }

    private func run(
        _ handler: ComponentHandler, _ gate: Gate, _ id: ComponentID, _ invocation: Invocation, _ responder: Responder
    ) async {
        do {
            guard await opens(gate) else { throw refusal(of: gate, isStaff: false) }
            try await handler.run(id, invocation, responder)
        } catch let refusal as Refusal {
            await answer(refusal.sentence, to: responder)
        } catch {
            report(error, in: handler.name)
            await answer(Self.apology(trace: invocation.trace), to: responder)
        }
    }

    func refuse(_ sentence: String, _ replies: InteractionReplies, _ delivery: Delivery) async {
        services.activity.begin()
        Task {
            do {
                try await replies.whisper(sentence)
            } catch {
                note(error, "refusal not delivered")
            }
            delivery.finish()
            services.activity.end()
        }
    }

    /// Logs why an interaction got no response. One that is too old is no fault: nobody waits for it.
    func note(_ error: any Error, _ message: String, _ fields: KeyValuePairs<String, LogValue> = [:]) {
        if let error = error as? RESTError, error.isUnknownInteraction {
            services.logger.info("interaction dropped", fields)
        } else {
            services.logger.warning(message, fields, error: error)
        }
    }
}
