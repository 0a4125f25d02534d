import FoundationEssentials
import JSON

extension Benchmark {
    /// From the bytes of a dispatch to the fields that a bot reads, against `JSONDecoder` filling the same structs and
    /// against what discord.py does with the same bytes.
    static let jsonDecoding = Benchmark("json-decode") {
        let mix = GatewayMix.standard
        let decoder = JSONDecoder()
        let events = mix.events.map { Data($0) }
        let guild = Data(mix.guild)

        let walked = try Stopwatch.rate { for event in mix.events { keep(try Dispatch(event)) } }
        let decoded = try Stopwatch.rate {
            for event in events { keep(try decoder.decode(Dispatch.self, from: event)) }
        }
        let walkedGuild = try Stopwatch.rate { keep(try Dispatch(mix.guild)) }
        let decodedGuild = try Stopwatch.rate { keep(try decoder.decode(Dispatch.self, from: guild)) }
        let skipped = try Stopwatch.rate {
            for event in mix.events { keep(try JSONDocument(parsing: event).root["t"]) }
        }

        let megabytes = Double(mix.eventBytes) / 1e6
        let guildMegabytes = Double(mix.guild.count) / 1e6
        let count = Double(mix.events.count)
        var measurements = [
            Measurement(
                "json-decode.events", walked * megabytes, "MB/s",
                against: .init(name: "JSONDecoder", figure: decoded * megabytes)),
            Measurement(
                "json-decode.messages", walked * count, "messages/s",
                against: .init(name: "JSONDecoder", figure: decoded * count)),
            Measurement(
                "json-decode.guild", walkedGuild * guildMegabytes, "MB/s",
                against: .init(name: "JSONDecoder", figure: decodedGuild * guildMegabytes)),
            Measurement(
                "json-decode.type-only", skipped * megabytes, "MB/s",
                against: .init(name: "reading the fields", figure: walked * megabytes)),
        ]
        if let reference = try await DiscordPy.decoding(of: mix) {
            measurements += [
                Measurement(
                    "json-decode.events", walked * megabytes, "MB/s",
                    against: .init(name: "discord.py", figure: reference.eventRounds * megabytes)),
                Measurement(
                    "json-decode.guild", walkedGuild * guildMegabytes, "MB/s",
                    against: .init(name: "discord.py", figure: reference.guildRounds * guildMegabytes)),
            ]
        }
        return measurements
    }
}
