public import Service

/// The jobs of all features: plans them, runs each in a wrapper that logs and counts, and knows what comes next.
///
/// ```swift
/// let jobs = JobCenter(services)
/// await jobs.start(features)      // at boot
/// await jobs.catchUp()            // once ready: slots that were missed while the process was down
/// await jobs.announce()           // the schedule post
/// ```
///
/// Source: runtime chapter, sections 12.4 and 12.5.
public actor JobCenter {
    /// What the center works with.
    public struct Services: Sendable {
        /// Slots.
        public var calendar: any TimeSource
        /// Durations.
        public var transport: any TimeSource
        /// Where the `[cron]` lines go.
        public var logger: Logger
        /// Where the schedule is posted.
        public var logChannel: LogChannel
        /// Whether a toggle is on.
        public var isEnabled: @Sendable (String) -> Bool
        /// Whether anything is known of a toggle: false as long as they could not be read.
        public var isKnown: @Sendable (String) -> Bool
        /// When jobs last succeeded.
        public var markers: JobMarkers
        /// Counts runs in progress.
        public var activity: ActivityCounter

        /// Collects services.
        public init(
            calendar: any TimeSource, transport: any TimeSource, logger: Logger, logChannel: LogChannel,
            isEnabled: @escaping @Sendable (String) -> Bool,
            isKnown: @escaping @Sendable (String) -> Bool = { _ in true }, markers: JobMarkers,
            activity: ActivityCounter
        ) {
            self.calendar = calendar
            self.transport = transport
            self.logger = logger
            self.logChannel = logChannel
            self.isEnabled = isEnabled
            self.isKnown = isKnown
            self.markers = markers
            self.activity = activity
        }
    }

    /// A loop that is no job but that people look for among the jobs.
    public struct StandingLoop: Sendable {
        /// Its name.
        public var name: String
        /// The heading under which it is listed.
        public var component: String
        /// Its rhythm.
        public var schedule: @Sendable () -> Schedule
        /// When it comes round next, if that is known.
        public var next: @Sendable () async -> Timestamp?

        /// A loop.
        public init(
            name: String, component: String = "default", schedule: @escaping @Sendable () -> Schedule,
            next: @escaping @Sendable () async -> Timestamp? = { nil }
        ) {
            self.name = name
            self.component = component
            self.schedule = schedule
            self.next = next
        }
    }

    /// A job as people see it.
    public struct Listing: Sendable {
        /// Its name.
        public var name: String
        /// Its name in `[cron]` lines; nil for a loop that has none.
        public var telemetryName: String?
        /// The heading under which it is listed.
        public var component: String
        /// Its name in the schedule post.
        public var postName: String?
        /// Its rhythm; nil where there is none at present.
        public var schedule: Schedule?
        /// Its next slot.
        public var next: Timestamp?
        /// Why it cannot be planned.
        public var failure: String?
    }

    private struct Entry {
        var job: Job
        var gate: Gate
        /// The rhythm that was told last.
        var schedule: Schedule?
        /// Whether its own registration line stands in the log since its gate opened.
        var isTold = false
    }

    /// What its runs were like.
    public nonisolated let history = JobHistory()

    private let services: Services
    private let scheduler: Scheduler
    private let loops: [StandingLoop]
    private var entries: [Entry] = []
    private var isAnnounced = false

    /// A center without jobs.
    public init(_ services: Services, loops: [StandingLoop] = []) {
        self.services = services
        self.loops = loops
        scheduler = Scheduler(calendar: services.calendar, activity: services.activity)
    }

    /// Registers the jobs of all features. A job that cannot be planned holds up no other.
    public func start(_ features: [any Feature]) async {
        for feature in features {
            for job in feature.jobs { await register(job, behind: feature.gate) }
        }
        if !entries.contains(where: { $0.job.name.hasPrefix("cache_refresh:") }) {
            services.logger.info("[cron] no cache refresh jobs registered")
        }
    }

    private func register(_ job: Job, behind gate: Gate) async {
        let isNew = await scheduler.add(
            job.name, schedule: { try? job.schedule() }, jitter: job.jitter,
            work: { [weak self] slot in await self?.run(job, behind: gate, on: slot) })
        guard isNew else { return }
        entries.append(Entry(job: job, gate: gate))
        do {
            guard let schedule = try job.schedule() else { return }
            entries[entries.count - 1].schedule = schedule
            guard job.registrationLine == nil else { return tellRegistration(of: entries.count - 1) }
            services.logger.info(Self.registrationLine(job, schedule))
        } catch {
            services.logger.warning("failed to schedule \(job.postName ?? job.name)", error: error)
        }
    }

    private static func registrationLine(_ job: Job, _ schedule: Schedule) -> String {
        "[cron] registered job: \(job.name) interval=\(schedule.shortCadence)"
    }

    /// Logs the own registration line of a job once its gate is open, and again when it opens anew.
    private func tellRegistration(of index: Int) {
        let entry = entries[index]
        guard let line = entry.job.registrationLine else { return }
        let isDue = entry.schedule != nil && entry.gate.isOpen(services.isEnabled)
        if isDue, !entry.isTold { services.logger.info(line) }
        entries[index].isTold = isDue
    }

    /// Asks for all schedules again, after a reload, and logs those that changed.
    public func replan() async {
        for index in entries.indices {
            noteRhythm(of: index)
            tellRegistration(of: index)
        }
        await scheduler.replan()
    }

    private func noteRhythm(of index: Int) {
        let (job, former) = (entries[index].job, entries[index].schedule)
        let schedule: Schedule?
        // One that cannot be planned was logged when it was registered, and is told again once it can.
        do { schedule = try job.schedule() } catch { return }
        guard schedule != former else { return }
        entries[index].schedule = schedule
        switch (former, schedule) {
        case (_, nil):
            services.logger.info("[cron] unscheduled job: \(job.name)")
        case (nil, let schedule?):
            if job.registrationLine == nil { services.logger.info(Self.registrationLine(job, schedule)) }
        case (let former?, let schedule?):
            services.logger.info(
                "[cron] rescheduled job: \(job.name) interval=\(schedule.shortCadence) was=\(former.shortCadence)")
        }
    }

    /// Runs the jobs whose latest slot was missed and may still be made up for. For a fresh process, once the switches
    /// are known.
    public func catchUp() async {
        let now = services.calendar.now
        for entry in entries where entry.gate.isOpen(services.isEnabled) {
            guard let window = entry.job.catchUp, let schedule = try? entry.job.schedule(),
                let slot = schedule.latest(upTo: now, within: window.length(at: now))
            else { continue }
            if let last = await services.markers.last(of: entry.job.name), last >= slot { continue }
            services.logger.info("[cron] catch-up job=\(entry.job.telemetryName) slot=\(slot.iso8601)")
            await scheduler.catchUp(entry.job.name, on: slot)
        }
    }

    /// Posts the schedule, once per process.
    public func announce() async {
        guard !isAnnounced else { return }
        isAnnounced = true
        let posted = await listings().filter { $0.postName != nil && ($0.schedule != nil || $0.failure != nil) }
        guard !posted.isEmpty else { return }
        services.logChannel.post(SchedulePost.text(posted), from: .job)
    }

    /// Every job whose gate is open, in the order of registration, and the loops.
    public func listings() async -> [Listing] {
        var listings: [Listing] = []
        for entry in entries where entry.gate.isOpen(services.isEnabled) {
            var listing = Listing(
                name: entry.job.name, telemetryName: entry.job.telemetryName, component: entry.job.component,
                postName: entry.job.postName)
            do {
                listing.schedule = try entry.job.schedule()
                listing.next = await scheduler.next(of: entry.job.name)
            } catch {
                listing.failure = ErrorText.reason(error)
            }
            if listing.schedule != nil || listing.failure != nil { listings.append(listing) }
        }
        for loop in loops {
            listings.append(
                Listing(
                    name: loop.name, component: loop.component, schedule: loop.schedule(), next: await loop.next()))
        }
        return listings
    }

    /// A job or loop and the switches in front of it.
    public struct Standing: Sendable {
        /// Its name.
        public var name: String
        /// The switches.
        public var gate: Gate
        /// Why it cannot be planned.
        public var failure: String?

        /// Something that can be planned.
        public init(name: String, gate: Gate) {
            self.name = name
            self.gate = gate
        }
    }

    /// Every job and loop, also those that are switched off, in the order of registration.
    public func standing() -> [Standing] {
        let jobs = entries.map { entry in
            var standing = Standing(name: entry.job.name, gate: entry.gate)
            do { _ = try entry.job.schedule() } catch { standing.failure = ErrorText.reason(error) }
            return standing
        }
        return jobs + loops.map { Standing(name: $0.name, gate: .always) }
    }

    /// Cancels what waits and what runs.
    public func stop() async { await scheduler.stop() }

    // MARK: The wrapper

    private func run(_ job: Job, behind gate: Gate, on slot: Timestamp) async {
        guard gate.isOpen(services.isEnabled) else { return skip(job, behind: gate) }
        await Trace.$current.withValue(Trace.make()) { await perform(job, on: slot) }
    }

    /// A slot passes because the feature is off, or because nobody can tell whether it is.
    private func skip(_ job: Job, behind gate: Gate) {
        if let key = gate.keys.first, !gate.keys.contains(where: services.isKnown) {
            services.logger.error("feature toggle check failed", ["feature": .string(key)])
        } else if let line = job.skippedLine {
            services.logger.debug(line)
        }
    }

    private func perform(_ job: Job, on slot: Timestamp) async {
        let begin = (calendar: services.calendar.now, transport: services.transport.now)
        let name = job.telemetryName
        services.logger.info("[cron] start job=\(name)")
        let result: Result<JobOutcome, any Error>
        do { result = .success(try await job.run(slot)) } catch { result = .failure(error) }
        let duration = services.transport.now - begin.transport
        let milliseconds = Int(duration / .milliseconds(1))
        switch result {
        case .success(let outcome):
            services.logger.info(
                "[cron] result job=\(name) ok=true dur_ms=\(milliseconds)"
                    + " rows=\(outcome.rows.map { String($0) } ?? "-") retries=\(outcome.retries)")
            history.note(
                .init(
                    start: begin.calendar, isOK: true, duration: duration, rows: outcome.rows,
                    retries: outcome.retries), of: name)
            if job.catchUp != nil { await services.markers.note(job.name, at: begin.calendar) }
        case .failure(let error):
            // The program is stopping; the next process makes up for the run.
            if Task.isCancelled { return }
            let retries = (error as? JobFailure)?.retries ?? 0
            noteFailure(of: job, error)
            services.logger.error(
                "[cron] result job=\(name) ok=false dur_ms=\(milliseconds) retries=\(retries)"
                    + " err=\(ErrorText.reason(error))")
            history.note(.init(start: begin.calendar, isOK: false, duration: duration, retries: retries), of: name)
        }
    }

    private func noteFailure(of job: Job, _ error: any Error) {
        if let line = job.failureLine {
            services.logger.error(line, ["job": .string(job.name)], error: error)
        } else {
            services.logger.error(
                job.usualFailureLine, ["job_name": .string(job.name), "tag": .string(job.component)], error: error)
        }
    }
}

extension Job {
    fileprivate var usualFailureLine: String {
        if case .cron = try? schedule() { return "cron job error" }
        return "recurring job error"
    }
}

extension Job.CatchUp {
    /// How far back a slot may lie at some point of calendar time; negative if it is too late.
    fileprivate func length(at now: Timestamp) -> Duration {
        let day = Duration.seconds(86_400)
        let sinceMidnight = now - .origin - day * (Int(now.sinceOrigin / day))
        switch self {
        case .within(let duration): return duration
        case .sameDay: return sinceMidnight
        case .until(let end):
            let end = Duration.seconds(end.hour * 3600 + end.minute * 60)
            return sinceMidnight <= end ? sinceMidnight : .seconds(-1)
        }
    }
}
