import DiscordSimulator
import Testing

@Suite("Core operations: direct messages")
struct DirectMessageScenarios {
    @Test("coreops.16: in direct messages an operator's command is refused, and a ping is answered")
    func operatorsAndPing() async throws {
        try await Stage.play { stage in
            let admin = stage.person(341)
            let direct = try await admin.opensDirectMessages(with: SampleGuild.bot).id
            for text in ["!ops health", "!ops", "!cfg", "!ops reload --reboot"] {
                let question = try await admin.says(text, in: direct)
                let answer = try await stage.sees(admin, in: direct, after: question)
                #expect(answer.content == "This command can only be used in servers.", "\(text)")
            }
            for text in ["<@\(SampleGuild.bot)> ping", "!ops ping"] {
                let ping = try await admin.says(text, in: direct)
                try await stage.sees(admin, ping) { $0.has("🏓") }
            }
        }
    }

    @Test("in direct messages help is a member's, and a bare word is not for us")
    func helpAndBareWords() async throws {
        try await Stage.play { stage in
            let admin = stage.person(341)
            let direct = try await admin.opensDirectMessages(with: SampleGuild.bot).id
            try await admin.says("!health", in: direct)
            for text in ["<@\(SampleGuild.bot)> help", "!help", "!ops help"] {
                let question = try await admin.says(text, in: direct)
                let help = try await stage.sees(admin, in: direct, after: question)
                #expect(help.titles == ["Woadkeeper — help", "User"], "\(text)")
                #expect(!help.text.contains("!ops"))
            }
            let answers = await stage.botMessages(admin, in: direct)
            #expect(answers.count == 3)
        }
    }
}
