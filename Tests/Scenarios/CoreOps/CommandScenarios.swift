import DiscordSimulator
import JSON
import Service
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

    @Test("coreops.1: an admin sees the environment by its bare word, in any case and spacing")
    func bareWordOfAdmin() async throws {
        try await Stage.play { stage in
            let admin = stage.person(341)
            for text in ["!env", "! ENV"] {
                let question = try await admin.says(text, in: SampleGuild.botLog)
                try await stage.sees(admin, in: SampleGuild.botLog, after: question, within: .seconds(30)) {
                    $0.titles.contains { $0.hasPrefix("Woadkeeper — env: demo — Page 1/") }
                }
                // The last page, so that none of this answer is taken for the next.
                try await stage.settles(admin, in: SampleGuild.botLog, within: .seconds(30))
            }
        }
    }

    @Test("coreops.3: a word of an allow-list that was set exists for everybody, and its gate refuses")
    func explicitAllowList() async throws {
        try await Stage.play(["COREOPS_ADMIN_BANG_ALLOWLIST": "env, health"]) { stage in
            let member = stage.person(331)
            let question = try await member.says("!env", in: SampleGuild.hearth)
            let answer = try await stage.sees(member, in: SampleGuild.hearth, after: question)
            #expect(answer.content == "Admins only.")
        }
    }

    @Test("coreops.5: the tag is another name of ops, and no help tells of it")
    func tag() async throws {
        try await Stage.play(["BOT_TAG": "rec"]) { stage in
            let steward = stage.person(342)
            try await steward.says("!rec digest", in: SampleGuild.botLog)
            try await stage.sees(steward, in: SampleGuild.botLog) { $0.titles == ["Digest"] }
            for person in [steward, stage.person(341)] {
                for query in ["help", "help digest", "help ops", "help rec digest"] {
                    let question = try await person.says("<@\(SampleGuild.bot)> \(query)", in: SampleGuild.botLog)
                    let help = try await stage.sees(person, in: SampleGuild.botLog, after: question)
                    #expect(!help.text.contains("!rec"), "\(help.text)")
                }
            }
        }
    }

    @Test("coreops.6: without admin roles the owner is admin, and one warning says why")
    func ownerFallback() async throws {
        try await Stage.play(["ADMIN_ROLE_IDS": ""]) { stage in
            let owner = stage.person(341)
            for _ in 1...2 {
                let question = try await owner.says("!ops env", in: SampleGuild.botLog)
                try await stage.sees(owner, in: SampleGuild.botLog, after: question, within: .seconds(30)) {
                    $0.titles.contains { $0.contains("— Page 1/") }
                }
                try await stage.settles(owner, in: SampleGuild.botLog, within: .seconds(30))
            }
            let warnings = stage.log.messages.filter { $0.contains("'ops env' allowed via Administrator permission") }
            #expect(warnings.count == 1, "\(warnings)")
        }
    }

    @Test("coreops.7: staff may reload and not reboot")
    func reboot() async throws {
        try await Stage.play { stage in
            let steward = stage.person(342)
            try await steward.says("!ops reload", in: SampleGuild.botLog)
            try await stage.sees(steward, in: SampleGuild.botLog, within: .seconds(20)) {
                $0.content.hasPrefix("config reloaded · ") && $0.titles == ["Reload"]
            }
            let reloads = { stage.log.messages.count { $0 == "📘 **CoreOps** — config reload completed" } }
            let before = reloads()
            let question = try await steward.says("!ops reload --reboot", in: SampleGuild.botLog)
            let refusal = try await stage.sees(steward, in: SampleGuild.botLog) {
                $0.reference?.messageID == question.id
            }
            #expect(refusal.content == "Admins only.")
            #expect(reloads() == before)
        }
    }

    @Test("coreops.17: where it may not react, the bot answers a ping in writing")
    func pingWithoutReactions() async throws {
        try await Stage.play { stage in
            let admin = stage.person(341)
            try await admin.changes(
                SampleGuild.hearth,
                [
                    "permission_overwrites": [
                        ["id": .string("\(SampleGuild.guild)"), "type": 0, "allow": "0", "deny": "64"]
                    ]
                ])
            let ping = try await admin.says("!ping", in: SampleGuild.hearth)
            let answer = try await stage.sees(admin, in: SampleGuild.hearth, after: ping)
            #expect(answer.content == "🏓")
        }
    }

    @Test("coreops.40: what is echoed notifies nobody")
    func echo() async throws {
        try await Stage.play { stage in
            let (steward, other) = (stage.person(342), stage.person(341))
            let question = try await steward.says("!ops reload @everyone", in: SampleGuild.botLog)
            let answer = try await stage.sees(steward, in: SampleGuild.botLog, after: question) {
                $0.reference?.messageID == question.id
            }
            #expect(answer.content.hasPrefix("⚠️ Unknown flag: "))
            let notified = [await other.wasNotified(by: answer), await steward.wasNotified(by: answer)]
            #expect(notified == [false, false])
        }
    }

    @Test("a steward sees the report, an admin its bare form, a member the refusal")
    func health() async throws {
        try await Stage.play { stage in
            let steward = stage.person(342)
            try await steward.says("!ops health", in: SampleGuild.botLog)
            let isReport = { @Sendable (message: SimulatedMessage) in message.titles == ["Woadkeeper · health"] }
            let report = try await stage.sees(steward, in: SampleGuild.botLog, where: isReport)
            #expect(report.text.contains("runtime ✅"))
            let admin = stage.person(341)
            try await admin.says("! HEALTH", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, after: report, where: isReport)
            let member = stage.person(331)
            try await member.says("!ops health", in: SampleGuild.hearth)
            let refusal = try await stage.sees(member, in: SampleGuild.hearth)
            #expect(refusal.content == "Staff only.")
        }
    }

    @Test(
        "commands that read sheets show that an answer is on its way",
        arguments: ["ops checksheet", "ops config", "ops reload", "ops refresh templates"])
    func typing(_ command: String) async throws {
        try await Stage.play { stage in
            let admin = stage.person(341)
            let question = try await admin.says("!\(command)", in: SampleGuild.hearth)
            try await stage.sees(admin, in: SampleGuild.hearth) { $0.reference?.messageID == question.id }
            let typing = stage.simulator.requests.matching("POST", "/channels/{channel_id}/typing")
            #expect(typing.count == 1)
        }
    }

    @Test("the page of a command that interrupts something says so")
    func caution() async throws {
        try await Stage.play { stage in
            let admin = stage.person(341)
            for (command, isCautious) in [("ops reload", true), ("ops digest", false)] {
                let question = try await admin.says("!help \(command)", in: SampleGuild.botLog)
                let page = try await stage.sees(admin, in: SampleGuild.botLog, after: question) {
                    $0.titles == ["!\(command)"]
                }
                #expect(try #require(page.field("Tier")).contains("\n⚠️ ") == isCautious)
            }
        }
    }

    /// What stands in the workbook and the environment, and what `!ops health` makes of it.
    struct HealthCase: Sendable, CustomTestStringConvertible {
        var settings: [String: String] = [:]
        var edits: [(tab: String, text: String, by: String)] = []
        var isSpoilt = false
        var shards = "✅ <#900000000000000209>"
        var watchers = ["✅ welcome", "✅ promo"]
        var testDescription: String { "\(settings) \(edits.map(\.by)) \(shards)" }
    }

    @Test(
        "health tells whether the shard tracker has its settings, and what holds the watchers of tickets back",
        arguments: [
            HealthCase(),
            HealthCase(
                edits: [("milestones/Config", "SHARD_MERCY_CHANNEL_ID,900000000000000209", "SHARD_MERCY_CHANNEL_ID,")],
                shards: "⚠️ SHARD_MERCY_CHANNEL_ID missing or invalid"),
            HealthCase(
                settings: ["SHARD_MERCY_CHANNEL_ID": "900000000000000205"], shards: "✅ <#900000000000000205>"),
            HealthCase(
                edits: [("milestones/Config", "SHARD_MERCY_TAB", "OTHER_TAB")],
                shards: "⚠️ SHARD_MERCY_TAB missing in milestones Config tab"),
            HealthCase(isSpoilt: true, shards: "⚠️ shard tracker unavailable ("),
            HealthCase(
                settings: ["WELCOME_CHANNEL_ID": ""],
                edits: [("recruitment/FeatureToggles", "enable_promo_watcher,TRUE", "enable_promo_watcher,FALSE")],
                watchers: ["⚠️ welcome — WELCOME_CHANNEL_ID missing", "⏸️ promo — disabled (enable_promo_watcher)"]),
            HealthCase(
                settings: ["PROMO_CHANNEL_ID": ""],
                edits: [("recruitment/FeatureToggles", "WELCOME_ENABLED,TRUE", "WELCOME_ENABLED,FALSE")],
                watchers: ["⏸️ welcome — disabled (welcome_enabled)", "⚠️ promo — PROMO_CHANNEL_ID missing"]),
        ])
    func healthFields(_ state: HealthCase) async throws {
        try await Stage.play(
            state.settings,
            prepare: { stage in
                for edit in state.edits { try stage.edit(edit.tab, edit.text, to: edit.by) }
                if state.isSpoilt { try stage.spoil("milestones/Config") }
            }
        ) { stage in
            _ = try await stage.startupSummary()
            let steward = stage.person(342)
            try await steward.says("!ops health", in: SampleGuild.botLog)
            let report = try await stage.sees(steward, in: SampleGuild.botLog) {
                $0.titles.first?.hasSuffix(" · health") == true
            }
            let shards = try #require(report.field("Shard tracker"))
            #expect(state.isSpoilt ? shards.hasPrefix(state.shards) : shards == state.shards, "\(shards)")
            let watchers = try #require(report.field("Watchers")).split(separator: "\n").map(String.init)
            #expect(Array(watchers.prefix(2)) == state.watchers)
            #expect(watchers.contains("✅ reservations_reminder_daily") && watchers.contains("✅ watchdog"))
            #expect(!report.text.contains("clan cards"))
        }
    }
}
