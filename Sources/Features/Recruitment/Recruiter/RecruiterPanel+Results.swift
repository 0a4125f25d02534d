import Books
import Bot
import Cluster
import Configuration
import Discord
import Service

extension RecruiterPanel {
    /// Does to the list what a panel's state wants done.
    /// - Parameter list: the recruiter's list, if there is one.
    func settle(
        _ due: RecruiterSearch.Due?, _ list: StoredPanel<RecruiterResults>?,
        of panel: StoredPanel<RecruiterSearch>, _ responder: Responder
    ) async throws {
        switch due {
        case nil: break
        case .remove:
            guard let list else { return }
            await lists.forget(list.message)
            try await services.rest.deleteMessage(list.message, in: list.channel)
        case .firstPage:
            guard var list, list.state.page != 0 else { return }
            list.state.page = 0
            try await show(list, responder)
        case .show(let hits):
            let results = RecruiterResults(hits: hits)
            guard let list else { return try await post(results, panel.owner, panel.guild, responder) }
            if list.channel == panel.channel {
                if !list.state.hasPager { timers.watch(list.message, until: panel.usedAt + Self.lifetime) }
                var list = list
                (list.state, list.usedAt) = (results, panel.usedAt)
                try await show(list, responder)
            } else {
                // A list that is left behind would stay dead for ever.
                await lists.forget(list.message)
                await delete(list)
                try await post(results, panel.owner, panel.guild, responder)
            }
        }
    }

    /// A button of the pager was pressed.
    @Sendable
    func usePager(_ id: ComponentID, _ invocation: Invocation, _ responder: Responder) async throws {
        guard let press = PanelPress(id, invocation), try await isOwners(press, responder) else { return }
        try await turns.withLock(press.user) { try await page(press, responder) }
    }

    private func page(_ press: PanelPress, _ responder: Responder) async throws {
        let before = await lists.panel(press.message.id)
        let directory: ClanDirectory
        do {
            directory = try await services.roster.clans()
        } catch {
            logger.error("failed to fetch clan records", error: error)
            return try await responder.whisper(
                "⚠️ The clan roster could not be loaded. Please try again in a moment.")
        }
        guard let results = before?.state ?? reading(press.message, directory) else {
            return try await responder.whisper(PanelText.unreadable(Self.command))
        }
        var list = StoredPanel(
            message: press.message.id, owner: press.user, guild: press.guild, channel: press.channel,
            usedAt: press.time, state: results)
        guard press.time - max(press.message.lastChange, before?.usedAt ?? .origin) < Self.lifetime else {
            await disablePager(of: list)
            return try await responder.whisper(PanelText.expired(Self.command))
        }
        let view = RecruiterResultsView(results, results.hits.clans(in: directory, "recruiter_panel", logger))
        let step = press.name == RecruiterResultsView.next ? 1 : -1
        list.state.page = max(0, min(view.page + step, view.pageCount - 1))
        list.state.hasPager = true
        await lists.save(list)
        if before == nil { timers.watch(list.message, until: list.usedAt + Self.lifetime) }
        guard !responder.hasSuccessor else { return }
        do {
            try await show(list, directory, responder)
        } catch {
            logger.error("failed to refresh recruiter search results", error: error)
            if let before { await lists.save(before) }
            try await responder.whisper("⚠️ The page could not be shown. Please try again in a moment.")
        }
    }

    /// What a list shows of which nothing is remembered.
    private func reading(_ message: Message, _ directory: ClanDirectory) -> RecruiterResults? {
        RecruiterResultsView.reading(message).map { filter, page in
            let limit = RecruiterSearch.limit(softCap: services.registry()[\.commands.searchSoftCap])
            return RecruiterResults(hits: SearchHits(filter, in: directory, keeping: limit), page: page)
        }
    }

    // MARK: Showing

    private func show(_ list: StoredPanel<RecruiterResults>, _ responder: Responder) async throws {
        try await show(list, try await services.roster.clans(), responder)
    }

    /// Shows a list in its message, and anew where that was deleted.
    private func show(
        _ list: StoredPanel<RecruiterResults>, _ directory: ClanDirectory, _ responder: Responder
    ) async throws {
        if try await edit(list, Self.content(list, directory, logger), responder) {
            await lists.save(list)
        } else {
            await lists.forget(list.message)
            try await post(list.state, list.owner, list.guild, responder)
        }
    }

    /// Changes a list; false where it was deleted.
    /// - Parameter responder: answers a press on the list or on the panel; nil where nobody pressed anything on it.
    func edit(
        _ list: StoredPanel<RecruiterResults>, _ edit: MessageEdit, _ responder: Responder? = nil
    ) async throws -> Bool {
        do {
            if let responder {
                try await responder.edit(list.message, edit)
            } else {
                _ = try await services.rest.editMessage(list.message, in: list.channel, edit)
            }
            return true
        } catch let error as RESTError where error.isUnknownMessage || error.isUnknownChannel {
            return false
        }
    }

    /// A list's message as it should be.
    static func content(
        _ list: StoredPanel<RecruiterResults>, _ directory: ClanDirectory, _ logger: Logger
    ) -> MessageEdit {
        let clans = list.state.hits.clans(in: directory, "recruiter_panel", logger)
        let view = RecruiterResultsView(list.state, clans)
        return MessageEdit(embeds: view.embeds, components: view.pager(owner: list.owner))
    }

    /// Posts a list in the channel of the panel that was used.
    private func post(
        _ results: RecruiterResults, _ owner: UserID, _ guild: GuildID?, _ responder: Responder
    ) async throws {
        let directory = try await services.roster.clans()
        let view = RecruiterResultsView(results, results.hits.clans(in: directory, "recruiter_panel", logger))
        let payload = MessagePayload(
            embeds: view.embeds, components: view.pager(owner: owner), allowedMentions: .none)
        guard let message = try await responder.post(payload, step: "results") else { return }
        await lists.save(
            StoredPanel(
                message: message.id, owner: owner, guild: guild, channel: message.channelID,
                usedAt: message.timestamp, state: results))
        timers.watch(message.id, until: message.timestamp + Self.lifetime)
    }

    // MARK: Ending

    private func delete(_ list: StoredPanel<RecruiterResults>) async {
        do {
            try await services.rest.deleteMessage(list.message, in: list.channel)
        } catch {
            logger.warning("recruiter results not deleted", ["message_id": .string("\(list.message)")], error: error)
        }
    }

    /// Takes the pager from the list of an earlier panel; the next search uses the message again.
    func adoptList(of owner: UserID) async {
        for (index, list) in await lists.panels(of: owner).enumerated() {
            // There is another one only where two panels crossed a restart.
            guard index == 0 else {
                await lists.forget(list.message)
                await delete(list)
                continue
            }
            guard list.state.hasPager else { continue }
            var list = list
            list.state.hasPager = false
            do {
                let isThere = try await edit(list, MessageEdit(components: []))
                if isThere { await lists.save(list) } else { await lists.forget(list.message) }
            } catch {
                logger.error(
                    "[clanmatch] failed to fetch results message: channel_id=\(list.channel) message_id=\(list.message)",
                    error: error)
            }
        }
    }

    /// Disables the pager of a list that nobody used for long. The next search uses the message again.
    func disablePager(of list: StoredPanel<RecruiterResults>) async {
        var list = list
        list.state.hasPager = false
        do {
            let clans = list.state.hits.clans(in: try await services.roster.clans(), "recruiter_panel", logger)
            let pager = RecruiterResultsView(list.state, clans).pager(owner: list.owner, isDisabled: true)
            let isThere = try await edit(list, MessageEdit(components: pager))
            if isThere { await lists.save(list) } else { await lists.forget(list.message) }
        } catch {
            logger.warning("recruiter results not closed", ["message_id": .string("\(list.message)")], error: error)
        }
    }
}
