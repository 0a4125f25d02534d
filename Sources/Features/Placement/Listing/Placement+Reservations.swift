import Books
import Bot
import Cluster
import Configuration
import Discord
import Service

extension Placement {
    /// `!reservations [clantag]`. Source: placement chapter, section 9.
    var reservations: Command {
        Command(
            "reservations", arguments: [Argument("clantag", .word, about: "Only this clan's", completes: tags)],
            access: .recruiterOrClanLead(refusal: "Only Recruiters (or Admins) can inspect reservations."),
            help: CommandHelp(
                .staff, .recruitment, .section(.recruitment),
                summary: "Lists held seats.",
                detail: "In a ticket it shows the recruit's held seat, in the recruiter control thread all of the last "
                    + "\(ReservationLedger.recentDays) days, and with a clan tag those of a clan.",
                tip: "The form with a clan tag works in the recruitment interact channel."),
            run: list)
    }

    @Sendable
    private func list(_ invocation: Invocation, _ responder: Responder) async throws {
        guard let guild = invocation.guildID else { throw Refusal(AccessPolicy.serverOnly, result: .denied) }
        if let word = invocation.line.text("clantag") {
            return try await listClan(word, invocation, responder)
        }
        guard services.settings().policy.isRecruiter(invocation.caller) else {
            throw Refusal(ListingView.forRecruiters, result: .denied)
        }
        if invocation.channelID.rawValue.rawValue == services.registry()[\.channels.recruitersThread] {
            return try await listAll(guild, invocation, responder)
        }
        let channel = services.view.snapshot.channel(invocation.channelID)
        guard let thread = TicketThread(channel, in: guild, services.registry()) else {
            throw Refusal(ListingView.elsewhere, result: .usage)
        }
        try await listTicket(thread, responder)
    }

    // MARK: All of them

    private func listAll(_ guild: GuildID, _ invocation: Invocation, _ responder: Responder) async throws {
        let recent: [Reservation]
        do throws(SeatFailure) { recent = try await services.seats.ledger().recent(at: services.seats.now) } catch {
            services.logger.error("failed to load ledger for global reservations", error: error)
            throw Refusal(error.headerSentence(or: ListingView.unreadable), result: .error)
        }
        let channel = services.view.snapshot[guild]?.label(of: invocation.channelID) ?? "#unknown"
        let line =
            "🧭 reservations_global — channel=\(channel) • count=\(recent.count)"
            + " • window=\(ReservationLedger.recentDays)d"
        guard !recent.isEmpty else {
            services.logger.info("\(line) • result=empty")
            try await responder.reply(ListingView.nothingRecent)
            return
        }
        let tickets = await tickets(of: recent)
        try await show(ListingView.all(recent) { $0.threadID.flatMap { tickets[$0] } }, responder)
        services.logger.info("\(line) • result=ok")
    }

    // MARK: A ticket's

    private func listTicket(_ thread: TicketThread, _ responder: Responder) async throws {
        let clans = try? await services.roster.clans()
        let name =
            thread.isPromo
            ? TicketName(promo: thread.name) { clans?[$0] != nil } : thread.ticketName(clans)
        guard let name else {
            services.logger.warning(
                "⚠️ reservations_list — thread=\(thread.name) • result=error • reason=unparsed_thread")
            throw Refusal(ListingView.unparsed, result: .error)
        }
        let subject = "ticket=\(name.code) • user=\(name.username) • thread=\(thread.name)"
        let recruit = await services.recruit(of: thread, named: name.username)
        let holds: [Reservation]
        do throws(SeatFailure) {
            holds = try await services.seats.ledger().holds(ofTicket: thread.id.rawValue.rawValue, recruit: recruit)
        } catch {
            services.logger.error(
                "⚠️ reservations_list — \(subject) • result=error • reason=lookup_failed", error: error)
            services.logger.error(
                "failed to look up reservations for thread listing", ["thread_id": .string("\(thread.id)")],
                error: error)
            throw Refusal(error.headerSentence(or: ListingView.unreadable), result: .error)
        }
        let person = recruit.id.map { "<@\($0)>" } ?? name.username.shown
        switch TicketHolds(holds, clanInName: name.clan) {
        case .none:
            services.logger.info("🧭 reservations_list — \(subject) • count=0 • scope=user • result=empty")
            try await responder.reply(ListingView.none(person))
        case .one(let hold):
            services.logger.info("🧭 reservations_list — \(subject) • count=1 • scope=user • result=ok")
            try await responder.reply(ListingView.one(hold, person))
        case .mismatch(let hold, let clan):
            note([hold], "tag_mismatch", "mismatch", name, thread, subject, tags: (clan.description, hold.clanLabel))
            try await responder.reply(ListingView.mismatch(hold, inName: clan, control: services.controlThread))
        case .several(let holds):
            note(holds, "multiple_active", "multiple_active", name, thread, subject)
            try await responder.reply(ListingView.several(person, control: services.controlThread))
        }
    }

    /// Tells operators of a ledger that people must look at.
    private func note(
        _ holds: [Reservation], _ reason: String, _ check: String, _ name: TicketName, _ thread: TicketThread,
        _ subject: String, tags: (thread: String, row: String)? = nil
    ) {
        let rows = holds.map { "\($0.sheetRow)" }
        services.logger.warning("⚠️ reservations_list — \(subject) • result=error • reason=\(reason)")
        services.logger.warning(
            "thread reservation anomaly",
            [
                "ticket": .string("\(name.code)"), "user": .string(name.username), "thread_name": .string(thread.name),
                "rows": .strings(rows), "reason": .string(reason),
                "thread_tag": tags.map { .string($0.thread) } ?? .null,
                "row_tag": tags.map { .string($0.row) } ?? .null,
            ])
        services.logger.warning(
            "⚠️ reservation_thread_check — \(subject) • reason=\(check)"
                + " • rows=\(rows.isEmpty ? "none" : rows.joined(separator: ","))")
    }

    // MARK: A clan's

    private func listClan(_ word: String, _ invocation: Invocation, _ responder: Responder) async throws {
        let interact = services.registry()[\.channels.recruitmentInteract]
        guard invocation.channelID.rawValue.rawValue == interact else {
            let place = interact.map { "<#\($0)>" } ?? "the recruitment interact channel"
            throw Refusal("`!reservations <clantag>` works only in \(place).", result: .usage)
        }
        let clan: Clan
        do { clan = try await services.clan(word) } catch {
            services.logger.warning(
                "⚠️ reservations_list — clan=\(word) • count=0 • scope=clan • result=error • reason=unknown_clan")
            throw error
        }
        let label = clan[.tag]
        let holds: [Reservation]
        do throws(SeatFailure) {
            holds = ReservationLedger.listed(try await services.seats.ledger().holds(of: clan.tag))
        } catch {
            services.logger.error(
                "⚠️ reservations_list — clan=\(label) • count=0 • scope=clan • result=error • reason=lookup_failed")
            services.logger.error(
                "failed to fetch clan reservations", ["clan_tag": .string(clan.tag.text)], error: error)
            // The sheet is for staff to mend; clan leads only wait.
            let isStaff = services.settings().policy.isRecruiter(invocation.caller)
            let sentence = isStaff ? error.headerSentence(or: ListingView.unreadable) : ListingView.unreadable
            throw Refusal(sentence, result: .error)
        }
        guard !holds.isEmpty else {
            services.logger.info("🧭 reservations_list — clan=\(label) • count=0 • scope=clan • result=empty")
            try await responder.reply(ListingView.noneInClan(label))
            return
        }
        let tickets = await tickets(of: holds)
        try await show(ListingView.clan(label, holds) { $0.threadID.flatMap { tickets[$0] } }, responder)
        services.logger.info("🧭 reservations_list — clan=\(label) • count=\(holds.count) • scope=clan • result=ok")
    }

    // MARK: Pieces

    private func tickets(of reservations: [Reservation]) async -> [UInt64: ListingView.Ticket] {
        await services.threads(of: reservations).compactMapValues { $0.channel?.name.map(ListingView.Ticket.init) }
    }

    private func show(_ pages: [String], _ responder: Responder) async throws {
        for (index, page) in pages.enumerated() {
            if index == 0 {
                try await responder.reply(page)
            } else {
                try await responder.post(
                    MessagePayload(content: page, allowedMentions: .none), step: "page \(index)")
            }
        }
    }
}
