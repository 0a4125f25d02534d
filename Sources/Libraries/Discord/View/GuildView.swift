public import Service

/// The picture of one guild at one moment: what events and answers have told so far. A value: it never changes while
/// somebody reads it, and copying it costs nothing.
///
/// A member that is absent may well exist, since only those seen or asked for are kept; a channel or role that is absent
/// does not exist or is not visible, provided that ``isComplete``.
public struct GuildView: Sendable, Identifiable {
    /// The guild's id.
    public let id: GuildID
    /// Its name.
    public internal(set) var name: String
    /// Hash of its icon.
    public internal(set) var icon: String?
    /// Who owns it.
    public internal(set) var ownerID: UserID
    /// How many members it has, where Discord told.
    public internal(set) var memberCount: Int?
    /// The bot's own user.
    public internal(set) var ownUserID: UserID
    /// Whether roles, emoji, channels and threads were loaded as a whole.
    public internal(set) var isComplete: Bool
    /// Whether an outage hides the guild; what was known remains.
    public internal(set) var isUnavailable: Bool

    var roleTable: [RoleID: Role] = [:]
    var emojiTable: [EmojiID: Emoji] = [:]
    var channelTable: [ChannelID: Shared<Channel>] = [:]
    var memberTable: [UserID: Shared<Member>] = [:]

    init(id: GuildID, name: String, ownerID: UserID, ownUserID: UserID) {
        self.id = id
        self.name = name
        self.ownerID = ownerID
        self.ownUserID = ownUserID
        isComplete = false
        isUnavailable = false
    }
}

/// A value behind a reference: tables of large values stay cheap to copy when a reader holds the previous ones.
final class Shared<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) {
        self.value = value
    }
}

// MARK: Looking things up

extension GuildView {
    /// A channel or thread.
    public func channel(_ id: ChannelID) -> Channel? { channelTable[id]?.value }

    /// Every channel that is no thread, in no order.
    public var channels: [Channel] { channelTable.values.lazy.map(\.value).filter { !$0.isThread } }

    /// Every thread known, archived ones included, in no order.
    public var threads: [Channel] { channelTable.values.lazy.map(\.value).filter(\.isThread) }

    /// Threads of a channel that are not archived, in no order.
    public func activeThreads(of parent: ChannelID) -> [Channel] {
        threads.filter { $0.parentID == parent && $0.thread?.isArchived != true }
    }

    /// Channels in the order of Discord's list: those without category, then each category with its own; text before
    /// voice.
    public var sortedChannels: [Channel] {
        let all = channels
        let top = all.filter { channel in
            channel.kind == .category || channel.parentID.flatMap { self.channel($0) } == nil
        }
        let inCategory = Dictionary(grouping: all.filter { $0.kind != .category && $0.parentID != nil }, by: \.parentID)
        let isBefore: (Channel, Channel) -> Bool = { left, right in
            (left.listGroup, left.position, left.id) < (right.listGroup, right.position, right.id)
        }
        return top.sorted(by: isBefore).flatMap { channel in
            [channel] + (inCategory[channel.id] ?? []).sorted(by: isBefore)
        }
    }

    /// A role.
    public func role(_ id: RoleID) -> Role? { roleTable[id] }

    /// Every role, the highest first, `@everyone` last.
    public var roles: [Role] { roleTable.values.sorted { $0.isAbove($1) } }

    /// Roles with a name, whatever its case, the highest first.
    public func roles(named name: String) -> [Role] {
        let name = name.lowercased()
        return roles.filter { $0.name.lowercased() == name }
    }

    /// A custom emoji.
    public func emoji(_ id: EmojiID) -> Emoji? { emojiTable[id] }

    /// Every custom emoji, the oldest first.
    public var emojis: [Emoji] { emojiTable.values.sorted { $0.id < $1.id } }

    /// A custom emoji by its name: the exact one, else one that differs in case only; of several the oldest.
    public func emoji(named name: String) -> Emoji? {
        let all = emojis
        if let exact = all.first(where: { $0.name == name }) { return exact }
        let lowercased = name.lowercased()
        return all.first { $0.name.lowercased() == lowercased }
    }

    /// A member, if they were seen or asked for.
    public func member(_ id: UserID) -> Member? { memberTable[id]?.value }

    /// Members that were seen or asked for, in no order.
    public var members: [Member] { memberTable.values.map(\.value) }

    /// The bot as member.
    public var ownMember: Member? { member(ownUserID) }

    /// Roles of a member, the highest first, without `@everyone`.
    public func roles(of member: Member) -> [Role] {
        member.roles.compactMap { roleTable[$0] }.sorted { $0.isAbove($1) }
    }
}

// MARK: Labels for people

extension GuildView {
    /// The name by which a member is shown; nil if they were neither seen nor asked for.
    public func displayName(of user: UserID) -> String? { member(user)?.displayName }

    /// A channel as people know it: `#parent › thread`, `#category › name`, `#name`; `#unknown` if it is not known.
    public func label(of channel: ChannelID?) -> String {
        guard let channel = channel.flatMap({ self.channel($0) }) else { return "#unknown" }
        let parent = channel.parentID.flatMap { self.channel($0) }
        if channel.isThread {
            return "#\(parent?.name ?? "unknown") › \(channel.name ?? "thread")"
        }
        guard let parent else { return "#\(channel.name ?? "unknown")" }
        return "#\(parent.name ?? "unknown") › \(channel.name ?? "unknown")"
    }

    /// The guild's name; `guild` if it has none.
    public var label: String { name.isEmpty ? "guild" : name }
}

// MARK: What members may do

extension GuildView {
    /// What a member may do in the guild as a whole.
    /// - Parameter time: the present, which decides whether a timeout is over.
    public func permissions(of member: Member, at time: Timestamp) -> Permissions {
        rules.permissions(of: subject(member, at: time))
    }

    /// What a member may do in a channel or thread; nil if it is not known.
    ///
    /// Discord tells for the bot alone whether it belongs to a private thread. Others count as belonging to it if
    /// `isThreadMember` says so, as for somebody who just wrote there.
    /// - Parameter time: the present, which decides whether a timeout is over.
    public func permissions(
        of member: Member, in channel: ChannelID, at time: Timestamp, isThreadMember: Bool = false
    ) -> Permissions? {
        guard let channel = self.channel(channel) else { return nil }
        let parent = channel.isThread ? channel.parentID.flatMap { self.channel($0) } : nil
        if channel.isThread, parent == nil { return nil }
        let belongs = member.id == ownUserID ? channel.ownThreadMember != nil : isThreadMember
        return rules.permissions(
            of: subject(member, at: time), in: channel, parent: parent, isThreadMember: belongs)
    }

    /// What the bot may do in a channel or thread; nil if either is not known.
    public func ownPermissions(in channel: ChannelID, at time: Timestamp) -> Permissions? {
        ownMember.flatMap { permissions(of: $0, in: channel, at: time) }
    }

    /// Whether a member may hand out a role: with the permission to, to one below their highest that no integration
    /// owns. Source: Discord documentation, Topics, "Permission Hierarchy".
    public func canAssign(_ role: Role, by member: Member, at time: Timestamp) -> Bool {
        guard !role.isManaged, role.id != id.everyoneRole else { return false }
        if member.id == ownerID { return true }
        guard permissions(of: member, at: time).contains(.manageRoles), let highest = roles(of: member).first else {
            return false
        }
        return highest.isAbove(role)
    }

    private var rules: GuildPermissionRules {
        GuildPermissionRules(guildID: id, ownerID: ownerID) { [roleTable] in roleTable[$0]?.permissions }
    }

    private func subject(_ member: Member, at time: Timestamp) -> GuildPermissionRules.Subject {
        GuildPermissionRules.Subject(
            userID: member.id, roles: member.roles, isTimedOut: member.timedOutUntil.map { $0 > time } ?? false)
    }
}

extension Channel {
    /// Discord lists channels without category first, then categories; within one, text before voice.
    fileprivate var listGroup: Int {
        kind == .category ? 2 : kind.isVoice ? 1 : 0
    }
}
