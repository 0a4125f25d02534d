import JSON

/// What a client sends. Source: Discord documentation, Gateway, "Send Events".
enum GatewayPayloads {
    static func heartbeat(_ sequence: Int?) -> JSONValue {
        envelope(.heartbeat, sequence.map { .integer(Int64($0)) } ?? .null)
    }

    static func identify(_ configuration: Gateway.Configuration) -> JSONValue {
        let properties: JSONValue = [
            "os": "linux", "browser": .string(configuration.libraryName), "device": .string(configuration.libraryName),
        ]
        return envelope(
            .identify,
            [
                "token": .string(configuration.token),
                "intents": .integer(Int64(configuration.intents.rawValue)),
                "properties": properties,
                "large_threshold": 50,
            ])
    }

    static func resume(_ session: GatewaySession, token: String) -> JSONValue {
        envelope(
            .resume,
            [
                "token": .string(token), "session_id": .string(session.id),
                "seq": .integer(Int64(session.sequence)),
            ])
    }

    static func requestMembers(_ request: MembersRequest) -> JSONValue {
        var body: JSONValue = ["guild_id": .string("\(request.guild)"), "nonce": .string(request.nonce)]
        switch request.who {
        case .users(let users):
            body["user_ids"] = .array(users.map { .string("\($0)") })
        case .named(let prefix, let limit):
            body["query"] = .string(prefix)
            body["limit"] = .integer(Int64(limit))
        }
        return envelope(.requestMembers, body)
    }

    private static func envelope(_ operation: GatewayFrame.Operation, _ body: JSONValue) -> JSONValue {
        ["op": .integer(Int64(operation.rawValue)), "d": body]
    }
}

/// Which members a client asks for; they arrive as GUILD_MEMBERS_CHUNK with the same nonce.
public struct MembersRequest: Sendable, Hashable {
    /// Who is asked for.
    public enum Who: Sendable, Hashable {
        /// These users, at most 100.
        case users([UserID])
        /// Those whose name begins so, at most `limit`; an empty name and 0 ask for everybody.
        case named(String, limit: Int)
    }

    /// The guild.
    public var guild: GuildID
    /// The members.
    public var who: Who
    /// At most 32 bytes.
    public var nonce: String

    /// Describes a request.
    public init(guild: GuildID, who: Who, nonce: String) {
        self.guild = guild
        self.who = who
        self.nonce = nonce
    }
}
