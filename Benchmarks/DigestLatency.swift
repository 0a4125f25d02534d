import DiscordSimulator
import JSON
import Service

extension Benchmark {
    /// From `!ops digest` in a channel to the embed that people see there, the whole way through program, simulator and
    /// loopback.
    static let digestLatency = Benchmark("digest") {
        guard let binary = Programs.woadkeeper else { return [] }
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let guild = try await LiveGuild(enforcesRateLimits: false)
        let program = try await BotProcess(binary, api: guild.urls.api, cdn: guild.urls.cdn, in: folder).program
        var times: [Double] = []
        let speaker = guild.speaker
        for round in 0..<60 {
            let channel = LiveGuild.channels[round % LiveGuild.channels.count]
            let start = ContinuousClock.now
            let request = try await speaker.says("!ops digest", in: channel)
            _ = try await speaker.awaitsMessage(in: channel, from: SampleGuild.bot, after: request) { message in
                message.embeds.contains { $0["title"]?.string == "Digest" }
            }
            // The first ones warm up.
            if round >= 10 { times.append((ContinuousClock.now - start).inMilliseconds) }
        }
        await program.end()
        await guild.simulator.stop()
        return [0.5, 0.99].map { Measurement("digest.p\(Int($0 * 100))", times.quantile($0), "ms") }
    }
}
