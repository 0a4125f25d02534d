public import Bot
public import Configuration
import Discord
public import Service

/// Caches of sheet data, refreshed by people and by the clock: `!ops refresh …` and the jobs `cache_refresh:…`.
///
/// Source: coreops chapter, sections 7.7, 7.8 and 8.7.
public struct CacheRefreshes: Feature {
    /// How long a command waits for a bucket before it says `running`.
    private static let patience = Duration.seconds(20)
    /// A clans cache younger than this needs no refresh.
    private static let freshness = Duration.seconds(3600)

    public let name = "refresh"
    public let gate = Gate.always
    public let hasMaskedAnswers = true

    private let buckets: BucketDirectory
    private let settings: @Sendable () -> BotSettings
    private let logChannel: LogChannel
    private let logger: Logger
    private let transport: any TimeSource

    /// Creates the feature.
    public init(
        buckets: BucketDirectory, settings: @escaping @Sendable () -> BotSettings,
        logChannel: LogChannel,
        logger: Logger, transport: any TimeSource
    ) {
        self.buckets = buckets
        self.settings = settings
        self.logChannel = logChannel
        self.logger = logger
        self.transport = transport
    }

    public var commands: [Command] {
        [
            Command(
                "ops refresh", usage: "ops refresh <bucket …|all>",
                arguments: [
                    Argument(
                        "buckets", .words, about: "The buckets to reload, separated by blanks, or all of them",
                        completes: .matchingLastWord { _ in Self.words(buckets.names) })
                ], access: .staff, bareAccess: .admin,
                cooldown: Self.cooldown { Self.tokens($0.words).contains("all") },
                help: CommandHelp(
                    .admin, .operational, .section(.sheetsCache), summary: "Reloads one or several buckets.",
                    detail:
                        "Reads the tabs behind the named buckets anew, side by side, and shows how each went. A bucket "
                        + "that fails keeps serving what it had.",
                    tip: "Without an argument it lists the names of the buckets."), slash: SlashForm(word: "buckets")
            ) { invocation, responder in
                try await refresh(Self.tokens(invocation.line.words), invocation, responder)
            },
            Command(
                "ops refresh all", access: .staff, bareAccess: .admin, cooldown: Self.cooldown { _ in true },
                help: CommandHelp(
                    .admin, .operational, .section(.sheetsCache), overviewUsage: "!refresh all",
                    summary: "Reloads every bucket.", detail: "Reads every tab behind a bucket anew.",
                    tip: "Use a quiet window.")
            ) { invocation, responder in
                try await refresh(["all"] + Self.tokens(invocation.line.words), invocation, responder)
            },
            Command(
                "ops refresh clansinfo", access: .staff, bareAccess: .admin,
                cooldown: Self.cooldown { Self.tokens($0.words).contains("all") },
                help: CommandHelp(
                    .staff, .operational, .section(.sheetTools), summary: "Updates clan data older than an hour.",
                    detail: "Says how old the clan data is, and reads it anew if that is more than an hour.",
                    tip: "Use it before a placement.")
            ) { invocation, responder in
                let others = Self.tokens(invocation.line.words)
                if others.isEmpty {
                    try await refreshClans(invocation, responder)
                } else {
                    try await refresh(["clansinfo"] + others, invocation, responder)
                }
            },
        ]
    }

    public var jobs: [Job] {
        buckets.all.filter { $0.interval != nil }.map { bucket in
            Job(
                "cache_refresh:\(bucket.name)", telemetryName: "refresh_\(bucket.name)", component: "cache",
                postName: bucket.name, schedule: { bucket.interval.map { Schedule.every($0) } }
            ) { _ in
                let result = await bucket.refresh(.scheduler)
                post(result)
                if case .failed(let reason) = result.outcome { throw JobFailure(reason, retries: result.retries) }
                return JobOutcome(rows: result.snapshot.itemCount, retries: result.retries)
            }
        }
    }

    /// Tells operators how a load ended that nobody waited for: the second try of a manual refresh that succeeded.
    public func noteBackground(_ result: RefreshResult) {
        guard result.retries > 0, result.isOK, result.cause.trigger == .manual, !result.cause.isStartup else { return }
        post(result)
    }

    private func post(_ result: RefreshResult) {
        let retries = result.retries > 0 ? " • \(result.retries) retries" : ""
        let duration = LogText.duration(result.duration)
        switch result.outcome {
        case .ok: logChannel.post("♻️ **Cache: \(result.name)** — OK • \(duration)\(retries)", from: .job)
        case .failed(let reason):
            logChannel.post("♻️ **Cache: \(result.name)** — FAIL • \(duration)\(retries) • \(reason)", from: .job)
        case .skipped, .cancelled: break
        }
    }

    // MARK: One, several, all

    /// Reading everything anew is for one person of a server at a time, however they spell it.
    private static func cooldown(applies: @escaping @Sendable (CommandLine) -> Bool) -> Cooldown {
        Cooldown("ops refresh all", .seconds(30), per: .server, applies: applies)
    }

    /// What may stand behind `!ops refresh`.
    private static func words(_ buckets: [String]) -> [Completion.Choice] {
        [.init("all"), .init("clansinfo")] + buckets.map { Completion.Choice($0) }
    }

    private static func tokens(_ words: [String]) -> [String] {
        words.flatMap { $0.split(separator: ",") }.map { $0.lowercased() }.filter { !$0.isEmpty }
    }

    private func refresh(_ tokens: [String], _ invocation: Invocation, _ responder: Responder) async throws {
        guard !buckets.names.isEmpty else { throw Refusal("⚠️ No cache buckets registered.", result: .error) }
        guard !tokens.isEmpty else {
            try await responder.reply("Refreshable: all, clansinfo, \(buckets.names.joined(separator: ", "))")
            return
        }
        let (scope, chosen) = try choose(tokens)
        let request = RefreshReport.Request(
            scope: scope, actor: invocation.callerName, actorID: "\(invocation.caller.id)", start: transport.now)
        let progress = Awaitable<[String: RefreshResult]>([:])
        let running = Task {
            await buckets.refresh(chosen, .actor(request.actor)) { result in
                progress.withLock { $0[result.name] = result }
            }
        }
        await responder.showTyping()
        await progress.until(request.start + Self.patience, transport) { $0.count == chosen.count }
        let ended = progress.withLock { $0 }
        let report = report(request, chosen.map { .init(name: $0.name, result: ended[$0.name]) })
        let reply = try await answer(report, responder)
        guard ended.count < chosen.count else { return conclude(report) }
        // Beside the lane, so that the channel is served meanwhile.
        Task {
            let results = await running.value
            let late = self.report(request, results.map { .init(name: $0.name, result: $0) })
            if let reply {
                do {
                    try await responder.edit(reply.id, MessageEdit(embeds: [late.embed(settings())]))
                } catch {
                    logger.warning("refresh reply not edited", error: error)
                }
            }
            conclude(late)
        }
    }

    private func report(_ request: RefreshReport.Request, _ rows: [RefreshReport.Row]) -> RefreshReport {
        RefreshReport(request: request, rows: rows, total: transport.now - request.start)
    }

    private func answer(_ report: RefreshReport, _ responder: Responder) async throws -> Message? {
        do {
            return try await responder.reply(
                MessagePayload(embeds: [report.embed(settings())], allowedMentions: .none))
        } catch {
            logger.warning("refresh embed not sent", error: error)
            return try await responder.reply(report.plainText, step: "plain")
        }
    }

    private func conclude(_ report: RefreshReport) {
        logChannel.post(report.line, unlessSaidAs: report.key)
        logger.info(
            "♻️ **Cache refresh** — completed",
            [
                "actor": .string(report.request.actor), "actor_id": .string(report.request.actorID),
                "buckets": .strings(report.rows.map(\.name)), "duration_ms": .milliseconds(report.total),
                "failures": .int(report.failures),
            ])
    }

    private func choose(_ tokens: [String]) throws -> (scope: String, buckets: [any AnyBucket]) {
        var chosen: [any AnyBucket] = []
        for token in tokens where token != "all" {
            guard let bucket = buckets.bucket(named: token) else {
                let available = buckets.names.joined(separator: ", ")
                throw Refusal(
                    "⚠️ Unknown bucket `\(token.prefix(60).replacing("`", with: "ʼ"))`. Available: \(available)",
                    result: .usage)
            }
            if !chosen.contains(where: { $0.name == bucket.name }) { chosen.append(bucket) }
        }
        if tokens.contains("all") { return ("all", buckets.all) }
        return (chosen.map(\.name).joined(separator: ", "), chosen)
    }

    // MARK: Clans

    private func refreshClans(_ invocation: Invocation, _ responder: Responder) async throws {
        guard let bucket = buckets.bucket(named: "clans") else {
            throw Refusal("⚠️ No clansinfo cache registered.", result: .error)
        }
        let snapshot = await bucket.snapshot()
        if let age = snapshot.age, age < Self.freshness {
            let next = snapshot.untilNextRefresh.map { left in
                left < .zero ? " — overdue by \((.zero - left).compact)" : " Next auto-refresh in \(left.compact)"
            }
            try await responder.reply(
                "✅ Clans cache fresh (\(age.components.seconds / 60)m old).\(next ?? "")")
            return
        }
        let reply = try await responder.reply("Refreshing clans (background).")
        let actor = invocation.callerName
        // Beside the lane, so that the channel is served meanwhile.
        Task {
            let result = await bucket.refresh(.actor(actor))
            let text =
                if result.isOK {
                    "✅ Clans refreshed in \(LogText.duration(result.duration))"
                        + " (\(LogText.count(result.snapshot.itemCount)) clans)."
                } else {
                    "⚠️ Clans refresh failed: \((result.error ?? "-").cell(120))"
                }
            guard let reply else { return }
            do {
                try await responder.edit(reply.id, MessageEdit(content: text))
            } catch {
                logger.warning("refresh reply not edited", error: error)
            }
        }
    }
}
