/// How much a log record matters.
public enum LogLevel: Int, Sendable, Comparable, CaseIterable {
    case debug, info, warning, error, critical

    /// Whether one level matters less than the other.
    public static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The name in upper case: `DEBUG`, `INFO`, `WARNING`, `ERROR`, `CRITICAL`.
    public var name: String {
        switch self {
        case .debug: "DEBUG"
        case .info: "INFO"
        case .warning: "WARNING"
        case .error: "ERROR"
        case .critical: "CRITICAL"
        }
    }

    /// A level from its name in any case; `warn` counts as warning. Unknown names give nil.
    public init?(name: String) {
        switch name.lowercased() {
        case "debug": self = .debug
        case "info": self = .info
        case "warning", "warn": self = .warning
        case "error": self = .error
        case "critical": self = .critical
        default: return nil
        }
    }
}

/// One event worth telling: a constant message and the fields that say what it was about.
public struct LogRecord: Sendable {
    /// When it happened, in calendar time.
    public var time: Timestamp
    /// How much it matters.
    public var level: LogLevel
    /// The name of the part of the program that speaks.
    public var logger: String
    /// What happened.
    public var message: String
    /// The id that ties records of one cause together; empty if there is none.
    public var trace: String
    /// Details, in the order in which they are written.
    public var fields: [(key: String, value: LogValue)]
    /// The error that caused the record, as text.
    public var error: String?
    /// Where the error came from, one frame a line.
    public var stack: String?

    /// A record; see the properties for what each argument means.
    public init(
        time: Timestamp,
        level: LogLevel,
        logger: String,
        message: String,
        trace: String = "",
        fields: [(key: String, value: LogValue)] = [],
        error: String? = nil,
        stack: String? = nil
    ) {
        self.time = time
        self.level = level
        self.logger = logger
        self.message = message
        self.trace = trace
        self.fields = fields
        self.error = error
        self.stack = stack
    }

    /// The first field of that name.
    public subscript(field: String) -> LogValue? {
        fields.first { $0.key == field }?.value
    }
}
