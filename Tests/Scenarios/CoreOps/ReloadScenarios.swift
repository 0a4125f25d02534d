import DiscordSimulator
import Glibc
import JSON
import Service
import Testing

@Suite("Core operations: reload and reboot")
struct ReloadScenarios {
    private static let ready = "Guild allow-list verified"
    private static let confirmation = "✅ Reloaded configuration and rebooted runtime."

    @Test("coreops.25: a switch that staff turn on is on after a reload, without a restart")
    func toggle() async throws {
        let tab = "recruitment/FeatureToggles"
        try await Stage.play(prepare: { stage in
            let toggles = try stage.text(tab)
            try stage.put(toggles.replacing("recruiter_panel,TRUE", with: "recruiter_panel,FALSE"), tab)
        }) { stage in
            let (admin, recruiter) = (stage.person(341), stage.person(351))
            try await recruiter.says("!clanmatch", in: SampleGuild.hearth)
            try await stage.sees(recruiter, in: SampleGuild.hearth) { $0.content.hasPrefix("This feature is disabled") }
            let toggles = try stage.text(tab)
            try stage.put(toggles.replacing("recruiter_panel,FALSE", with: "recruiter_panel,TRUE"), tab)
            try await admin.says("!ops reload", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog) {
                $0.titles == ["Reload"] && $0.text.contains("`recruiter_panel`: OFF → ON")
            }
            try await admin.says("!cfg recruiter_panel", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog) { $0.content.contains("• value=ON •") }
            try await recruiter.says("!clanmatch", in: SampleGuild.hearth)
            try await stage.sees(recruiter, in: SampleGuild.hearth) { !$0.components.isEmpty }
        }
    }

    @Test("coreops.38: a reboot is confirmed by the program that came after it; a crash is followed by no such words")
    func reboot() async throws {
        try await Stage.play(startsBot: false) { stage in
            let admin = stage.person(341)
            try await stage.withProgram { bot in
                try await bot.logs(Self.ready)
                let request = try await admin.says("!ops reload --reboot", in: SampleGuild.botLog)
                let scheduled = try await stage.sees(admin, in: SampleGuild.botLog, within: Questions.patience) {
                    $0.reference?.messageID == request.id && $0.content.hasPrefix("graceful reboot scheduled")
                }
                try await Self.sees(confirmationOf: scheduled, admin, stage)
                try await bot.logs("Bot ready as", times: 2)
                bot.receives(SIGKILL)
                await bot.ends(.killed(SIGKILL))
            }
            try await stage.withProgram { bot in
                try await bot.logs(Self.ready)
                // The summary of the start comes before a confirmation would.
                try await stage.sees(admin, in: SampleGuild.botLog, within: Questions.patience) {
                    $0.content.contains("scope=startup")
                }
                try await stage.settles(admin, in: SampleGuild.botLog, within: Questions.patience)
                bot.receives(SIGTERM)
                await bot.ends(.exited(0))
            }
            let said = await stage.botMessages(admin, in: SampleGuild.botLog).map(\.content)
            #expect(said.count { $0 == Self.confirmation } == 1)
        }
    }

    @Test("a reboot by slash command is confirmed where it was asked for")
    func slashReboot() async throws {
        try await Stage.play(startsBot: false) { stage in
            let admin = stage.person(341)
            try await stage.withProgram { bot in
                try await bot.logs("slash commands registered")
                let scheduled = try await stage.answer(
                    admin, to: admin.runs("ops reload", ["reboot": true], in: SampleGuild.botLog))
                #expect(scheduled.content.hasPrefix("graceful reboot scheduled"))
                try await Self.sees(confirmationOf: scheduled, admin, stage)
                bot.receives(SIGTERM)
                await bot.ends(.exited(0))
            }
        }
    }

    private static func sees(
        confirmationOf scheduled: SimulatedMessage, _ admin: Person, _ stage: Stage
    ) async throws {
        try await stage.sees(admin, in: SampleGuild.botLog, within: Questions.patience) {
            $0.reference?.messageID == scheduled.id && $0.content == confirmation
        }
    }
}
