import Bot
import Configuration
import Discord
import Journal
import Service

/// The steps of a report, one after the other: one that fails stops neither the next ones nor the next day's run. Each
/// leaves one line in the log channel. Source: recruitment chapter, sections 9.1, 9.5 and 14.4.
struct ReportRun: Sendable {
    /// A part of the whole report.
    struct Step: Sendable {
        /// Its name in the journal.
        var name: String
        /// Its name in replies.
        var title: String
        /// What stands behind the reason in its log line; nil for the update itself.
        var note: String?
        var run: @Sendable (ReportCause) async -> ReportResult
    }

    private let services: ReportServices
    private let logger: Logger

    init(_ services: ReportServices) {
        self.services = services
        logger = services.logger.named("c1c.recruitment.reporting.daily")
    }

    /// Runs steps and gives how they ended, in their order. By the schedule each is done once a day, also where the process
    /// was cut off between two of them.
    /// - Throws: `CancellationError` if the program stops meanwhile.
    func run(_ steps: [Step], _ cause: ReportCause) async throws(CancellationError) -> [ReportResult] {
        var results: [ReportResult] = []
        for step in steps {
            if cause.actor == .scheduled, await isDone(step, cause.date) {
                results.append(.repeated)
                continue
            }
            let result = await step.run(cause)
            guard !Task.isCancelled else { throw CancellationError() }
            results.append(result)
            log(result, of: step, cause)
            if cause.actor == .scheduled, result.failure == nil { await noteDone(step, cause.date) }
        }
        return results
    }

    // MARK: Log lines

    /// Tells operators how a step ended.
    func log(_ result: ReportResult, of step: Step, _ cause: ReportCause) {
        let reason: String? =
            switch result {
            case .ok: nil
            case .repeated: "already-posted"
            case .failed(let reason): reason
            }
        let note = step.note.map { "note=\($0)" }
        let text = [reason, note].compactMap { $0 }.joined(separator: "; ")
        let user = cause.actor == .scheduled ? "-" : cause.user ?? "unknown"
        services.logChannel.post(
            "\(result.failure == nil ? "✅" : "❌") **Report: recruiters** — actor=\(cause.actor.rawValue) • user=\(user)"
                + " • guild=\(guildLabel(cause)) • dest=\(destinationLabel) • date=\(cause.date)"
                + " • reason=\(text.isEmpty ? "-" : text)",
            from: cause.actor == .scheduled ? .job : .bot, orLog: "failed to send report log line")
    }

    /// The server that has the destination among its channels.
    private var home: GuildView? {
        services.destination.flatMap { id in services.view.snapshot.all.first { $0.channel(id) != nil } }
    }

    private func guildLabel(_ cause: ReportCause) -> String {
        (home ?? cause.guild.flatMap { services.view.snapshot[$0] })?.label ?? "unknown guild"
    }

    private var destinationLabel: String { home?.label(of: services.destination) ?? "#unknown" }

    // MARK: What was done

    private func isDone(_ step: Step, _ date: String) async -> Bool {
        do {
            return try await services.journal.value(for: Self.key(step)) == date
        } catch {
            logger.warning("report step unreadable", ["step": .string(step.name)], error: error)
            return false
        }
    }

    private func noteDone(_ step: Step, _ date: String) async {
        do {
            try await services.journal.setValue(date, for: Self.key(step))
        } catch {
            logger.warning("report step not journalled", ["step": .string(step.name)], error: error)
        }
    }

    private static func key(_ step: Step) -> String { "report_step_\(step.name)" }
}
