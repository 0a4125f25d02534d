/// What a member may do: one bit per permission. Source: Discord documentation, Topics, "Permissions".
public struct Permissions: OptionSet, Sendable, Hashable {
    /// The bits, as Discord sends them in decimal digits.
    public var rawValue: UInt64

    /// Makes a set from its bits; bits without a name are kept.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Create invites.
    public static let createInstantInvite = Permissions(rawValue: 1 << 0)

    /// Kick members.
    public static let kickMembers = Permissions(rawValue: 1 << 1)

    /// Ban members.
    public static let banMembers = Permissions(rawValue: 1 << 2)

    /// Everything, past all overwrites.
    public static let administrator = Permissions(rawValue: 1 << 3)

    /// Create, edit and delete channels.
    public static let manageChannels = Permissions(rawValue: 1 << 4)

    /// Edit the guild.
    public static let manageGuild = Permissions(rawValue: 1 << 5)

    /// Be the first to react with an emoji.
    public static let addReactions = Permissions(rawValue: 1 << 6)

    /// Read the audit log.
    public static let viewAuditLog = Permissions(rawValue: 1 << 7)

    /// Speak with priority.
    public static let prioritySpeaker = Permissions(rawValue: 1 << 8)

    /// Go live.
    public static let stream = Permissions(rawValue: 1 << 9)

    /// See a channel; without it nothing in it is allowed.
    public static let viewChannel = Permissions(rawValue: 1 << 10)

    /// Send messages in channels (not in threads), and post in forums.
    public static let sendMessages = Permissions(rawValue: 1 << 11)

    /// Send messages read aloud.
    public static let sendTTSMessages = Permissions(rawValue: 1 << 12)

    /// Delete other members' messages and reactions.
    public static let manageMessages = Permissions(rawValue: 1 << 13)

    /// Send embeds; have links embedded.
    public static let embedLinks = Permissions(rawValue: 1 << 14)

    /// Send files.
    public static let attachFiles = Permissions(rawValue: 1 << 15)

    /// Read messages sent earlier.
    public static let readMessageHistory = Permissions(rawValue: 1 << 16)

    /// Mention `@everyone`, `@here` and every role.
    public static let mentionEveryone = Permissions(rawValue: 1 << 17)

    /// Use emoji of other guilds.
    public static let useExternalEmojis = Permissions(rawValue: 1 << 18)

    /// See guild insights.
    public static let viewGuildInsights = Permissions(rawValue: 1 << 19)

    /// Join voice channels.
    public static let connect = Permissions(rawValue: 1 << 20)

    /// Speak in voice channels.
    public static let speak = Permissions(rawValue: 1 << 21)

    /// Mute members in voice channels.
    public static let muteMembers = Permissions(rawValue: 1 << 22)

    /// Deafen members in voice channels.
    public static let deafenMembers = Permissions(rawValue: 1 << 23)

    /// Move members between voice channels.
    public static let moveMembers = Permissions(rawValue: 1 << 24)

    /// Use voice activity.
    public static let useVoiceActivity = Permissions(rawValue: 1 << 25)

    /// Change their own nickname.
    public static let changeNickname = Permissions(rawValue: 1 << 26)

    /// Change others' nicknames.
    public static let manageNicknames = Permissions(rawValue: 1 << 27)

    /// Edit roles below their own, and permissions of channels.
    public static let manageRoles = Permissions(rawValue: 1 << 28)

    /// Edit webhooks.
    public static let manageWebhooks = Permissions(rawValue: 1 << 29)

    /// Edit and delete emoji, stickers and sounds.
    public static let manageGuildExpressions = Permissions(rawValue: 1 << 30)

    /// Use application commands.
    public static let useApplicationCommands = Permissions(rawValue: 1 << 31)

    /// Request to speak in stage channels.
    public static let requestToSpeak = Permissions(rawValue: 1 << 32)

    /// Edit scheduled events.
    public static let manageEvents = Permissions(rawValue: 1 << 33)

    /// Edit, archive and delete threads; see all private ones.
    public static let manageThreads = Permissions(rawValue: 1 << 34)

    /// Create public threads.
    public static let createPublicThreads = Permissions(rawValue: 1 << 35)

    /// Create private threads.
    public static let createPrivateThreads = Permissions(rawValue: 1 << 36)

    /// Use stickers of other guilds.
    public static let useExternalStickers = Permissions(rawValue: 1 << 37)

    /// Send messages in threads.
    public static let sendMessagesInThreads = Permissions(rawValue: 1 << 38)

    /// Launch activities.
    public static let useEmbeddedActivities = Permissions(rawValue: 1 << 39)

    /// Time members out.
    public static let moderateMembers = Permissions(rawValue: 1 << 40)

    /// See subscription insights.
    public static let viewCreatorMonetizationAnalytics = Permissions(rawValue: 1 << 41)

    /// Use the soundboard.
    public static let useSoundboard = Permissions(rawValue: 1 << 42)

    /// Create emoji, stickers and sounds.
    public static let createGuildExpressions = Permissions(rawValue: 1 << 43)

    /// Create scheduled events.
    public static let createEvents = Permissions(rawValue: 1 << 44)

    /// Use sounds of other guilds.
    public static let useExternalSounds = Permissions(rawValue: 1 << 45)

    /// Send voice messages.
    public static let sendVoiceMessages = Permissions(rawValue: 1 << 46)

    /// Send polls.
    public static let sendPolls = Permissions(rawValue: 1 << 49)

    /// Let user-installed applications answer publicly.
    public static let useExternalApps = Permissions(rawValue: 1 << 50)

    /// Pin and unpin messages.
    public static let pinMessages = Permissions(rawValue: 1 << 51)

    /// Send regardless of slow mode.
    public static let bypassSlowmode = Permissions(rawValue: 1 << 52)
}
