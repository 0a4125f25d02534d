public import Service

/// Lines about the stations in the life of a panel or a watcher. Source: runtime chapter, section 10.5.
public struct Lifecycle: Sendable {
    private let logger: Logger
    private let deduper: Deduper

    /// Creates the helper.
    /// - Parameter time: transport time.
    public init(logger: Logger, time: any TimeSource) {
        self.logger = logger
        deduper = Deduper(time: time)
    }

    /// Logs `<emoji> <label> — event=<event>[ • key=value…]` and gives it back for posting; nil if the same line was
    /// said within five seconds.
    /// - Parameters:
    ///   - fields: those that say nothing are left out: nil, blank, `-`, `0`, `false`. `flow` is added unless given.
    ///   - label: unless given `Promo panel`, `Welcome panel` or `<Scope> watcher`, by the scope.
    public func line(
        scope: String, event: String, fields: KeyValuePairs<String, String?> = [:], emoji: String = "📘",
        label: String? = nil
    ) -> String? {
        var parts = ["event=\(event)"]
        for (name, value) in fields {
            guard let value, !["", "-", "0", "false"].contains(value.trimmingWhitespace()) else { continue }
            parts.append("\(name)=\(value)")
        }
        if !fields.contains(where: { $0.key == "flow" }) { parts.append("flow=\(scope)") }
        let text = "\(emoji) \(label ?? Self.label(of: scope)) — \(parts.joined(separator: " • "))"
        guard deduper.isNew(text) else { return nil }
        logger.info(text)
        return text
    }

    private static func label(of scope: String) -> String {
        if scope.hasPrefix("promo") { return "Promo panel" }
        if scope.hasPrefix("welcome") { return "Welcome panel" }
        return scope.prefix(1).uppercased() + scope.dropFirst() + " watcher"
    }
}
