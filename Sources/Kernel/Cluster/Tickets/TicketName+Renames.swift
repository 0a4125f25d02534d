/// How a ticket's name follows what happens to it. Source: placement chapter, section 4.3; welcome chapter, section 10.
extension TicketName {
    /// What becomes of the name when a seat is held.
    public enum HoldRename: Sendable, Hashable {
        /// The thread gets this name.
        case rename(TicketName)
        /// It is named so already.
        case alreadyReserved
        /// The ticket is closed and keeps its name.
        case skippedClosed
    }

    /// The name once a seat is held in a clan. Only welcome tickets are renamed; do not ask for others.
    public func holding(_ tag: ClanTag) -> HoldRename {
        guard state != .closed else { return .skippedClosed }
        guard let name = with(.reserved, clan: .clan(tag)), name != self else { return .alreadyReserved }
        return .rename(name)
    }

    /// The open name once no seat is held any more; nil where the name does not say that one was.
    public var withoutHold: TicketName? {
        state == .reserved ? with(.open, clan: nil) : nil
    }

    /// The name once the ticket is closed.
    public func closed(with final: FinalClan) -> TicketName {
        with(.closed, clan: final) ?? self
    }

    /// Whether a thread's name may give way to another: that of a closed ticket does so to that of a closed one only. People
    /// close tickets while a rename waits.
    public static func mayReplace(_ present: String, by next: String) -> Bool {
        !says(.closed, present) || says(.closed, next)
    }

    private static func says(_ state: State, _ name: String) -> Bool {
        TicketName(welcome: name) { _ in false }?.state == state
            || TicketName(promo: name) { _ in false }?.state == state
    }

    private func with(_ state: State, clan: FinalClan?) -> TicketName? {
        TicketName(code: code, username: username, clan: clan, state: state)
    }
}
