import Books
import Bot
import Cluster
import Discord
import Service

/// Names of ticket threads as they follow holds. Nobody waits for a rename. Source: placement chapter, section 4.3.
struct HoldNames: Sendable {
    let services: PlacementServices
    private var logger: Logger { services.logger.named("c1c.onboarding.welcome_watcher") }

    /// A seat in a clan is held in this thread.
    func held(_ tag: ClanTag, in thread: TicketThread) async {
        let thread = await services.present(thread)
        guard !thread.isPromo else {
            logger.info("reservation in a promo thread; its name stays", ["thread": .string(thread.name)])
            return
        }
        let clans = await directory
        guard let present = thread.ticketName(clans) else { return complain(tag, thread) }
        let pending = await pendingName(of: thread, clans)
        let name = present.state == .closed ? present : pending ?? present
        switch name.holding(tag) {
        case .skippedClosed: logger.info("⚠️ \(Self.line(name.code, name.username, tag)) • result=skipped_closed")
        case .alreadyReserved where pending == nil:
            logger.info("✅ \(Self.line(name.code, name.username, tag)) • result=already_reserved")
        case .alreadyReserved: break
        case .rename(let next):
            await services.renames.rename(thread.id, to: next.text) { tell($0, of: next, in: thread.id) }
        }
    }

    /// No seat is held in this thread any more.
    /// - Parameter failure: the log line if Discord refuses the rename for good.
    func freed(_ thread: TicketThread, orLog failure: String) async {
        let thread = await services.present(thread)
        let clans = await directory
        guard !thread.isPromo, let present = thread.ticketName(clans), present.state != .closed,
            let next = (await pendingName(of: thread, clans) ?? present).withoutHold
        else { return }
        await services.renames.rename(thread.id, to: next.text) { tell($0, of: next, in: thread.id, orLog: failure) }
    }

    /// Brings the name in line with a ledger that was read just now. A name that says one of several clans stays.
    func follow(_ ledger: ReservationLedger, in thread: TicketThread, orLog failure: String) async {
        let holds = ReservationLedger.listed(ledger.holds(inThread: thread.id.rawValue.rawValue))
        let tags = holds.compactMap(\.tag)
        if holds.isEmpty { return await freed(thread, orLog: failure) }
        guard let first = tags.first else { return }
        let clan = await services.present(thread).ticketName(directory)?.clan
        await held(tags.first { clan == .clan($0) } ?? first, in: thread)
    }

    /// Mends a name that says that a seat is held where none is, or does not say so where one is. Whoever reads the others is
    /// told of a clan that differs, and decides.
    func reconcile(_ ledger: ReservationLedger, in thread: TicketThread) async {
        let clans = await directory
        guard let present = thread.ticketName(clans), present.state != .closed else { return }
        let name = await pendingName(of: thread, clans) ?? present
        let holds = ledger.holds(ofTicket: thread.id.rawValue.rawValue, recruit: Recruit(id: nil, name: name.username))
        guard holds.isEmpty == (name.state == .reserved) else { return }
        await follow(
            ledger, in: thread, orLog: "failed to reset welcome thread name after the end of a reservation")
    }

    /// Says what became of a rename, in this process or the next.
    func tell(
        _ outcome: ThreadRenames.Outcome, of name: TicketName, in thread: ChannelID,
        orLog failure: String = "failed to reset welcome thread name after the end of a reservation"
    ) {
        guard case .clan(let tag) = name.clan, name.state == .reserved else {
            return tellFreed(outcome, of: name, in: thread, orLog: failure)
        }
        let line = Self.line(name.code, name.username, tag)
        switch outcome {
        case .renamed: logger.info("✅ \(line) • result=renamed_to_res")
        case .kept: logger.info("⚠️ \(line) • result=skipped_closed")
        case .deferred: logger.info("🧭 \(line) • rename=deferred")
        case .failed(let error):
            logger.warning("⚠️ \(line) • result=rename_failed", error: error)
            logger.error(
                "failed to rename welcome thread for reservation",
                ["thread_id": .string("\(thread)"), "clan_tag": .string(tag.text)], error: error)
        case .superseded: break
        }
    }

    private func tellFreed(
        _ outcome: ThreadRenames.Outcome, of name: TicketName, in thread: ChannelID, orLog failure: String
    ) {
        let line = "welcome_reserve_rename — ticket=\(name.code) • user=\(name.username)"
        switch outcome {
        case .renamed: logger.info("✅ \(line) • result=renamed_to_open")
        case .kept: logger.info("⚠️ \(line) • result=skipped_closed")
        case .deferred: logger.info("🧭 \(line) • rename=deferred")
        case .failed(let error):
            logger.warning(
                failure, ["thread_id": .string("\(thread)"), "ticket": .string("\(name.code)")], error: error)
        case .superseded: break
        }
    }

    private static func line(_ code: TicketCode, _ user: String, _ tag: ClanTag) -> String {
        "welcome_reserve_rename — ticket=\(code) • user=\(user) • tag=\(tag)"
    }

    /// The name that the thread shall have, where Discord did not allow it yet.
    private func pendingName(of thread: TicketThread, _ clans: ClanDirectory?) async -> TicketName? {
        await services.renames.pendingName(of: thread.id).flatMap { TicketName(welcome: $0) { clans?[$0] != nil } }
    }

    private var directory: ClanDirectory? { get async { try? await services.roster.clans() } }

    /// Somebody must mend the name: everything else reads the ticket from it.
    private func complain(_ tag: ClanTag, _ thread: TicketThread) {
        let place = "ticket=unknown • tag=\(tag) • thread=\(thread.name)"
        logger.error("❌ welcome_reserve_rename_error — \(place) • result=skipped_unparsed")
        let alert = "❌ welcome_reserve_rename_error — scope=welcome • \(place) • reason=thread_name_unparsed"
        logger.error(alert)
        let admins = services.settings().policy.adminRoles.sorted()
        let pings = admins.map(\.mention).joined(separator: " ")
        services.logChannel.post(pings.isEmpty ? alert : "\(alert) \(pings)", pinging: admins)
    }
}
