import Bot
import Cluster
import Discord
import Service

extension RecruiterPanel {
    /// Opens a panel, or shows where the one is that is open.
    @Sendable
    func open(_ invocation: Invocation, _ responder: Responder) async throws {
        guard let guild = invocation.guildID else { throw Refusal(AccessPolicy.serverOnly, result: .denied) }
        try await turns.withLock(invocation.caller.id) {
            if let panel = await openPanel(for: invocation), try await show(panel, invocation, responder) { return }
            let target = PanelTarget(services: services, logger: logger)
            guard let channel = await target.channel(for: invocation.channelID, in: guild) else {
                throw Refusal(
                    "⚠️ The panel could not be opened: its thread cannot be reached. Please contact an admin.",
                    result: .error)
            }
            try await post(in: channel, invocation, responder)
        }
    }

    /// The recruiter's panel, if there is one that still lives.
    private func openPanel(for invocation: Invocation) async -> StoredPanel<RecruiterSearch>? {
        var found: StoredPanel<RecruiterSearch>?
        for panel in await panels.panels(of: invocation.caller.id) {
            if found == nil, panel.usedAt + Self.lifetime > invocation.saidAt {
                found = panel
            } else {
                await expire(panel)
            }
        }
        return found
    }

    // MARK: The panel that is there

    /// Shows a panel with its filters, without what was found before, and answers with the way to it; false where it
    /// cannot be had any more.
    private func show(
        _ panel: StoredPanel<RecruiterSearch>, _ invocation: Invocation, _ responder: Responder
    ) async throws -> Bool {
        if services.view.snapshot.channel(panel.channel)?.thread?.isArchived == true {
            await PanelTarget(services: services, logger: logger).reopen(panel.channel)
        }
        var panel = panel
        panel.state = RecruiterSearch(filter: panel.state.filter)
        do {
            let message = try await services.rest.editMessage(
                panel.message, in: panel.channel, content(of: panel))
            panel.usedAt = message.lastChange
            await panels.save(panel)
        } catch {
            // A panel that was deleted is no fault; another one takes its place.
            if !error.isUnknownMessage, !error.isUnknownChannel {
                logger.error("failed to rebuild recruiter panel", error: error)
            }
            // What may pass leaves the panel where it is: a second one would be there beside it.
            if error.isTransient {
                throw Refusal("⚠️ Your panel could not be shown anew. Please try again in a minute.", result: .error)
            }
            await panels.forget(panel.message)
            return false
        }
        await adoptList(of: panel.owner)
        await point(to: panel, invocation, responder)
        return true
    }

    /// Answers with the way to a panel. Only the author may be pinged; that it failed changes nothing.
    private func point(
        to panel: StoredPanel<RecruiterSearch>, _ invocation: Invocation, _ responder: Responder
    ) async {
        let isHere = panel.channel == invocation.channelID
        let text =
            isHere
            ? "Your panel is still open: \(panel.link)"
            : "\(panel.owner.mention) Your panel is in <#\(panel.channel)>: \(panel.link)"
        do {
            try await responder.reply(
                MessagePayload(
                    content: text, allowedMentions: isHere ? .none : .users([panel.owner]), flags: .suppressEmbeds),
                step: "pointer")
        } catch {
            logger.debug("pointer to the panel not sent", error: error)
        }
    }

    // MARK: A new panel

    private func post(in channel: ChannelID, _ invocation: Invocation, _ responder: Responder) async throws {
        let isElsewhere = channel != invocation.channelID
        logger.info(
            "[clanmatch] sending panel: channel_id=\(channel) redirected=\(isElsewhere ? "True" : "False")")
        let owner = invocation.caller.id
        let search = RecruiterSearch(filter: .initial)
        var payload = MessagePayload(
            embeds: [RecruiterPanelView.embed(search)],
            components: RecruiterPanelView.controls(search.filter, owner: owner), allowedMentions: .none)
        let message: Message?
        do {
            if isElsewhere {
                payload.nonce = Nonce.derived(from: invocation.key, step: "panel")
                message = try await services.rest.createMessage(payload, in: channel)
            } else {
                message = try await responder.post(payload, step: "panel")
            }
        } catch let error as RESTError {
            throw refusal(of: error, channel)
        }
        guard let message else { return }
        let panel = StoredPanel(
            message: message.id, owner: owner, guild: invocation.guildID, channel: channel,
            usedAt: message.timestamp, state: search)
        await panels.save(panel)
        timers.watch(panel.message, until: panel.usedAt + Self.lifetime)
        await adoptList(of: owner)
        if isElsewhere { await point(to: panel, invocation, responder) }
    }

    private func refusal(of error: RESTError, _ channel: ChannelID) -> Refusal {
        if error.isMissingPermission {
            logger.error("[clanmatch] send forbidden: thread_id=\(channel)", error: error)
            return Refusal(
                "⚠️ I can't post the panel in <#\(channel)>: I need **View Channel**, **Send Messages** (in a thread: "
                    + "**Send Messages in Threads**) and **Embed Links** there.", result: .error)
        }
        logger.error("[clanmatch] send HTTP failure: thread_id=\(channel)", error: error)
        return Refusal("⚠️ The panel could not be posted. Please try again later.", result: .error)
    }

    // MARK: Ending

    /// Closes what was not used for long enough; says until when it may be, if it was used meanwhile.
    @Sendable
    func lapse(_ message: MessageID) async -> Timestamp? {
        if let owner = await panels.panel(message)?.owner {
            return await turns.withLock(owner) {
                guard let panel = await panels.panel(message) else { return nil }
                let deadline = panel.usedAt + Self.lifetime
                if deadline > services.calendar.now { return deadline }
                await expire(panel)
                return nil
            }
        }
        guard let owner = await lists.panel(message)?.owner else { return nil }
        return await turns.withLock(owner) {
            guard let list = await lists.panel(message), list.state.hasPager else { return nil }
            let deadline = list.usedAt + Self.lifetime
            if deadline > services.calendar.now { return deadline }
            await disablePager(of: list)
            return nil
        }
    }

    /// Says on a panel that it has expired, disables it and the pager of its list, and forgets it.
    func expire(_ panel: StoredPanel<RecruiterSearch>) async {
        await panels.forget(panel.message)
        let edit = MessageEdit(
            embeds: [RecruiterPanelView.expired],
            components: RecruiterPanelView.controls(panel.state.filter, owner: panel.owner, isDisabled: true))
        do {
            _ = try await services.rest.editMessage(panel.message, in: panel.channel, edit)
        } catch {
            // Deleted, or in an archived thread: nobody can use it either way.
            logger.debug("recruiter panel not closed", ["message_id": .string("\(panel.message)")], error: error)
        }
        for list in await lists.panels(of: panel.owner) where list.state.hasPager { await disablePager(of: list) }
    }

    /// The panel's message as it should be.
    func content(of panel: StoredPanel<RecruiterSearch>) -> MessageEdit {
        MessageEdit(
            embeds: [RecruiterPanelView.embed(panel.state)],
            components: RecruiterPanelView.controls(panel.state.filter, owner: panel.owner))
    }
}
