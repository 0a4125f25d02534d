import Discord
import Service
import Testing

@Suite("The live picture of guilds")
struct GuildViewStoreTests {
    private static let now = Timestamp(milliseconds: 1_780_000_000_000)
    private static let bot = User(id: 99, username: "keeper", isBot: true)

    private static func member(_ id: UserID, _ nickname: String? = nil, roles: [RoleID] = []) -> Member {
        Member(user: User(id: id, username: "user\(id)"), nickname: nickname, roles: roles)
    }

    private static func channel(
        _ id: ChannelID, _ name: String, _ kind: ChannelKind = .text, parent: ChannelID? = nil
    ) -> Channel {
        Channel(
            id: id, kind: kind, guildID: 1, name: name, parentID: parent,
            thread: kind.isThread ? ThreadMetadata() : nil)
    }

    private static let guild = Guild(
        id: 1, name: "Cluster", ownerID: 10,
        roles: [
            Role(id: 1, name: "@everyone", permissions: [.viewChannel, .sendMessages]),
            Role(id: 100, name: "AAA", position: 1),
            Role(id: 101, name: "Staff", position: 2, permissions: [.manageRoles]),
        ],
        emojis: [Emoji(id: 200, name: "Seat"), Emoji(id: 201, name: "seat")],
        memberCount: 2,
        channels: [channel(40, "Lobby", .category), channel(50, "general", parent: 40), channel(51, "rules")],
        threads: [channel(60, "W0001", .privateThread, parent: 50), channel(61, "talk", .publicThread, parent: 50)],
        members: [member(99, roles: [101])])

    private static func store(_ options: GuildViewStore.Options = .init()) -> GuildViewStore {
        let store = GuildViewStore(options: options)
        store.apply(
            .ready(
                Ready(
                    user: bot, guilds: [UnavailableGuild(id: 1)], sessionID: "s", resumeURL: "wss://example.org",
                    applicationID: 99)))
        store.apply(.guildCreate(guild))
        return store
    }

    @Test("labels name what is known, and say what is not")
    func labels() {
        let store = Self.store()
        store.apply(.memberAdd(Self.member(11, "Ayla"), guild: 1))
        let views = store.snapshot
        #expect(views.label(of: 50 as ChannelID, in: 1) == "#Lobby › general")
        #expect(views.label(of: 51 as ChannelID, in: 1) == "#rules")
        #expect(views.label(of: 60 as ChannelID, in: 1) == "#general › W0001")
        #expect(views.label(of: 77 as ChannelID, in: 1) == "#unknown")
        #expect(views.label(of: 11 as UserID, in: 1) == "Ayla")
        #expect(views.label(of: 12 as UserID, in: 1) == "unknown")
        #expect(views.label(of: 1 as GuildID) == "Cluster")
        #expect(views.label(of: 2 as GuildID) == "unknown guild")
        #expect(views[1]?.emoji(named: "seat")?.id == 201)
        #expect(views[1]?.emoji(named: "SEAT")?.id == 200)
    }

    @Test("an event applied twice changes nothing the second time")
    func idempotent() {
        let store = Self.store()
        var renamed = Self.channel(50, "chat", parent: 40)
        renamed.topic = "new"
        let events: [GatewayEvent] = [
            .channelUpdate(renamed), .roleUpdate(Role(id: 100, name: "BBB"), guild: 1),
            .memberAdd(Self.member(11), guild: 1), .threadUpdate(Self.channel(61, "talks", .publicThread, parent: 50)),
            .channelDelete(Self.channel(51, "rules")), .roleDelete(101, guild: 1),
            .emojisUpdate([Emoji(id: 200, name: "Seat")], guild: 1),
        ]
        for event in events {
            #expect(store.apply(event) != .none)
            #expect(store.apply(event) == .none)
        }
    }

    @Test("a change tells what was before")
    func before() {
        let store = Self.store()
        store.apply(.memberAdd(Self.member(11), guild: 1))
        let change = store.apply(.memberUpdate(Self.member(11, roles: [100]), guild: 1))
        #expect(change == .member(before: Self.member(11), after: Self.member(11, roles: [100]), guild: 1))
    }

    @Test("a snapshot does not change while it is read")
    func snapshot() {
        let store = Self.store()
        let earlier = store.snapshot
        store.apply(.channelDelete(Self.channel(50, "general")))
        #expect(earlier[1]?.channel(50) != nil && earlier[1]?.channel(60) != nil)
        #expect(store.snapshot[1]?.channel(50) == nil)
        #expect(store.snapshot[1]?.channel(60) == nil, "threads go with their channel")
    }

    @Test("of too many members, those not seen for longest are forgotten, and never the bot")
    func bounded() {
        let store = Self.store(.init(maximumMembers: 10))
        for id in 1000..<1010 as Range<UInt64> {
            store.apply(.memberAdd(Self.member(UserID(rawValue: Snowflake(rawValue: id))), guild: 1))
            store.remember(Self.member(1000), in: 1)
        }
        let view = store.snapshot[1]
        #expect((view?.members.count ?? 0) <= 10)
        #expect(view?.member(1000) != nil && view?.member(1009) != nil && view?.ownMember != nil)
        #expect(view?.member(1001) == nil)
    }

    @Test("a list of threads removes those of its channels that are no longer active, and no others")
    func threadSync() {
        let store = Self.store()
        store.apply(.threadCreate(Self.channel(62, "other", .publicThread, parent: 51), isNew: true))
        store.apply(
            .threadListSync(
                ThreadListSync(
                    guildID: 1, channelIDs: [50], threads: [Self.channel(60, "W0001", .privateThread, parent: 50)],
                    members: [ThreadMember(threadID: 60, userID: 99)])))
        let view = store.snapshot[1]
        #expect(view?.channel(61) == nil && view?.channel(62) != nil)
        #expect(view?.channel(60)?.ownThreadMember?.userID == 99)
    }

    @Test("an outage keeps what was known, leaving forgets it")
    func outage() {
        let store = Self.store()
        store.apply(.guildDelete(UnavailableGuild(id: 1, isUnavailable: true)))
        #expect(store.snapshot[1]?.isUnavailable == true && store.snapshot[1]?.channel(50) != nil)
        store.apply(.guildDelete(UnavailableGuild(id: 1)))
        #expect(store.snapshot[1] == nil)
    }

    @Test("a guild loaded over REST looks as after GUILD_CREATE, and takes replayed events")
    func load() {
        let store = GuildViewStore()
        var bare = Self.guild
        let (channels, threads) = (bare.channels, bare.threads)
        (bare.channels, bare.threads, bare.members) = ([], [], [])
        store.load(
            GuildLoad(
                guild: bare, channels: channels, threads: threads,
                threadMembers: [ThreadMember(threadID: 60, userID: 99)], ownMember: Self.member(99, roles: [101])),
            ownUser: Self.bot)
        store.apply(.threadUpdate(Self.channel(60, "Closed-W0001", .privateThread, parent: 50)))
        let view = store.snapshot[1]
        #expect(view?.isComplete == true && view?.ownMember?.roles == [101])
        #expect(view?.label(of: 60 as ChannelID) == "#general › Closed-W0001")
        #expect(view?.ownPermissions(in: 60, at: Self.now)?.contains(.viewChannel) == true)
    }

    @Test("what is not known gives no permissions instead of wrong ones")
    func permissions() throws {
        let view = try #require(Self.store().snapshot[1])
        let member = Self.member(11)
        #expect(view.permissions(of: member, in: 50, at: Self.now)?.contains(.sendMessages) == true)
        #expect(view.permissions(of: member, in: 60, at: Self.now) == [])
        #expect(view.permissions(of: member, in: 77, at: Self.now) == nil)
        var timedOut = member
        timedOut.timedOutUntil = Self.now + .seconds(1)
        #expect(view.permissions(of: timedOut, in: 50, at: Self.now)?.contains(.sendMessages) == false)
        #expect(view.permissions(of: timedOut, in: 50, at: Self.now + .seconds(2))?.contains(.sendMessages) == true)
    }

    @Test("roles are handed out only by who stands above them")
    func hierarchy() throws {
        let view = try #require(Self.store().snapshot[1])
        let keeper = try #require(view.ownMember)
        let clan = try #require(view.role(100))
        let staff = try #require(view.role(101))
        #expect(view.canAssign(clan, by: keeper, at: Self.now))
        #expect(!view.canAssign(staff, by: keeper, at: Self.now))
        #expect(!view.canAssign(clan, by: Self.member(11, roles: [100]), at: Self.now))
        #expect(view.canAssign(staff, by: Self.member(10), at: Self.now))
    }
}
