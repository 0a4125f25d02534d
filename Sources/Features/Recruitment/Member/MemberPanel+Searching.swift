import Books
import Bot
import Cluster
import Configuration
import Discord
import Service

extension MemberPanel {
    /// A control of the panel was used.
    @Sendable
    func usePanel(_ id: ComponentID, _ invocation: Invocation, _ responder: Responder) async throws {
        guard let press = PanelPress(id, invocation), let control = FilterControls.member.control(named: press.name),
            try await isOwners(press, responder)
        else { return }
        try await turns.withLock(press.user) { try await use(control, press, responder) }
    }

    /// Whether the presser owns what they pressed; others are told.
    func isOwners(_ press: PanelPress, _ responder: Responder) async throws -> Bool {
        guard let owner = press.owner else {
            try await responder.whisper(PanelText.unreadable(Self.command))
            return false
        }
        if owner == press.user { return true }
        try await responder.whisper(PanelText.notYours(Self.command))
        return false
    }

    private func use(_ control: FilterControls.Control, _ press: PanelPress, _ responder: Responder) async throws {
        let before = await panels.panel(press.message.id)
        let shown = FilterControls.member.filter(in: press.message.components)
        guard let filter = before?.state ?? shown else {
            return try await responder.whisper(PanelText.unreadable(Self.command))
        }
        var panel = StoredPanel(
            message: press.message.id, owner: press.user, guild: press.guild, channel: press.channel,
            usedAt: press.time, state: filter)
        guard press.time - max(press.message.lastChange, before?.usedAt ?? .origin) < Self.lifetime else {
            await close(panel)
            return try await responder.whisper(PanelText.expired(Self.command))
        }
        panel.state = FilterControls.member.filter(filter, after: control, choosing: press.values)
        await panels.save(panel)
        if before == nil { timers.watch(panel.message, until: panel.usedAt + Self.lifetime) }
        // Of a burst only the last filter is shown; a search that follows it shows both.
        if control == .search ? panel.state != shown : !responder.hasSuccessor {
            guard try await show(panel, insteadOf: before, responder) else { return }
        }
        if control == .search { try await search(panel, responder) }
    }

    /// Shows a panel's filter in its controls. Where that fails, the filter is again what it was. False where the panel is
    /// gone.
    private func show(
        _ panel: StoredPanel<ClanFilter>, insteadOf before: StoredPanel<ClanFilter>?, _ responder: Responder
    ) async throws -> Bool {
        do {
            try await responder.edit(
                panel.message,
                MessageEdit(
                    embeds: [MemberPanelView.embed(for: panel.owner)],
                    components: MemberPanelView.controls(panel.state, owner: panel.owner)))
            return true
        } catch {
            await panels.forget(panel.message)
            if (error as? RESTError)?.isUnknownMessage == true { return false }
            if let before { await panels.save(before) }
            throw error
        }
    }

    private func search(_ panel: StoredPanel<ClanFilter>, _ responder: Responder) async throws {
        guard !panel.state.isEmpty else { return try await responder.whisper(MemberPanelView.needsFilter) }
        guard let directory = try await directory(responder) else { return }
        let limit = max(1, services.registry()[\.commands.searchSoftCap])
        let results = MemberResults(hits: SearchHits(panel.state, in: directory, keeping: limit))
        try await present(results, from: panel, directory, responder)
    }

    /// The roster; nil where it cannot be read, which the presser is told.
    func directory(_ responder: Responder) async throws -> ClanDirectory? {
        do {
            return try await services.roster.clans()
        } catch {
            logger.error("member panel sheets fetch failed", error: error)
            try await responder.whisper(MemberPanelView.rosterUnreadable)
            return nil
        }
    }

    // MARK: Presenting

    /// Shows results in the list that the searcher has in the channel, else in a new one.
    private func present(
        _ results: MemberResults, from panel: StoredPanel<ClanFilter>, _ directory: ClanDirectory,
        _ responder: Responder
    ) async throws {
        let content = await content(results, directory, owner: panel.owner, in: panel.guild)
        var live: StoredPanel<MemberResults>?
        for list in await lists.panels(of: panel.owner)
        where list.channel == panel.channel && list.guild == panel.guild {
            // The newest counts; there is another one only where two searches crossed a restart.
            if live == nil { live = list } else { await lists.forget(list.message) }
        }
        do {
            if let live, try await isThere(live) {
                let edited = try await edit(live, content)
                if edited {
                    await remember(results, as: live.message, usedAt: panel.usedAt, of: panel)
                    return try await responder.whisper("Results updated: \(live.link)", step: "updated")
                }
            }
            if let live { await lists.forget(live.message) }
            guard let message = try await responder.reply(content.payload, step: "results") else { return }
            await remember(results, as: message.id, usedAt: message.timestamp, of: panel)
            timers.watch(message.id, until: message.timestamp + Self.lifetime)
        } catch let error as RESTError {
            if let live { await lists.forget(live.message) }
            try await explain(error, panel, responder)
        }
    }

    /// Whether a list was not deleted.
    private func isThere(_ list: StoredPanel<MemberResults>) async throws(RESTError) -> Bool {
        do {
            _ = try await services.rest.message(list.message, in: list.channel)
            return true
        } catch {
            if error.isUnknownMessage { return false }
            let key = key(list.guild, list.channel, list.owner)
            if error.isMissingPermission {
                logger.warning("member results fetch forbidden", ["key": key], error: error)
            } else {
                logger.error("member results fetch failed", ["key": key], error: error)
            }
            throw error
        }
    }

    /// Changes a list; false where it was deleted meanwhile.
    private func edit(_ list: StoredPanel<MemberResults>, _ content: Content) async throws(RESTError) -> Bool {
        do {
            _ = try await services.rest.editMessage(list.message, in: list.channel, content.edit)
            return true
        } catch {
            if error.isUnknownMessage { return false }
            throw error
        }
    }

    private func explain(
        _ error: RESTError, _ panel: StoredPanel<ClanFilter>, _ responder: Responder
    ) async throws {
        let fields: KeyValuePairs<String, LogValue> = ["key": key(panel.guild, panel.channel, panel.owner)]
        if error.isMissingPermission {
            logger.warning("member results send/edit forbidden", fields, error: error)
            try await responder.whisper(MemberPanelView.forbidden)
        } else {
            logger.error("member results post/edit failed", fields, error: error)
            try await responder.whisper(MemberPanelView.tryAgain)
        }
    }

    /// What a list is known by: server, or 0, channel and person.
    private func key(_ guild: GuildID?, _ channel: ChannelID, _ user: UserID) -> LogValue {
        .string("(\(guild?.description ?? "0"), \(channel), \(user))")
    }

    private func remember(
        _ results: MemberResults, as message: MessageID, usedAt: Timestamp, of panel: StoredPanel<ClanFilter>
    ) async {
        await lists.save(
            StoredPanel(
                message: message, owner: panel.owner, guild: panel.guild, channel: panel.channel, usedAt: usedAt,
                state: results))
    }
}
