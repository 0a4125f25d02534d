import Discord

/// What the guild allow-list says about the servers that the bot is connected to.
///
/// Source: runtime chapter, section 5.4 and item B29.
enum AllowListVerdict: Sendable, Equatable {
    /// No allow-list: every server is handled.
    case disabled
    /// Every connected server is allowed.
    case verified
    /// Some servers are not; their events are dropped and the bot leaves them.
    case violated([GuildID])
    /// None of the connected servers is allowed, if any is connected at all: there is nobody to serve.
    case unserved(foreign: [GuildID])

    init(allowed: Set<GuildID>, connected: Set<GuildID>) {
        let foreign = connected.subtracting(allowed).sorted()
        if allowed.isEmpty {
            self = .disabled
        } else if allowed.isDisjoint(with: connected) {
            self = .unserved(foreign: foreign)
        } else {
            self = foreign.isEmpty ? .verified : .violated(foreign)
        }
    }

    /// The servers to leave.
    var foreign: [GuildID] {
        switch self {
        case .disabled, .verified: []
        case .violated(let foreign), .unserved(let foreign): foreign
        }
    }

    /// The line for the log channel.
    func line(allowed: Set<GuildID>, connected: [GuildID], name: (GuildID) -> String) -> String {
        let allowedNames = Self.list(allowed.sorted().map(name))
        switch self {
        case .disabled:
            return "⚠️ **Guild allow-list** — warning • allowed=[—] • connected=\(Self.list(connected.map(name)))"
                + " • gating=disabled"
        case .verified:
            return "✅ **Guild allow-list** — verified • allowed=\(allowedNames)"
                + " • connected=\(Self.list(connected.map(name)))"
        case .violated(let foreign), .unserved(let foreign):
            return "❌ **Guild allow-list** — violation • connected=\(Self.list(foreign.map(name)))"
                + " • allowed=\(allowedNames)"
        }
    }

    private static func list(_ names: [String]) -> String {
        "[" + (names.isEmpty ? "—" : names.joined(separator: ", ")) + "]"
    }
}
