import Service

/// Keeps what a client sends below Discord's 120 commands a minute, with a reserve for heartbeats.
///
/// A log of the instants of the last minute, because only that allows bursts and never exceeds the window.
/// Source: Discord documentation, Gateway, "Rate Limiting".
struct CommandBudget {
    static let limit = 120
    static let window = Duration.seconds(60)
    /// Heartbeats and identifies may always use this many.
    static let reserve = 5

    private var sent: [Timestamp] = []

    /// When the next command may be sent; `now` if at once.
    mutating func nextSlot(now: Timestamp, isUrgent: Bool) -> Timestamp {
        sent.removeAll { now - $0 >= Self.window }
        let limit = isUrgent ? Self.limit : Self.limit - Self.reserve
        guard sent.count >= limit else { return now }
        return sent[sent.count - limit] + Self.window
    }

    /// Notes a command that was sent.
    mutating func record(_ instant: Timestamp) {
        sent.append(instant)
    }
}
