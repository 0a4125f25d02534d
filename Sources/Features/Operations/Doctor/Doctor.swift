public import Configuration
public import Discord
public import Service
import TimeZones

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
        ).diagnoses() + settings() + [localTime()] + (await sheets)
    }

    /// What clocks show where the timestamps are for: a name that the system does not know would fall back to UTC unseen.
    private func localTime() -> Diagnosis {
        let name = services.configuration.registry[\.core.timeZone]
        let subject = "setting \(Settings.all.core.timeZone.declaration.name)"
        do throws(TimeZoneError) {
            let zone = try NamedTimeZone(name)
            let instant = Int(services.calendar.now.seconds.rounded(.down))
            let time = zone.civilTime(at: instant)
            let abbreviation = zone.regime(at: instant).abbreviation
            return .ok(subject, "\(name), where it is \(time.text) \(abbreviation)")
        } catch {
            return .error(subject, "\(error)", fix: "write a zone of the IANA database, such as Europe/Vienna")
        }
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

extension CivilTime {
    /// `2026-03-16 09:05`.
    fileprivate var text: String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(date.year)-\(two(date.month))-\(two(date.day)) \(two(hour)):\(two(minute))"
    }
}
