import Bot
import Discord
import HTTPClient
import JSON
import Journal
import Service

extension Benchmark {
    /// 100,000 messages that call no command, which is what nearly all messages are: from bytes through allow-list, the
    /// lanes of 50 channels and the command router to the end.
    static let lanes = Benchmark("lanes") {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let journal = try await Journal.open(directory: folder.path, time: CalendarTime(), logger: .silent)
        let http = HTTPClient()
        let frames = GatewayMix.messages(count: 100_000, channels: 50)
        let dispatcher = try makeDispatcher(journal: journal, http: http)
        let routed = try await rate(of: frames, through: dispatcher)
        let queued = await Stopwatch.rate(of: 100_000) {
            let lanes = Lanes<Int>()
            for index in 0..<100_000 { await lanes.enqueue("message", in: index % 50) {} }
            await lanes.waitUntilDrained()
        }
        await journal.close()
        await http.shutdown()
        return [
            Measurement("lanes.queued", queued, "messages/s"),
            Measurement(
                "lanes.from-frame-to-end", routed, "messages/s", against: .init(name: "lanes alone", figure: queued)),
        ]
    }

    private static func rate(of frames: [[UInt8]], through dispatcher: Dispatcher) async throws -> Double {
        try await Stopwatch.rate(of: frames.count) {
            for frame in frames {
                let delivery = Dispatcher.Delivery(
                    event: try event(frame), position: "", arrivedAt: TransportTime().now, finish: {})
                await dispatcher.accept(delivery)
            }
            await dispatcher.waitUntilIdle()
        }
    }

    private static func makeDispatcher(journal: Journal, http: HTTPClient) throws -> Dispatcher {
        let rest = RESTClient(
            .init(token: "none", projectURL: "https://example.org", projectVersion: "0"), transport: http,
            time: TransportTime())
        let activity = ActivityCounter()
        return Dispatcher(
            features: [], catalog: try CommandCatalog([]), bot: 1,
            services: .init(
                rest: rest, view: GuildViewStore(), journal: journal,
                settings: { BotSettings(isEnabled: { _ in true }) }, settingsRead: Awaitable(true),
                conversations: Conversations(calendar: CalendarTime(), activity: ActivityCounter()),
                calendar: CalendarTime(), transport: TransportTime(), logger: .silent,
                logChannel: LogChannel(
                    rest: rest, destination: { nil }, redactor: Redactor(secrets: []), logger: .silent,
                    time: TransportTime(), activity: activity),
                metrics: Metrics(), activity: activity))
    }
}
