/// Discord's permission bits.
///
/// Source: Discord, *Permissions*, "Bitwise Permission Flags".
public struct PermissionBits: OptionSet, Sendable, Hashable {
    /// The bits as Discord writes them, in decimal, in `permissions`, `allow` and `deny`.
    public let rawValue: UInt64

    /// Wraps raw bits; unknown ones are kept.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    private static func bit(_ position: UInt64) -> PermissionBits { PermissionBits(rawValue: 1 << position) }

    /// `CREATE_INSTANT_INVITE`
    public static let createInvite = bit(0)
    /// `KICK_MEMBERS`
    public static let kickMembers = bit(1)
    /// `BAN_MEMBERS`
    public static let banMembers = bit(2)
    /// `ADMINISTRATOR`: all permissions, past every overwrite.
    public static let administrator = bit(3)
    /// `MANAGE_CHANNELS`
    public static let manageChannels = bit(4)
    /// `MANAGE_GUILD`
    public static let manageGuild = bit(5)
    /// `ADD_REACTIONS`
    public static let addReactions = bit(6)
    /// `VIEW_AUDIT_LOG`
    public static let viewAuditLog = bit(7)
    /// `VIEW_CHANNEL`
    public static let viewChannel = bit(10)
    /// `SEND_MESSAGES`
    public static let sendMessages = bit(11)
    /// `SEND_TTS_MESSAGES`
    public static let sendTTS = bit(12)
    /// `MANAGE_MESSAGES`
    public static let manageMessages = bit(13)
    /// `EMBED_LINKS`
    public static let embedLinks = bit(14)
    /// `ATTACH_FILES`
    public static let attachFiles = bit(15)
    /// `READ_MESSAGE_HISTORY`
    public static let readHistory = bit(16)
    /// `MENTION_EVERYONE`
    public static let mentionEveryone = bit(17)
    /// `USE_EXTERNAL_EMOJIS`
    public static let useExternalEmoji = bit(18)
    /// `CHANGE_NICKNAME`
    public static let changeNickname = bit(26)
    /// `MANAGE_NICKNAMES`
    public static let manageNicknames = bit(27)
    /// `MANAGE_ROLES`
    public static let manageRoles = bit(28)
    /// `MANAGE_WEBHOOKS`
    public static let manageWebhooks = bit(29)
    /// `MANAGE_GUILD_EXPRESSIONS`
    public static let manageExpressions = bit(30)
    /// `USE_APPLICATION_COMMANDS`
    public static let useCommands = bit(31)
    /// `MANAGE_THREADS`
    public static let manageThreads = bit(34)
    /// `CREATE_PUBLIC_THREADS`
    public static let createPublicThreads = bit(35)
    /// `CREATE_PRIVATE_THREADS`
    public static let createPrivateThreads = bit(36)
    /// `SEND_MESSAGES_IN_THREADS`
    public static let sendInThreads = bit(38)
    /// `MODERATE_MEMBERS`
    public static let moderateMembers = bit(40)
    /// `PIN_MESSAGES`
    public static let pinMessages = bit(51)
    /// `BYPASS_SLOWMODE`
    public static let bypassSlowmode = bit(52)

    /// Every bit that Discord names, which is what an administrator or an owner has.
    public static let all = PermissionBits(rawValue: (1 << 53) - 1)

    /// What a new guild grants to everyone.
    public static let everyoneDefault: PermissionBits = [
        .createInvite, .addReactions, .viewChannel, .sendMessages, .embedLinks, .attachFiles, .readHistory,
        .useExternalEmoji, .changeNickname, .useCommands, .createPublicThreads, .createPrivateThreads,
        .sendInThreads,
    ]
}

/// An exception to the role permissions in one channel or category.
///
/// Source: Discord, *Channel*, "Overwrite Object".
public struct PermissionOverwrite: Sendable, Hashable {
    /// What `id` names.
    public enum Target: Int, Sendable, Hashable {
        case role = 0
        case member = 1
    }

    /// The role or member.
    public var id: WorldID
    /// Whether `id` is a role or a member.
    public var target: Target
    /// Bits granted here.
    public var allow: PermissionBits
    /// Bits refused here.
    public var deny: PermissionBits

    /// An overwrite for a role or a member.
    public init(_ target: Target, _ id: WorldID, allow: PermissionBits = [], deny: PermissionBits = []) {
        self.id = id
        self.target = target
        self.allow = allow
        self.deny = deny
    }
}
