import JSON
public import Service

/// Everything there is in the simulated Discord, as a value.
///
/// All rules are functions on this value: queries read it, commands check who may do what, change it, and note what
/// happened in `pendingEvents`. `World` owns the one copy that is alive; tests may keep as many as they like.
public struct WorldState: Sendable {
    /// All accounts by id.
    public internal(set) var users: [WorldID: SimulatedUser] = [:]
    /// All applications by id, which is also their bot's user id.
    public internal(set) var applications: [WorldID: SimulatedApplication] = [:]
    /// All guilds by id.
    public internal(set) var guilds: [WorldID: SimulatedGuild] = [:]
    /// All channels and threads by id.
    public internal(set) var channels: [WorldID: SimulatedChannel] = [:]
    /// Registered application commands by id.
    public internal(set) var commands: [WorldID: SimulatedCommand] = [:]
    /// All interactions by id.
    public internal(set) var interactions: [WorldID: SimulatedInteraction] = [:]
    /// The audit log, oldest entry first.
    public internal(set) var auditLog: [SimulatedAuditEntry] = []
    /// Who was pinged by which message.
    public internal(set) var notifications: [WorldID: Set<WorldID>] = [:]
    /// Messages by channel, oldest first.
    var logs: [WorldID: MessageLog] = [:]
    /// Messages by the nonce that their author enforced.
    var nonces: [NonceKey: WorldID] = [:]
    /// When channels were renamed lately, in transport time; nil switches the limit off.
    var renames: [WorldID: [Timestamp]]? = [:]
    /// What happened since events were last handed out.
    var pendingEvents: [WorldEvent] = []

    /// Calendar time of the current command.
    public internal(set) var now: Timestamp
    /// Transport time of the current command.
    var transportNow: Timestamp
    /// Where attachments are found.
    var cdnBase = "http://127.0.0.1/cdn"
    private var mint = SnowflakeMint()

    /// A nonce belongs to its author.
    struct NonceKey: Hashable, Sendable {
        var author: WorldID
        var nonce: JSONValue
    }

    init(now: Timestamp, transportNow: Timestamp) {
        self.now = now
        self.transportNow = transportNow
    }

    /// A new id.
    mutating func newID() -> WorldID { mint.next(at: now) }

    /// Notes what happened.
    mutating func emit(_ event: WorldEvent) { pendingEvents.append(event) }

    // MARK: Looking up

    /// Messages of a channel, oldest first, ephemeral ones included.
    public func messages(in channelID: WorldID) -> [SimulatedMessage] { logs[channelID]?.all ?? [] }

    /// A message, wherever it is; nil if there is none.
    public func message(_ id: WorldID, in channelID: WorldID) -> SimulatedMessage? { logs[channelID]?[id] }

    /// The name a user goes by in a guild: nick, display name, or account name.
    public func shownName(of userID: WorldID, in guildID: WorldID?) -> String {
        guildID.flatMap { guilds[$0]?.members[userID]?.nick } ?? users[userID]?.shownName ?? "Unknown User"
    }

    /// Threads under a channel, oldest first.
    public func threads(of channelID: WorldID) -> [SimulatedChannel] {
        channels.values.filter { $0.isThread && $0.parentID == channelID }.sorted { $0.id < $1.id }
    }

    /// Channels of a guild without threads, sorted by position and id.
    public func channels(of guildID: WorldID) -> [SimulatedChannel] {
        channels.values.filter { $0.guildID == guildID && !$0.isThread }
            .sorted { ($0.position, $0.id) < ($1.position, $1.id) }
    }

    func user(_ id: WorldID) throws(APIError) -> SimulatedUser {
        guard let user = users[id] else { throw .unknownUser }
        return user
    }

    func guild(_ id: WorldID) throws(APIError) -> SimulatedGuild {
        guard let guild = guilds[id] else { throw .unknownGuild }
        return guild
    }

    func channel(_ id: WorldID) throws(APIError) -> SimulatedChannel {
        guard let channel = channels[id] else { throw .unknownChannel }
        return channel
    }

    func member(_ userID: WorldID, of guildID: WorldID) throws(APIError) -> SimulatedMember {
        guard let member = guilds[guildID]?.members[userID] else { throw .unknownMember }
        return member
    }

    // MARK: Writing the audit log

    mutating func audit(
        _ action: AuditAction, in guildID: WorldID?, by userID: WorldID, on target: WorldID?,
        changes: [SimulatedAuditEntry.Change] = [], reason: String?
    ) {
        guard let guildID else { return }
        let entry = SimulatedAuditEntry(
            id: newID(), guildID: guildID, action: action.rawValue, userID: userID, targetID: target,
            changes: changes, reason: reason)
        auditLog.append(entry)
        emit(.auditLogged(entry))
    }
}

/// The audit-log actions that the simulator records.
///
/// Source: Discord, *Audit Log*, "Audit Log Events".
enum AuditAction: Int {
    case channelCreate = 10
    case channelUpdate = 11
    case channelDelete = 12
    case overwriteCreate = 13
    case overwriteUpdate = 14
    case overwriteDelete = 15
    case memberKick = 20
    case memberUpdate = 24
    case memberRoleUpdate = 25
    case roleCreate = 30
    case roleUpdate = 31
    case roleDelete = 32
    case messageDelete = 72
    case messageBulkDelete = 73
    case messagePin = 74
    case messageUnpin = 75
    case threadCreate = 110
    case threadUpdate = 111
    case threadDelete = 112
}

/// The messages of one channel in order of their ids.
struct MessageLog: Sendable {
    private(set) var all: [SimulatedMessage] = []

    subscript(_ id: WorldID) -> SimulatedMessage? {
        get {
            let index = lowerBound(id)
            return index < all.count && all[index].id == id ? all[index] : nil
        }
        set {
            let index = lowerBound(id)
            let exists = index < all.count && all[index].id == id
            switch (exists, newValue) {
            case (true, let message?): all[index] = message
            case (true, nil): all.remove(at: index)
            case (false, let message?): all.insert(message, at: index)
            case (false, nil): break
            }
        }
    }

    /// The index of the first message whose id is not lower.
    func lowerBound(_ id: WorldID) -> Int {
        var low = 0
        var high = all.count
        while low < high {
            let middle = (low + high) / 2
            if all[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
