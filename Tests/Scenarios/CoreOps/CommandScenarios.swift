import DiscordSimulator
import Testing

@Suite("Core operations: commands and help")
struct CommandScenarios {
    @Test("coreops.12: a plain member's help has two embeds and no operator's command")
    func memberHelp() async throws {
        try await Stage.play { stage in
            let member = stage.person(331)
            try await member.says("<@\(SampleGuild.bot)> help", in: SampleGuild.hearth)
            let help = try await stage.sees(member, in: SampleGuild.hearth) { !$0.embeds.isEmpty }
            #expect(help.titles == ["Woadkeeper — help", "User"])
            #expect(!help.text.contains("!ops"))
            #expect(help.text.contains("`!clan`"))
            #expect(help.text.contains("`@Bot ping`"))
        }
    }

    @Test("coreops.39: a command without its argument answers with its usage, to the caller alone")
    func usage() async throws {
        try await Stage.play { stage in
            let member = stage.person(331)
            try await member.says("!clan", in: SampleGuild.hearth)
            let answer = try await stage.sees(member, in: SampleGuild.hearth)
            #expect(answer.content.hasPrefix("Usage: `!clan <tag>`"))
            let posts = await stage.botMessages(stage.person(341), in: SampleGuild.botLog)
            #expect(!posts.contains { $0.content.contains("Command error") })
        }
    }

    @Test("coreops.2: without generic aliases a member's bare command is not for us")
    func bareAlias() async throws {
        try await Stage.play { stage in
            let member = stage.person(331)
            try await member.says("!health", in: SampleGuild.hearth)
            try await stage.settles(member, in: SampleGuild.hearth)
            #expect(await stage.botMessages(member, in: SampleGuild.hearth).isEmpty)
        }
    }

    @Test("a steward sees the report, an admin its bare form, a member the refusal")
    func health() async throws {
        try await Stage.play { stage in
            let steward = stage.person(342)
            try await steward.says("!ops health", in: SampleGuild.botLog)
            let report = try await stage.sees(steward, in: SampleGuild.botLog) { !$0.embeds.isEmpty }
            #expect(report.titles == ["Woadkeeper · health"])
            #expect(report.text.contains("runtime ✅"))
            let admin = stage.person(341)
            try await admin.says("! HEALTH", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, after: report) { !$0.embeds.isEmpty }
            let member = stage.person(331)
            try await member.says("!ops health", in: SampleGuild.hearth)
            let refusal = try await stage.sees(member, in: SampleGuild.hearth)
            #expect(refusal.content == "Staff only.")
        }
    }
}
