import Discord
import JSON

extension Benchmark {
    /// The bot's own path from a frame to what handlers get: parse, look at the envelope, `GatewayEvent(name:body:)`.
    ///
    /// Two of discord.py's functions stand beside it. `_from_json` gives dictionaries of strings, which is the least that
    /// it does with any frame; `parse_message_create` then makes the `discord.Message` that its handlers get, and is the
    /// counterpart of a typed event.
    static let gatewayDecoding = Benchmark("gateway-decode") {
        let mix = GatewayMix.standard
        let messages = mix.messages
        let all = try Stopwatch.rate { for frame in mix.events { keep(try event(frame)) } }
        let messagesOnly = try Stopwatch.rate { for frame in messages { keep(try event(frame)) } }
        let parsedOnly = try Stopwatch.rate { for frame in messages { keep(try JSONDocument(parsing: frame)) } }
        let guild = try Stopwatch.rate { keep(try event(mix.guild)) }
        let reference = try await DiscordPy.decoding(of: mix)

        let count = Double(messages.count)
        let megabytes = Double(messages.reduce(0) { $0 + $1.count }) / 1e6
        func against(_ name: String, _ figure: Double?) -> Measurement.Reference? {
            figure.map { .init(name: name, figure: $0) }
        }
        return [
            Measurement(
                "gateway-decode.messages", messagesOnly * count, "messages/s",
                against: against("discord.py, to Message", reference.map { $0.builtMessageRounds * count })),
            Measurement(
                "gateway-decode.messages", messagesOnly * count, "messages/s",
                against: against("discord.py, to dict", reference.map { $0.messageRounds * count })),
            Measurement(
                "gateway-decode.messages", messagesOnly * megabytes, "MB/s",
                against: .init(name: "parsing alone", figure: parsedOnly * megabytes)),
            Measurement(
                "gateway-decode.all-events", all * Double(mix.events.count), "events/s",
                against: against("discord.py, to dict", reference.map { $0.eventRounds * Double(mix.events.count) })),
            Measurement(
                "gateway-decode.guild", guild * Double(mix.guild.count) / 1e6, "MB/s",
                against: against(
                    "discord.py, to dict", reference.map { $0.guildRounds * Double(mix.guild.count) / 1e6 })),
        ]
    }

    /// The event of a dispatch's frame.
    static func event(_ frame: [UInt8]) throws -> GatewayEvent {
        let root = try JSONDocument(parsing: frame).root
        guard let name = root["t"]?.string, let body = root["d"] else { throw MissingField() }
        guard GatewayEvent.decodesBody(of: name) else { return .other(name: name) }
        return try GatewayEvent(name: name, body: body)
    }
}
