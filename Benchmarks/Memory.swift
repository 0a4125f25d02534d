import DiscordSimulator

extension Benchmark {
    /// Memory of the process in the sample guild: once it is ready and quiet, and after 3,000 messages and 30 clan cards.
    static let memory = Benchmark("memory") {
        guard let binary = Programs.woadkeeper else { return [] }
        let own = try await use { guild, folder in
            try await BotProcess(binary, api: guild.urls.api, cdn: guild.urls.cdn, in: folder).program
        }
        let reference = try await use { guild, folder in
            try await DiscordPy.bot(api: guild.urls.api, gateway: guild.urls.gateway, in: folder)?.program
        }
        guard let own else { return [] }
        func measurement(_ name: String, _ figure: (Uses) -> Double) -> Measurement {
            Measurement(
                "memory.\(name)", figure(own), "MB",
                against: reference.map { .init(name: "discord.py", figure: figure($0)) })
        }
        return [
            measurement("idle", \.idle.resident), measurement("idle.proportional", \.idle.proportional),
            measurement("idle.anonymous", \.idle.anonymous), measurement("after-load", \.afterLoad.resident),
            measurement("after-load.anonymous", \.afterLoad.anonymous),
        ]
    }

    private struct Uses {
        var idle: MemoryUse
        var afterLoad: MemoryUse
    }

    private static func use(
        of start: (LiveGuild, TemporaryFolder) async throws -> RunningProgram?
    ) async throws -> Uses? {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let guild = try await LiveGuild()
        guard let program = try await start(guild, folder) else {
            await guild.simulator.stop()
            return nil
        }
        try await Task.sleep(for: .seconds(3))
        let idle = try MemoryUse(of: program.process)
        let chat = Task { try await guild.chats(perSecond: 300) }
        for index in 0..<30 {
            try await guild.speaker.says("!clan WKAS", in: LiveGuild.channels[index % LiveGuild.channels.count])
            try await Task.sleep(for: .milliseconds(330))
        }
        chat.cancel()
        try await Task.sleep(for: .seconds(3))
        let afterLoad = try MemoryUse(of: program.process)
        await program.end()
        await guild.simulator.stop()
        return Uses(idle: idle, afterLoad: afterLoad)
    }
}
