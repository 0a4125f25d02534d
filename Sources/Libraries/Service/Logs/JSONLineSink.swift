import Glibc

/// Writes records as lines of JSON to standard output, or to wherever `output` puts them; see ``LogLine`` for the form.
///
/// Callers never wait: records go into a bounded queue that one thread drains. When output is slower than the program
/// for long, the newest records are dropped, and a line says how many once there is room again.
public final class JSONLineSink: LogSink {
    /// What all lines have in common.
    public struct Options: Sendable {
        /// Records below this level are dropped at once.
        public var level: LogLevel = .info
        /// The value of `env` on every line.
        public var environment = ""
        /// The value of `bot` on every line.
        public var bot = ""
        /// Masks secrets in messages, fields, errors and stacks.
        public var redactor: Redactor?
        /// How many records may wait for output.
        public var capacity = 20_000

        /// The defaults above.
        public init() {}
    }

    private struct State {
        var queue: [LogRecord] = []
        var accepted: UInt64 = 0
        var written: UInt64 = 0
        var dropped: UInt64 = 0
        var isEnding = false
        var flushes: [(upTo: UInt64, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let options: Options
    private let monitor = ThreadMonitor(State())

    /// A sink that hands chunks of whole lines to `output`, on a thread of its own, one at a time; `output` may block.
    public init(options: Options, output: @escaping @Sendable ([UInt8]) -> Void = JSONLineSink.standardOutput) {
        self.options = options
        let monitor = monitor
        DedicatedThread.startDetached(name: "log") {
            Self.drain(monitor, options: options, output: output)
        }
    }

    deinit { close() }

    /// Ends the thread once what was queued is written. What is queued later is lost.
    public func close() {
        monitor.update { $0.isEnding = true }
    }

    /// How many records were dropped because output was too slow.
    public var droppedCount: UInt64 {
        monitor.read { $0.dropped }
    }

    /// Queues a record; returns at once.
    public func write(_ record: LogRecord) {
        guard record.level >= options.level else { return }
        let capacity = options.capacity
        monitor.update { state in
            guard !state.isEnding else { return }
            guard state.queue.count < capacity else {
                state.dropped += 1
                return
            }
            state.queue.append(record)
            state.accepted += 1
        }
    }

    /// Returns once everything that was queued before the call is with the output.
    public func flush() async {
        await withCheckedContinuation { continuation in
            let isDone = monitor.update { state in
                guard state.written < state.accepted else { return true }
                state.flushes.append((state.accepted, continuation))
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    /// Blocks the calling thread until everything is with the output, or `limit` has passed: for the last moment before
    /// the process exits.
    public func flushBeforeExit(within limit: Duration = .seconds(2)) {
        _ = monitor.wait(atMost: limit) { state in
            state.written >= state.accepted ? () : nil
        }
    }

    /// Writes to standard output, and gives up on a chunk if that is closed.
    @Sendable public static func standardOutput(_ chunk: [UInt8]) {
        var rest = chunk[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // Somebody made standard output non-blocking; this thread may wait for it.
                var descriptor = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                poll(&descriptor, 1, 1000)
            } else if errno != EINTR {
                return
            }
        }
    }

    private static func drain(
        _ monitor: ThreadMonitor<State>, options: Options, output: @Sendable ([UInt8]) -> Void
    ) {
        var toldDropped: UInt64 = 0
        while true {
            let batch = monitor.wait { state -> (records: [LogRecord], dropped: UInt64)? in
                guard !state.queue.isEmpty || state.isEnding else { return nil }
                defer { state.queue.removeAll(keepingCapacity: true) }
                return (state.queue, state.dropped)
            }
            guard let batch, !batch.records.isEmpty else { return }
            var chunk: [UInt8] = []
            for record in batch.records {
                chunk += line(record, options)
                if chunk.count > 1 << 18 {
                    output(chunk)
                    chunk = []
                }
            }
            if batch.dropped > toldDropped, let last = batch.records.last {
                let lost = Int(batch.dropped - toldDropped)
                let notice = LogRecord(
                    time: last.time, level: .warning, logger: "log", message: "log records dropped",
                    fields: [("dropped", .int(lost))])
                chunk += line(notice, options)
                toldDropped = batch.dropped
            }
            output(chunk)
            let flushed = monitor.update { state -> [CheckedContinuation<Void, Never>] in
                state.written += UInt64(batch.records.count)
                let done = state.flushes.filter { $0.upTo <= state.written }
                state.flushes.removeAll { $0.upTo <= state.written }
                return done.map(\.continuation)
            }
            for continuation in flushed { continuation.resume() }
        }
    }

    private static func line(_ record: LogRecord, _ options: Options) -> [UInt8] {
        LogLine(record, environment: options.environment, bot: options.bot, redactor: options.redactor).bytes
    }
}
