public import Discord
public import Service
import Synchronization

/// The human-readable log lines that operators read in Discord.
///
/// Lines are queued from boot on and sent in order by one sender once the bot is ready, so that no caller ever waits for
/// Discord. The queue is bounded; what it had to drop is said in its place. Text never pings anybody but the roles that a
/// line names on purpose, and secrets are masked. Source: runtime chapter, sections 10.1 and 10.2, item B18.
public final class LogChannel: Sendable {
    /// The most lines that wait at a time.
    public static let capacity = 500
    /// The most characters of one message.
    public static let messageLimit = 1800

    private struct Line {
        /// The root of the nonces of its messages.
        let id = Trace.make()
        var text: String
        var pings: [RoleID]
    }

    private struct State {
        var lines: [Line] = []
        var dropped = 0
        var isOpen = false
        var warnedOfAbsence = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let rest: RESTClient
    private let destination: @Sendable () -> ChannelID?
    private let redactor: Redactor
    private let logger: Logger
    private let time: any TimeSource
    private let activity: ActivityCounter
    private let state = Mutex(State())

    /// Creates a log channel.
    /// - Parameters:
    ///   - destination: the channel in force; nil where none is configured.
    ///   - time: transport time, for the pauses between attempts.
    public init(
        rest: RESTClient, destination: @escaping @Sendable () -> ChannelID?, redactor: Redactor, logger: Logger,
        time: any TimeSource, activity: ActivityCounter
    ) {
        self.rest = rest
        self.destination = destination
        self.redactor = redactor
        self.logger = logger
        self.time = time
        self.activity = activity
    }

    /// Queues a line. Blank text is ignored.
    /// - Parameter pings: the roles that the line mentions and that shall be notified.
    public func post(_ text: String, pinging pings: [RoleID] = []) {
        let text = redactor.line(text.trimmingWhitespace())
        guard !text.isEmpty else { return }
        guard destination() != nil else { return warnOfAbsence() }
        let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.warnedOfAbsence = false
            if state.lines.count >= Self.capacity {
                state.lines.removeFirst()
                state.dropped += 1
                activity.end()
            }
            state.lines.append(Line(text: text, pings: pings))
            activity.begin()
            guard state.isOpen else { return nil }
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    /// Lets the sender send: the bot is ready.
    public func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    /// Sends lines as they come, until cancelled.
    public func run() async {
        while !Task.isCancelled {
            if await sendNext() { continue }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let hasWork = state.withLock { state -> Bool in
                        if Task.isCancelled || (state.isOpen && !state.lines.isEmpty) { return true }
                        state.waiting = continuation
                        return false
                    }
                    if hasWork { continuation.resume() }
                }
            } onCancel: {
                let waiting = state.withLock { state in
                    defer { state.waiting = nil }
                    return state.waiting
                }
                waiting?.resume()
            }
        }
    }

    /// Sends what is queued, each line once, for a shutdown; gives up when the caller's task is cancelled.
    public func flush() async {
        while !Task.isCancelled, await sendNext() {}
        let left = state.withLock { $0.lines.count }
        if left > 0 { logger.warning("log messages left unsent", ["count": .int(left)]) }
    }

    private func sendNext() async -> Bool {
        let next = state.withLock { state -> (line: Line, dropped: Int)? in
            guard state.isOpen, !state.lines.isEmpty else { return nil }
            defer { state.dropped = 0 }
            return (state.lines.removeFirst(), state.dropped)
        }
        guard let next else { return false }
        if let channel = destination() {
            var parts = Self.parts(of: next.line.text).map { (text: $0, pings: next.line.pings) }
            if next.dropped > 0 { parts.insert(("dropped=\(next.dropped)", []), at: 0) }
            for (index, part) in parts.enumerated() {
                let nonce = Nonce.derived(from: next.line.id, step: "log.\(index)")
                guard await send(part.text, pinging: part.pings, to: channel, nonce: nonce) else {
                    // Whoever flushes sends it again; the nonces keep it from being there twice.
                    state.withLock { state in
                        state.lines.insert(next.line, at: 0)
                        state.dropped += next.dropped
                    }
                    return false
                }
            }
        }
        activity.end()
        return true
    }

    /// Sends one message. False if the caller's task was cancelled before it was known to be there.
    private func send(_ text: String, pinging roles: [RoleID], to channel: ChannelID, nonce: String) async -> Bool {
        var payload = MessagePayload(content: text, allowedMentions: .roles(roles))
        payload.nonce = nonce
        payload.enforcesNonce = true
        var pauses = [Duration.seconds(1), .seconds(5)][...]
        while true {
            do {
                _ = try await rest.createMessage(payload, in: channel)
                return true
            } catch {
                if Task.isCancelled { return false }
                guard let pause = pauses.popFirst() else {
                    logger.warning(
                        "failed to send log message", ["channel_id": .string("\(channel)")], error: error)
                    return true
                }
                try? await time.sleep(for: pause)
            }
        }
    }

    private func warnOfAbsence() {
        let isFirst = state.withLock { state in
            defer { state.warnedOfAbsence = true }
            return !state.warnedOfAbsence
        }
        if isFirst {
            logger.warning("Log channel disabled; set LOG_CHANNEL_ID to enable Discord log posting.")
        }
    }

    /// Cuts text at line ends into messages; a line longer than a message is cut where it must be.
    static func parts(of text: String) -> [String] {
        var parts: [String] = []
        var current = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if !current.isEmpty, current.count + 1 + line.count > messageLimit {
                parts.append(current)
                current = ""
            }
            var rest = line
            while rest.count > messageLimit {
                parts.append(String(rest.prefix(messageLimit)))
                rest = rest.dropFirst(messageLimit)
            }
            current += (current.isEmpty ? "" : "\n") + rest
        }
        return current.isEmpty ? parts : parts + [current]
    }
}
