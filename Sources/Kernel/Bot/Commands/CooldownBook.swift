import Discord
import Service
import Synchronization

/// Which cooldowns are running. In memory: a restart ends all of them. Source: coreops chapter, sections 3.7 and 3.8.
final class CooldownBook: Sendable {
    /// What a cooldown says to an invocation.
    enum Verdict: Equatable {
        /// It may run, and counts from now on.
        case free
        /// It ran a moment ago; the sentence is nil for a person who was told before.
        case running(sentence: String?)
    }

    private enum Holder: Hashable {
        case user(UserID)
        case server(GuildID)
        case process
    }

    private struct Key: Hashable {
        var name: String
        var holder: Holder
    }

    private struct Run {
        var end: Timestamp
        var told: Set<UserID> = []
    }

    /// Cooldowns that have ended are swept when this many have gathered.
    private static let capacity = 1024

    private let time: any TimeSource
    private let runs = Mutex<[Key: Run]>([:])

    init(time: any TimeSource) {
        self.time = time
    }

    /// Lets an invocation pass and counts it, or says how long the cooldown still runs.
    func take(_ cooldown: Cooldown, _ invocation: Invocation) -> Verdict {
        let now = time.steadyNow
        let key = key(cooldown, invocation)
        return runs.withLock { runs in
            if var run = runs[key], run.end > now {
                let isNews = run.told.insert(invocation.caller.id).inserted
                runs[key] = run
                return .running(sentence: isNews ? Self.sentence(run.end - now) : nil)
            }
            if runs.count >= Self.capacity { runs = runs.filter { $0.value.end > now } }
            runs[key] = Run(end: now + cooldown.window)
            return .free
        }
    }

    /// Whether an invocation would be refused now; counts nothing.
    func isRunning(_ cooldown: Cooldown, _ invocation: Invocation) -> Bool {
        let key = key(cooldown, invocation)
        return runs.withLock { $0[key].map { $0.end > time.steadyNow } ?? false }
    }

    /// Takes back what `take` counted: the invocation was refused after all.
    func giveBack(_ cooldown: Cooldown, _ invocation: Invocation) {
        let key = key(cooldown, invocation)
        runs.withLock { $0[key] = nil }
    }

    private func key(_ cooldown: Cooldown, _ invocation: Invocation) -> Key {
        let holder: Holder =
            switch cooldown.scope {
            case .user: .user(invocation.caller.id)
            case .server: invocation.guildID.map(Holder.server) ?? .user(invocation.caller.id)
            case .process: .process
            }
        return Key(name: cooldown.name, holder: holder)
    }

    /// Whole seconds, rounded up.
    private static func sentence(_ left: Duration) -> String {
        let (seconds, attoseconds) = left.components
        let shown = max(seconds + (attoseconds > 0 ? 1 : 0), 1)
        return "That was just done; it can be done again in \(shown) second\(shown == 1 ? "" : "s")."
    }
}
