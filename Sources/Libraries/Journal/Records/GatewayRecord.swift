/// What is needed to resume a gateway session (https://discord.com/developers/docs/events/gateway#resuming).
public struct GatewayRecord: Sendable, Hashable {
    /// The id of the session.
    public var sessionID: String
    /// The highest sequence number whose predecessors, and itself, are all processed.
    public var sequence: Int
    /// Where to reconnect, with its query.
    public var resumeURL: String
    /// The guilds that the session serves.
    public var guildIDs: [UInt64]

    /// A record; see the properties for what each argument means.
    public init(sessionID: String, sequence: Int, resumeURL: String, guildIDs: [UInt64]) {
        self.sessionID = sessionID
        self.sequence = sequence
        self.resumeURL = resumeURL
        self.guildIDs = guildIDs
    }
}
