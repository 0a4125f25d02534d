public import Bot
public import Configuration
import Discord
public import Journal
public import Service

/// `!ops reload [--reboot]`: reads settings, switches and caches anew, and if wanted restarts the program in place.
///
/// Source: coreops chapter, section 7.9; runtime chapter, sections 3.6 and 4.5.
public struct Reload: Feature {
    /// What the feature works with.
    public struct Services: Sendable {
        /// What is reloaded.
        public var configuration: ConfigurationService
        /// The settings in force.
        public var settings: @Sendable () -> BotSettings
        /// Where a reboot is remembered.
        public var journal: Journal
        /// Where operators read.
        public var logChannel: LogChannel
        /// Where it logs.
        public var logger: Logger
        /// Calendar time.
        public var calendar: any TimeSource
        /// Asks for the shutdown and restart of the program, and returns at once; nil where nobody would start it again.
        public var reboot: (@Sendable () -> Void)?

        /// Collects services.
        public init(
            configuration: ConfigurationService, settings: @escaping @Sendable () -> BotSettings, journal: Journal,
            logChannel: LogChannel, logger: Logger, calendar: any TimeSource, reboot: (@Sendable () -> Void)?
        ) {
            self.configuration = configuration
            self.settings = settings
            self.journal = journal
            self.logChannel = logChannel
            self.logger = logger
            self.calendar = calendar
            self.reboot = reboot
        }
    }

    public let name = "reload"
    public let gate = Gate.always
    public let hasMaskedAnswers = true

    private let services: Services

    public var commands: [Command] {
        [
            Command(
                "ops reload", usage: "ops reload [--reboot]",
                flags: [Flag("reboot", about: "Also restarts the program in place; for admins")], access: .staff,
                bareAccess: .admin,
                help: CommandHelp(
                    .admin, .operational, .section(.utilities),
                    summary: "Reloads configuration, switches and caches.",
                    detail:
                        "Reads the Config tabs and feature toggles anew and refreshes every cache. With `--reboot`, "
                        + "which is for admins, the program also restarts in place.",
                    tip: "Edited rows need only a refresh; edited settings a reload; a changed `.env` file a reboot.",
                    caution: "`--reboot` ends the process; nobody is answered until it runs again"),
                run: run)
        ]
    }

    /// Creates the feature.
    public init(_ services: Services) {
        self.services = services
    }

    @Sendable
    private func run(_ invocation: Invocation, _ responder: Responder) async throws {
        if let word = invocation.line.words.first {
            throw Refusal.unknownFlag(Redactor(secrets: services.configuration.registry.secrets).line(word))
        }
        guard invocation.line.isOn("reboot") else {
            await responder.showTyping()
            let report = try await reload("reload", invocation)
            let summary = "config reloaded · \(report.duration.milliseconds) ms · by \(invocation.callerName)"
            try await responder.reply(
                MessagePayload(
                    content: summary, embeds: [ReloadEmbed.embed(report, services.settings(), rows: toggleCount)],
                    allowedMentions: .none))
            return
        }
        if case .denied(let sentence) = services.settings().policy.decide(.admin, for: invocation.caller) {
            throw Refusal(sentence, result: .denied)
        }
        guard let reboot = services.reboot else {
            throw Refusal("⚠️ reboot failed — this program runs where nobody would start it again.", result: .error)
        }
        await responder.showTyping()
        let report = try await reload("reboot", invocation)
        let reply = try await responder.reply(
            "graceful reboot scheduled · \(report.duration.milliseconds) ms · by \(invocation.callerName)")
        if let reply { await remember(reply, invocation) }
        reboot()
    }

    private var toggleCount: Int { services.configuration.toggles.snapshot.rowCount }

    private func reload(_ action: String, _ invocation: Invocation) async throws -> ConfigurationService.ReloadReport {
        let actor = invocation.callerName
        do {
            let report = try await services.configuration.reload(actor: actor)
            let toggles = report.changedToggles.map(\.key)
            services.logger.info(
                "📘 **CoreOps** — config reload completed",
                [
                    "actor": .string(actor), "actor_id": .string("\(invocation.caller.id)"), "action": .string(action),
                    "duration_ms": .int(report.duration.milliseconds), "changed_keys": .strings(report.changedKeys),
                    "changed_toggles": .strings(toggles),
                ])
            services.logChannel.post(
                "📘 **CoreOps** — config reload completed • actor=\(actor) • actor_id=\(invocation.caller.id)"
                    + " • action=\(action) • duration_ms=\(report.duration.milliseconds)"
                    + " • changed_keys=\(Self.list(report.changedKeys)) • changed_toggles=\(Self.list(toggles))")
            return report
        } catch {
            services.logger.error(
                "📘 **CoreOps** — config reload failed", ["actor": .string(actor), "action": .string(action)],
                error: error)
            services.logChannel.post("📘 **CoreOps** — config reload failed • actor=\(actor) • action=\(action)")
            throw Refusal("⚠️ \(action) failed — \(error)", result: .error)
        }
    }

    /// Keeps the request where the next start finds it: in the journal, and for a lost disk in the log channel.
    private func remember(_ reply: Message, _ invocation: Invocation) async {
        let request = RebootRequest(
            channel: reply.channelID, message: reply.id, actor: invocation.callerName, at: services.calendar.now)
        services.logChannel.post(request.line)
        do {
            try await services.journal.setValue(request.text, for: RebootRequest.key)
        } catch {
            services.logger.warning("reboot request not journalled", error: error)
        }
    }

    private static func list(_ names: [String]) -> String { names.isEmpty ? "-" : names.joined(separator: ", ") }
}

/// What `!ops reload` shows.
private enum ReloadEmbed {
    private static let shownKeys = 15

    static func embed(_ report: ConfigurationService.ReloadReport, _ settings: BotSettings, rows: Int) -> Embed {
        var embed = Embed(title: "Reload")
        embed.color = 0x5865F2
        var config = "\(report.keyCount) keys"
        if !report.changedKeys.isEmpty {
            config += ", changed: " + report.changedKeys.prefix(shownKeys).map { "`\($0)`" }.joined(separator: ", ")
            let rest = report.changedKeys.count - shownKeys
            if rest > 0 { config += " and \(rest) more" }
        }
        let changes = report.changedToggles.map { "`\($0.key)`: \(state($0.wasOn)) → \(state($0.isOn))" }
        embed.fields = [
            .init("Config", config),
            .init("Feature toggles", (["\(rows) toggles"] + changes).joined(separator: "\n")),
            .init(
                "Caches",
                report.buckets.isEmpty ? "none" : "refreshing: " + report.buckets.joined(separator: ", ")),
        ]
        if !report.warnings.isEmpty { embed.fields.append(.init("Warnings", report.warnings.joined(separator: "\n"))) }
        embed.footer = Embed.Footer(text: "📘 · \(settings.footer)")
        return embed.fitted()
    }

    private static func state(_ isOn: Bool) -> String { isOn ? "ON" : "OFF" }
}

extension Duration {
    /// Whole milliseconds, rounded.
    fileprivate var milliseconds: Int { Int((self / .milliseconds(1)).rounded()) }
}
