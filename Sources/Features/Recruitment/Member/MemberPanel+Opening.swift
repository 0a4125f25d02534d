import Bot
import Cluster
import Discord
import Service

extension MemberPanel {
    /// Opens a panel, or shows where the one is that is open.
    @Sendable
    func open(_ invocation: Invocation, _ responder: Responder) async throws {
        guard invocation.line.text.isEmpty else { throw Refusal(MemberPanelView.takesNoWords, result: .usage) }
        try await turns.withLock(invocation.caller.id) {
            if let panel = await openPanel(for: invocation), try await show(panel, responder) { return }
            try await post(invocation, responder)
        }
    }

    /// The caller's panel in the channel, if they have one that still lives. One elsewhere is forgotten.
    private func openPanel(for invocation: Invocation) async -> StoredPanel<ClanFilter>? {
        var found: StoredPanel<ClanFilter>?
        for panel in await panels.panels(of: invocation.caller.id) {
            if found == nil, panel.channel == invocation.channelID,
                panel.usedAt + Self.lifetime > invocation.saidAt
            {
                found = panel
            } else {
                await close(panel)
            }
        }
        return found
    }

    /// Shows a panel as it is and answers with the way to it; false where it is gone.
    private func show(_ panel: StoredPanel<ClanFilter>, _ responder: Responder) async throws -> Bool {
        let edit = MessageEdit(
            embeds: [MemberPanelView.embed(for: panel.owner)],
            components: MemberPanelView.controls(panel.state, owner: panel.owner))
        do {
            let message = try await services.rest.editMessage(panel.message, in: panel.channel, edit)
            var panel = panel
            panel.usedAt = message.lastChange
            await panels.save(panel)
        } catch {
            if !error.isUnknownMessage {
                logger.error(
                    "member panel reuse failed", ["message_id": .string("\(panel.message)")], error: error)
            }
            // What may pass leaves the panel where it is: a second one would be there beside it.
            if error.isTransient {
                throw Refusal("⚠️ Your panel could not be shown anew. Please try again in a minute.", result: .error)
            }
            await panels.forget(panel.message)
            return false
        }
        try await responder.reply("Your panel is still open: \(panel.link)", step: "link")
        return true
    }

    private func post(_ invocation: Invocation, _ responder: Responder) async throws {
        let owner = invocation.caller.id
        let payload = MessagePayload(
            embeds: [MemberPanelView.embed(for: owner)], components: MemberPanelView.controls(.initial, owner: owner),
            allowedMentions: .none)
        do {
            guard let message = try await responder.reply(payload, step: "panel") else { return }
            await panels.save(
                StoredPanel(
                    message: message.id, owner: owner, guild: invocation.guildID, channel: message.channelID,
                    usedAt: message.timestamp, state: .initial))
            timers.watch(message.id, until: message.timestamp + Self.lifetime)
        } catch let error as RESTError where error.isMissingPermission {
            logger.warning("member panel send forbidden", error: error)
            throw Refusal("⚠️ I can't open the panel here: I need **Embed Links** in this channel.", result: .error)
        } catch {
            logger.error("member panel send failed", error: error)
            throw Refusal("⚠️ The panel could not be opened. Please try again in a moment.", result: .error)
        }
    }

    /// Disables the controls of a panel and forgets it.
    func close(_ panel: StoredPanel<ClanFilter>) async {
        await panels.forget(panel.message)
        do {
            _ = try await services.rest.editMessage(
                panel.message, in: panel.channel,
                MessageEdit(
                    components: MemberPanelView.controls(panel.state, owner: panel.owner, isDisabled: true)))
        } catch {
            // Deleted, or in an archived thread: nobody can use it either way.
            logger.debug("member panel not closed", ["message_id": .string("\(panel.message)")], error: error)
        }
    }

    /// Closes what was not used for long enough; says until when it may be, if it was used meanwhile.
    @Sendable
    func lapse(_ message: MessageID) async -> Timestamp? {
        if let owner = await panels.panel(message)?.owner {
            return await turns.withLock(owner) {
                guard let panel = await panels.panel(message) else { return nil }
                let deadline = panel.usedAt + Self.lifetime
                if deadline > services.calendar.now { return deadline }
                await close(panel)
                return nil
            }
        }
        guard let owner = await lists.panel(message)?.owner else { return nil }
        return await turns.withLock(owner) {
            guard let list = await lists.panel(message) else { return nil }
            let deadline = list.usedAt + Self.lifetime
            if deadline > services.calendar.now { return deadline }
            await expire(list)
            return nil
        }
    }
}
