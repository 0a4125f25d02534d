/// What it takes to go on with a session over another connection, in this process or the next.
public struct GatewaySession: Sendable, Equatable {
    /// The session's id.
    public var id: String
    /// The last sequence that was dealt with.
    public var sequence: Int
    /// The address to resume at, with its query if Discord gave one.
    public var resumeURL: String

    /// Describes a session.
    public init(id: String, sequence: Int, resumeURL: String) {
        self.id = id
        self.sequence = sequence
        self.resumeURL = resumeURL
    }
}

/// Where to connect, and how many sessions may still be started. Source: Discord documentation, "Get Gateway Bot".
public struct GatewayInfo: Sendable, Hashable {
    /// The address.
    public var url: String
    /// The shards that Discord recommends.
    public var shards: Int
    /// How many sessions may be started in a day.
    public var sessionStartTotal: Int
    /// How many of them are left.
    public var sessionStartRemaining: Int
    /// When the count starts anew.
    public var sessionStartResetAfter: Duration

    /// Describes what Discord answered.
    public init(
        url: String, shards: Int = 1, sessionStartTotal: Int = 1000, sessionStartRemaining: Int = 1000,
        sessionStartResetAfter: Duration = .zero
    ) {
        self.url = url
        self.shards = shards
        self.sessionStartTotal = sessionStartTotal
        self.sessionStartRemaining = sessionStartRemaining
        self.sessionStartResetAfter = sessionStartResetAfter
    }
}
