public import Books
public import Configuration
public import Discord
public import Journal
public import Service

/// What the search panels work with.
public struct PanelServices: Sendable {
    let roster: Roster
    let rest: RESTClient
    let view: GuildViewStore
    let journal: Journal
    let registry: @Sendable () -> Registry
    let calendar: any TimeSource
    let activity: ActivityCounter
    let logger: Logger

    /// Collects services.
    /// - Parameter activity: work in hand, for tests that move the clock.
    public init(
        roster: Roster, rest: RESTClient, view: GuildViewStore, journal: Journal,
        registry: @escaping @Sendable () -> Registry, calendar: any TimeSource, activity: ActivityCounter,
        logger: Logger
    ) {
        self.roster = roster
        self.rest = rest
        self.view = view
        self.journal = journal
        self.registry = registry
        self.calendar = calendar
        self.activity = activity
        self.logger = logger
    }
}
