import DiscordSimulator

extension Benchmark {
    /// From the moment at which the simulator begins to write the frame of a press on a recruiters' panel to the arrival of
    /// the bot's acknowledgement, and to that of the edit that shows the new filter: decoding, access rule, lane, journal,
    /// the panel's state and its message, two requests and their trips over loopback. Idle, and while people write 200
    /// messages a second.
    static let pressLatency = Benchmark("press") {
        guard let binary = Programs.woadkeeper else { return [] }
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let guild = try await LiveGuild()
        let program = try await BotProcess(binary, api: guild.urls.api, cdn: guild.urls.cdn, in: folder).program
        _ = try await guild.pingTimes(count: 20)
        let panel = try await guild.opensPanel()
        _ = try await guild.pressTimes(on: panel, count: 40)
        let idle = try await guild.pressTimes(on: panel, count: 300)
        let chat = Task { try await guild.chats(perSecond: 200) }
        let loaded = try await guild.pressTimes(on: panel, count: 300)
        chat.cancel()
        await program.end()
        await guild.simulator.stop()
        return [("idle", idle), ("loaded", loaded)].flatMap { state, times in
            [("acknowledgement", times.acknowledged), ("edit", times.edited)].flatMap { what, times in
                [0.5, 0.99].map {
                    Measurement("press.frame-to-\(what).\(state).p\(Int($0 * 100))", times.quantile($0), "ms")
                }
            }
        }
    }
}
