import Cluster
import Configuration
import Discord
import Service

/// A thread under the welcome or the promo channel. Source: placement chapter, section 4.1.
struct TicketThread: Sendable, Hashable {
    let guild: GuildID
    let id: ChannelID
    /// The thread's name as it is now.
    let name: String
    /// Whether it stands under the promo channel; such threads are not renamed by holds.
    let isPromo: Bool

    /// - Returns: nil for every other channel.
    init?(_ channel: Channel?, in guild: GuildID, _ registry: Registry) {
        guard let channel, channel.isThread, let parent = channel.parentID?.rawValue.rawValue else { return nil }
        switch parent {
        case registry[\.channels.welcome]: isPromo = false
        case registry[\.channels.promo]: isPromo = true
        default: return nil
        }
        self.guild = guild
        id = channel.id
        name = channel.name ?? ""
    }

    /// The parts of a welcome thread's name; nil where it cannot be parsed.
    func ticketName(_ clans: ClanDirectory?) -> TicketName? {
        TicketName(welcome: name) { clans?[$0] != nil }
    }

    /// The ticket's code, whatever kind it is.
    var code: TicketCode? { TicketCode(listing: name) }

    /// Where people find it.
    var link: String { "https://discord.com/channels/\(guild)/\(id)" }
}

extension PlacementServices {
    /// The thread as it is named now, by Discord itself as far as that answers: people rename and close tickets while a
    /// recruiter is being asked, and the news of the bot's own last rename may still be under way.
    func present(_ thread: TicketThread) async -> TicketThread {
        let channel = try? await rest.channel(thread.id, .within(.seconds(5)))
        return TicketThread(channel ?? view.snapshot.channel(thread.id), in: thread.guild, registry()) ?? thread
    }
}
