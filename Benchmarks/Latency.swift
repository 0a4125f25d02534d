import DiscordSimulator

extension Benchmark {
    /// From the moment at which the simulator begins to write the frame of `@bot ping` to the arrival of the bot's request
    /// to react: decoding, lane, journal, access rule, rate limiter, HTTP and two trips over loopback. Idle, and while
    /// people write 200 other messages a second, which the simulator must tell and the bot read on the same two cores.
    static let latency = Benchmark("latency") {
        guard let binary = Programs.woadkeeper else { return [] }
        let own = try await pingTimes { guild, folder in
            try await BotProcess(binary, api: guild.urls.api, cdn: guild.urls.cdn, in: folder).program
        }
        let reference = try await pingTimes { guild, folder in
            try await DiscordPy.bot(api: guild.urls.api, gateway: guild.urls.gateway, in: folder)?.program
        }
        return [("idle", 0.5), ("idle", 0.99), ("loaded", 0.5), ("loaded", 0.99)].compactMap { state, share in
            guard let own = own?[state] else { return nil }
            return Measurement(
                "latency.frame-to-request.\(state).p\(Int(share * 100))", own.quantile(share), "ms",
                against: reference?[state].map { .init(name: "discord.py", figure: $0.quantile(share)) })
        }
    }

    private static func pingTimes(
        of start: (LiveGuild, TemporaryFolder) async throws -> RunningProgram?
    ) async throws -> [String: [Double]]? {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let guild = try await LiveGuild()
        guard let program = try await start(guild, folder) else {
            await guild.simulator.stop()
            return nil
        }
        _ = try await guild.pingTimes(count: 20)
        let idle = try await guild.pingTimes(count: 300)
        let chat = Task { try await guild.chats(perSecond: 200) }
        let loaded = try await guild.pingTimes(count: 300)
        chat.cancel()
        await program.end()
        await guild.simulator.stop()
        return ["idle": idle, "loaded": loaded]
    }
}
