/// Why a gateway connection can not be had; only a person can help. Source: Discord documentation, "Gateway Close Event Codes".
public enum GatewayFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// 4004, or 401 where the address is asked for: the token is wrong.
    case authenticationFailed
    /// 4010.
    case invalidShard
    /// 4011.
    case shardingRequired
    /// 4012.
    case invalidVersion
    /// 4013.
    case invalidIntents
    /// 4014: a privileged intent is not enabled in the developer portal.
    case disallowedIntents([String])

    /// What is wrong and what a person has to do, for operators.
    public var description: String {
        switch self {
        case .authenticationFailed:
            "Discord refused the bot token (401 or 4004): reset it in the developer portal and start with the new one."
        case .invalidShard: "Discord refused the shard (4010): this program runs unsharded and needs an update."
        case .shardingRequired:
            "The bot is in too many servers for one connection (4011): remove it from servers that it does not serve."
        case .invalidVersion: "Discord no longer speaks this gateway version (4012): update this program."
        case .invalidIntents: "Discord does not know the requested intents (4013): update this program."
        case .disallowedIntents(let names):
            "Enable these privileged intents for the bot in the developer portal (4014): \(names.joined(separator: ", "))."
        }
    }
}

/// What follows from the end of a connection.
enum GatewayVerdict: Equatable {
    /// The session goes on over a new connection.
    case resume
    /// The session is gone.
    case identify
    /// Only a person can help.
    case fail(GatewayFailure)

    /// The verdict on a close code; nil stands for a connection that was lost.
    init(closeCode: UInt16?, intents: GatewayIntents) {
        switch closeCode {
        case 4004: self = .fail(.authenticationFailed)
        case 4010: self = .fail(.invalidShard)
        case 4011: self = .fail(.shardingRequired)
        case 4012: self = .fail(.invalidVersion)
        case 4013: self = .fail(.invalidIntents)
        case 4014: self = .fail(.disallowedIntents(intents.privilegedNames))
        // 4006 is documented no longer; it said that the session is not valid.
        case 1000, 1001, 4003, 4006, 4007, 4009: self = .identify
        default: self = .resume
        }
    }
}
