public import Bot
public import Configuration
import Discord
import Service

/// The one message that tells operators how the caches were filled at boot.
///
/// Source: runtime chapter, section 13.4; coreops chapter, section 8.6.
public enum StartupSummary {
    /// Posts the summary of the first pass.
    public static func post(
        _ results: [RefreshResult], took duration: Duration, to logChannel: LogChannel, _ settings: BotSettings
    ) {
        guard !results.isEmpty else { return }
        let report = RefreshReport(
            request: .init(scope: "startup", actor: "startup", actorID: "-", start: .origin, hasRawNames: true),
            rows: results.map { .init(name: $0.name, result: $0) }, total: duration)
        logChannel.post(report.line, with: report.embed(settings), unlessSaidAs: report.key)
    }
}
