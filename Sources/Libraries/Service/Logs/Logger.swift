/// Receives log records. Implementations return at once: whoever logs must never wait for output.
public protocol LogSink: Sendable {
    /// Takes a record.
    func write(_ record: LogRecord)
}

/// A named source of log records.
///
/// ```swift
/// let log = Logger("app.gateway", sink: sink, time: CalendarTime())
/// log.info("session resumed", ["events": .int(replayed)])
/// log.error("connect failed", ["attempt": 3], error: error)
/// ```
///
/// The trace id of a record is ``Trace/current`` of the task that logs.
public struct Logger: Sendable {
    /// The name under which records appear.
    public let name: String
    private let sink: any LogSink
    private let time: any TimeSource

    /// A logger that writes to `sink` and takes timestamps from `time`, which must be calendar time.
    public init(_ name: String, sink: any LogSink, time: any TimeSource) {
        self.name = name
        self.sink = sink
        self.time = time
    }

    /// A logger that drops everything.
    public static let silent = Logger("", sink: NoSink(), time: CalendarTime())

    /// A logger of another name with the same sink and time.
    public func named(_ name: String) -> Logger {
        Logger(name, sink: sink, time: time)
    }

    /// Logs what only someone who investigates wants to see.
    public func debug(
        _ message: String, _ fields: KeyValuePairs<String, LogValue> = [:], error: (any Error)? = nil,
        file: String = #fileID, line: UInt = #line
    ) {
        log(.debug, message, fields, error: error, file: file, line: line)
    }

    /// Logs what an operator may want to see.
    public func info(
        _ message: String, _ fields: KeyValuePairs<String, LogValue> = [:], error: (any Error)? = nil,
        file: String = #fileID, line: UInt = #line
    ) {
        log(.info, message, fields, error: error, file: file, line: line)
    }

    /// Logs what an operator should look at.
    public func warning(
        _ message: String, _ fields: KeyValuePairs<String, LogValue> = [:], error: (any Error)? = nil,
        file: String = #fileID, line: UInt = #line
    ) {
        log(.warning, message, fields, error: error, file: file, line: line)
    }

    /// Logs what has failed.
    public func error(
        _ message: String, _ fields: KeyValuePairs<String, LogValue> = [:], error: (any Error)? = nil,
        file: String = #fileID, line: UInt = #line
    ) {
        log(.error, message, fields, error: error, file: file, line: line)
    }

    /// Logs what keeps the program from doing its work.
    public func critical(
        _ message: String, _ fields: KeyValuePairs<String, LogValue> = [:], error: (any Error)? = nil,
        file: String = #fileID, line: UInt = #line
    ) {
        log(.critical, message, fields, error: error, file: file, line: line)
    }

    /// Logs at a level that is known only at run time. `trace` overrides the task's trace; `stack` is where `error`
    /// came from, unless said otherwise the place that logs it.
    public func log(
        _ level: LogLevel,
        _ message: String,
        _ fields: KeyValuePairs<String, LogValue> = [:],
        error: (any Error)? = nil,
        stack: String? = nil,
        trace: String? = nil,
        file: String = #fileID,
        line: UInt = #line
    ) {
        sink.write(
            LogRecord(
                time: time.now,
                level: level,
                logger: name,
                message: message,
                trace: trace ?? Trace.current,
                fields: fields.map { ($0.key, $0.value) },
                error: error.map { String(describing: $0) },
                stack: stack ?? error.map { _ in "\(file):\(line)" }
            )
        )
    }

    private struct NoSink: LogSink {
        func write(_ record: LogRecord) {}
    }
}
