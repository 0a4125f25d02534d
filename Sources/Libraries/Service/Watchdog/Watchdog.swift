/// Checks a heartbeat in a loop, and ends the process when its connection is beyond repair.
public actor Watchdog {
    private let currentThresholds: @Sendable () -> WatchdogThresholds
    private var thresholds: WatchdogThresholds
    private let heartbeat: Heartbeat
    private let time: any TimeSource
    private let log: Logger
    private let runtimeLog: Logger
    private let latency: @Sendable () async throws -> Double?
    private let exit: @Sendable () async -> Void

    private var loop: Task<Void, any Error>?
    private var nap: Task<Void, Never>?
    private var hasEnded = false

    /// A watchdog that is not running yet.
    ///
    /// - Parameters:
    ///   - thresholds: those in force, asked for at each check; clamped if they make no sense.
    ///   - time: transport time, the same that the heartbeat uses.
    ///   - log: for the lines of the checks; `runtimeLog`: for the start of the loop.
    ///   - latency: the last round trip in seconds, if it is known.
    ///   - exit: flushes output and ends the process; called once.
    public init(
        thresholds: @escaping @Sendable () -> WatchdogThresholds,
        heartbeat: Heartbeat,
        time: any TimeSource,
        log: Logger,
        runtimeLog: Logger,
        latency: @escaping @Sendable () async throws -> Double?,
        exit: @escaping @Sendable () async -> Void
    ) {
        currentThresholds = thresholds
        let given = thresholds()
        self.thresholds = given.clamped
        self.heartbeat = heartbeat
        self.time = time
        self.log = log
        self.runtimeLog = runtimeLog
        self.latency = latency
        self.exit = exit
        if given != self.thresholds {
            log.warning(
                "watchdog thresholds clamped",
                [
                    "interval": "\(WatchdogCheck.plain(self.thresholds.interval))",
                    "stall": "\(WatchdogCheck.plain(self.thresholds.stall))",
                    "disconnect_grace": "\(WatchdogCheck.plain(self.thresholds.disconnectGrace))",
                ])
        }
    }

    /// Starts the loop, whose first check comes after `delay`. A loop that runs already goes on undisturbed. Returns the
    /// thresholds in force.
    @discardableResult
    public func start(after delay: Duration = .seconds(5)) async -> WatchdogThresholds {
        if let loop {
            guard hasEnded else { return thresholds }
            if case .failure(let error) = await loop.result {
                runtimeLog.error("previous watchdog task exited", error: error)
            }
        }
        hasEnded = false
        runtimeLog.info(
            "watchdog loop started",
            [
                "interval": .double(thresholds.interval.inSeconds), "stall": .double(thresholds.stall.inSeconds),
                "disconnect_grace": .double(thresholds.disconnectGrace.inSeconds),
            ])
        tellThresholds()
        loop = Task {
            defer { hasEnded = true }
            try await run(after: delay)
        }
        return thresholds
    }

    /// Ends the loop.
    public func stop() {
        loop?.cancel()
    }

    /// Takes the thresholds in force, which may be others than before, and lets the next check come when it is due by
    /// them. A loop that does not run yet takes them when it starts.
    public func replan() {
        takeThresholds()
        nap?.cancel()
    }

    private func takeThresholds() {
        let current = currentThresholds().clamped
        guard current != thresholds else { return }
        thresholds = current
        if loop != nil { tellThresholds() }
    }

    private func tellThresholds() {
        let interval = WatchdogCheck.plain(thresholds.interval)
        let stall = WatchdogCheck.plain(thresholds.stall)
        let grace = WatchdogCheck.plain(thresholds.disconnectGrace)
        log.info("[watchdog] active: stall_after=\(stall)s, interval=\(interval)s, disconnect_grace=\(grace)s")
    }

    private func run(after delay: Duration) async throws {
        var check = WatchdogCheck(thresholds: thresholds, now: time.now)
        try await time.sleep(for: delay)
        while true {
            takeThresholds()
            check.thresholds = thresholds
            let checked = time.now
            do {
                let latency = try await latency()
                switch check.judge(heartbeat.snapshot, latency: latency, now: time.now) {
                case .quiet: break
                case .healthy(let line): log.info(line)
                case .exit(let line):
                    log.error(line)
                    await exit()
                    return
                }
            } catch {
                try Task.checkCancellation()
                log.error("[watchdog] error during probe: \(error)")
            }
            while time.now < checked + thresholds.interval { try await sleep(until: checked + thresholds.interval) }
        }
    }

    /// Sleeps until then, or until ``replan()`` wakes it.
    private func sleep(until due: Timestamp) async throws {
        let nap = Task { [time] in _ = try? await time.sleep(until: due) }
        self.nap = nap
        await withTaskCancellationHandler {
            await nap.value
        } onCancel: {
            nap.cancel()
        }
        try Task.checkCancellation()
    }
}
