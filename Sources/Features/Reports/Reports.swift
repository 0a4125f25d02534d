public import Bot
import Configuration
import Discord
import Service
import Synchronization

/// The daily reports for recruiters: how many seats are free, who stands in the wrong role, and which tickets are open.
///
/// Once a day by the schedule, and when an admin asks. Source: recruitment chapter, sections 9, 10 and 14.4.
public struct Reports: Feature {
    static let toggle = "recruitment_reports"
    static let jobName = "daily_recruiter_update"
    static let usage = "report recruiters [all]"

    private let services: ReportServices
    private let run: ReportRun
    private let update: RecruiterUpdate
    private let steps: [ReportRun.Step]
    private let logger: Logger
    private let warning = Warning()

    public let name = Self.toggle
    public let gate = Gate.toggle(Self.toggle)

    /// Creates the feature.
    /// - Parameter audit: the audit of roles and visitors, which runs between the update and the list of tickets; gives why
    ///   it failed, or nil. Without one that step is left out.
    public init(_ services: ReportServices, audit: (@Sendable () async -> String?)? = nil) {
        self.services = services
        logger = services.logger.named("c1c.recruitment.reporting.daily")
        run = ReportRun(services)
        let (update, tickets) = (RecruiterUpdate(services), OpenTicketsReport(services))
        self.update = update
        steps =
            [ReportRun.Step(name: "update", title: "Recruiter report") { await update.post($0) }]
            + (audit.map { audit in
                [
                    ReportRun.Step(name: "audit", title: "Role/visitor audit", note: "role-audit") { _ in
                        await audit().map { .failed($0) } ?? .ok
                    }
                ]
            } ?? []) + [
                ReportRun.Step(name: "tickets", title: "Open tickets", note: "open-tickets") { await tickets.post($0) }
            ]
    }

    public var commands: [Command] {
        [
            Command(
                "report", usage: Self.usage,
                arguments: [
                    Argument("report", .word, about: "Which report", completes: .only([.init("recruiters")])),
                    Argument(
                        "extent", .word, about: "With all that follows it every day",
                        completes: .only([.init("all", label: "all: with the audit and the open tickets")])),
                ], access: .admin,
                help: CommandHelp(
                    .admin, .operational, .section(.utilities), overviewUsage: "!report recruiters",
                    summary: "Posts the recruiter update now.",
                    detail: "Posts the Daily Recruiter Update to the channel of reports, whether it was posted today or"
                        + " not. With `all` the role audit and the list of open tickets follow, as every day.",
                    tip: "`REPORT_RECRUITERS_DEST_ID` is where it goes, `REPORT_DAILY_POST_TIME` when."),
                slash: .personal, whenOff: refuse, run: report)
        ]
    }

    public var components: [ComponentHandler] {
        RecruiterUpdateView.Page.allCases.map { page in
            ComponentHandler(page.rawValue, access: .anyone, answer: .deferUpdate) { _, invocation, responder in
                try await update.turn(to: page, invocation, responder)
            }
        }
    }

    public var jobs: [Job] {
        [
            Job(
                Self.jobName, component: "recruitment",
                schedule: {
                    services.destination.map { _ in .daily(services.configuration.registry[\.jobs.reportTime]) }
                },
                catchUp: .within(.seconds(6 * 3600)), run: runDaily)
        ]
    }

    public func settingsRead() {
        guard warning.note(services.isOn && services.destination == nil) else { return }
        logger.warning("[report] disabled • reason=dest-missing")
    }

    // MARK: The schedule

    private func runDaily(slot: Timestamp) async throws -> JobOutcome {
        let date = slot.dayText
        let cause = ReportCause(actor: .scheduled, key: "\(Self.jobName):\(date)", date: date)
        let results = try await run.run(steps, cause)
        let failures = zip(steps, results).compactMap { step, result in
            result.failure.map { "\(step.title): \($0)" }
        }
        guard failures.isEmpty else { throw JobFailure(failures.joined(separator: "; ")) }
        return JobOutcome()
    }

    // MARK: The command

    private func report(_ invocation: Invocation, _ responder: Responder) async throws {
        let words = invocation.line.words.map { $0.lowercased() }
        let isWhole = words == ["recruiters", "all"]
        guard isWhole || words == ["recruiters"] else {
            throw Refusal("Usage: !\(Self.usage)", result: .usage)
        }
        let steps = isWhole ? self.steps : Array(self.steps.prefix(1))
        let results = try await run.run(steps, cause(invocation))
        if isWhole {
            let lines = zip(steps, results).map { "\($0.title): \($1.summary)" }
            try await responder.reply(lines.joined(separator: "\n"))
        } else if let failure = results.first?.failure {
            throw Refusal(Self.sentence(about: failure), result: .error)
        }
    }

    /// What an admin reads while the reports are switched off.
    private func refuse(_ invocation: Invocation) -> Refusal {
        run.log(.failed("feature-off"), of: steps[0], cause(invocation))
        return Refusal("The Daily Recruiter Update is disabled (toggle `\(Self.toggle)`).", result: .disabled)
    }

    private static func sentence(about failure: String) -> String {
        failure == "dest-missing"
            ? "The destination of the report is not configured: set `REPORT_RECRUITERS_DEST_ID`."
            : "The recruiter report could not be posted. Please check the log channel."
    }

    private func cause(_ invocation: Invocation) -> ReportCause {
        ReportCause(
            actor: .manual, key: invocation.key, date: services.calendar.now.dayText,
            user: invocation.member?.displayName ?? invocation.user?.displayName, guild: invocation.guildID)
    }
}

/// Whether operators were told that the reports have no destination.
private final class Warning: Sendable {
    private let isGiven = Mutex(false)

    /// Notes whether there is something to warn of; true if that is news.
    func note(_ isDue: Bool) -> Bool {
        isGiven.withLock { isGiven in
            defer { isGiven = isDue }
            return isDue && !isGiven
        }
    }
}
