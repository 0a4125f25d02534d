import Books
import Bot
import Cluster
import Discord

/// What slash commands offer while people type. Everything comes from memory: nobody reads a sheet for a letter.
extension Placement {
    /// The clans by tag and name.
    var tags: Completion {
        .matching { _ in try await services.roster.tags().map { Completion.Choice($0.tag, label: $0.label) } }
    }

    /// Members of the server: first whom the ticket's name names, then those who hold a seat, then the others.
    var recruits: Completion {
        .matching { request in
            let view = request.guildID.flatMap { services.view.snapshot[$0] }
            let thread = view?.channel(request.channelID)
            let ticket = thread?.name.flatMap { TicketName(welcome: $0) { _ in false } }?.username.lowercased()
            let held = ((try? await services.roster.clans())?.clans ?? []).map { $0[.holdSummary].lowercased() }
            func rank(_ member: Member) -> Int {
                let name = member.displayName.lowercased()
                if let ticket, ticket.hasPrefix(name) || ticket.hasPrefix(member.user.username.lowercased()) {
                    return 0
                }
                return held.contains { $0.contains(name) } ? 1 : 2
            }
            return (view?.members ?? []).filter { !$0.user.isBot }
                .map { (rank: rank($0), member: $0) }
                .sorted { ($0.rank, $0.member.displayName) < ($1.rank, $1.member.displayName) }
                .map { Completion.Choice("\($0.member.id)", label: $0.member.displayName) }
        }
    }

    /// Days in words, `friday` or `in 3 days`, filled in as dates.
    var days: Completion {
        Completion { request in
            DayOffers.fitting(request.typed, on: services.seats.today).map {
                Completion.Choice($0.day.description, label: $0.label)
            }
        }
    }
}
