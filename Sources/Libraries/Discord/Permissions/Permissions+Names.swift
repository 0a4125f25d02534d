/// A permission with the name that people know.
public struct NamedPermission: Sendable, Hashable {
    /// The permission.
    public var permission: Permissions
    /// Its name, as in `Manage Messages`.
    public var name: String
}

extension Permissions {
    /// Every permission with its name, in the order of bits.
    public static let named: [NamedPermission] = [
        NamedPermission(permission: .createInstantInvite, name: "Create Instant Invite"),
        NamedPermission(permission: .kickMembers, name: "Kick Members"),
        NamedPermission(permission: .banMembers, name: "Ban Members"),
        NamedPermission(permission: .administrator, name: "Administrator"),
        NamedPermission(permission: .manageChannels, name: "Manage Channels"),
        NamedPermission(permission: .manageGuild, name: "Manage Guild"),
        NamedPermission(permission: .addReactions, name: "Add Reactions"),
        NamedPermission(permission: .viewAuditLog, name: "View Audit Log"),
        NamedPermission(permission: .prioritySpeaker, name: "Priority Speaker"),
        NamedPermission(permission: .stream, name: "Stream"),
        NamedPermission(permission: .viewChannel, name: "View Channel"),
        NamedPermission(permission: .sendMessages, name: "Send Messages"),
        NamedPermission(permission: .sendTTSMessages, name: "Send TTS Messages"),
        NamedPermission(permission: .manageMessages, name: "Manage Messages"),
        NamedPermission(permission: .embedLinks, name: "Embed Links"),
        NamedPermission(permission: .attachFiles, name: "Attach Files"),
        NamedPermission(permission: .readMessageHistory, name: "Read Message History"),
        NamedPermission(permission: .mentionEveryone, name: "Mention Everyone"),
        NamedPermission(permission: .useExternalEmojis, name: "Use External Emojis"),
        NamedPermission(permission: .viewGuildInsights, name: "View Guild Insights"),
        NamedPermission(permission: .connect, name: "Connect"),
        NamedPermission(permission: .speak, name: "Speak"),
        NamedPermission(permission: .muteMembers, name: "Mute Members"),
        NamedPermission(permission: .deafenMembers, name: "Deafen Members"),
        NamedPermission(permission: .moveMembers, name: "Move Members"),
        NamedPermission(permission: .useVoiceActivity, name: "Use Voice Activity"),
        NamedPermission(permission: .changeNickname, name: "Change Nickname"),
        NamedPermission(permission: .manageNicknames, name: "Manage Nicknames"),
        NamedPermission(permission: .manageRoles, name: "Manage Roles"),
        NamedPermission(permission: .manageWebhooks, name: "Manage Webhooks"),
        NamedPermission(permission: .manageGuildExpressions, name: "Manage Guild Expressions"),
        NamedPermission(permission: .useApplicationCommands, name: "Use Application Commands"),
        NamedPermission(permission: .requestToSpeak, name: "Request To Speak"),
        NamedPermission(permission: .manageEvents, name: "Manage Events"),
        NamedPermission(permission: .manageThreads, name: "Manage Threads"),
        NamedPermission(permission: .createPublicThreads, name: "Create Public Threads"),
        NamedPermission(permission: .createPrivateThreads, name: "Create Private Threads"),
        NamedPermission(permission: .useExternalStickers, name: "Use External Stickers"),
        NamedPermission(permission: .sendMessagesInThreads, name: "Send Messages In Threads"),
        NamedPermission(permission: .useEmbeddedActivities, name: "Use Embedded Activities"),
        NamedPermission(permission: .moderateMembers, name: "Moderate Members"),
        NamedPermission(permission: .viewCreatorMonetizationAnalytics, name: "View Creator Monetization Analytics"),
        NamedPermission(permission: .useSoundboard, name: "Use Soundboard"),
        NamedPermission(permission: .createGuildExpressions, name: "Create Guild Expressions"),
        NamedPermission(permission: .createEvents, name: "Create Events"),
        NamedPermission(permission: .useExternalSounds, name: "Use External Sounds"),
        NamedPermission(permission: .sendVoiceMessages, name: "Send Voice Messages"),
        NamedPermission(permission: .sendPolls, name: "Send Polls"),
        NamedPermission(permission: .useExternalApps, name: "Use External Apps"),
        NamedPermission(permission: .pinMessages, name: "Pin Messages"),
        NamedPermission(permission: .bypassSlowmode, name: "Bypass Slowmode"),
    ]

    /// Names of the permissions in the set, in the order of bits; bits without a name are left out.
    public var names: [String] {
        Self.named.filter { contains($0.permission) }.map(\.name)
    }
}

extension Permissions: LosslessStringConvertible {
    /// Reads decimal digits, as Discord writes permissions.
    public init?(_ text: String) {
        guard let number = UInt64(text) else { return nil }
        self.init(rawValue: number)
    }

    /// The decimal digits.
    public var description: String { String(rawValue) }
}
