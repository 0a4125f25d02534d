public import Discord
public import Service
import Synchronization

/// What handlers ask people in the middle of something, and who answers. A handler never waits for a person: it leaves a
/// prompt here and returns, and the person's next message in the channel finds it.
///
/// ```swift
/// conversations.ask(place, Conversations.Prompt { message, invocation, responder in
///     …                                  // decides, and asks again or not
/// } ended: { ending in await say("Nobody answered, so nothing was saved.") })
/// ```
///
/// A prompt lives in memory only, because nothing is saved before its end; a process that stops tells those who are being
/// asked. Messages that begin with the prefix, or with a mention of the bot, are no answers. Source: design, section 3;
/// placement chapter, sections 5.2 and 17.3.
public final class Conversations: Sendable {
    /// Whose answer is waited for, and where.
    public struct Place: Hashable, Sendable {
        /// The channel or thread.
        public var channel: ChannelID
        /// The person.
        public var user: UserID

        /// A person in a channel.
        public init(channel: ChannelID, user: UserID) {
            self.channel = channel
            self.user = user
        }

        /// Where an invocation comes from.
        public init(_ invocation: Invocation) {
            self.init(channel: invocation.channelID, user: invocation.caller.id)
        }
    }

    /// Why nobody will answer any more.
    public enum Ending: Sendable {
        /// The person said nothing in time.
        case timedOut
        /// The program stops.
        case stopped
    }

    /// A question.
    public struct Prompt: Sendable {
        /// Takes the person's message. A conversation that goes on asks again.
        public var answer: @Sendable (Message, Invocation, Responder) async throws -> Void
        /// Hears that no answer came.
        public var ended: @Sendable (Ending) async -> Void

        /// A question; see the properties.
        public init(
            answer: @escaping @Sendable (Message, Invocation, Responder) async throws -> Void,
            ended: @escaping @Sendable (Ending) async -> Void
        ) {
            self.answer = answer
            self.ended = ended
        }
    }

    private struct Open {
        var id: Int
        var prompt: Prompt
        var alarm: Task<Void, Never>
    }

    private struct State {
        var open: [Place: Open] = [:]
        var next = 0
        var isStopped = false
    }

    /// How long a person has for an answer.
    public static let patience = Duration.seconds(300)

    private let state = Mutex(State())
    private let calendar: any TimeSource
    private let activity: ActivityCounter

    /// No conversations yet.
    /// - Parameters:
    ///   - calendar: what patience is measured by.
    ///   - activity: counts endings in progress.
    public init(calendar: any TimeSource, activity: ActivityCounter) {
        self.calendar = calendar
        self.activity = activity
    }

    /// Whether somebody is being asked there.
    public func isOpen(_ place: Place) -> Bool { state.withLock { $0.open[place] != nil } }

    /// Waits for an answer, in place of what was asked there before.
    public func ask(_ place: Place, _ prompt: Prompt) {
        state.withLock { state in
            guard !state.isStopped else { return }
            state.open.removeValue(forKey: place)?.alarm.cancel()
            state.next += 1
            let id = state.next
            let alarm = Task { [weak self, calendar] in
                guard (try? await calendar.sleep(for: Self.patience)) != nil else { return }
                await self?.expire(place, id)
            }
            state.open[place] = Open(id: id, prompt: prompt, alarm: alarm)
        }
    }

    /// Takes the prompt that a message answers; nobody is asked any more then.
    func take(_ place: Place) -> Prompt? {
        let open = state.withLock { $0.open.removeValue(forKey: place) }
        open?.alarm.cancel()
        return open?.prompt
    }

    private func expire(_ place: Place, _ id: Int) async {
        let prompt = state.withLock { state -> Prompt? in
            guard state.open[place]?.id == id else { return nil }
            return state.open.removeValue(forKey: place)?.prompt
        }
        guard let prompt else { return }
        await activity.track { await prompt.ended(.timedOut) }
    }

    /// Tells everybody who is being asked that nothing came of it, and asks nobody any more.
    public func stop() async {
        let open = state.withLock { state -> [Open] in
            state.isStopped = true
            defer { state.open = [:] }
            return Array(state.open.values)
        }
        await withTaskGroup(of: Void.self) { group in
            for conversation in open {
                conversation.alarm.cancel()
                group.addTask { await conversation.prompt.ended(.stopped) }
            }
        }
    }
}
