import Discord
import Service
import Synchronization

/// Logs refused commands, so that repeated attempts do not fill the log.
///
/// Source: coreops chapter, section 3.7 (30 s per person, command and server) and 4.3 (600 s per command and server).
final class DenialLog: Sendable {
    private struct Key: Hashable {
        var user: UserID?
        var command: String
        var guild: GuildID?
    }

    private static let denialWindow = Duration.seconds(30)
    private static let fallbackWindow = Duration.seconds(600)
    /// Old entries are swept when this many have gathered, and all of them if they are all young.
    private static let capacity = 1024

    private let time: any TimeSource
    private let logger: Logger
    private let lastSeen = Mutex<[Key: Timestamp]>([:])

    init(time: any TimeSource, logger: Logger) {
        self.time = time
        self.logger = logger
    }

    func note(_ sentence: String, command: String, _ invocation: Invocation) {
        let key = Key(user: invocation.caller.id, command: command, guild: invocation.guildID)
        guard isNew(key, within: Self.denialWindow) else { return }
        let kind = sentence == AccessPolicy.adminsOnly ? "admin" : "ops"
        logger.info(
            "Denied \(kind) command '\(command)' for user \(invocation.caller.id) in guild \(invocation.guildLabel)")
    }

    func noteFallback(command: String, _ invocation: Invocation) {
        let key = Key(user: nil, command: command, guild: invocation.guildID)
        guard isNew(key, within: Self.fallbackWindow) else { return }
        logger.warning(
            "Admin command '\(command)' allowed via Administrator permission fallback; configure admin roles to enforce"
                + " RBAC for guild \(invocation.guildLabel).")
    }

    private func isNew(_ key: Key, within window: Duration) -> Bool {
        let now = time.steadyNow
        return lastSeen.withLock { seen in
            if let last = seen[key], now - last < window { return false }
            if seen.count >= Self.capacity { seen = seen.filter { now - $0.value < Self.fallbackWindow } }
            if seen.count >= Self.capacity { seen = [:] }
            seen[key] = now
            return true
        }
    }
}
