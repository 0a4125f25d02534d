import Books
import Bot
import Cluster
import Configuration
import Discord
import Service

extension MemberPanel {
    /// A list of results as a message.
    struct Content: Sendable {
        var embeds: [Embed]
        var components: [Component]
        var files: [FileUpload]
        /// How many pages the list has.
        var pageCount: Int

        /// A new message.
        var payload: MessagePayload {
            MessagePayload(embeds: embeds, components: components, allowedMentions: .none, files: files)
        }

        /// A change of the message that shows the list: the crests in place of those before. They go along each time, since
        /// Discord does not list a file that an embed shows, so that it cannot be kept by name.
        var edit: MessageEdit {
            MessageEdit(
                embeds: embeds, components: components, allowedMentions: .none, files: files, keptAttachments: [])
        }
    }

    /// Draws a list with its crests.
    func content(
        _ results: MemberResults, _ directory: ClanDirectory, owner: UserID, in guild: GuildID?,
        ending: MemberResultsView.Ending? = nil
    ) async -> Content {
        let clans = results.hits.clans(in: directory, "member_panel", logger)
        let view = MemberResultsView(results, clans, ending: ending)
        let controls = view.controls(owner: owner, isDisabled: ending != nil)
        guard !view.cards.isEmpty else {
            return Content(embeds: [view.noMatch], components: controls, files: [], pageCount: 0)
        }
        let frame = CrestFrame(crests: crests, registry: services.registry())
        let (embeds, files) = await frame.framed(view.cards, in: guild)
        return Content(embeds: embeds, components: controls, files: files, pageCount: view.pageCount)
    }

    /// A button of a list was pressed.
    @Sendable
    func useList(_ id: ComponentID, _ invocation: Invocation, _ responder: Responder) async throws {
        guard let press = PanelPress(id, invocation), let control = MemberResults.Control.named(press.name),
            try await isOwners(press, responder)
        else { return }
        try await turns.withLock(press.user) { try await use(control, press, responder) }
    }

    private func use(_ control: MemberResults.Control, _ press: PanelPress, _ responder: Responder) async throws {
        if control == .close { return try await closeList(press) }
        guard let directory = try await directory(responder) else { return }
        let before = await lists.panel(press.message.id)
        guard let results = before?.state ?? reading(press.message, directory) else {
            return try await responder.whisper(PanelText.unreadable(Self.command))
        }
        var list = StoredPanel(
            message: press.message.id, owner: press.user, guild: press.guild, channel: press.channel,
            usedAt: press.time, state: results)
        guard press.time - max(press.message.lastChange, before?.usedAt ?? .origin) < Self.lifetime else {
            await expire(list)
            return try await responder.whisper(PanelText.expired(Self.command))
        }
        let clans = results.hits.clans(in: directory, "member_panel", logger)
        list.state = results.after(control, pageCount: MemberResultsView(results, clans).pageCount)
        await lists.save(list)
        if before == nil { timers.watch(list.message, until: list.usedAt + Self.lifetime) }
        guard !responder.hasSuccessor else { return }
        try await show(list, insteadOf: before, directory, responder)
    }

    /// Shows a list in its message, and anew where that was deleted. Where it fails, the list is again what it was.
    private func show(
        _ list: StoredPanel<MemberResults>, insteadOf before: StoredPanel<MemberResults>?,
        _ directory: ClanDirectory, _ responder: Responder
    ) async throws {
        let content = await content(list.state, directory, owner: list.owner, in: list.guild)
        do {
            try await responder.edit(list.message, content.edit)
        } catch {
            await lists.forget(list.message)
            guard (error as? RESTError)?.isUnknownMessage == true else {
                if let before { await lists.save(before) }
                throw error
            }
            guard let message = try await responder.reply(content.payload, step: "results") else { return }
            await lists.save(
                StoredPanel(
                    message: message.id, owner: list.owner, guild: list.guild, channel: list.channel,
                    usedAt: message.timestamp, state: list.state))
            timers.watch(message.id, until: message.timestamp + Self.lifetime)
        }
    }

    /// What a list shows of which nothing is remembered.
    private func reading(_ message: Message, _ directory: ClanDirectory) -> MemberResults? {
        MemberResultsView.reading(message).map { filter, mode, page in
            let limit = max(1, services.registry()[\.commands.searchSoftCap])
            return MemberResults(
                hits: SearchHits(filter, in: directory, keeping: limit), mode: mode, page: page)
        }
    }

    // MARK: Ending

    /// Deletes a list; where that fails, it says that it is closed.
    private func closeList(_ press: PanelPress) async throws {
        let stored = await lists.panel(press.message.id)
        await lists.forget(press.message.id)
        do {
            try await services.rest.deleteMessage(press.message.id, in: press.channel)
        } catch {
            logger.warning("member results not deleted", ["message_id": .string("\(press.message.id)")], error: error)
            guard let directory = try? await services.roster.clans(),
                let results = stored?.state ?? reading(press.message, directory)
            else { return }
            let list = StoredPanel(
                message: press.message.id, owner: press.user, guild: press.guild, channel: press.channel,
                usedAt: press.time, state: results)
            await end(list, .closed, directory)
        }
    }

    /// Disables a list that nobody used for long, and forgets it.
    func expire(_ list: StoredPanel<MemberResults>) async {
        await lists.forget(list.message)
        do {
            await end(list, .expired, try await services.roster.clans())
        } catch {
            logger.warning("member results not expired", ["message_id": .string("\(list.message)")], error: error)
        }
    }

    private func end(
        _ list: StoredPanel<MemberResults>, _ ending: MemberResultsView.Ending, _ directory: ClanDirectory
    ) async {
        let content = await content(list.state, directory, owner: list.owner, in: list.guild, ending: ending)
        do {
            _ = try await services.rest.editMessage(list.message, in: list.channel, content.edit)
        } catch {
            // Deleted, or in an archived thread: nobody can use it either way.
            logger.debug("member results not ended", ["message_id": .string("\(list.message)")], error: error)
        }
    }
}
