public import Service

/// Keeps the view up to date: applies events in the order in which they come, each as an upsert, so that one that is
/// applied twice, or onto a picture that is already younger, does no harm.
///
/// ```swift
/// let store = GuildViewStore()
/// store.apply(event)
/// let guild = store.snapshot[guildID]
/// ```
public final class GuildViewStore: Sendable {
    /// How much the view keeps.
    public struct Options: Sendable {
        /// Members kept per guild; of more, those not seen for longest are forgotten. The bot itself is always kept.
        public var maximumMembers: Int
        /// Archived threads kept per guild; of more, those archived for longest are forgotten.
        public var maximumArchivedThreads: Int

        /// Sets how much is kept.
        public init(maximumMembers: Int = 5_000, maximumArchivedThreads: Int = 2_000) {
            self.maximumMembers = maximumMembers
            self.maximumArchivedThreads = maximumArchivedThreads
        }
    }

    private let state: Awaitable<State>

    /// Makes an empty view.
    public init(options: Options = Options()) {
        state = Awaitable(State(options: options))
    }

    /// The view as it is now. Costs no more than a lock and a few references.
    public var snapshot: GuildViews {
        state.withLock { $0.views }
    }

    /// Returns once the view fits, at a deadline, or when the waiting task is cancelled. `time` is what the deadline is
    /// measured by; `fits` is asked after every event and must return at once.
    public func until(
        _ deadline: Timestamp, _ time: any TimeSource, _ fits: @escaping @Sendable (GuildViews) -> Bool
    ) async {
        await state.until(deadline, time) { fits($0.views) }
    }

    /// Applies an event, and tells what it changed.
    @discardableResult
    public func apply(_ event: GatewayEvent) -> ViewChange {
        state.withLock { $0.apply(event) }
    }

    /// Puts a guild into the view as the REST API tells it, in place of GUILD_CREATE. Events that are replayed
    /// afterwards are upserts onto it.
    /// - Parameters:
    ///   - load: everything that was read; what is not in it is gone.
    ///   - ownUser: the bot's own user.
    public func load(_ load: GuildLoad, ownUser: User) {
        state.withLock { $0.load(load, ownUser: ownUser) }
    }

    /// Keeps a member that was asked for.
    public func remember(_ member: Member, in guild: GuildID) {
        remember([member], in: guild)
    }

    /// Keeps members that were asked for.
    public func remember(_ members: [Member], in guild: GuildID) {
        state.withLock { _ = $0.remember(members, in: guild) }
    }

    /// Keeps a channel or thread that was asked for, such as one that is archived.
    public func remember(_ channel: Channel, in guild: GuildID) {
        state.withLock { _ = $0.upsert(channel.inside(guild)) }
    }
}

/// Everything that the REST API tells of a guild when a session is resumed in a new process.
public struct GuildLoad: Sendable {
    /// The guild with roles and emoji.
    public var guild: Guild
    /// Its channels.
    public var channels: [Channel]
    /// Its active threads.
    public var threads: [Channel]
    /// The bot's memberships in these threads.
    public var threadMembers: [ThreadMember]
    /// The bot as member.
    public var ownMember: Member
    /// Makes one from its fields.
    public init(
        guild: Guild,
        channels: [Channel] = [],
        threads: [Channel] = [],
        threadMembers: [ThreadMember] = [],
        ownMember: Member
    ) {
        self.guild = guild
        self.channels = channels
        self.threads = threads
        self.threadMembers = threadMembers
        self.ownMember = ownMember
    }
}
