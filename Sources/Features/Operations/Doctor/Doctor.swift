public import Configuration
public import Discord
public import Service

/// Checks a production configuration before a bot is started with it: token, intents, servers, permissions, channels,
/// roles, spreadsheets, tabs and headers. It reads only; nothing is posted and nothing is written.
///
/// Source: design, section 1.
public struct Doctor: Sendable {
    /// What a check-up works with.
    public struct Services: Sendable {
        /// The settings; ``ConfigurationService/loadSheets()`` must have been called.
        public var configuration: ConfigurationService
        /// Discord, as the token is allowed to see it.
        public var rest: RESTClient
        /// Calendar time.
        public var calendar: any TimeSource

        /// Collects services.
        public init(configuration: ConfigurationService, rest: RESTClient, calendar: any TimeSource) {
            self.configuration = configuration
            self.rest = rest
            self.calendar = calendar
        }
    }

    private let services: Services

    /// A doctor for one configuration.
    public init(_ services: Services) {
        self.services = services
    }

    /// Looks at everything, in the order in which things depend on one another.
    public func examine() async -> [Diagnosis] {
        async let sheets = SheetsExamination(configuration: services.configuration).diagnoses()
        return await DiscordExamination(
            registry: services.configuration.registry, rest: services.rest, now: services.calendar.now
        ).diagnoses() + settings() + (await sheets)
    }

    /// Settings that something switched on needs and nobody gave.
    private func settings() -> [Diagnosis] {
        let configuration = services.configuration
        let missing = configuration.registry.missing(configuration.toggles)
        guard !missing.isEmpty else { return [.ok("settings", "everything that is switched on has its settings")] }
        return missing.map { setting in
            let isVital = setting.need == .always && setting.name == "DISCORD_TOKEN"
            let fix = "set it in a Config tab or in the environment"
            let finding = "not set (\(setting.note))"
            return isVital
                ? .error("setting \(setting.name)", finding, fix: fix)
                : .warning("setting \(setting.name)", finding, fix: fix)
        }
    }
}
