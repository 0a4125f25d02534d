import Bot
public import Discord
public import Service
import Synchronization

/// Tells operators what help did, while `HELP_DIAGNOSTICS` is on. Source: coreops chapter, section 6.7.
public final class HelpDiagnostics: Sendable {
    private struct Audience: Hashable {
        var tier: CommandHelp.Tier
        var guild: GuildID?
    }

    private let rest: RESTClient
    private let view: GuildViewStore
    private let redactor: Redactor
    private let logger: Logger
    private let calendar: any TimeSource
    private let lastReport = Mutex<[Audience: Timestamp]>([:])

    /// Creates the reporter.
    public init(
        rest: RESTClient, view: GuildViewStore, redactor: Redactor, logger: Logger, calendar: any TimeSource
    ) {
        self.rest = rest
        self.view = view
        self.redactor = redactor
        self.logger = logger
        self.calendar = calendar
    }

    /// Reports what help did for a caller: into the ops channel, or where there is none to an admin who asked.
    func report(
        of catalog: CommandCatalog, for viewer: HelpOverview.Viewer, _ invocation: Invocation, _ settings: BotSettings
    ) async {
        let report = HelpReport(of: catalog, for: viewer)
        for row in report.rows where !row.isDisplayed {
            logger.debug("help gating suppressed command \(row.name) (\(row.reason.rawValue))")
        }
        guard let interval = settings.helpDiagnosticsInterval else { return }
        let audience = Audience(tier: viewer.audience, guild: invocation.guildID)
        guard isDue(audience, every: interval) else { return }
        let guild = invocation.guildID.map { "\(view.snapshot[$0]?.label ?? "guild")(\($0))" } ?? "DM(?)"
        let text = report.text(
            audience: audience.tier, guild: guild, user: "\(invocation.callerName)(\(invocation.caller.id))")
        do {
            guard let channel = try await destination(for: viewer, settings) else { return forget(audience) }
            _ = try await rest.createMessage(
                MessagePayload(content: redactor.line(text), allowedMentions: .none).fitted(), in: channel)
        } catch {
            forget(audience)
            logger.warning("help diagnostics not sent", error: error)
        }
    }

    private func destination(for viewer: HelpOverview.Viewer, _ settings: BotSettings) async throws -> ChannelID? {
        if let channel = settings.logChannel { return channel }
        guard viewer.audience == .admin else { return nil }
        return try await rest.openDirectMessages(with: viewer.caller.id).id
    }

    /// Whether no report of this audience was sent within the interval; notes that one is being sent now.
    private func isDue(_ audience: Audience, every interval: Duration) -> Bool {
        let now = calendar.steadyNow
        return lastReport.withLock { reports in
            if let last = reports[audience], now - last < interval { return false }
            reports[audience] = now
            return true
        }
    }

    private func forget(_ audience: Audience) {
        lastReport.withLock { $0[audience] = nil }
    }
}
