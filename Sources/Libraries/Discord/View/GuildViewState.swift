extension GuildViewStore {
    /// The view with what only its keeper needs; inside the store's lock.
    struct State: Sendable {
        let options: Options
        private(set) var views = GuildViews()
        /// When each member was last seen, by a count of sightings; apart from the view, so that seeing somebody again
        /// copies nothing that a reader holds.
        private var sightings: [GuildID: [UserID: UInt64]] = [:]
        private var sightingCount: UInt64 = 0

        init(options: Options) {
            self.options = options
        }
    }
}

extension GuildViewStore.State {
    mutating func apply(_ event: GatewayEvent) -> ViewChange {
        switch event {
        case .ready(let ready): return apply(ready)
        case .userUpdate(let user):
            views.ownUser = user
            return .none
        case .guildCreate, .guildUpdate, .guildDelete, .emojisUpdate, .roleCreate, .roleUpdate, .roleDelete,
            .memberAdd, .memberUpdate, .memberRemove, .membersChunk:
            return applyGuildEvent(event)
        case .channelCreate, .channelUpdate, .channelDelete, .threadCreate, .threadUpdate, .threadDelete,
            .threadListSync, .threadMemberUpdate, .threadMembersUpdate:
            return applyChannelEvent(event)
        case .messageCreate, .messageUpdate, .reactionAdd, .interactionCreate:
            see(in: event)
            return .none
        case .resumed, .messageDelete, .reactionRemove, .reactionClear, .other:
            return .none
        }
    }

    private mutating func applyGuildEvent(_ event: GatewayEvent) -> ViewChange {
        switch event {
        case .guildCreate(let guild):
            replace(guild, channels: guild.channels + guild.threads, members: guild.members)
            return .guild(guild.id)
        case .guildUpdate(let guild):
            update(guild)
            return .guild(guild.id)
        case .guildDelete(let guild):
            remove(guild)
            return .guild(guild.id)
        case .emojisUpdate(let emojis, let guild):
            guard let view = views.table[guild] else { return .none }
            let after = emojis.sorted { $0.id < $1.id }
            guard view.emojis != after else { return .none }
            let table = table(of: emojis)
            views.table[guild]?.emojiTable = table
            return .emojis(before: view.emojis, after: after, guild: guild)
        case .roleCreate(let role, let guild), .roleUpdate(let role, let guild):
            return change(role: role.id, to: role, in: guild)
        case .roleDelete(let role, let guild):
            return change(role: role, to: nil, in: guild)
        case .memberAdd(let member, let guild):
            if views.table[guild]?.member(member.id) == nil { countMembers(by: 1, in: guild) }
            return remember([member], in: guild)
        case .memberUpdate(let member, let guild):
            return remember([member], in: guild)
        case .memberRemove(let user, let guild):
            countMembers(by: -1, in: guild)
            return forget(user.id, in: guild)
        case .membersChunk(let chunk):
            remember(chunk.members, in: chunk.guildID)
            for user in chunk.notFound { _ = forget(user, in: chunk.guildID) }
            return .none
        default:
            return .none
        }
    }

    private mutating func applyChannelEvent(_ event: GatewayEvent) -> ViewChange {
        switch event {
        case .channelCreate(let channel), .channelUpdate(let channel), .threadCreate(let channel, _),
            .threadUpdate(let channel):
            return upsert(channel)
        case .channelDelete(let channel):
            return channel.guildID.map { removeChannel(channel.id, in: $0) } ?? .none
        case .threadDelete(let deletion):
            return removeChannel(deletion.id, in: deletion.guildID)
        case .threadListSync(let sync):
            synchronize(sync)
            return .guild(sync.guildID)
        case .threadMemberUpdate(let member, let guild):
            guard let thread = member.threadID else { return .none }
            changeChannel(thread, in: guild) { $0.ownThreadMember = member }
            return .none
        case .threadMembersUpdate(let update):
            apply(update)
            return .none
        default:
            return .none
        }
    }
}

// MARK: Guilds

extension GuildViewStore.State {
    mutating func load(_ load: GuildLoad, ownUser: User) {
        views.ownUser = ownUser
        let own = Dictionary(
            load.threadMembers.compactMap { member in member.threadID.map { ($0, member) } },
            uniquingKeysWith: { first, _ in first })
        let threads = load.threads.map { thread in
            var thread = thread.inside(load.guild.id)
            thread.ownThreadMember = thread.ownThreadMember ?? own[thread.id]
            return thread
        }
        replace(
            load.guild, channels: load.channels.map { $0.inside(load.guild.id) } + threads, members: [load.ownMember])
    }

    /// A new session: guilds that are no longer listed were left meanwhile.
    private mutating func apply(_ ready: Ready) -> ViewChange {
        views.ownUser = ready.user
        let listed = Set(ready.guilds.map(\.id))
        for id in views.table.keys where !listed.contains(id) {
            views.table[id] = nil
            sightings[id] = nil
        }
        return .none
    }

    /// Everything anew, but for members and archived threads seen before, which no complete picture contains.
    private mutating func replace(_ guild: Guild, channels: [Channel], members: [Member]) {
        let previous = views.table[guild.id]
        var view = GuildView(
            id: guild.id, name: guild.name, ownerID: guild.ownerID,
            ownUserID: views.ownUser?.id ?? previous?.ownUserID ?? UserID(rawValue: 0))
        view.icon = guild.icon
        view.memberCount = guild.memberCount ?? previous?.memberCount
        view.roleTable = table(of: guild.roles)
        view.emojiTable = table(of: guild.emojis)
        view.memberTable = previous?.memberTable ?? [:]
        view.channelTable = (previous?.channelTable ?? [:]).filter { $0.value.value.thread?.isArchived == true }
        for channel in channels { view.channelTable[channel.id] = Shared(channel) }
        view.isComplete = true
        views.table[guild.id] = view
        remember(members, in: guild.id)
        boundArchivedThreads(in: guild.id)
    }

    private mutating func update(_ guild: Guild) {
        guard var view = views.table[guild.id] else { return }
        view.name = guild.name
        view.icon = guild.icon
        view.ownerID = guild.ownerID
        // A guild always has `@everyone`; without any role, the list was not sent or not readable.
        if !guild.roles.isEmpty {
            view.roleTable = table(of: guild.roles)
            view.emojiTable = table(of: guild.emojis)
        }
        views.table[guild.id] = view
    }

    private mutating func remove(_ guild: UnavailableGuild) {
        if guild.isUnavailable {
            views.table[guild.id]?.isUnavailable = true
        } else {
            views.table[guild.id] = nil
            sightings[guild.id] = nil
        }
    }

    private mutating func change(role id: RoleID, to role: Role?, in guild: GuildID) -> ViewChange {
        guard let view = views.table[guild] else { return .none }
        let before = view.roleTable[id]
        guard before != role else { return .none }
        views.table[guild]?.roleTable[id] = role
        return .role(before: before, after: role, guild: guild)
    }

    private func table<Item: Identifiable>(of items: [Item]) -> [Item.ID: Item] {
        Dictionary(items.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
    }
}

// MARK: Channels and threads

extension GuildViewStore.State {
    mutating func upsert(_ channel: Channel) -> ViewChange {
        guard let guild = channel.guildID, let view = views.table[guild] else { return .none }
        let before = view.channel(channel.id)
        var after = channel
        // Only some events tell the bot's own membership and the last message.
        after.ownThreadMember = channel.ownThreadMember ?? before?.ownThreadMember
        after.lastMessageID = max(channel.lastMessageID, before?.lastMessageID)
        guard before != after else { return .none }
        views.table[guild]?.channelTable[channel.id] = Shared(after)
        if after.thread?.isArchived == true { boundArchivedThreads(in: guild) }
        return .channel(before: before, after: after)
    }

    /// A channel takes its threads with it.
    private mutating func removeChannel(_ id: ChannelID, in guild: GuildID) -> ViewChange {
        guard let before = views.table[guild]?.channel(id) else { return .none }
        views.table[guild]?.channelTable[id] = nil
        if !before.isThread {
            let threads = views.table[guild]?.threads.filter { $0.parentID == id } ?? []
            for thread in threads { views.table[guild]?.channelTable[thread.id] = nil }
        }
        return .channel(before: before, after: nil)
    }

    private mutating func changeChannel(_ id: ChannelID, in guild: GuildID, _ change: (inout Channel) -> Void) {
        guard let before = views.table[guild]?.channel(id) else { return }
        var after = before
        change(&after)
        if after != before { views.table[guild]?.channelTable[id] = Shared(after) }
    }

    /// Active threads of these channels that are not listed were archived or hidden meanwhile.
    private mutating func synchronize(_ sync: ThreadListSync) {
        guard let view = views.table[sync.guildID] else { return }
        let listed = Set(sync.threads.map(\.id))
        let parents = sync.channelIDs.map(Set.init)
        for thread in view.threads where thread.thread?.isArchived != true && !listed.contains(thread.id) {
            guard let parent = thread.parentID, parents?.contains(parent) ?? true else { continue }
            views.table[sync.guildID]?.channelTable[thread.id] = nil
        }
        for thread in sync.threads { _ = upsert(thread) }
        for member in sync.members {
            guard let thread = member.threadID else { continue }
            changeChannel(thread, in: sync.guildID) { $0.ownThreadMember = member }
        }
    }

    private mutating func apply(_ update: ThreadMembersUpdate) {
        let own = views.ownUser?.id
        changeChannel(update.threadID, in: update.guildID) { channel in
            channel.memberCount = update.memberCount ?? channel.memberCount
            if let own {
                if update.removed.contains(own) { channel.ownThreadMember = nil }
                if let member = update.added.first(where: { $0.userID == own }) { channel.ownThreadMember = member }
            }
        }
        remember(update.added.compactMap(\.member), in: update.guildID)
    }

    private mutating func boundArchivedThreads(in guild: GuildID) {
        guard let view = views.table[guild] else { return }
        let archived = view.threads.filter { $0.thread?.isArchived == true }
        guard archived.count > options.maximumArchivedThreads else { return }
        let oldestFirst = archived.sorted { left, right in
            (left.thread?.archiveTimestamp ?? left.id.timestamp, left.id)
                < (right.thread?.archiveTimestamp ?? right.id.timestamp, right.id)
        }
        // A tenth at once, so that not every new one sorts all of them again.
        let excess = archived.count - options.maximumArchivedThreads + options.maximumArchivedThreads / 10
        for thread in oldestFirst.prefix(excess) { views.table[guild]?.channelTable[thread.id] = nil }
    }
}

// MARK: Members

extension GuildViewStore.State {
    /// Keeps members; of one, tells what changed.
    @discardableResult
    mutating func remember(_ members: [Member], in guild: GuildID) -> ViewChange {
        guard let view = views.table[guild] else { return .none }
        var change = ViewChange.none
        for var member in members {
            member.permissions = nil  // those of one channel, in interactions only
            sightingCount += 1
            sightings[guild, default: [:]][member.id] = sightingCount
            let before = view.member(member.id)
            guard before != member else { continue }
            views.table[guild]?.memberTable[member.id] = Shared(member)
            change = .member(before: before, after: member, guild: guild)
        }
        boundMembers(in: guild)
        return change
    }

    private mutating func forget(_ user: UserID, in guild: GuildID) -> ViewChange {
        guard let before = views.table[guild]?.member(user) else { return .none }
        views.table[guild]?.memberTable[user] = nil
        sightings[guild]?[user] = nil
        return .member(before: before, after: nil, guild: guild)
    }

    /// Messages, reactions and interactions show who is there.
    private mutating func see(in event: GatewayEvent) {
        switch event {
        case .messageCreate(let message):
            see(message)
            guard let guild = message.guildID else { return }
            changeChannel(message.channelID, in: guild) { $0.lastMessageID = max($0.lastMessageID, message.id) }
        case .messageUpdate(let update):
            if let message = update.message { see(message) }
        case .reactionAdd(let change):
            if let guild = change.guildID, let member = change.member { remember([member], in: guild) }
        case .interactionCreate(let interaction):
            guard let guild = interaction.guildID else { return }
            if let member = interaction.member { remember([member], in: guild) }
        default: break
        }
    }

    private mutating func see(_ message: Message) {
        guard let guild = message.guildID, message.webhookID == nil else { return }
        remember((message.member.map { [$0] } ?? []) + message.mentionedMembers, in: guild)
    }

    private mutating func countMembers(by change: Int, in guild: GuildID) {
        guard let count = views.table[guild]?.memberCount else { return }
        views.table[guild]?.memberCount = max(0, count + change)
    }

    private mutating func boundMembers(in guild: GuildID) {
        guard let count = views.table[guild]?.memberTable.count, count > options.maximumMembers else { return }
        let own = views.table[guild]?.ownUserID
        let oldestFirst = (sightings[guild] ?? [:]).filter { $0.key != own }.sorted { $0.value < $1.value }
        // A tenth at once, so that not every new one sorts all of them again.
        let excess = count - options.maximumMembers + options.maximumMembers / 10
        for (user, _) in oldestFirst.prefix(excess) { _ = forget(user, in: guild) }
    }
}

/// The later of two ids, either of which may be absent.
private func max<Tag>(_ left: ID<Tag>?, _ right: ID<Tag>?) -> ID<Tag>? {
    guard let left, let right else { return left ?? right }
    return Swift.max(left, right)
}
