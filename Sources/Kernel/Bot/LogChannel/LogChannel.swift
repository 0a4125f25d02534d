public import Discord
public import Service

/// The human-readable log lines that operators read in Discord.
///
/// Lines are queued from boot on and sent in order by one sender once the bot is ready, so that no caller ever waits for
/// Discord. The queue is bounded; what it had to drop is said in its place. Text never pings anybody but the roles that a
/// line names on purpose, and secrets are masked. A send that fails for a reason that may pass is attempted three more
/// times. Source: runtime chapter, sections 10.1 and 10.2, item B18.
public final class LogChannel: Sendable {
    /// The most lines that wait at a time.
    public static let capacity = 500
    /// The most UTF-16 units of one message.
    public static let messageLimit = 1800

    /// Who says a line.
    public enum Source: Sendable, Hashable {
        /// Anybody.
        case bot
        /// A job; where there is no channel the line is logged instead.
        case job
        /// Somebody who needs help: if the channel cannot be had, the line goes to the fallback.
        case alert
    }

    /// Where cries for help go if the channel cannot be had.
    public struct Fallback: Sendable, Hashable {
        /// The channel.
        public var channel: ChannelID
        /// Who is mentioned there.
        public var role: RoleID?

        /// A fallback.
        public init(channel: ChannelID, role: RoleID?) {
            self.channel = channel
            self.role = role
        }
    }

    private struct Line {
        /// The root of the nonces of its messages, so that a line which is sent again appears once.
        let id = Trace.make()
        var text: String
        var pings: [RoleID]
        var source: Source
        /// What is logged besides, as DEBUG, if it cannot be sent.
        var failureLine: String?
        /// Shown below the last message of the line.
        var embed: Embed?

        var isUrgent: Bool { source == .alert || text.hasPrefix("❌") }
    }

    /// The fallback is used at most once in so long.
    private static let fallbackInterval = Duration.seconds(600)

    /// The pauses before the further attempts.
    private static let pauses = [Duration.seconds(1), .seconds(5), .seconds(15)]

    private struct State {
        var lines: [Line] = []
        var dropped = 0
        var isOpen = false
        var isClosed = false
        var warnedOfAbsence = false
        var lastFallback: Timestamp?
    }

    private let rest: RESTClient
    private let destination: @Sendable () -> ChannelID?
    private let fallback: @Sendable () -> Fallback?
    private let deduper: Deduper
    private let redactor: Redactor
    private let logger: Logger
    private let time: any TimeSource
    private let activity: ActivityCounter
    private let state = Awaitable(State())

    /// Creates a log channel.
    /// - Parameters:
    ///   - destination: the channel in force; nil where none is configured.
    ///   - fallback: where ❌ lines and alerts go if the channel cannot be had; nil where none is configured.
    ///   - time: transport time, for the pauses between attempts.
    public init(
        rest: RESTClient, destination: @escaping @Sendable () -> ChannelID?,
        fallback: @escaping @Sendable () -> Fallback? = { nil }, redactor: Redactor, logger: Logger,
        time: any TimeSource, activity: ActivityCounter
    ) {
        self.rest = rest
        self.destination = destination
        self.fallback = fallback
        deduper = Deduper(time: time)
        self.redactor = redactor
        self.logger = logger
        self.time = time
        self.activity = activity
    }

    /// Queues a line. Blank text is ignored.
    /// - Parameters:
    ///   - pings: the roles that the line mentions and that shall be notified.
    ///   - embed: shown below the line.
    ///   - failure: what is logged besides, as DEBUG, if the line cannot be sent.
    ///   - key: of two lines with one key within five seconds only the first is sent (runtime chapter, section 10.6).
    public func post(
        _ text: String, with embed: Embed? = nil, pinging pings: [RoleID] = [], from source: Source = .bot,
        orLog failure: String? = nil, unlessSaidAs key: String? = nil
    ) {
        let line = Line(
            text: redactor.line(text.trimmingWhitespace()), pings: pings, source: source, failureLine: failure,
            embed: embed?.masked { redactor.reply($0) })
        guard !line.text.isEmpty, key.map(deduper.isNew) ?? true else { return }
        guard destination() != nil || line.isUrgent && fallback() != nil else { return warnOfAbsence(line) }
        enqueue(line)
    }

    private func enqueue(_ line: Line) {
        // Before the sender can see the line, and end the piece of work that it is.
        activity.begin()
        let hasDropped = state.withLock { state in
            guard !state.isClosed else { return true }
            state.warnedOfAbsence = false
            let isFull = state.lines.count >= Self.capacity
            if isFull {
                state.lines.removeFirst()
                state.dropped += 1
            }
            state.lines.append(line)
            return isFull
        }
        if hasDropped { activity.end() }
    }

    /// Lets the sender send: the bot is ready.
    public func open() {
        state.withLock { $0.isOpen = true }
    }

    /// Sends lines as they come, until cancelled.
    public func run() async {
        while !Task.isCancelled {
            await state.until { $0.isOpen && !$0.lines.isEmpty }
            await sendAll()
        }
    }

    /// Sends what is queued, for a shutdown; gives up when the caller's task is cancelled.
    public func flush() async {
        await sendAll()
        let isCutOff = Task.isCancelled
        let left = state.withLock { state in
            defer { if isCutOff { state.lines = [] } }
            return state.lines.count
        }
        // Nobody will send them any more, so they are no work in hand.
        if isCutOff { for _ in 0..<left { activity.end() } }
        if left > 0 { logger.warning("log messages left unsent", ["count": .int(left)]) }
    }

    /// Takes no more lines: nobody will send them. For when the last ones were flushed.
    public func close() {
        let left = state.withLock { state in
            defer { (state.isClosed, state.lines) = (true, []) }
            return state.lines.count
        }
        for _ in 0..<left { activity.end() }
    }

    private func sendAll() async {
        while !Task.isCancelled, await sendNext() {}
    }

    private func sendNext() async -> Bool {
        let next = state.withLock { state -> (line: Line, dropped: Int)? in
            guard state.isOpen, !state.lines.isEmpty else { return nil }
            defer { state.dropped = 0 }
            return (state.lines.removeFirst(), state.dropped)
        }
        guard let (line, dropped) = next else { return false }
        guard let channel = destination() else {
            await callForHelp(line)
            activity.end()
            return true
        }
        do {
            if dropped > 0 { try await send("dropped=\(dropped)", of: line, part: 0, to: channel) }
            var isSent = true
            let parts = Self.parts(of: line.text)
            for (index, text) in parts.enumerated() {
                let isPartSent = try await send(
                    text, of: line, part: index + 1, with: index == parts.count - 1 ? line.embed : nil,
                    pinging: line.pings, to: channel)
                isSent = isSent && isPartSent
            }
            if !isSent { await callForHelp(line) }
            activity.end()
        } catch {
            // Cut off by a shutdown, whose flush sends it again.
            state.withLock { state in
                state.lines.insert(line, at: 0)
                state.dropped += dropped
            }
        }
        return true
    }

    /// Sends one message of a line. What cannot be sent is logged, and false.
    /// - Throws: `CancellationError` if the task was cancelled before the outcome was known.
    @discardableResult
    private func send(
        _ text: String, of line: Line, part: Int, with embed: Embed? = nil, pinging roles: [RoleID] = [],
        to channel: ChannelID
    ) async throws(CancellationError) -> Bool {
        var payload = MessagePayload(content: text, allowedMentions: .roles(roles))
        if let embed { payload.embeds = [embed] }
        payload.nonce = Nonce.derived(from: line.id, step: "log \(part)")
        payload.enforcesNonce = true
        var pauses = Self.pauses[...]
        while true {
            do throws(RESTError) {
                _ = try await rest.createMessage(payload, in: channel)
                return true
            } catch {
                guard !Task.isCancelled else { throw CancellationError() }
                guard error.isTransient, let pause = pauses.popFirst() else {
                    noteFailure(error, of: line, in: channel)
                    return false
                }
                do { try await time.sleep(for: pause) } catch { throw CancellationError() }
            }
        }
    }

    private func noteFailure(_ error: RESTError, of line: Line, in channel: ChannelID) {
        if let failure = line.failureLine { logger.debug(failure, error: error) }
        guard line.source == .job else {
            logger.warning("failed to send log message", ["channel_id": .string("\(channel)")], error: error)
            return
        }
        let isGone = [403, 404].contains(error.api?.status)
        logger.warning(
            isGone
                ? "[cron] ops channel unavailable: \(line.text)"
                : "[cron] ops channel send failed: \(ErrorText.reason(error))")
    }

    /// Sends an urgent line to the fallback (item B34).
    private func callForHelp(_ line: Line) async {
        guard line.isUrgent, let fallback = fallback() else { return }
        let isDue = state.withLock { state in
            if let last = state.lastFallback, time.now - last < Self.fallbackInterval { return false }
            state.lastFallback = time.now
            return true
        }
        guard isDue, let text = Self.parts(of: line.text).first else { return }
        let mention = fallback.role.map { "<@&\($0)> " } ?? ""
        var payload = MessagePayload(
            content: mention + text, allowedMentions: .roles(fallback.role.map { [$0] } ?? []))
        payload.nonce = Nonce.derived(from: line.id, step: "help")
        payload.enforcesNonce = true
        do {
            _ = try await rest.createMessage(payload, in: fallback.channel)
        } catch {
            logger.warning(
                "failed to send log message", ["channel_id": .string("\(fallback.channel)")], error: error)
        }
    }

    private func warnOfAbsence(_ line: Line) {
        if let failure = line.failureLine { logger.debug(failure, ["reason": .string("no log channel")]) }
        if line.source == .job { return logger.warning("[cron] ops channel missing: \(line.text)") }
        let isFirst = state.withLock { state in
            defer { state.warnedOfAbsence = true }
            return !state.warnedOfAbsence
        }
        if isFirst {
            logger.warning("Log channel disabled; set LOG_CHANNEL_ID to enable Discord log posting.")
        }
    }

    /// Cuts text at line ends into messages; a line longer than a message is cut where it must be.
    public static func parts(of text: String) -> [String] { text.chunked(toUTF16: messageLimit) }
}
