import Discord
import DiscordSimulator
import Glibc
import Service
import Testing
import WebSocketClient

/// A guild as large as they come: 50,000 members, 500 channels, 1,000 threads.
@Suite("Load: a large guild")
struct LargeGuildScenarios {
    private static let channelCount = 500
    private static let threadCount = 1_000
    private static let memberCount = 50_000
    private static let limit = GuildViewStore.Options()

    private static func channel(_ number: Int) -> WorldID { SampleGuild.id(10_000 + number) }
    private static func thread(_ number: Int) -> WorldID { SampleGuild.id(20_000 + number) }
    private static func member(_ number: Int) -> WorldID { SampleGuild.id(100_000 + number) }

    /// The sample guild with many more of everything.
    private static func world() -> GuildBlueprint {
        var blueprint = SampleGuild.blueprint()
        for number in 0..<channelCount { blueprint.addChannel(id: channel(number), name: "hall-\(number)") }
        for number in 0..<threadCount {
            blueprint.addThread(
                id: thread(number), name: "talk-\(number)", parentID: channel(number % channelCount),
                ownerID: SampleGuild.admin)
        }
        for number in 0..<memberCount {
            blueprint.addUser(SimulatedUser(id: member(number), name: "soul\(number)"), roles: [SampleGuild.id(112)])
        }
        return blueprint
    }

    @Test("the bot serves it: known channels, and cards for people never seen before")
    func served() async throws {
        try await Stage.play(on: Scenery(world: Self.world())) { stage in
            let stranger = stage.simulator.person(Self.member(40_000))
            for place in [Self.channel(499), Self.thread(999)] {
                try await stranger.says("!clan WKBR", in: place)
                try await stage.sees(stranger, in: place, within: Questions.patience) { $0.isCard(of: "WKBR") }
            }
        }
    }

    @Test("fifty chunks of a thousand members leave a bounded view with right answers")
    func chunks() async throws {
        try await Stage.play(on: Scenery(world: Self.world())) { stage in
            let reader = try GuildReader(stage)
            await reader.isComplete()
            let before = try #require(ResidentMemory.bytes())
            let everybody = try await reader.members(.named("", limit: 0))
            #expect(everybody.chunks == 50 + 1, "and one for the sample guild's own members")
            #expect(everybody.members >= Self.memberCount)
            let asked = (30_000..<30_100).map { UserID(integerLiteral: Self.member($0)) }
            _ = try await reader.members(.users(asked))
            let growth = try #require(ResidentMemory.bytes()) - before

            let view = try #require(await reader.view)
            #expect(view.members.count <= Self.limit.maximumMembers)
            #expect(view.ownMember != nil, "the bot itself is always kept")
            for (index, user) in asked.enumerated() {
                #expect(view.member(user)?.user.username == "soul\(30_000 + index)")
            }
            #expect(view.channels.count >= Self.channelCount)
            #expect(view.threads.count >= Self.threadCount)
            for number in [0, 250, 499] {
                let id = ChannelID(integerLiteral: Self.channel(number))
                #expect(view.channel(id)?.name == "hall-\(number)")
                let talks = view.activeThreads(of: id).compactMap(\.name).sorted()
                #expect(talks == ["talk-\(number)", "talk-\(number + 500)"].sorted())
            }
            print("load: \(everybody.members) members received, memory grew by \(ResidentMemory.text(growth))")
            #expect(growth < 200 << 20, "chunks pass through, they do not stay")
            await reader.close()
            try await stage.settles(stage.person(331), in: SampleGuild.hearth)
        }
    }
}

/// Another bot in the guild, which only reads it.
private actor GuildReader {
    /// What came, without its contents.
    private enum Arrival: Sendable {
        case guild
        case chunk(nonce: String?, members: Int, isLast: Bool)
    }

    private static let guild = GuildID(integerLiteral: SampleGuild.guild)

    private let store: GuildViewStore
    private let transport = WebSocketClient()
    private let gateway: Gateway
    private let life: Task<Void, any Error>
    private var arrivals: AsyncStream<Arrival>.Iterator
    private var requests = 0

    init(_ stage: Stage) throws {
        let url = "ws://127.0.0.1:\(try stage.simulatorPort())/gateway"
        let gateway = Gateway(
            .init(
                token: SampleGuild.ticketBotToken, intents: [.guilds, .guildMembers], libraryName: "reader",
                info: { GatewayInfo(url: url) }),
            transport: transport, time: TransportTime(), logger: .silent)
        let (stream, continuation) = AsyncStream.makeStream(
            of: Arrival.self, bufferingPolicy: .bufferingOldest(1_000))
        let store = GuildViewStore()
        life = Task {
            try await gateway.run { output in
                guard case .dispatch(let dispatch) = output else { return }
                defer { gateway.tracker.finish(dispatch.sequence, of: dispatch.sessionID) }
                guard let event = try? GatewayEvent(name: dispatch.name, body: dispatch.body) else { return }
                store.apply(event)
                switch event {
                case .guildCreate: continuation.yield(.guild)
                case .membersChunk(let chunk):
                    continuation.yield(
                        .chunk(
                            nonce: chunk.nonce, members: chunk.members.count, isLast: chunk.index == chunk.count - 1))
                default: break
                }
            }
            continuation.finish()
        }
        self.store = store
        self.gateway = gateway
        arrivals = stream.makeAsyncIterator()
    }

    /// The view of the sample guild.
    var view: GuildView? { store.snapshot[Self.guild] }

    /// Waits until the guild is there.
    func isComplete() async {
        while let arrival = await next() {
            if case .guild = arrival { return }
        }
    }

    /// Asks for members, and waits for the last chunk.
    func members(_ who: MembersRequest.Who) async throws -> (chunks: Int, members: Int) {
        requests += 1
        let nonce = "request-\(requests)"
        try await gateway.requestMembers(MembersRequest(guild: Self.guild, who: who, nonce: nonce))
        var (chunks, members) = (0, 0)
        while let arrival = await next() {
            guard case .chunk(let answered, let count, let isLast) = arrival, answered == nonce else { continue }
            chunks += 1
            members += count
            if isLast { break }
        }
        return (chunks, members)
    }

    /// Leaves.
    func close() async {
        await gateway.stop(resumable: false)
        _ = try? await life.value
        await transport.shutdown()
    }

    private func next() async -> Arrival? {
        var iterator = arrivals
        defer { arrivals = iterator }
        return await iterator.next(isolation: self)
    }
}
