import Discord
import Testing

@Suite("What members may do")
struct PermissionsTests {
    private static let guild: GuildID = 1
    private static let owner: UserID = 10
    private static let member: UserID = 11
    private static let clan: RoleID = 100
    private static let staff: RoleID = 101
    private static let admin: RoleID = 102

    private static let basics: Permissions = [
        .viewChannel, .sendMessages, .sendMessagesInThreads, .embedLinks, .attachFiles, .connect, .speak,
        .readMessageHistory,
    ]

    private static let rules = GuildPermissionRules(guildID: guild, ownerID: owner) { role in
        switch role {
        case guild.everyoneRole: basics
        case clan: [.addReactions]
        case staff: [.manageThreads, .manageMessages]
        case admin: [.administrator]
        default: nil
        }
    }

    private static func channel(_ kind: ChannelKind = .text, _ overwrites: PermissionOverwrite...) -> Channel {
        Channel(id: 50, kind: kind, guildID: guild, overwrites: overwrites)
    }

    private static func thread(_ kind: ChannelKind = .publicThread) -> Channel {
        Channel(id: 60, kind: kind, guildID: guild, parentID: 50)
    }

    private static func role(
        _ role: RoleID, allow: Permissions = [], deny: Permissions = []
    ) -> PermissionOverwrite {
        PermissionOverwrite(target: .role(role), allow: allow, deny: deny)
    }

    private static func own(allow: Permissions = [], deny: Permissions = []) -> PermissionOverwrite {
        PermissionOverwrite(target: .member(member), allow: allow, deny: deny)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var user: UserID = member
        var roles: [RoleID] = []
        var isTimedOut = false
        var channel: Channel
        var parent: Channel?
        var isThreadMember = false
        var has: Permissions = []
        var hasNot: Permissions = []

        var testDescription: String { name }
    }

    private static let everyone = guild.everyoneRole
    private static let hidden = channel(.text, role(everyone, deny: .viewChannel))

    @Test(
        "permissions follow from roles, overwrites, threads and timeouts",
        arguments: [
            Case(name: "everybody has the base", channel: channel(), has: basics, hasNot: .manageMessages),
            Case(
                name: "roles add up", roles: [clan, staff], channel: channel(), has: [.addReactions, .manageMessages]),
            Case(name: "a deleted role adds nothing", roles: [999], channel: channel(), has: basics),
            Case(name: "the owner may do all", user: owner, channel: hidden, has: .all),
            Case(name: "an administrator may do all", roles: [admin], channel: hidden, has: .all),
            Case(
                name: "a timeout does not touch an administrator", roles: [admin], isTimedOut: true, channel: hidden,
                has: .all),
            Case(
                name: "a timeout leaves only reading", roles: [staff], isTimedOut: true, channel: channel(),
                has: .whileTimedOut, hasNot: [.sendMessages, .manageThreads, .manageMessages]),
            Case(
                name: "everybody's overwrite takes away", channel: channel(.text, role(everyone, deny: .sendMessages)),
                has: .viewChannel, hasNot: .sendMessages),
            Case(
                name: "a role's overwrite beats everybody's", roles: [clan],
                channel: channel(.text, role(everyone, deny: .sendMessages), role(clan, allow: .sendMessages)),
                has: [.sendMessages, .embedLinks]),
            Case(
                name: "of two roles' overwrites, allowing wins in any order", roles: [clan, staff],
                channel: channel(.text, role(clan, allow: .addReactions), role(staff, deny: .addReactions)),
                has: .addReactions),
            Case(
                name: "a role that the member lacks does not count",
                channel: channel(.text, role(clan, deny: .viewChannel)), has: .viewChannel),
            Case(
                name: "the member's own overwrite beats roles", roles: [clan],
                channel: channel(.text, role(clan, allow: .addReactions), own(deny: .addReactions)),
                hasNot: .addReactions),
            Case(
                name: "the member's own overwrite opens a hidden channel",
                channel: channel(.text, role(everyone, deny: .viewChannel), own(allow: .viewChannel)), has: basics),
            Case(name: "who cannot see may do nothing", roles: [staff], channel: hidden, hasNot: .all),
            Case(
                name: "who cannot send cannot embed, attach or mention",
                channel: channel(.text, role(everyone, allow: .mentionEveryone, deny: .sendMessages)),
                has: .readMessageHistory, hasNot: [.embedLinks, .attachFiles, .mentionEveryone]),
            Case(
                name: "who cannot connect cannot speak or manage",
                channel: channel(.voice, role(everyone, allow: .manageChannels, deny: .connect)),
                has: .viewChannel, hasNot: [.speak, .manageChannels]),
            Case(
                name: "a thread follows its parent", channel: thread(),
                parent: channel(.text, role(everyone, deny: .viewChannel)), hasNot: .all),
            Case(
                name: "in a thread its own sending permission counts", channel: thread(),
                parent: channel(.text, role(everyone, deny: .sendMessages)),
                has: [.sendMessagesInThreads, .embedLinks]),
            Case(
                name: "without it nothing is embedded in a thread", channel: thread(),
                parent: channel(.text, role(everyone, deny: .sendMessagesInThreads)),
                has: .viewChannel, hasNot: [.sendMessagesInThreads, .embedLinks]),
            Case(name: "a thread without known parent allows nothing", channel: thread(), hasNot: .all),
            Case(
                name: "a private thread is hidden from others", channel: thread(.privateThread), parent: channel(),
                hasNot: .all),
            Case(
                name: "a private thread is open to its members", channel: thread(.privateThread), parent: channel(),
                isThreadMember: true, has: basics),
            Case(
                name: "a private thread is open to who manages threads", roles: [staff],
                channel: thread(.privateThread), parent: channel(), has: basics),
        ])
    func table(_ test: Case) {
        let subject = GuildPermissionRules.Subject(
            userID: test.user, roles: test.roles, isTimedOut: test.isTimedOut)
        let permissions = Self.rules.permissions(
            of: subject, in: test.channel, parent: test.parent, isThreadMember: test.isThreadMember)
        #expect(permissions.isSuperset(of: test.has), "lacks \(test.has.subtracting(permissions).names)")
        #expect(permissions.isDisjoint(with: test.hasNot), "has \(permissions.intersection(test.hasNot).names)")
    }

    @Test("in the guild as a whole, overwrites do not count and a timeout does")
    func wholeGuild() {
        let subject = GuildPermissionRules.Subject(userID: Self.member, roles: [Self.staff])
        #expect(Self.rules.permissions(of: subject) == Self.basics.union([.manageThreads, .manageMessages]))
        let timedOut = GuildPermissionRules.Subject(userID: Self.member, roles: [], isTimedOut: true)
        #expect(Self.rules.permissions(of: timedOut) == .whileTimedOut)
    }

    @Test("permissions have the names that people know, and Discord's digits")
    func names() {
        #expect(
            Permissions([.manageMessages, .viewChannel, .sendTTSMessages]).names == [
                "View Channel", "Send TTS Messages", "Manage Messages",
            ])
        #expect(Permissions("8") == .administrator)
        #expect(Permissions.pinMessages.description == "2251799813685248")
        #expect(Permissions("1x") == nil)
    }
}
