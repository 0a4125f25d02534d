public import Bot
public import Configuration
public import Discord
import JSON
public import Service

/// `!ops env`: every setting with its effective value, and what is missing. Source: coreops chapter, section 7.3.
public struct EnvironmentReport: Feature {
    public let name = "env"
    public let gate = Gate.always

    private let configuration: ConfigurationService
    private let settings: @Sendable () -> BotSettings
    private let view: GuildViewStore
    private let logger: Logger
    private let calendar: any TimeSource

    private static let standardColor = 0xF200E5

    public var commands: [Command] {
        [
            Command(
                "ops env", access: .admin, bareAccess: .admin,
                help: CommandHelp(
                    .admin, .operational, .section(.configHealth),
                    summary: "Shows environment, toggles, channels, roles and sheets.",
                    detail:
                        "Shows every setting with the value that is in force, names the channels and roles behind ids, "
                        + "and flags what is missing. Secrets appear only as masks.",
                    tip: "Fix the warnings of the first page, then `!ops reload`."),
                slash: .personal, run: run)
        ]
    }

    /// Creates the feature.
    public init(
        configuration: ConfigurationService, settings: @escaping @Sendable () -> BotSettings, view: GuildViewStore,
        logger: Logger, calendar: any TimeSource
    ) {
        self.configuration = configuration
        self.settings = settings
        self.view = view
        self.logger = logger
        self.calendar = calendar
    }

    @Sendable
    private func run(_ invocation: Invocation, _ responder: Responder) async throws {
        let registry = configuration.registry
        let pages = EnvironmentPages(
            registry: registry, toggles: configuration.toggles.all,
            missing: registry.missing(configuration.toggles), overrides: await configuration.sheetOverrides(),
            names: IDNames(views: view.snapshot), redactor: Redactor(secrets: registry.secrets))
        let environment = settings().environmentName
        if !pages.missingKeys.isEmpty {
            logger.warning(
                "⚠ env:missing_config • env=\(environment) • missing=\(pages.missingKeys.joined(separator: ", "))")
        }
        let embeds = embeds(of: pages.pages, in: invocation.guildID)
        for (index, embed) in embeds.enumerated() { log(embed, index, embeds.count, environment) }
        guard embeds.allSatisfy({ $0.textLength <= Limits.embedTotal }) else {
            throw Refusal(
                "⚠️ The output is too large for Discord; the log has `env:embed_debug_fields` and `env:embed_oversize`.",
                result: .error)
        }
        try await responder.reply(embeds: embeds)
    }

    /// Every page in as many embeds as it needs, numbered through.
    private func embeds(of pages: [EnvironmentPages.Page], in guild: GuildID?) -> [Embed] {
        let settings = settings()
        let server = view.snapshot.label(of: guild)
        let now = calendar.now
        // The widest title and footer that there can be, so that numbering changes no length for the worse.
        func framed(_ number: String, _ total: String, _ embed: Embed) -> Embed {
            var embed = embed
            embed.title = "\(settings.botName) — env: \(settings.environmentName) — Page \(number)/\(total)"
            embed.footer = Embed.Footer(
                text: "Page \(number)/\(total) · env: \(settings.environmentName) · Guild: \(server)\n"
                    + "\(settings.footer) • source: ENV + Sheet Config")
            embed.color = color
            embed.timestamp = now
            return embed
        }
        let frame = framed("999", "999", Embed())
        let embeds = pages.flatMap { EmbedLayout.embeds(of: $0.fields, in: frame) }
        return embeds.enumerated().map { framed("\($0.offset + 1)", "\(embeds.count)", $0.element) }
    }

    private var color: Int {
        guard let text = configuration.registry.text("COLOR_ADMIN")?.lowercased() else { return Self.standardColor }
        for prefix in ["#", "0x"] where text.hasPrefix(prefix) {
            return Self.color(Int(text.dropFirst(prefix.count), radix: 16))
        }
        // Six digits are a colour as people copy it; any other number is one as programs keep it.
        if text.count == 6, let number = Int(text, radix: 16) { return Self.color(number) }
        return Self.color(Int(text) ?? Int(text, radix: 16))
    }

    private static func color(_ number: Int?) -> Int {
        number.flatMap { (0...0xFFFFFF).contains($0) ? $0 : nil } ?? standardColor
    }

    private func log(_ embed: Embed, _ index: Int, _ total: Int, _ environment: String) {
        let length = embed.json.encoded().count
        logger.info(
            "env:embed_debug • env=\(environment) • idx=\(index + 1) • total=\(total) • json_len=\(length)"
                + " • fields=\(embed.fields.count) • title=\(embed.title ?? "")")
        guard embed.textLength > Limits.embedTotal else { return }
        for (number, field) in embed.fields.enumerated() {
            logger.warning(
                "env:embed_debug_fields • env=\(environment) • page_idx=\(index + 1) • field_idx=\(number)"
                    + " • name=\(field.name) • value_len=\(field.value.utf16.count)")
        }
        logger.error("env:embed_oversize • env=\(environment) • idx=\(index + 1) • json_len=\(length)")
    }
}
