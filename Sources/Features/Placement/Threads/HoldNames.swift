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
        guard !thread.isPromo else {
            logger.info("reservation in a promo thread; its name stays", ["thread": .string(thread.name)])
            return
        }
        guard let name = thread.ticketName(await directory) else { return complain(tag, thread) }
        let line = "welcome_reserve_rename — ticket=\(name.code) • user=\(name.username) • tag=\(tag) • result="
        switch name.holding(tag) {
        case .skippedClosed: logger.info("⚠️ \(line)skipped_closed")
        case .alreadyReserved: logger.info("✅ \(line)already_reserved")
        case .rename(let next):
            await services.renames.rename(thread.id, to: next.text) { [logger] outcome in
                switch outcome {
                case .renamed: logger.info("✅ \(line)renamed_to_res")
                case .failed(let error):
                    logger.warning("⚠️ \(line)rename_failed", error: error)
                    logger.error(
                        "failed to rename welcome thread for reservation",
                        ["thread_id": .string("\(thread.id)"), "clan_tag": .string(tag.text)], error: error)
                case .deferred, .superseded: break
                }
            }
        }
    }

    /// No seat is held in this thread any more.
    /// - Parameter failure: the log line if Discord refuses the rename for good.
    func freed(_ thread: TicketThread, orLog failure: String) async {
        guard !thread.isPromo, let name = thread.ticketName(await directory), let next = name.withoutHold else {
            return
        }
        await services.renames.rename(thread.id, to: next.text) { [logger] outcome in
            guard case .failed(let error) = outcome else { return }
            logger.warning(
                failure, ["thread_id": .string("\(thread.id)"), "ticket": .string("\(name.code)")], error: error)
        }
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
