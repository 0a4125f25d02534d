import Books
import Bot
import Cluster
import Discord
import Service

/// `/reserve new`: the slash form of `!reserve`. One modal asks for all that is missing, and a message that only the
/// recruiter sees asks whether it shall be saved. Source: design, section 4; placement chapter, section 5.
extension Placement {
    var proposalControls: [ComponentHandler] {
        [
            ComponentHandler(
                ReserveForm.question, access: Self.access, answer: .deferReply(isEphemeral: true), run: takeAnswers),
            ComponentHandler(ReserveForm.correction, access: Self.access, answer: .deferUpdate, run: takeChanges),
            ComponentHandler(HoldProposal.Control.save, access: Self.access, answer: .deferUpdate, run: confirm),
            ComponentHandler(HoldProposal.Control.cancel, access: Self.access, answer: .deferUpdate, run: cancel),
            ComponentHandler(HoldProposal.Control.change, access: Self.access, answer: .modal) {
                id, invocation, responder in
                try await responder.open(ReserveForm.changes(of: try await proposal(id, invocation)))
            },
            ComponentHandler(HoldProposal.Control.reason, access: Self.access, answer: .modal) {
                id, invocation, responder in
                try await responder.open(ReserveForm.reason(of: try await proposal(id, invocation)))
            },
        ]
    }

    // MARK: Asking for what is missing

    /// The modal for what the options leave open; nil if they say it all.
    @Sendable
    func askForMissing(_ invocation: Invocation) throws -> ModalPayload? {
        _ = try openTicket(invocation)
        let form = try ReserveForm(invocation.line, on: services.seats.today)
        return form.isComplete ? nil : try form.modal
    }

    /// The options said it all.
    func proposeFromOptions(_ invocation: Invocation, _ responder: Responder) async throws {
        let thread = try openTicket(invocation)
        try await propose(ReserveForm(invocation.line, on: services.seats.today), in: thread, invocation, responder)
    }

    @Sendable
    private func takeAnswers(_ id: ComponentID, _ invocation: Invocation, _ responder: Responder) async throws {
        let thread = try openTicket(invocation)
        guard var form = ReserveForm(id), let modal = invocation.modal else {
            throw Refusal(ProposalView.settled, result: .usage)
        }
        try form.take(modal, on: services.seats.today)
        try await propose(form, in: thread, invocation, responder)
    }

    // MARK: Asking for the word

    private func propose(
        _ form: ReserveForm, in thread: TicketThread, _ invocation: Invocation, _ responder: Responder
    ) async throws {
        guard case .interaction(let interaction) = invocation.cause else { return }
        let proposal = try await proposal(interaction.id, form, in: thread, of: invocation.caller.id)
        try await keep(proposal)
        let question = ProposalView.question(proposal)
        try await responder.reply(
            MessagePayload(content: question.text, components: question.controls, allowedMentions: .none),
            step: "proposal")
    }

    /// What the form says, if nothing stands against it.
    private func proposal(
        _ id: InteractionID, _ form: ReserveForm, in thread: TicketThread, of owner: UserID
    ) async throws(Refusal) -> HoldProposal {
        guard let tag = form.clan, let recruit = form.recruit, let until = form.until else {
            throw Refusal(ProposalView.settled, result: .usage)
        }
        let clan = try await services.clan(tag.text)
        let ledger = try await HoldSaving.ledger(counting: clan.tag, services)
        let isMember = await services.name(of: recruit) != nil
        let saving = HoldSaving(services: services, thread: thread, recruiter: owner)
        try await saving.ensureFree(recruit, for: clan.tag, in: ledger)
        let holds = ledger.holds(of: clan.tag).count
        return HoldProposal(
            id: id, owner: owner, label: clan[.tag], recruit: recruit, until: until, reason: form.reason,
            isFull: Availability.effective(manualOpenSpots: clan.manualOpenSpots, holds: holds) == 0,
            isMember: isMember)
    }

    /// Remembers what a message asks, before anybody may press its buttons.
    private func keep(_ proposal: HoldProposal) async throws(Refusal) {
        do { try await proposals.save(proposal) } catch {
            services.logger.error("reservation proposal not kept", error: error)
            throw Refusal(ProposalView.unkept, result: .error)
        }
    }

    /// Asks anew on the message whose control was used.
    private func ask(_ proposal: HoldProposal, _ invocation: Invocation, _ responder: Responder) async throws {
        try await keep(proposal)
        let question = ProposalView.question(proposal)
        try await show(question.text, with: question.controls, invocation, responder)
    }

    private func show(
        _ text: String, with controls: [Component] = [], _ invocation: Invocation, _ responder: Responder
    ) async throws {
        guard case .interaction(let interaction) = invocation.cause, let message = interaction.message?.id else {
            return
        }
        try await responder.edit(
            message, MessageEdit(content: text, components: controls, allowedMentions: AllowedMentions.none))
    }

    // MARK: What is pressed

    @Sendable
    private func takeChanges(_ id: ComponentID, _ invocation: Invocation, _ responder: Responder) async throws {
        let former = try await proposal(id, invocation)
        let thread = try ticket(invocation)
        guard let modal = invocation.modal else { throw Refusal(ProposalView.settled, result: .usage) }
        var form = ReserveForm(former)
        try form.take(modal, on: services.seats.today)
        try await ask(try await proposal(former.id, form, in: thread, of: former.owner), invocation, responder)
    }

    @Sendable
    private func cancel(_ id: ComponentID, _ invocation: Invocation, _ responder: Responder) async throws {
        try await proposals.forget(try await proposal(id, invocation))
        try await show(ReserveView.cancelled, invocation, responder)
    }

    @Sendable
    private func confirm(_ id: ComponentID, _ invocation: Invocation, _ responder: Responder) async throws {
        let proposal = try await proposal(id, invocation)
        let thread = try ticket(invocation)
        guard let request = proposal.request else { throw Refusal(ProposalView.settled, result: .usage) }
        let saving = HoldSaving(services: services, thread: thread, recruiter: proposal.owner)
        let outcome = await saving.save(
            request, saidAt: invocation.saidAt, cause: invocation.key, asked: HoldFlow.Asked(invocation)
        ) { text in
            await attempt("reservation proposal not forgotten") { try await proposals.forget(proposal) }
            await attempt("end of a reservation not told") {
                try await responder.post(
                    MessagePayload(content: text, allowedMentions: .none), step: ReserveTalk.lastStep)
            }
            await attempt("reservation proposal not closed") {
                try await show(ProposalView.saved, invocation, responder)
            }
        }
        switch outcome {
        case .saved: break
        case .blocked(let text):
            try await proposals.forget(proposal)
            try await show(text, invocation, responder)
        case .needsReason:
            var full = proposal
            full.isFull = true
            try await ask(full, invocation, responder)
        case .needsDate: throw Refusal(ProposalView.overdue, result: .usage)
        case .failed(let text): throw Refusal(text, result: .error)
        }
    }

    /// What is owed after a hold was saved, each by itself.
    private func attempt(_ failure: String, _ body: () async throws -> Void) async {
        do { try await body() } catch { services.logger.warning(failure, error: error) }
    }

    // MARK: Where and what

    private var proposals: ProposalBook { ProposalBook(journal: services.journal) }

    /// The ticket in which somebody acts.
    func ticket(_ invocation: Invocation) throws(Refusal) -> TicketThread {
        guard let guild = invocation.guildID else { throw Refusal(AccessPolicy.serverOnly, result: .denied) }
        let channel = services.view.snapshot.channel(invocation.channelID)
        guard let thread = TicketThread(channel, in: guild, services.registry()) else {
            throw Refusal(ReserveView.elsewhere, result: .usage)
        }
        return thread
    }

    /// The ticket, if nobody asks the caller about a seat there already.
    private func openTicket(_ invocation: Invocation) throws(Refusal) -> TicketThread {
        let thread = try ticket(invocation)
        guard !services.conversations.isOpen(.init(invocation)) else {
            throw Refusal(ReserveView.alreadyAsking, result: .usage)
        }
        return thread
    }

    /// What a control belongs to that was used, by whom it is asked.
    private func proposal(_ id: ComponentID, _ invocation: Invocation) async throws -> HoldProposal {
        guard let proposal = try await proposals.proposal(id) else {
            throw Refusal(ProposalView.settled, result: .usage)
        }
        guard proposal.owner == invocation.caller.id else { throw Refusal(ProposalView.notYours, result: .denied) }
        return proposal
    }
}

extension Invocation {
    /// What was filled in, where a modal was sent.
    fileprivate var modal: ModalSubmission? {
        guard case .interaction(let interaction) = cause, case .modal(let modal) = interaction.content else {
            return nil
        }
        return modal
    }
}
