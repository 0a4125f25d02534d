import Bot
import DiscordSimulator
import JSON
import Service
import Testing

@Suite("Core operations: slash commands")
struct SlashScenarios {
    private static let hearth = SampleGuild.hearth
    private static let registration = "/applications/{application_id}/guilds/{guild_id}/commands"

    @Test("every command has its slash form, registered once and not again by the next process")
    func registered() async throws {
        try await Stage.play { stage in
            try await stage.registers()
            let offered = await stage.person(331).seesCommands(in: Self.hearth).map(\.words)
            let expected = [
                "cfg", "clan", "clanmatch", "clansearch", "help", "next", "ops env", "ops help", "ops refresh all",
                "ops refresh buckets", "ops refresh clansinfo", "ops reload", "ping",
            ]
            #expect(Set(offered).isSuperset(of: expected), "\(offered)")
            #expect(!offered.contains("ops"))
            for command in try stage.features.flatMap(\.commands) where !command.isGroup {
                let isOffered = offered.contains { $0 == command.name || $0.hasPrefix(command.name + " ") }
                #expect(isOffered, "\(command.name) has no slash form")
            }
            await stage.stopBot()
            try await stage.startBot()
            let member = stage.person(331)
            try await stage.settles(member, in: Self.hearth)
            _ = await stage.log.first { $0.message == "slash commands unchanged" }
            #expect(stage.simulator.requests.matching("PUT", Self.registration).count == 1)
        }
    }

    @Test("a slash command runs the command's handler: the card for all, a refusal for the caller alone")
    func runs() async throws {
        try await Stage.play { stage in
            try await stage.registers()
            let (member, other) = (stage.person(331), stage.person(332))
            try await member.runs("clan", ["tag": "WKAS"], in: Self.hearth)
            let card = try await stage.sees(other, in: Self.hearth) { !$0.embeds.isEmpty }
            #expect(card.titles.first?.contains("WKAS") == true, "\(card.titles)")
            try await stage.sees(other, card) { $0.has("💡") }

            let refused = try await stage.answer(member, to: member.runs("ops env", in: Self.hearth))
            #expect(refused.content == "Admins only." && refused.isEphemeral)
            let unknown = try await stage.answer(
                member, to: member.runs("help", ["command": "nosuch"], in: Self.hearth))
            #expect(unknown.content == "Unknown command `nosuch`." && unknown.isEphemeral)
            let denied = await stage.log.first { $0.message.hasPrefix("[command] cmd=ops env user=\(member.id)") }
            #expect(denied?.message.contains("result=denied") == true)
            #expect(stage.log.messages.contains { $0.hasPrefix("Denied admin command 'ops env'") })
            let seen = await other.seesMessages(in: Self.hearth)
            #expect(!seen.contains { $0.content == "Admins only." })
        }
    }

    @Test("an operator's slash commands: pages and keys in private, a refresh for all to see")
    func operators() async throws {
        try await Stage.play { stage in
            try await stage.registers()
            let admin = stage.person(341)
            let environment = try await stage.answer(admin, to: admin.runs("ops env", in: SampleGuild.botLog))
            #expect(environment.isEphemeral)
            #expect(environment.titles.first?.contains("Page 1/") == true, "\(environment.titles)")
            let key = try await stage.answer(
                admin, to: admin.runs("cfg", ["key": "recruiter_panel"], in: SampleGuild.botLog))
            #expect(key.content.hasPrefix("🧩 Config — key=recruiter_panel • value=ON"), "\(key.content)")
            let report = try await stage.answer(
                admin, to: admin.runs("ops refresh buckets", ["buckets": "clans templates"], in: SampleGuild.botLog))
            #expect(report.titles == ["Refresh • clans, templates"] && !report.isEphemeral)
            let flagged = try await stage.answer(
                admin, to: admin.runs("ops checksheet", ["debug": true], in: SampleGuild.botLog))
            #expect(flagged.text.contains("Debug preview"))
            let pong = try await stage.answer(admin, to: admin.runs("ping", in: SampleGuild.botLog))
            #expect(pong.content == "🏓" && pong.isEphemeral)
        }
    }

    @Test("an option that is being typed is completed: clans, buckets, keys")
    func completed() async throws {
        try await Stage.play { stage in
            try await stage.registers()
            let (member, admin) = (stage.person(331), stage.person(341))
            stage.looks()
            let clans = try await member.completes("clan", option: "tag", typing: "wk", in: Self.hearth)
            #expect(!clans.isEmpty && clans.count <= 25)
            #expect(clans.allSatisfy { $0.value.string?.hasPrefix("WK") == true }, "\(clans)")
            #expect(clans.contains { $0.name.hasPrefix("WKAS · ") })
            let buckets = try await admin.completes(
                "ops refresh buckets", option: "buckets", typing: "clans te", in: Self.hearth)
            #expect(buckets.map(\.value.string) == ["clans templates"])
            let keys = try await admin.completes("cfg", option: "key", typing: "recruiter_pan", in: Self.hearth)
            #expect(keys.map(\.value.string) == ["recruiter_panel"])
            let days = try await stage.person(351).completes(
                "reserve extend", option: "date", typing: "friday", in: Self.hearth)
            #expect(days.count == 2 && days.allSatisfy { $0.name.hasPrefix("Friday, ") }, "\(days)")
            #expect(days.allSatisfy { $0.value.string.map { $0.split(separator: "-").map(\.count) } == [4, 2, 2] })
            let none = try await member.completes("cfg", option: "key", typing: "recruiter_pan", in: Self.hearth)
            #expect(none.isEmpty)
        }
    }

    @Test("switched off, the slash commands are gone and typed ones stay; a feature that is off has none")
    func switchedOff() async throws {
        let tab = "recruitment/FeatureToggles"
        try await Stage.play(prepare: { stage in
            let toggles = try stage.text(tab)
            try stage.put(toggles.replacing("member_panel,TRUE", with: "member_panel,FALSE"), tab)
        }) { stage in
            try await stage.registers()
            let (member, admin) = (stage.person(331), stage.person(341))
            let names = await member.seesCommands(in: Self.hearth).map(\.words)
            #expect(names.contains("clan") && !names.contains("clansearch"))

            let toggles = try stage.text(tab)
            try stage.put(toggles.replacing("slash_commands,TRUE", with: "slash_commands,FALSE"), tab)
            try await admin.runs("ops reload", in: SampleGuild.botLog)
            let removal = await stage.log.first { $0.message == "slash commands removed" }
            #expect(removal != nil)
            #expect(await member.seesCommands(in: Self.hearth).isEmpty)
            try await member.says("!clan WKAS", in: Self.hearth)
            try await stage.sees(member, in: Self.hearth) { !$0.embeds.isEmpty }
        }
    }

    @Test("a switchboard that cannot be read removes nothing")
    func unreadableToggles() async throws {
        try await Stage.play { stage in
            try await stage.registers()
            await stage.stopBot()
            try stage.spoil("recruitment/FeatureToggles")
            try await stage.startBot()
            let admin = stage.person(341)
            try await stage.settles(admin, in: SampleGuild.botLog)
            #expect(stage.simulator.requests.matching("PUT", Self.registration).count == 1)
            #expect(await admin.seesCommands(in: SampleGuild.botLog).map(\.words).contains("clan"))
        }
    }
}

extension Stage {
    /// Waits until the bot has registered its slash commands.
    func registers() async throws {
        let path = "/applications/{application_id}/guilds/{guild_id}/commands"
        let isDone = await log.first { [simulator] _ in
            simulator.requests.matching("PUT", path).contains { $0.status == 200 }
        }
        try #require(isDone != nil)
    }

    /// What a person gets in answer to an interaction.
    func answer(_ person: Person, to interaction: SimulatedInteraction) async throws -> SimulatedMessage {
        looks()
        let answer = try await person.answer(to: interaction)
        let message: SimulatedMessage? = if case .message(let message) = answer { message } else { nil }
        return try #require(message, "\(answer)")
    }
}
