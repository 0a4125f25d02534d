import Books
import Bot
import Cluster

/// What slash commands offer while people type.
extension Placement {
    /// The clans by tag and name.
    var tags: Completion {
        .matching { _ in try await services.roster.tags().map { Completion.Choice($0.tag, label: $0.label) } }
    }

    /// Whom a seat is, or may be, held for.
    var recruits: Completion {
        .matching { await offers.offers($0) }
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
