/// Something that happened, as the gateway tells it. Source: Discord documentation, Events, "Receive Events".
public enum GatewayEvent: Sendable, Hashable {
    /// READY: a new session; its guilds follow.
    case ready(Ready)
    /// RESUMED: everything missed was sent again.
    case resumed

    /// GUILD_CREATE: a guild with all that belongs to it.
    case guildCreate(Guild)
    /// GUILD_UPDATE: a guild without channels, threads and members.
    case guildUpdate(Guild)
    /// GUILD_DELETE: the bot left, or an outage struck; also a GUILD_CREATE that announces an outage.
    case guildDelete(UnavailableGuild)
    /// GUILD_EMOJIS_UPDATE: every emoji of a guild.
    case emojisUpdate([Emoji], guild: GuildID)
    /// GUILD_ROLE_CREATE.
    case roleCreate(Role, guild: GuildID)
    /// GUILD_ROLE_UPDATE.
    case roleUpdate(Role, guild: GuildID)
    /// GUILD_ROLE_DELETE.
    case roleDelete(RoleID, guild: GuildID)
    /// GUILD_MEMBER_ADD.
    case memberAdd(Member, guild: GuildID)
    /// GUILD_MEMBER_UPDATE.
    case memberUpdate(Member, guild: GuildID)
    /// GUILD_MEMBER_REMOVE.
    case memberRemove(User, guild: GuildID)
    /// GUILD_MEMBERS_CHUNK: members that were asked for.
    case membersChunk(MembersChunk)

    /// CHANNEL_CREATE.
    case channelCreate(Channel)
    /// CHANNEL_UPDATE.
    case channelUpdate(Channel)
    /// CHANNEL_DELETE.
    case channelDelete(Channel)
    /// THREAD_CREATE: a thread was opened, or the bot was added to a private one.
    case threadCreate(Channel, isNew: Bool)
    /// THREAD_UPDATE.
    case threadUpdate(Channel)
    /// THREAD_DELETE.
    case threadDelete(ThreadDeletion)
    /// THREAD_LIST_SYNC: active threads of channels that the bot came to see.
    case threadListSync(ThreadListSync)
    /// THREAD_MEMBER_UPDATE: the bot's own membership in a thread.
    case threadMemberUpdate(ThreadMember, guild: GuildID)
    /// THREAD_MEMBERS_UPDATE: who was added to a thread and removed from it.
    case threadMembersUpdate(ThreadMembersUpdate)

    /// MESSAGE_CREATE.
    case messageCreate(Message)
    /// MESSAGE_UPDATE.
    case messageUpdate(MessageUpdate)
    /// MESSAGE_DELETE, with one id, and MESSAGE_DELETE_BULK, with several.
    case messageDelete(MessageDeletion)
    /// MESSAGE_REACTION_ADD.
    case reactionAdd(ReactionChange)
    /// MESSAGE_REACTION_REMOVE.
    case reactionRemove(ReactionChange)
    /// MESSAGE_REACTION_REMOVE_ALL, without an emoji, and MESSAGE_REACTION_REMOVE_EMOJI, with one.
    case reactionClear(ReactionClearing)

    /// INTERACTION_CREATE.
    case interactionCreate(Interaction)
    /// USER_UPDATE: the bot's own user.
    case userUpdate(User)
    /// An event whose body is not decoded.
    case other(name: String)
}

extension GatewayEvent {
    /// The guild it concerns, if one.
    public var guildID: GuildID? {
        switch self {
        case .ready, .resumed, .userUpdate, .other: nil
        case .guildCreate(let guild), .guildUpdate(let guild): guild.id
        case .guildDelete(let guild): guild.id
        case .emojisUpdate(_, let guild), .roleCreate(_, let guild), .roleUpdate(_, let guild),
            .roleDelete(_, let guild), .memberAdd(_, let guild), .memberUpdate(_, let guild),
            .memberRemove(_, let guild), .threadMemberUpdate(_, let guild):
            guild
        case .membersChunk(let chunk): chunk.guildID
        case .channelCreate(let channel), .channelUpdate(let channel), .channelDelete(let channel),
            .threadCreate(let channel, _), .threadUpdate(let channel):
            channel.guildID
        case .threadDelete(let deletion): deletion.guildID
        case .threadListSync(let sync): sync.guildID
        case .threadMembersUpdate(let update): update.guildID
        case .messageCreate(let message): message.guildID
        case .messageUpdate(let update): update.guildID
        case .messageDelete(let deletion): deletion.guildID
        case .reactionAdd(let change), .reactionRemove(let change): change.guildID
        case .reactionClear(let clearing): clearing.guildID
        case .interactionCreate(let interaction): interaction.guildID
        }
    }

    /// The channel or thread it concerns, if exactly one: events of the same channel are handled in their order.
    public var channelID: ChannelID? {
        switch self {
        case .channelCreate(let channel), .channelUpdate(let channel), .channelDelete(let channel),
            .threadCreate(let channel, _), .threadUpdate(let channel):
            channel.id
        case .threadDelete(let deletion): deletion.id
        case .threadMemberUpdate(let member, _): member.threadID
        case .threadMembersUpdate(let update): update.threadID
        case .messageCreate(let message): message.channelID
        case .messageUpdate(let update): update.channelID
        case .messageDelete(let deletion): deletion.channelID
        case .reactionAdd(let change), .reactionRemove(let change): change.channelID
        case .reactionClear(let clearing): clearing.channelID
        case .interactionCreate(let interaction): interaction.channelID
        default: nil
        }
    }
}
