extension Benchmark {
    /// From the start of the process to `/ready`, in the sample guild with the sample workbook and an empty state folder,
    /// against a simulator in another process; the median of several. discord.py's counterpart is its `on_ready`.
    static let coldStart = Benchmark("start") {
        guard let binary = Programs.woadkeeper else { return [] }
        var own: [Double] = []
        var reference: [Double] = []
        for round in 0..<7 {
            // A fresh simulator each time: a bot may identify once in five seconds.
            own.append(
                try await withSimulator(binary) { simulator, folder in
                    let bot = try await BotProcess(binary, api: simulator.api, cdn: simulator.cdn, in: folder)
                    await bot.program.end()
                    return bot.timeToReady.inMilliseconds
                })
            guard round < 3 else { continue }
            let python = try await withSimulator(binary) { simulator, folder -> Double? in
                let bot = try await DiscordPy.bot(api: simulator.api, gateway: simulator.gateway, in: folder)
                await bot?.program.end()
                return bot?.timeToReady.inMilliseconds
            }
            if let python { reference.append(python) }
        }
        return [
            Measurement(
                "start.ready", own.quantile(0.5), "ms",
                against: reference.isEmpty ? nil : .init(name: "discord.py", figure: reference.quantile(0.5)))
        ]
    }

    private static func withSimulator<Result>(
        _ binary: String, _ body: (SimulatorProcess, TemporaryFolder) async throws -> Result
    ) async throws -> Result {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let simulator = try await SimulatorProcess(binary, in: folder)
        do {
            let result = try await body(simulator, folder)
            await simulator.program.end()
            return result
        } catch {
            await simulator.program.end()
            throw error
        }
    }
}

extension Duration {
    var inMilliseconds: Double { self / .milliseconds(1) }
}

extension [Double] {
    /// The value below which this share of all lies; nearest rank. Zero for an empty list.
    func quantile(_ share: Double) -> Double {
        guard !isEmpty else { return 0 }
        let rank = Int((share * Double(count)).rounded(.up))
        return sorted()[Swift.min(count - 1, Swift.max(0, rank - 1))]
    }
}
