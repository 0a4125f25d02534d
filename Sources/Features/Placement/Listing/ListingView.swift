import Cluster
import Discord

/// The lists of `!reservations`. They mention people by their ids, and ping nobody. Source: placement chapter, section 9.
enum ListingView {
    static let elsewhere =
        "Without a clan tag, `!reservations` works only in a recruit's ticket thread or in the recruiter control thread."
    static let unparsed =
        "I cannot read this thread's name. A ticket is named like `W0123-name`; please mend the name and try again."
    static let unreadable = "The reservations cannot be read right now. Please try again in a minute."
    static let forRecruiters = "Looking up a ticket's reservations is for Recruiters and Admins."
    static let nothingRecent =
        "No reservations were created or updated in the last \(ReservationLedger.recentDays) days."

    /// The most lines of one message of the list of all reservations.
    private static let linesPerMessage = 10

    /// What is known of the thread in which a hold was made.
    struct Ticket: Sendable, Hashable {
        let code: String?
        let name: String

        /// A thread by its name.
        init(name: String) {
            self.name = name
            code = TicketCode(listing: name).map { "\($0)" }
        }
    }

    // MARK: All of them

    static func all(_ reservations: [Reservation], _ ticket: (Reservation) -> Ticket?) -> [String] {
        let days = ReservationLedger.recentDays
        let lines = reservations.map { reservation in
            let place = ticket(reservation)
            let status = reservation.status.text.isEmpty ? "unknown" : reservation.status.text.shown
            return "• \(reservation.recruit) — \(reservation.clanLabel.codeSpan) — status=\(status)"
                + " — expires \(reservation.expiry) — ticket \(place?.code ?? "unknown")"
                + " (\(place?.name.shown ?? "unknown thread"))"
        }
        return pages(
            lines, "Reservations in the last \(days) days (\(reservations.count) rows):",
            "Reservations in the last \(days) days continued:", linesPerPage: linesPerMessage)
    }

    // MARK: A ticket's

    static func none(_ recruit: String) -> String { "There are no active reservations for \(recruit)." }

    static func one(_ hold: Reservation, _ recruit: String) -> String {
        let recruiter = hold.recruiterID.map { "<@\($0)>" } ?? "unknown recruiter"
        return "Active reservation for \(recruit):\n"
            + "• \(hold.clanLabel.codeSpan) — expires \(hold.expiry) (created by \(recruiter) • status=\(hold.status.text))"
    }

    static func mismatch(_ hold: Reservation, inName clan: FinalClan, control: String) -> String {
        "This thread is named for \(clan.description.codeSpan), but the ledger shows \(hold.clanLabel.codeSpan). "
            + "Please confirm in \(control)."
    }

    static func several(_ recruit: String, control: String) -> String {
        "There are multiple active reservations for \(recruit). Please review them in \(control), or mend the ledger."
    }

    // MARK: A clan's

    static func clan(_ label: String, _ holds: [Reservation], _ ticket: (Reservation) -> Ticket?) -> [String] {
        let lines = holds.map { hold in
            "• \(hold.recruit) — expires \(hold.expiry) (ticket \(ticket(hold)?.code ?? "unknown"))"
        }
        return pages(
            lines, "Active reservations for \(label.codeSpan):", "Active reservations for \(label.codeSpan) continued:",
            linesPerPage: .max)
    }

    static func noneInClan(_ label: String) -> String { "There are no active reservations for \(label.codeSpan)." }

    /// Messages that hold all lines, each with its heading, within Discord's limit.
    private static func pages(_ lines: [String], _ first: String, _ next: String, linesPerPage: Int) -> [String] {
        var pages: [[String]] = []
        var page = [first]
        var length = first.utf16.count
        for line in lines {
            let line = line.truncated(toUTF16: 400)
            if page.count > linesPerPage || length + 1 + line.utf16.count > Limits.content {
                pages.append(page)
                page = [next]
                length = next.utf16.count
            }
            page.append(line)
            length += 1 + line.utf16.count
        }
        return (pages + [page]).map { $0.joined(separator: "\n") }
    }
}

extension Reservation {
    /// How lists name the recruit.
    var recruit: String {
        if let ticketUserID { return "<@\(ticketUserID)>" }
        return usernameSnapshot.isEmpty ? "unknown recruit" : usernameSnapshot.shown
    }

    /// The last day, or that nobody knows it.
    var expiry: String { reservedUntil?.description ?? "unknown" }
}

extension String {
    /// Text of a sheet or a name as a message shows it: on one line, without formatting, naming nobody.
    var shown: String {
        split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(100).description.escapingMarkdown
            .escapingMentions
    }
}
