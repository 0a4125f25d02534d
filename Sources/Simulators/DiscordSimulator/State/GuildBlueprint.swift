import Service

/// What a simulated Discord starts with: one guild, its people and bots, channels, threads and first messages.
///
/// ```swift
/// var blueprint = GuildBlueprint(id: 1, name: "Test", ownerID: 10)
/// blueprint.addUser(SimulatedUser(id: 10, name: "ayla"))
/// blueprint.addBot(id: 20, name: "helper", token: "secret")
/// blueprint.addChannel(id: 30, name: "general")
/// ```
public struct GuildBlueprint: Sendable {
    /// A message that is there from the start.
    struct FirstMessage: Sendable {
        var id: WorldID
        var channelID: WorldID
        var author: WorldID
        var text: String
    }

    /// The guild with roles, members and emoji.
    public private(set) var guild: SimulatedGuild
    private(set) var users: [SimulatedUser] = []
    private(set) var applications: [SimulatedApplication] = []
    private(set) var channels: [SimulatedChannel] = []
    private(set) var messages: [FirstMessage] = []
    private let origin: Timestamp

    /// A guild with nothing but its `@everyone` role.
    public init(id: WorldID, name: String, ownerID: WorldID, everyone: PermissionBits = .everyoneDefault) {
        guild = SimulatedGuild(id: id, name: name, ownerID: ownerID)
        origin = SnowflakeMint.instant(of: id)
        guild.roles[id] = SimulatedRole(
            id: id, name: "@everyone", permissions: everyone, position: 0, color: 0, isHoisted: false,
            isMentionable: false)
    }

    /// Adds an account; it is a member of the guild unless `isMember` is false.
    public mutating func addUser(_ user: SimulatedUser, roles: Set<WorldID> = [], isMember: Bool = true) {
        users.append(user)
        guard isMember else { return }
        guild.members[user.id] = SimulatedMember(userID: user.id, nick: nil, roles: roles, joinedAt: origin)
    }

    /// Adds a bot with its application, which has the same id; by default all privileged intents are switched on.
    public mutating func addBot(
        id: WorldID, name: String, token: String, roles: Set<WorldID> = [],
        privilegedIntents: SimulatedApplication.PrivilegedIntents = [.members, .presences, .messageContent]
    ) {
        addUser(SimulatedUser(id: id, name: name, isBot: true), roles: roles)
        applications.append(
            SimulatedApplication(
                id: id, name: name, token: token, ownerID: guild.ownerID, privilegedIntents: privilegedIntents))
    }

    /// Gives a bot that was added so many IDENTIFYs a day.
    public mutating func limitIdentifies(of bot: WorldID, to count: Int) {
        for index in applications.indices where applications[index].id == bot {
            applications[index].identifyLimit = count
        }
    }

    /// Adds a role above all roles added before.
    public mutating func addRole(
        id: WorldID, name: String, permissions: PermissionBits = [], color: Int = 0, isHoisted: Bool = false,
        isMentionable: Bool = false
    ) {
        let position = (guild.roles.values.map(\.position).max() ?? 0) + 1
        guild.roles[id] = SimulatedRole(
            id: id, name: name, permissions: permissions, position: position, color: color, isHoisted: isHoisted,
            isMentionable: isMentionable)
    }

    /// Adds a custom emoji.
    public mutating func addEmoji(id: WorldID, name: String, isAnimated: Bool = false) {
        guild.emoji[id] = SimulatedEmoji(id: id, name: name, isAnimated: isAnimated)
    }

    /// Adds a channel or category below those added before; without overwrites of its own it takes its category's.
    public mutating func addChannel(
        id: WorldID, name: String, kind: SimulatedChannel.Kind = .text, parentID: WorldID? = nil, topic: String? = nil,
        overwrites: [PermissionOverwrite]? = nil
    ) {
        let inherited = channels.first { $0.id == parentID }?.overwrites ?? []
        channels.append(
            SimulatedChannel(
                id: id, kind: kind, guildID: guild.id, name: name, parentID: parentID, position: channels.count,
                topic: topic, isNSFW: false, slowmode: 0, overwrites: overwrites ?? inherited, thread: nil,
                recipients: []))
    }

    /// Adds a thread; people who left may still have been its owner.
    public mutating func addThread(
        id: WorldID, name: String, parentID: WorldID, ownerID: WorldID, members: [WorldID] = [],
        isArchived: Bool = false, isLocked: Bool = false, isPrivate: Bool = false
    ) {
        let created = SnowflakeMint.instant(of: id)
        var thread = SimulatedChannel(
            id: id, kind: isPrivate ? .privateThread : .publicThread, guildID: guild.id, name: name,
            parentID: parentID, position: 0, topic: nil, isNSFW: false, slowmode: 0, overwrites: [], thread: nil,
            recipients: [])
        thread.thread = SimulatedChannel.Thread(
            ownerID: ownerID, isArchived: isArchived, isLocked: isLocked, autoArchiveMinutes: 10_080,
            archiveChangedAt: created, createdAt: created, isInvitable: true,
            members: Dictionary(uniqueKeysWithValues: Set([ownerID] + members).map { ($0, created) }), sentCount: 0)
        channels.append(thread)
    }

    /// Adds a message; users named in the text are mentioned.
    public mutating func addMessage(id: WorldID, in channelID: WorldID, by author: WorldID, _ text: String) {
        messages.append(FirstMessage(id: id, channelID: channelID, author: author, text: text))
    }
}

extension WorldState {
    /// The world that a blueprint describes.
    init(_ blueprint: GuildBlueprint, now: Timestamp, transportNow: Timestamp) {
        self.init(now: now, transportNow: transportNow)
        add(blueprint)
    }

    /// Adds a guild with everything that belongs to it.
    mutating func add(_ blueprint: GuildBlueprint) {
        guilds[blueprint.guild.id] = blueprint.guild
        for user in blueprint.users { users[user.id] = user }
        for application in blueprint.applications { applications[application.id] = application }
        for channel in blueprint.channels { channels[channel.id] = channel }
        for first in blueprint.messages.sorted(by: { $0.id < $1.id }) {
            let mentions = MentionTokens(in: first.text)
            let message = SimulatedMessage(
                id: first.id, kind: .text, channelID: first.channelID, guildID: blueprint.guild.id,
                author: first.author, content: first.text, embeds: [], components: [], attachments: [], flags: [],
                mentionedUsers: mentions.users, mentionedRoles: mentions.roles, mentionsEveryone: false)
            logs[first.channelID, default: MessageLog()][first.id] = message
            channels[first.channelID]?.lastMessageID = first.id
            channels[first.channelID]?.thread?.sentCount += 1
        }
    }
}
