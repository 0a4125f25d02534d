public import Service

/// A channel of a guild, a thread, or a direct-message channel.
public struct SimulatedChannel: Sendable, Hashable {
    /// The channel types that exist here, with Discord's numbers.
    public enum Kind: Int, Sendable, Hashable {
        case text = 0
        case direct = 1
        case voice = 2
        case category = 4
        case announcement = 5
        case announcementThread = 10
        case publicThread = 11
        case privateThread = 12
    }

    /// What only a thread has.
    public struct Thread: Sendable, Hashable {
        /// Who opened the thread.
        public var ownerID: WorldID
        /// Whether the thread is archived.
        public var isArchived: Bool
        /// Whether only people with `MANAGE_THREADS` may unarchive it.
        public var isLocked: Bool
        /// Minutes of silence after which it is archived.
        public var autoArchiveMinutes: Int
        /// When the archive status last changed.
        public var archiveChangedAt: Timestamp
        /// When the thread was opened.
        public var createdAt: Timestamp
        /// Whether members may invite others into a private thread.
        public var isInvitable: Bool
        /// Who joined, and when.
        public var members: [WorldID: Timestamp]
        /// Messages ever sent, deleted ones included, without the starter.
        public var sentCount: Int
    }

    /// The channel's id.
    public var id: WorldID
    /// What the channel is.
    public var kind: Kind
    /// The guild; nil for direct messages.
    public var guildID: WorldID?
    /// The channel's name; empty for direct messages.
    public var name: String
    /// The category of a channel, or the channel of a thread.
    public var parentID: WorldID?
    /// Sorting position among its siblings.
    public var position: Int
    /// The channel's topic.
    public var topic: String?
    /// Whether the channel is age-restricted.
    public var isNSFW: Bool
    /// Slowmode in seconds.
    public var slowmode: Int
    /// Exceptions to the role permissions; empty for threads, which follow their parent.
    public var overwrites: [PermissionOverwrite]
    /// The thread's own values; nil for anything else.
    public var thread: Thread?
    /// Who takes part in a direct-message channel.
    public var recipients: [WorldID]
    /// The newest message ever sent here, even if it was deleted.
    public var lastMessageID: WorldID?
    /// When a message was last pinned.
    public var lastPinAt: Timestamp?

    /// Whether this is a thread.
    public var isThread: Bool { thread != nil }
    /// Whether messages can be sent here.
    public var holdsMessages: Bool { kind != .category }
}
