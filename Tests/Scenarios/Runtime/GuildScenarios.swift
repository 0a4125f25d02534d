import DiscordSimulator
import HTTPClient
import JSON
import Testing

@Suite("Runtime: servers that are not allowed")
struct GuildScenarios {
    private static let elsewhere = SampleGuild.id(990)
    private static let lobby = SampleGuild.id(991)
    private static let stranger = SampleGuild.id(992)

    @Test("runtime.19: a foreign server is told once and left; nobody there is answered, and nobody at home notices")
    func foreignGuild() async throws {
        try await Stage.play { stage in
            let (member, admin) = (stage.person(331), stage.person(341))
            try await stage.settles(member, in: SampleGuild.hearth)
            await stage.simulator.add(Self.foreignGuild())
            // The first attempt to leave is lost, so that the bot is there for a while.
            stage.simulator.faults.fail("DELETE", "/users/@me/guilds/{guild_id}", with: .serverError(502))
            try await stage.simulator.person(SampleGuild.bot).joins(Self.elsewhere)
            let stranger = stage.simulator.person(Self.stranger)
            try await stranger.says("<@\(SampleGuild.bot)> ping", in: Self.lobby)
            try await stranger.says("!clan WKAS", in: Self.lobby)

            let post = try await stage.sees(admin, in: SampleGuild.botLog) { $0.content.contains("violation") }
            #expect(
                post.content
                    == "❌ **Guild allow-list** — violation • connected=[Elsewhere] • allowed=[Woad Cluster]")
            try await stage.simulator.eventually("the bot to leave") { state in
                state.guilds[Self.elsewhere]?.members[SampleGuild.bot] == nil ? true : nil
            }
            let heard = await stage.simulator.snapshot().messages(in: Self.lobby)
            #expect(heard.allSatisfy { $0.author == Self.stranger && $0.reactions.isEmpty })

            try await stage.settles(member, in: SampleGuild.hearth)
            #expect(await stage.botMessages(member, in: SampleGuild.hearth).isEmpty)
            let posts = await stage.botMessages(admin, in: SampleGuild.botLog)
            #expect(posts.filter { $0.content.contains("violation") }.count == 1)
            #expect(try await stage.get("/ready").json["ok"]?.bool == true)
        }
    }

    private static func foreignGuild() -> GuildBlueprint {
        var guild = GuildBlueprint(id: elsewhere, name: "Elsewhere", ownerID: stranger)
        guild.addUser(SimulatedUser(id: stranger, name: "stranger"))
        guild.addChannel(id: lobby, name: "lobby")
        return guild
    }
}
