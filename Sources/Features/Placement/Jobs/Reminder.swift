import Books
import Bot
import Cluster
import Configuration
import Discord
import Service

/// The reminder of 12:00 UTC: one message in the recruiters' channel for each hold that ends today. Source: placement
/// chapter, sections 10.1 and 17.1.
struct Reminder: Sendable {
    let jobs: HoldJobs
    private var services: PlacementServices { jobs.services }

    /// Reminds, and says how it went.
    func run() async throws -> JobOutcome {
        let today = services.seats.today
        let ledger = try await jobs.ledger(
            "reservation_reminder", counts: "due=0 • notified=0 • errors=0",
            orLog: "failed to load reservations ledger for reminder job")
        let due = await jobs.due(ReservationLedger.listed(ledger.reminders(on: today)))
        let target = due.isEmpty ? nil : await services.channel(services.registry()[\.channels.recruiters])?.id
        var (notified, errors) = (0, 0)
        let said = due.isEmpty ? [] : try await ownPosts(in: target, on: today, due: due.count)
        for due in due where !said.contains(where: { ReminderView.reminds($0, of: due.hold, link: due.link) }) {
            let isTold = await remind(due, in: target, on: today)
            if isTold { notified += 1 }
            if !isTold || due.thread.failure != nil { errors += 1 }
        }
        await jobs.recompute(due.map(\.hold), orLog: "failed to recompute availability after reminder")
        let result = errors == 0 ? "ok" : "error"
        jobs.say(
            "🧭 reservation_reminder — due=\(due.count) • notified=\(notified) • errors=\(errors) • result=\(result)",
            errors == 0 ? .info : .warning)
        return JobOutcome(rows: due.count)
    }

    private func line(of due: HoldJobs.Due, on today: CalendarDay) -> String {
        "reservation_reminder — ticket=\(due.ticket) • user=\(due.user) • clan=\(due.hold.clanLabel)"
            + " • expires=\(today) • result="
    }

    /// - Returns: whether recruiters were told.
    private func remind(_ due: HoldJobs.Due, in target: ChannelID?, on today: CalendarDay) async -> Bool {
        let hold = due.hold
        let line = line(of: due, on: today)
        guard let target else {
            let id = services.registry()[\.channels.recruiters].map { "\($0)" } ?? ""
            services.logger.warning(
                "recruiters channel missing for reservation reminders", ["channel_id": .string(id)])
            jobs.say("⚠️ \(line)error • reason=missing_recruiters_channel", .warning)
            return false
        }
        if due.channel == nil {
            let isGone = due.thread.failure == nil
            services.logger.warning(
                isGone ? "reservation reminder thread missing" : "reservation reminder thread cannot be looked up",
                ["thread_id": .string(hold.threadID.map { "\($0)" } ?? ""), "clan_tag": .string(hold.clanLabel)],
                error: due.thread.failure)
            jobs.say("⚠️ \(line)error • reason=\(isGone ? "missing_channel" : "lookup_failed")", .warning)
        }
        let roles = services.settings().policy.recruiterRoles.sorted()
        do throws(RESTError) {
            var payload = ReminderView.reminder(hold, link: due.link, roles: roles, on: today)
            payload.nonce = HoldJobs.nonce(of: hold, on: "\(today)", "reminder")
            payload.enforcesNonce = true
            _ = try await services.rest.createMessage(payload, in: target)
        } catch {
            services.logger.warning(
                "failed to send reservation reminder",
                ["channel_id": .string("\(target)"), "clan_tag": .string(hold.clanLabel)], error: error)
            jobs.say("⚠️ \(line)error • reason=send_failed", .warning)
            return false
        }
        if due.channel != nil { jobs.say("🧭 \(line)notified", .info) }
        return true
    }

    /// What the bot said in the channel today, so that a run which is made up for repeats nothing.
    /// - Throws: what ends the run, where Discord did not say: the run is made up for after the next start, and nobody is
    ///   reminded twice.
    private func ownPosts(in channel: ChannelID?, on today: CalendarDay, due: Int) async throws -> [String] {
        guard let channel else { return [] }
        let midnight = MessageID(at: Timestamp(milliseconds: Int64(today.at(hour: 0).secondsSince1970) * 1000))
        do throws(RESTError) {
            return try await services.ownPosts(in: channel, after: midnight).map(\.content)
        } catch {
            services.logger.warning(
                "earlier reservation reminders not read", ["channel_id": .string("\(channel)")], error: error)
            jobs.say(
                "🧭 reservation_reminder — due=\(due) • notified=0 • errors=\(due) • result=fail • reason=\(error)",
                .error)
            throw JobFailure("\(error)")
        }
    }
}
