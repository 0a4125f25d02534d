import DiscordSimulator
import HTTPClient
import Service
import TestTools
import WebSocketClient

@testable import Discord

/// The real client over real sockets against a simulated Discord, for the time of a test.
struct SimulatedDiscord {
    static let channel = ChannelID(integerLiteral: SampleGuild.hearth)

    let simulator: Simulator
    let urls: Simulator.BaseURLs
    let http: HTTPClient
    let webSockets: WebSocketClient

    static func run(
        isolation: isolated (any Actor)? = #isolation, _ body: (SimulatedDiscord) async throws -> Void
    ) async throws {
        let simulator = Simulator(
            world: SampleGuild.blueprint(), calendar: CalendarTime(), transport: TransportTime())
        let discord = SimulatedDiscord(
            simulator: simulator, urls: try await simulator.start(), http: HTTPClient(), webSockets: WebSocketClient())
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(discord))
        } catch {
            result = .failure(error)
        }
        await discord.webSockets.shutdown()
        await discord.http.shutdown()
        await simulator.stop()
        try result.get()
    }

    func rest(_ metrics: Metrics = Metrics(), retries: RetryPolicy = RetryPolicy()) throws -> RESTClient {
        guard let api = BaseURL(urls.api), let cdn = BaseURL(urls.cdn) else {
            throw NeverHappened(what: "an address on the loopback")
        }
        return RESTClient(
            .init(
                token: SampleGuild.botToken, projectURL: "https://example.org", projectVersion: "1", api: api, cdn: cdn),
            transport: http, time: TransportTime(), metrics: metrics, logger: .silent, activity: nil, retries: retries,
            jitter: { .random(in: 0...1) })
    }

    /// What stands in the channel, in the order in which it was written.
    func messages() async -> [String] {
        await simulator.snapshot().messages(in: SampleGuild.hearth).map(\.content)
    }
}
