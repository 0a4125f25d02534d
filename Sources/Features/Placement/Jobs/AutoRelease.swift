import Books
import Bot
import Cluster
import Configuration
import Discord
import Service
import Spreadsheets

/// The release of 18:00 UTC: every hold whose last day has come ends. Source: placement chapter, section 10.2.
struct AutoRelease: Sendable {
    let jobs: HoldJobs
    private var services: PlacementServices { jobs.services }

    /// Releases, and says how it went.
    func run() async throws -> JobOutcome {
        let today = services.seats.today
        let ledger = try await jobs.ledger(
            "reservations-autorelease", counts: "due=0 • expired=0 • undated=0 • errors=0",
            orLog: "failed to load reservations ledger for auto-release job")
        let due = await jobs.due(ReservationLedger.listed(ledger.overdue(on: today)))
        var expired: [Reservation] = []
        for due in due where await expire(due, on: today) { expired.append(due.hold) }
        await jobs.recompute(expired, orLog: "failed to recompute availability after auto-release")
        let errors = due.count - expired.count
        jobs.say(
            "🧭 reservations-autorelease — due=\(due.count) • expired=\(expired.count)"
                + " • undated=\(ledger.undated.count) • errors=\(errors) • result=\(errors == 0 ? "ok" : "error")",
            errors == 0 ? .info : .warning)
        return JobOutcome(rows: due.count)
    }

    /// - Returns: whether the hold ended.
    private func expire(_ due: HoldJobs.Due, on today: CalendarDay) async -> Bool {
        let hold = due.hold
        let changed: ChangedReservation
        do throws(SeatFailure) {
            changed = try await services.seats.change(hold, by: .expire, cause: "autorelease:\(today)", .background)
        } catch {
            services.logger.error(
                "failed to mark reservation expired",
                ["row": .int(hold.sheetRow), "clan_tag": .string(hold.clanLabel)], error: error)
            return false
        }
        await tellTicket(due)
        await tellAudit(due)
        let until = hold.reservedUntil?.description ?? "unknown"
        let remark = changed.isRecorded ? " • ledger=recorded, appears by itself, nothing to enter" : ""
        jobs.say(
            "🧭 reservations-autorelease — clan=\(hold.clanLabel) • user=\(due.user) • until=\(until) • result=expired"
                + remark, .info)
        return true
    }

    private func tellTicket(_ due: HoldJobs.Due) async {
        let hold = due.hold
        let id = hold.threadID.map { "\($0)" } ?? ""
        guard let channel = due.channel else {
            return services.logger.warning(
                "reservation expiry thread missing",
                ["thread_id": .string(id), "clan_tag": .string(hold.clanLabel)])
        }
        if !channel.isShut {
            do throws(RESTError) {
                try await jobs.post(ReminderView.expired(hold), in: channel.id, for: hold, "expired")
            } catch {
                services.logger.warning(
                    "failed to post reservation expiry",
                    ["thread_id": .string(id), "clan_tag": .string(hold.clanLabel)], error: error)
            }
        }
        guard let guild = channel.guildID else { return }
        await TicketNotes(services: services).openName(
            afterEndOf: hold, in: guild, orLog: "failed to reset welcome thread name after reservation expiry")
    }

    private func tellAudit(_ due: HoldJobs.Due) async {
        guard let until = due.hold.reservedUntil, let id = services.registry()[\.channels.reservationAudit] else {
            return
        }
        let fields: KeyValuePairs<String, LogValue> = ["channel_id": .string("\(id)")]
        guard let channel = await services.channel(id) else {
            return services.logger.warning("logging channel missing for reservation auto-release", fields)
        }
        do throws(RESTError) {
            try await jobs.post(
                ReminderView.audit(due.hold, until: until, link: due.link), in: channel.id, for: due.hold, "audit")
        } catch {
            services.logger.warning("failed to post reservation expiry summary", fields, error: error)
        }
    }
}
