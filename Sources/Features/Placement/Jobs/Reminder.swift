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
        let said = due.isEmpty ? [] : await ownPosts(in: target, on: today)
        var (notified, errors) = (0, 0)
        for due in due where !said.contains(where: { ReminderView.reminds($0, of: due.hold, link: due.link) }) {
            if await remind(due, in: target, on: today) { notified += 1 } else { errors += 1 }
        }
        await jobs.recompute(due.map(\.hold), orLog: "failed to recompute availability after reminder")
        let result = errors == 0 ? "ok" : "error"
        jobs.say(
            "🧭 reservation_reminder — due=\(due.count) • notified=\(notified) • errors=\(errors) • result=\(result)",
            errors == 0 ? .info : .warning)
        return JobOutcome(rows: due.count)
    }

    /// - Returns: whether recruiters were told.
    private func remind(_ due: HoldJobs.Due, in target: ChannelID?, on today: CalendarDay) async -> Bool {
        let hold = due.hold
        let line =
            "reservation_reminder — ticket=\(due.ticket) • user=\(due.user) • clan=\(hold.clanLabel)"
            + " • expires=\(today) • result="
        guard let target else {
            let id = services.registry()[\.channels.recruiters].map { "\($0)" } ?? ""
            services.logger.warning(
                "recruiters channel missing for reservation reminders", ["channel_id": .string(id)])
            jobs.say("⚠️ \(line)error • reason=missing_recruiters_channel", .warning)
            return false
        }
        if due.channel == nil {
            services.logger.warning(
                "reservation reminder thread missing",
                ["thread_id": .string(hold.threadID.map { "\($0)" } ?? ""), "clan_tag": .string(hold.clanLabel)])
            jobs.say("⚠️ \(line)error • reason=missing_channel", .warning)
        }
        let roles = services.settings().policy.recruiterRoles.sorted()
        do throws(RESTError) {
            try await jobs.post(
                ReminderView.reminder(hold, link: due.link, roles: roles, on: today), in: target, for: hold, "reminder")
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
    private func ownPosts(in channel: ChannelID?, on today: CalendarDay) async -> [String] {
        guard let channel else { return [] }
        let midnight = MessageID(at: Timestamp(milliseconds: Int64(today.at(hour: 0).secondsSince1970) * 1000))
        do {
            let messages = try await services.rest.messages(in: channel, after: midnight, limit: 100)
            return messages.filter { $0.author.isBot }.map(\.content)
        } catch {
            services.logger.warning(
                "earlier reservation reminders not read", ["channel_id": .string("\(channel)")], error: error)
            return []
        }
    }
}
