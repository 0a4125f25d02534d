import Bot
import Discord
import Service

/// What the report of open tickets looks like: one embed per message, as many as it takes. Source: recruitment chapter,
/// section 10.
enum OpenTicketsView {
    /// The embeds, in order.
    static func embeds(_ tickets: OpenTickets, at time: Timestamp) -> [Embed] {
        let fields =
            fields("Welcome", tickets.welcome, continuation: EmbedLayout.noName)
            + fields("Move Requests", tickets.moves, continuation: "Move Requests (cont.)")
        // The footer of a late page is the longest.
        var frame = Embed(
            title: "Currently Open Tickets", color: 0x1B_8009, footer: .init(text: footer(time, page: 99)))
        let embeds = EmbedLayout.embeds(of: fields, in: frame)
        return embeds.enumerated().map { index, embed in
            frame = embed
            frame.footer = .init(text: footer(time, page: index + 1))
            return frame
        }
    }

    private static func fields(
        _ name: String, _ tickets: [OpenTickets.Ticket], continuation: String
    ) -> [Embed.Field] {
        let lines = tickets.isEmpty ? ["🔹 None right now ✨"] : tickets.map(line)
        return EmbedLayout.fields(name, lines, continuation: continuation)
    }

    private static func line(_ ticket: OpenTickets.Ticket) -> String {
        let link = "https://discord.com/channels/\(ticket.guild)/\(ticket.thread)"
        return "🔹 [\(escaped(ticket.name))](\(link)) \(ticket.createdAt.minuteText)"
    }

    /// A name that cannot end the link in which it stands.
    private static func escaped(_ name: String) -> String {
        name.split(whereSeparator: \.isNewline).joined(separator: " ").reduce(into: "") { text, character in
            if ["\\", "[", "]", "`"].contains(character) { text.append("\\") }
            text.append(character)
        }
    }

    private static func footer(_ time: Timestamp, page: Int) -> String {
        let minute = time.minuteText.dropLast(" UTC".count)
        return "Last updated \(minute)\(page > 1 ? " (page \(page))" : "") UTC •"
    }
}
