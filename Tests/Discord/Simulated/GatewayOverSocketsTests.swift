import Discord
import DiscordSimulator
import JSON
import Service
import Synchronization
import TestTools
import Testing

@Suite("The gateway, over real sockets", .timeLimit(.minutes(2)))
struct GatewayOverSocketsTests {
    /// What a gateway hands out.
    private final class Inbox: Sendable {
        private let state = Mutex<[String]>([])
        var texts: [String] { state.withLock { $0 } }
        func count(_ text: String) -> Int { texts.count { $0 == text } }

        func take(_ dispatch: GatewayDispatch) {
            let text = dispatch.name == "MESSAGE_CREATE" ? dispatch.body["content"]?.string ?? "" : dispatch.name
            state.withLock { $0.append(text) }
        }
    }

    private func withGateway(
        _ compression: GatewayCompression,
        _ body: (SimulatedDiscord, Gateway, Inbox) async throws -> Void
    ) async throws {
        try await SimulatedDiscord.run { discord in
            let rest = try discord.rest()
            let inbox = Inbox()
            let gateway = Gateway(
                .init(
                    token: SampleGuild.botToken, intents: [.guilds, .guildMessages, .messageContent],
                    compression: compression, libraryName: "test", info: { try await rest.gatewayInfo() }),
                transport: discord.webSockets, time: TransportTime(), logger: .silent)
            let task = Task {
                try await gateway.run { output in
                    guard case .dispatch(let dispatch) = output else { return }
                    inbox.take(dispatch)
                    gateway.tracker.finish(dispatch.sequence, of: dispatch.sessionID)
                }
            }
            try await eventually("the guild") { inbox.count("GUILD_CREATE") == 1 }
            try await body(discord, gateway, inbox)
            await gateway.stop(resumable: true)
            try await task.value
        }
    }

    @Test(
        "plain, zlib-stream and zstd-stream: READY, the guild, and texts of every size arrive whole and in order",
        arguments: GatewayCompression.allCases)
    func compression(_ compression: GatewayCompression) async throws {
        try await withGateway(compression) { discord, _, inbox in
            let texts = (0..<40).map { "\($0) " + String(repeating: "wörd ", count: $0 * 9) }
                .map { $0.split(separator: " ").joined(separator: " ") }
            for text in texts {
                _ = try await discord.simulator.person(SampleGuild.admin).says(text, in: SampleGuild.hearth)
            }
            try await eventually("the last text") { inbox.texts.last == texts.last }
            #expect(inbox.texts.filter { $0.first?.isNumber == true } == texts)
        }
    }

    @Test(
        "a dropped connection is resumed with a stream of its own, and nothing is lost or told twice",
        arguments: GatewayCompression.allCases)
    func drop(_ compression: GatewayCompression) async throws {
        try await withGateway(compression) { discord, _, inbox in
            let admin = discord.simulator.person(SampleGuild.admin)
            _ = try await admin.says("before", in: SampleGuild.hearth)
            await discord.simulator.faults.dropGateway()
            _ = try await admin.says("meanwhile", in: SampleGuild.hearth)
            try await eventually("the resume") { inbox.count("RESUMED") == 1 }
            _ = try await admin.says("after", in: SampleGuild.hearth)
            try await eventually("the last text") { inbox.count("after") == 1 }
            #expect(["before", "meanwhile", "READY"].map(inbox.count) == [1, 1, 1])
        }
    }

    @Test("a session that Discord has forgotten is replaced by a new one")
    func lost() async throws {
        try await withGateway(.zstdStream) { discord, _, inbox in
            await discord.simulator.faults.loseSessions()
            try await eventually("the second READY") { inbox.count("READY") == 2 }
            _ = try await discord.simulator.person(SampleGuild.admin).says("hello", in: SampleGuild.hearth)
            try await eventually("the text") { inbox.count("hello") == 1 }
        }
    }
}
