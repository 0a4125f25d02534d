import Books
import Bot
import Cluster
import Configuration
import Discord
import Service

extension RecruiterPanel {
    /// A control of the panel was used.
    @Sendable
    func usePanel(_ id: ComponentID, _ invocation: Invocation, _ responder: Responder) async throws {
        guard let press = PanelPress(id, invocation),
            let control = FilterControls.recruiter.control(named: press.name), try await isOwners(press, responder)
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
        guard let search = before?.state ?? RecruiterPanelView.reading(press.message) else {
            return try await responder.whisper(PanelText.unreadable(Self.command))
        }
        var panel = StoredPanel(
            message: press.message.id, owner: press.user, guild: press.guild, channel: press.channel,
            usedAt: press.time, state: search)
        guard press.time - max(press.message.lastChange, before?.usedAt ?? .origin) < Self.lifetime else {
            await expire(panel)
            return try await responder.whisper(PanelText.expired(Self.command))
        }
        switch control {
        case .reset: panel.state.reset()
        case .search: panel.state.finish(await outcome(of: panel.state.filter))
        default:
            panel.state.change(
                to: FilterControls.recruiter.filter(search.filter, after: control, choosing: press.values))
        }
        await panels.save(panel)
        if before == nil { timers.watch(panel.message, until: panel.usedAt + Self.lifetime) }
        // Of a burst only the last state is shown; what is due for the list is kept until then.
        guard !responder.hasSuccessor else { return }
        try await show(panel, insteadOf: search, responder)
    }

    private func outcome(of filter: ClanFilter) async -> RecruiterSearch.Outcome {
        guard !filter.isEmpty else { return .noFilter }
        do {
            let directory = try await services.roster.clans()
            let limit = RecruiterSearch.limit(softCap: services.registry()[\.commands.searchSoftCap])
            return .hits(SearchHits(filter, in: directory, keeping: limit))
        } catch {
            logger.error("failed to fetch clan records", error: error)
            return .unreadable
        }
    }

    // MARK: Showing

    /// Brings list and panel to where the panel's state says. Where that fails, both are put back.
    private func show(
        _ changed: StoredPanel<RecruiterSearch>, insteadOf before: RecruiterSearch, _ responder: Responder
    ) async throws {
        var panel = changed
        let list = await lists.panels(of: panel.owner).first
        do {
            try await settle(panel.state.due, list, of: panel, responder)
            panel.state.due = nil
        } catch {
            logger.error("failed to refresh recruiter search results", error: error)
            return try await putBack(before, list, of: panel, responder)
        }
        await panels.save(panel)
        do {
            try await responder.edit(panel.message, content(of: panel))
        } catch let error as RESTError where error.isUnknownMessage {
            await panels.forget(panel.message)
        } catch {
            logger.error("failed to rebuild recruiter panel", error: error)
            try await putBack(before, changed.state.due == nil ? nil : list, of: panel, responder)
        }
    }

    /// Shows and remembers the state before a change that could not be shown.
    /// - Parameter list: what the list showed before, where it may have changed.
    private func putBack(
        _ before: RecruiterSearch, _ list: StoredPanel<RecruiterResults>?, of panel: StoredPanel<RecruiterSearch>,
        _ responder: Responder
    ) async throws {
        var panel = panel
        panel.state = before
        panel.state.status = .notUpdated
        await panels.save(panel)
        if let list {
            do {
                let content = Self.content(list, try await services.roster.clans(), logger)
                if try await edit(list, content) { await lists.save(list) }
            } catch {
                logger.warning("recruiter results not put back", error: error)
            }
        }
        try await responder.edit(panel.message, content(of: panel))
    }
}
