import Cluster
import Discord

/// What the two daily jobs post. Source: placement chapter, section 10.
enum ReminderView {
    /// The reminder of one hold; only the recruiter roles are pinged.
    static func reminder(_ hold: Reservation, link: String?, roles: [RoleID], on today: CalendarDay) -> MessagePayload {
        let user = hold.addressee
        let tag = hold.clanLabel.codeSpan
        let name = tag.filter { $0 != "`" }
        var lines = roles.isEmpty ? [] : [roles.map(\.mention).joined(separator: " ")]
        lines += [
            "📌 **Reservation ending today**",
            subject(hold),
            "The seat will be released automatically later today (\(ReservationLedger.releaseHour):00 UTC) if nothing is done.",
            "",
            "**Actions**",
            "• Extend: `!reserve extend \(user) \(name) \(today + ReservationLedger.proposedExtension)`",
            "• Release now: `!reserve release \(user) \(name)`",
        ]
        if let link { lines.append(ticket(link)) }
        return MessagePayload(
            content: lines.joined(separator: "\n"), components: HoldButtons.row(for: hold),
            allowedMentions: .roles(roles))
    }

    /// Whether a message reminds of this hold already.
    static func reminds(_ content: String, of hold: Reservation, link: String?) -> Bool {
        content.contains(subject(hold)) && (link.map { content.contains(ticket($0)) } ?? true)
    }

    /// What the ticket hears when its hold ended; the recruit may be pinged.
    static func expired(_ hold: Reservation) -> MessagePayload {
        MessagePayload(
            content:
                "The reserved spot in \(hold.clanLabel.codeSpan) for \(hold.addressee) has expired, and the seat has "
                + "been released.",
            allowedMentions: .users(hold.ticketUserID.map { [UserID(integerLiteral: $0)] } ?? []))
    }

    /// The line for the reservation audit.
    static func audit(_ hold: Reservation, until: CalendarDay, link: String?) -> MessagePayload {
        let text =
            "⚠️ Reservation expired — clan=\(hold.clanLabel.codeSpan) • user=`\(hold.addressee)` • until=`\(until)`"
            + " • action=auto-release" + (link.map { " • ticket=\($0)" } ?? "")
        return MessagePayload(content: text, allowedMentions: .none)
    }

    private static func subject(_ hold: Reservation) -> String {
        "Clan: \(hold.clanLabel.codeSpan) • Recruit: \(hold.addressee)"
    }

    private static func ticket(_ link: String) -> String { "Ticket: \(link)" }
}

extension Reservation {
    /// How posts of jobs name the recruit.
    var addressee: String {
        if let ticketUserID { return "<@\(ticketUserID)>" }
        if !usernameSnapshot.isEmpty { return usernameSnapshot.shown.replacing("`", with: "ʼ") }
        return threadID.map { "\($0)" } ?? "the recruit"
    }
}
