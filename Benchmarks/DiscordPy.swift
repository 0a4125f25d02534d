import DiscordSimulator
import Service

/// discord.py as a reference: the Python of the environment variable `PYTHON`, in which it is installed, does the same
/// work on the same bytes, or as a bot against the same simulator. Its scripts are in `Benchmarks/Python`.
enum DiscordPy {
    /// How often a second the pieces of a mix are decoded.
    struct Rates {
        /// All events, as dictionaries.
        var eventRounds: Double
        /// The guild, as dictionaries.
        var guildRounds: Double
        /// The messages, as dictionaries.
        var messageRounds: Double
        /// The messages, as `discord.Message`.
        var builtMessageRounds: Double
    }

    /// The rates, or nil if `PYTHON` is not set or has no discord.py.
    static func decoding(of mix: GatewayMix) async throws -> Rates? {
        guard let python = Programs.python else { return nil }
        let frames = (mix.events + [mix.guild]).joined(separator: [UInt8(ascii: "\n")])
        let result = try await Subprocess.run(
            python, arguments: ["Benchmarks/Python/decoding.py"], input: Array(frames))
        let rates = String(decoding: result.output, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap {
            Double($0)
        }
        guard result.status == .exited(0), rates.count == 4 else { return nil }
        return Rates(
            eventRounds: rates[0], guildRounds: rates[1], messageRounds: rates[2], builtMessageRounds: rates[3])
    }

    /// Starts a bot in the sample guild; gives it once it is ready, with the time that took. Nil without `PYTHON`.
    static func bot(
        api: String, gateway: String, in folder: TemporaryFolder
    ) async throws -> (program: RunningProgram, timeToReady: Duration)? {
        guard let python = Programs.python else { return nil }
        let environment = [
            "DISCORD_API_BASE_URL": api, "DISCORD_GATEWAY_URL": gateway, "DISCORD_TOKEN": SampleGuild.botToken,
        ]
        let program = try RunningProgram(
            python, ["Benchmarks/Python/bot.py"], environment: environment, outputPath: folder.path + "/python.log")
        do {
            return (program, try await program.prints("ready").after)
        } catch {
            await program.end()
            throw error
        }
    }
}
