import FoundationEssentials
import JSON
import Service

/// discord.py as a reference: the Python of the environment variable `PYTHON`, in which it is installed, decodes the same
/// dispatches with discord.py's own function, which gives dictionaries and builds no objects of them.
enum DiscordPy {
    /// How often a second all events, and the guild, are decoded.
    struct Rates {
        var eventRounds: Double
        var guildRounds: Double
    }

    /// Prints both rates, taking the best of five rounds as the stopwatch here does.
    private static let script = """
        import sys, time
        from discord.utils import _from_json
        frames = [line.decode() for line in sys.stdin.buffer.read().split(b"\\n")]
        def rate(frames):
            best = 0.0
            for _ in range(6):
                start, count = time.perf_counter(), 0
                while (elapsed := time.perf_counter() - start) < 0.4:
                    for frame in frames:
                        _from_json(frame)
                    count += 1
                best = max(best, count / elapsed)
            return best
        print(rate(frames[:-1]), rate(frames[-1:]))
        """

    /// The rates, or nil if `PYTHON` is not set or has no discord.py.
    static func decoding(of mix: GatewayMix) async throws -> Rates? {
        guard let python = ProcessInfo.processInfo.environment["PYTHON"] else { return nil }
        let frames = (mix.events + [mix.guild]).joined(separator: [UInt8(ascii: "\n")])
        let result = try await Subprocess.run(python, arguments: ["-c", script], input: Array(frames))
        let rates = String(decoding: result.output, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap {
            Double($0)
        }
        guard result.status == .exited(0), rates.count == 2 else { return nil }
        return Rates(eventRounds: rates[0], guildRounds: rates[1])
    }
}
