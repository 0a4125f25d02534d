/// Why a bucket is loaded, and for whom.
public struct RefreshCause: Sendable, Hashable {
    /// The kinds that telemetry knows.
    public enum Trigger: String, Sendable, Hashable {
        case manual, cron, schedule
    }

    /// The kind of cause.
    public let trigger: Trigger
    /// Who asked; nil for a load that a stale read caused.
    public let actor: String?
    /// Whether it belongs to the pass at startup, which begins with a line of its own.
    public let isStartup: Bool

    private init(trigger: Trigger, actor: String?, isStartup: Bool = false) {
        self.trigger = trigger
        self.actor = actor
        self.isStartup = isStartup
    }

    /// The pass at startup.
    public static let startup = RefreshCause(trigger: .manual, actor: "startup", isStartup: true)
    /// The scheduler.
    public static let scheduler = RefreshCause(trigger: .cron, actor: "scheduler")
    /// A reader who found the value stale.
    public static let staleRead = RefreshCause(trigger: .schedule, actor: nil)

    /// Anyone by name; `scheduler` and `cron` count as the scheduler (coreops chapter, section 8.3).
    public static func actor(_ name: String) -> RefreshCause {
        ["scheduler", "cron"].contains(name) ? .scheduler : RefreshCause(trigger: .manual, actor: name)
    }

    /// The trigger in log lines, where a stale read counts as `cron`.
    var shownTrigger: String { trigger == .manual ? "manual" : "cron" }
    /// The actor in log lines.
    var shownActor: String { actor ?? "-" }
}
