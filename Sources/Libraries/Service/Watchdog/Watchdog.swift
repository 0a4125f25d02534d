/// Checks a heartbeat in a loop, and ends the process when its connection is beyond repair.
public actor Watchdog {
    private let thresholds: WatchdogThresholds
    private let heartbeat: Heartbeat
    private let time: any TimeSource
    private let log: Logger
    private let runtimeLog: Logger
    private let latency: @Sendable () async throws -> Double?
    private let exit: @Sendable () async -> Void

    private var loop: Task<Void, any Error>?
    private var hasEnded = false

    /// A watchdog that is not running yet.
    ///
    /// - Parameters:
    ///   - thresholds: clamped if they make no sense.
    ///   - time: transport time, the same that the heartbeat uses.
    ///   - log: for the lines of the checks; `runtimeLog`: for the start of the loop.
    ///   - latency: the last round trip in seconds, if it is known.
    ///   - exit: flushes output and ends the process; called once.
    public init(
        thresholds: WatchdogThresholds,
        heartbeat: Heartbeat,
        time: any TimeSource,
        log: Logger,
        runtimeLog: Logger,
        latency: @escaping @Sendable () async throws -> Double?,
        exit: @escaping @Sendable () async -> Void
    ) {
        self.thresholds = thresholds.clamped
        self.heartbeat = heartbeat
        self.time = time
        self.log = log
        self.runtimeLog = runtimeLog
        self.latency = latency
        self.exit = exit
        if thresholds != self.thresholds {
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
        let interval = WatchdogCheck.plain(thresholds.interval)
        let stall = WatchdogCheck.plain(thresholds.stall)
        let grace = WatchdogCheck.plain(thresholds.disconnectGrace)
        runtimeLog.info(
            "watchdog loop started",
            [
                "interval": .double(thresholds.interval.inSeconds), "stall": .double(thresholds.stall.inSeconds),
                "disconnect_grace": .double(thresholds.disconnectGrace.inSeconds),
            ])
        log.info("[watchdog] active: stall_after=\(stall)s, interval=\(interval)s, disconnect_grace=\(grace)s")
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

    private func run(after delay: Duration) async throws {
        var check = WatchdogCheck(thresholds: thresholds, now: time.now)
        try await time.sleep(for: delay)
        while true {
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
            try await time.sleep(for: thresholds.interval)
        }
    }
}
