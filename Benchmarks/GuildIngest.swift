import CPlatform
import Discord
import JSON

extension Benchmark {
    /// 50,000 members in 50 chunks, from bytes into the view of a guild, which keeps the 5,000 seen last; and what a guild
    /// and a member cost in memory.
    static let guildIngest = Benchmark("guild-view") {
        let mix = GatewayMix.standard
        let chunks = GatewayMix.memberChunks(count: 50)
        let before = heapBytes()
        let store = GuildViewStore()
        store.apply(try event(mix.guild))
        let withGuild = heapBytes()
        for chunk in chunks.prefix(5) { store.apply(try event(chunk)) }
        let withMembers = heapBytes()
        let ingested = try Stopwatch.rate { for chunk in chunks { store.apply(try event(chunk)) } }
        let decoded = try Stopwatch.rate { for chunk in chunks { keep(try event(chunk)) } }
        let afterAll = heapBytes()
        keep(store)
        keep(chunks)
        return [
            Measurement(
                "guild-view.members", ingested * 50_000, "members/s",
                against: .init(name: "decoding alone", figure: decoded * 50_000)),
            Measurement("memory.per-guild", Double(withGuild - before) / 1e3, "kB"),
            Measurement("memory.per-member", Double(withMembers - withGuild) / 5000, "bytes"),
            Measurement(
                "memory.50,000-members", Double(afterAll - withGuild) / 1e6, "MB",
                against: .init(name: "5,000 members", figure: Double(withMembers - withGuild) / 1e6)),
        ]
    }

    /// Bytes that are allocated on the heap now.
    private static func heapBytes() -> Int { Int(cplatform_heap_bytes()) }
}
