import Configuration

/// The switches in front of the two watchers of tickets. Source: runtime chapter, section 4.6.
enum TicketWatchers {
    /// Each watcher with the switch that holds it back, if one does.
    static func states(_ toggles: Toggles) -> [(name: String, blocking: String?)] {
        func blocked(_ key: String) -> Bool { !toggles.state(of: key).isOn }
        func present(_ keys: [String]) -> [String] {
            keys.filter { if case .missing = toggles.state(of: $0) { false } else { true } }
        }
        let welcome =
            ["welcome_watcher_enabled", "recruitment_welcome"].first(where: blocked)
            ?? present(["welcome_enabled", "enable_welcome_hook"]).first(where: blocked)
        let hook = present(["enable_promo_hook", "enable_promo_watcher"])
        let promo =
            ["promo_watcher_enabled", "promo_enabled"].first(where: blocked)
            ?? (hook.isEmpty ? "enable_promo_hook" : hook.first(where: blocked))
        return [("welcome", welcome), ("promo", promo)]
    }
}
