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
        var expired: [HoldFollowUps] = []
        for due in due {
            if let followUps = await expire(due, on: today) { expired.append(followUps) }
        }
        await jobs.recompute(expired.map(\.hold), orLog: "failed to recompute availability after auto-release")
        for index in expired.indices {
            await expired[index].note(.recompute)
            await expired[index].close()
        }
        let errors = due.count - expired.count { !$0.isStuck }
        jobs.say(
            "🧭 reservations-autorelease — due=\(due.count) • expired=\(expired.count)"
                + " • undated=\(ledger.undated.count) • errors=\(errors) • result=\(errors == 0 ? "ok" : "error")",
            errors == 0 ? .info : .warning)
        return JobOutcome(rows: due.count)
    }

    /// Ends a hold and tells everybody; the clan's numbers are left to the end of the run.
    /// - Returns: nil where the hold did not end.
    private func expire(_ due: HoldJobs.Due, on today: CalendarDay) async -> HoldFollowUps? {
        let hold = due.hold
        let flow = HoldFlow(
            kind: .expire, cause: "autorelease:\(today)", guild: due.channel?.guildID, cells: hold.cells,
            label: hold.clanLabel, user: hold.ticketUserID.map { UserID(integerLiteral: $0) }, day: "\(today)")
        var followUps = await HoldFollowUps.begin(flow, of: hold, services, ticket: due.thread)
        do throws(SeatFailure) {
            let changed = try await services.seats.change(hold, by: .expire, cause: flow.cause, .background)
            followUps.isRecorded = changed.isRecorded
        } catch {
            await followUps.abandon()
            services.logger.error(
                "failed to mark reservation expired",
                ["row": .int(hold.sheetRow), "clan_tag": .string(hold.clanLabel)], error: error)
            return nil
        }
        await followUps.perform([.note, .rename, .audit, .log])
        return followUps
    }
}
