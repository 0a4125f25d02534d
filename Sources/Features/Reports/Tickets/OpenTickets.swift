import Cluster
import Discord
import Service

/// The open tickets among some threads. Pure. Source: recruitment chapter, section 10; welcome chapter, section 12.
struct OpenTickets: Sendable, Hashable {
    /// One ticket.
    struct Ticket: Sendable, Hashable {
        var name: String
        var guild: GuildID
        var thread: ChannelID
        var createdAt: Timestamp
    }

    /// Those of recruits, the oldest first.
    var welcome: [Ticket] = []
    /// Those of players who return or move, the oldest first.
    var moves: [Ticket] = []

    /// Takes the open tickets out of threads; those of other channels do not count.
    init(among threads: [Channel], under parents: Set<ChannelID>) {
        var seen: Set<ChannelID> = []
        for thread in threads {
            guard let parent = thread.parentID, parents.contains(parent), let guild = thread.guildID,
                let name = thread.name, seen.insert(thread.id).inserted,
                let listing = TicketListing(threadName: name, isArchived: thread.thread?.isArchived ?? false),
                listing.isOpen
            else { continue }
            let ticket = Ticket(
                name: name, guild: guild, thread: thread.id, createdAt: thread.thread?.createdAt ?? thread.id.timestamp)
            if listing.code.kind.isPromo { moves.append(ticket) } else { welcome.append(ticket) }
        }
        let isEarlier = { (left: Ticket, right: Ticket) in
            (left.createdAt, left.thread) < (right.createdAt, right.thread)
        }
        welcome.sort(by: isEarlier)
        moves.sort(by: isEarlier)
    }
}
