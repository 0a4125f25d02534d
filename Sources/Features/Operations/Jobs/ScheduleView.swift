public import Bot
import Configuration
import Discord
public import Service

/// What people see of the schedule: `!next`, and once a day how the jobs went.
///
/// Source: coreops chapter, sections 7.11 and 8.8; runtime chapter, section 12.5.
public struct ScheduleView: Feature {
    public let name = "next"
    public let gate = Gate.always
    public let hasMaskedAnswers = true

    private let jobCenter: JobCenter
    private let logChannel: LogChannel
    private let logger: Logger
    private let calendar: any TimeSource
    private let start: Timestamp

    /// Creates the feature.
    public init(jobs: JobCenter, logChannel: LogChannel, logger: Logger, calendar: any TimeSource) {
        jobCenter = jobs
        self.logChannel = logChannel
        self.logger = logger
        self.calendar = calendar
        start = calendar.now
    }

    public var commands: [Command] {
        [
            Command(
                "next",
                arguments: [
                    Argument(
                        "component", .word, about: "Shows only the jobs of this component",
                        completes: .matching { _ in await components() })
                ], access: .admin,
                help: CommandHelp(
                    .admin, .operational, .section(.utilities), summary: "Lists upcoming scheduled jobs.",
                    detail: "Shows when every job runs next and how its last run went, grouped by component.",
                    tip: "Name a component to see only its jobs."), slash: .personal
            ) { invocation, responder in
                let component = invocation.line.text("component")?.lowercased()
                for (index, part) in await listing(of: component).enumerated() {
                    let payload = MessagePayload(content: part, allowedMentions: .none)
                    if index == 0 {
                        try await responder.reply(payload)
                    } else {
                        try await responder.post(payload, step: "part \(index)")
                    }
                }
            }
        ]
    }

    public var jobs: [Job] {
        [
            Job(
                "cron_daily_summary", component: "default",
                schedule: { .daily(TimeOfDay(hour: 0, minute: 5)) },
                registrationLine: "[cron] summary scheduler started (00:05Z)"
            ) { _ in
                await summarise()
                return JobOutcome()
            }
        ]
    }

    // MARK: What comes next

    private func listing(of component: String?) async -> [String] {
        let listings = await jobCenter.listings().filter { component == nil || $0.component == component }
        guard !listings.isEmpty else {
            let name = component.map { String($0.prefix(40)).escapingMarkdown.escapingMentions } ?? "any component"
            return ["🧭 Scheduled jobs — no jobs under \(name)."]
        }
        var lines = ["🧭 Scheduled jobs" + (component.map { " — \($0)" } ?? "")]
        for (component, jobs) in Dictionary(grouping: listings, by: \.component).sorted(by: { $0.key < $1.key }) {
            lines.append(component)
            // Those without a slot come last.
            lines += jobs.sorted { ($0.next ?? .distantFuture, $0.name) < ($1.next ?? .distantFuture, $1.name) }
                .map(line)
        }
        return LogChannel.parts(of: lines.joined(separator: "\n"))
    }

    /// The components that jobs belong to, by name.
    private func components() async -> [Completion.Choice] {
        Set(await jobCenter.listings().map(\.component)).sorted().map { Completion.Choice($0) }
    }

    private func line(_ listing: JobCenter.Listing) -> String {
        let next = listing.next?.minuteText ?? "pending"
        var text = "• \(listing.name) — next: \(next) (\(listing.schedule?.cadence ?? "recurring"))"
        if let last = listing.telemetryName.flatMap({ jobCenter.history.last(of: $0) }) {
            text += " · last \(last.isOK ? "ok" : "fail") \((calendar.now - last.start).compact) ago"
        }
        return text
    }

    // MARK: How it went

    private func summarise() async {
        let now = calendar.now
        let names = await jobCenter.listings().compactMap(\.telemetryName).sorted()
        let summaries = names.map { jobCenter.history.summary(of: $0, before: now) }
        // What went before this process is not known.
        if now - start < .seconds(86_400) { logger.info("[cron] summary window_start=\(start.iso8601)") }
        for summary in summaries { logger.info(summary.line) }
        let runs = summaries.reduce(0) { $0 + $1.runs }
        let succeeded = summaries.reduce(0) { $0 + $1.succeeded }
        let failing = summaries.filter { $0.succeeded < $0.runs }.map { summary in
            "• \(summary.name) runs=\(summary.runs) failed=\(summary.runs - summary.succeeded)"
        }
        let percent = JobHistory.Summary.percent(succeeded, of: runs)
        let head = "🧭 **Cron summary** — jobs=\(summaries.count) • runs=\(runs) • ok=\(percent)%"
        logChannel.post(([head] + failing).joined(separator: "\n"), from: .job)
    }
}

extension Timestamp {
    /// Behind every slot.
    fileprivate static let distantFuture = Timestamp(sinceOrigin: .seconds(1 << 40))
}
