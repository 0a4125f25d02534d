public import Bot
public import Configuration
public import Discord
public import Service
import Spreadsheets

/// `!ops config`: which servers and spreadsheets the bot works with. Source: coreops chapter, section 7.4.
public struct ConfigReport: Feature {
    public let name = "config"
    public let gate = Gate.always
    public let hasMaskedAnswers = true

    private let configuration: ConfigurationService
    private let settings: @Sendable () -> BotSettings
    private let view: GuildViewStore
    private let calendar: any TimeSource

    private static let color = 0x5865F2

    public var commands: [Command] {
        [
            Command(
                "ops config", access: .staff, bareAccess: .admin,
                help: CommandHelp(
                    .admin, .operational, .section(.sheetsCache),
                    summary: "Shows servers, allow-list, linked sheets and the ops channel.",
                    detail:
                        "Shows the connected servers, the allow-list, whether each spreadsheet can be opened, which "
                        + "Config keys replace the environment, and where log lines go.",
                    tip: "A sheet with ⚠️ names what to fix; `!ops checksheet` looks into its tabs."),
                slash: .personal
            ) { _, responder in
                await responder.showTyping()
                try await responder.reply(embeds: await embeds())
            }
        ]
    }

    /// Creates the feature.
    public init(
        configuration: ConfigurationService, settings: @escaping @Sendable () -> BotSettings, view: GuildViewStore,
        calendar: any TimeSource
    ) {
        self.configuration = configuration
        self.settings = settings
        self.view = view
        self.calendar = calendar
    }

    private func embeds() async -> [Embed] {
        let settings = settings()
        let registry = configuration.registry
        let guilds = view.snapshot.all
        var frame = Embed(title: "Config Overview")
        frame.description =
            "Environment: \(settings.environmentName) • Connected guilds: \(guilds.count)"
            + " • Allow-list: \(settings.allowedGuilds.count)"
        frame.color = Self.color
        frame.footer = Embed.Footer(text: "📘 · \(settings.footer)")
        let clans = await configuration.buckets.snapshot(of: "clans")
        let fields =
            EmbedLayout.fields("Sheets", await sheets())
            + EmbedLayout.fields("Guild Access", access(guilds, settings))
            + EmbedLayout.fields("Source", source(registry)) + EmbedLayout.fields("Watchers", [watchers])
            + EmbedLayout.fields("Meta", [meta(clans)])
            + EmbedLayout.fields("Ops channel", [opsChannel(settings.logChannel)])
        return EmbedLayout.embeds(of: fields, in: frame)
    }

    // MARK: Sheets

    /// One line for each spreadsheet; all are opened at the same time, and each fails alone.
    private func sheets() async -> [String] {
        let numbered = Array(KnownSpreadsheet.allCases.enumerated())
        return await numbered.mapConcurrently(atMost: numbered.count) { index, spreadsheet in
            await line(about: spreadsheet, position: index + 1)
        }
    }

    private func line(about spreadsheet: KnownSpreadsheet, position: Int) async -> String {
        let isLocal = configuration.registry.localWorkbookPath != nil
        let missing = "\(spreadsheet.label) → ⚠️ Missing"
        do throws(WorkbookError) {
            let key = try configuration.key(of: spreadsheet)
            let info = try await configuration.workbook.directory(of: key, .interactive)
            let title = info.title.isEmpty ? "Sheet #\(position)" : info.title
            let tail = isLocal ? "local" : "…\(key.text.suffix(4))"
            return "\(spreadsheet.label) → ✅ Connected *(\(title.escapingMarkdown) — \(tail))*"
        } catch {
            if case .spreadsheetNotSet = error { return missing }
            let reason = Redactor(secrets: configuration.registry.secrets).reply("\(error)".oneLine)
            return "\(spreadsheet.label) → ⚠️ \(reason.prefix(120).escapingMarkdown)"
        }
    }

    // MARK: The other fields

    private func access(_ guilds: [GuildView], _ settings: BotSettings) -> [String] {
        let connected = guilds.map { "\($0.label.escapingMarkdown) [\(settings.environmentName)]" }
        var allowed = "Allow-listed: \(settings.allowedGuilds.count) total"
        if let first = settings.allowedGuilds.min() {
            let known = settings.allowedGuilds.sorted().lazy.compactMap { view.snapshot[$0]?.label.escapingMarkdown }
            allowed += " (\(known.first ?? "Guild \(first) (unresolved)"))"
        }
        return ["Connected guilds: \(connected.isEmpty ? "n/a" : connected.joined(separator: ", "))", allowed]
    }

    private func source(_ registry: Registry) -> [String] {
        let overridden = registry.metadata.overriddenKeys
        let list = overridden.isEmpty ? "none" : "\(overridden.count) keys — \(overridden.joined(separator: ", "))"
        return ["Loaded from: \(registry.metadata.source)", "Overrides: \(list)"]
    }

    /// What the switches of the two ticket watchers say, with the one that holds a watcher back.
    private var watchers: String {
        TicketWatchers.states(configuration.toggles).map { name, blocking in
            blocking.map { "\(name) ⏸️ (\($0))" } ?? "\(name) ✅"
        }.joined(separator: " · ")
    }

    private func meta(_ clans: BucketSnapshot) -> String {
        "Cache age \(clans.ageText) • Next refresh \(clans.nextRefresh?.clockText ?? "-") • Actor \(clans.lastActor ?? "-")"
    }

    private func opsChannel(_ channel: ChannelID?) -> String {
        guard let channel else { return "⚠️ Missing" }
        guard let name = view.snapshot.channel(channel)?.name else {
            return "✅ configured (…\("\(channel)".suffix(4)))"
        }
        return "✅ #\(name)"
    }
}
