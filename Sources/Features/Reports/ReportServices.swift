public import Bot
public import Configuration
public import Discord
public import Journal
public import Service

/// What reports work with.
public struct ReportServices: Sendable {
    let configuration: ConfigurationService
    let settings: @Sendable () -> BotSettings
    let rest: RESTClient
    let view: GuildViewStore
    let journal: Journal
    let logChannel: LogChannel
    let calendar: any TimeSource
    let logger: Logger

    /// Collects services.
    public init(
        configuration: ConfigurationService, settings: @escaping @Sendable () -> BotSettings, rest: RESTClient,
        view: GuildViewStore, journal: Journal, logChannel: LogChannel, calendar: any TimeSource, logger: Logger
    ) {
        self.configuration = configuration
        self.settings = settings
        self.rest = rest
        self.view = view
        self.journal = journal
        self.logChannel = logChannel
        self.calendar = calendar
        self.logger = logger
    }

    /// Where reports go; nil where nothing usable is set. Looked up at each use.
    var destination: ChannelID? {
        configuration.registry[\.channels.recruiterReport].map { ChannelID(integerLiteral: $0) }
    }

    /// Whether the switch is on.
    var isOn: Bool { configuration.toggles.isOn(Reports.toggle) }
}

/// Why reports have no place to go.
enum DestinationFailure: Error, Sendable {
    /// None is set.
    case missing
    /// It could not be looked up.
    case unreachable(RESTError)
    /// It takes no messages of this kind, or belongs to a server that the bot does not serve.
    case unfit
}

extension ReportServices {
    /// The channel or thread that reports go to: as the view has it, else as Discord tells.
    func resolveDestination() async throws(DestinationFailure) -> Channel {
        guard let id = destination else { throw .missing }
        let channel: Channel
        if let known = view.snapshot.channel(id) {
            channel = known
        } else {
            do {
                channel = try await rest.channel(id)
            } catch {
                logger.named("c1c.recruitment.reporting.destinations").warning(
                    "failed to resolve report destination", ["channel_id": .string("\(id)")], error: error)
                throw .unreachable(error)
            }
        }
        guard channel.isThread || channel.kind == .text || channel.kind == .announcement, let guild = channel.guildID,
            settings().admits(guild)
        else { throw .unfit }
        return channel
    }
}
