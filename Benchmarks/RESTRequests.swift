import Discord
import DiscordSimulator
import Glibc
import HTTPClient
import Service

extension Benchmark {
    /// Calls of the bot's REST client, with its rate limiter and decoding, to the simulator in this process, against the
    /// bare HTTP client with the same request. The simulator enforces no limits, and the limiter's clock runs a thousand
    /// times as fast as the world's, so that its windows hold no call back and what remains is the work itself. Processor
    /// time is that of the whole process, simulator included; the reference says how much of it the REST client adds.
    static let restRequests = Benchmark("rest") {
        let guild = try await LiveGuild(enforcesRateLimits: false)
        let message = try await guild.speaker.says("react to me", in: SampleGuild.hearth)
        let http = HTTPClient()
        guard let api = BaseURL(guild.urls.api) else { return [] }
        let rest = RESTClient(
            .init(token: SampleGuild.botToken, projectURL: "https://example.org", projectVersion: "0", api: api),
            transport: http, time: HurriedTime(factor: 1000))
        let (channelID, messageID) = (
            ChannelID(integerLiteral: message.channelID), MessageID(integerLiteral: message.id)
        )
        let request = HTTPRequest(
            .get, "\(guild.urls.api)/channels/\(channelID)/messages/\(messageID)/reactions/%F0%9F%92%A1?limit=100",
            headers: ["Authorization": "Bot \(SampleGuild.botToken)"])
        let own = try await cost {
            let bulb = PartialEmoji(name: "💡")
            keep(try await rest.reactors(with: bulb, to: messageID, in: channelID, .within(.seconds(3600))))
        }
        let reference = try await cost { keep(try await http.send(request)) }
        await http.shutdown()
        await guild.simulator.stop()
        return [
            Measurement(
                "rest.requests", own.rate, "requests/s", against: .init(name: "HTTP client", figure: reference.rate)),
            Measurement(
                "rest.processor-time", own.microseconds, "µs/request",
                against: .init(name: "HTTP client", figure: reference.microseconds)),
        ]
    }

    /// Requests a second, 16 at once, and the processor time of each.
    private static func cost(
        of request: @escaping @Sendable () async throws -> Void
    ) async throws -> (rate: Double, microseconds: Double) {
        let before = processorTime()
        let rate = try await Stopwatch.rate(of: 16 * 100) {
            try await concurrently(16) { _ in
                for _ in 0..<100 { try await request() }
            }
        }
        return (rate, (processorTime() - before) / .microseconds(1) / Double(16 * 100 * (Stopwatch.rounds + 1)))
    }

    private static func processorTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

/// Transport time in which the world's time passes many times as fast.
private struct HurriedTime: TimeSource {
    var factor: Int
    private let time = TransportTime()
    private let start = TransportTime().now

    init(factor: Int) {
        self.factor = factor
    }

    var now: Timestamp { start + (time.now - start) * factor }

    func sleep(until deadline: Timestamp) async throws {
        try await time.sleep(until: start + (deadline - start) / factor)
    }
}
