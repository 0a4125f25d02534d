import DiscordSimulator
import HTTPClient
import JSON
import Service
import TestTools
import Testing

@Suite("Runtime: probes and the gateway")
struct ProbeScenarios {
    @Test("runtime.5: without Discord the bot answers that it is not ready")
    func notReady() async throws {
        try await Stage.play(waitsUntilReady: false, prepare: { $0.simulator.faults.unreachable() }) { stage in
            let answer = try await stage.get("/ready")
            #expect(answer.status == 200)
            #expect(try answer.json["ok"]?.bool == false)
            #expect(try answer.json["components"]?["discord"]?["ok"]?.bool == false)
            try await stage.recovers()
        }
    }

    @Test("runtime.6: without Discord health is bad and the process is alive")
    func notHealthy() async throws {
        try await Stage.play(waitsUntilReady: false, prepare: { $0.simulator.faults.unreachable() }) { stage in
            let health = try await stage.get("/health")
            #expect(health.status == 503)
            #expect(try health.json["endpoint"]?.string == "health")
            let live = try await stage.get("/healthz")
            #expect(live.status == 200)
            #expect(try live.json["endpoint"]?.string == "healthz")
            try await stage.recovers()
        }
    }

    @Test("runtime.7: after boot and READY the bot is ready and healthy")
    func ready() async throws {
        try await Stage.play { stage in
            #expect(try await stage.get("/ready").json["ok"]?.bool == true)
            let health = try await stage.get("/health")
            #expect(health.status == 200)
            for component in ["runtime", "discord", "sheets", "journal"] {
                #expect(try health.json["components"]?[component]?["ok"]?.bool == true)
            }
            try await stage.settles(stage.person(331), in: SampleGuild.hearth)
        }
    }

    @Test("a command that is sent as soon as the bot says that it is ready is answered, in each of its forms")
    func firstCommands() async throws {
        try await Stage.play(waitsUntilReady: false) { stage in
            let admin = stage.person(341)
            try await eventually("the bot is ready") { try await stage.get("/ready").json["ok"]?.bool == true }
            let environment = try await admin.says("!env", in: SampleGuild.botLog)
            let card = try await admin.says("!clan WKAS", in: SampleGuild.hearth)
            let key = try await admin.says("<@\(SampleGuild.bot)> cfg recruiter_panel", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, after: environment) {
                $0.reference?.messageID == environment.id && $0.titles.first?.contains("Page 1/") == true
            }
            try await stage.sees(admin, in: SampleGuild.hearth, after: card) { !$0.embeds.isEmpty }
            try await stage.sees(admin, in: SampleGuild.botLog, after: key) {
                $0.reference?.messageID == key.id && $0.content.contains("value=ON")
            }
        }
    }

    @Test("runtime.8: a dropped gateway resumes, and what was said meanwhile is answered")
    func resume() async throws {
        try await Stage.play { stage in
            let member = stage.person(331)
            await stage.simulator.faults.dropGateway()
            try await stage.settles(member, in: SampleGuild.hearth)
            // What was missed is handed out, and answered, before Discord says that the session is whole again.
            try await eventually("the bot is ready again") {
                try await stage.get("/ready").json["ok"]?.bool == true
            }
            #expect(stage.log.messages.filter { $0.hasPrefix("Bot ready as") }.count == 1)
        }
    }

    @Test("runtime.9: every answer carries a trace, and one access line tells it")
    func traces() async throws {
        try await Stage.play { stage in
            for (path, status) in [("/", 200), ("/nowhere", 404)] {
                let answer = try await stage.get(path)
                let trace = try #require(answer.headers["X-Trace-Id"])
                #expect(answer.status == status)
                let line = await stage.log.first { $0.logger == "aiohttp.access" && $0.trace == trace }
                let fields = Dictionary(uniqueKeysWithValues: try #require(line).fields.map { ($0.key, "\($0.value)") })
                #expect(fields["path"]?.contains(path) == true)
                #expect(fields["status"]?.contains("\(status)") == true)
                #expect(stage.log.records.filter { $0.logger == "aiohttp.access" && $0.trace == trace }.count == 1)
                if path == "/" { #expect(try answer.json["trace"]?.string == trace) }
            }
            try await stage.settles(stage.person(331), in: SampleGuild.hearth)
        }
    }

    @Test("runtime.10: the image route names what is wrong with an address, and takes no redirect")
    func emojiPadErrors() async throws {
        try await Stage.play { stage in
            #expect(try await stage.get("/emoji-pad").text == "missing u")
            let plain = try await stage.get("/emoji-pad?u=http%3A%2F%2Fcdn.discordapp.com%2Femojis%2F1.png")
            #expect((plain.status, plain.text) == (400, "invalid source host"))
            let missing = try await stage.get("/emoji-pad?u=https%3A%2F%2Fcdn.discordapp.com%2Femojis%2F1.png")
            #expect((missing.status, missing.text) == (502, "upstream error"))
            try await stage.settles(stage.person(331), in: SampleGuild.hearth)
        }
    }

    @Test("runtime.18: without an allow-list the log channel says so, and the bot works")
    func noAllowList() async throws {
        try await Stage.play(["GUILD_IDS": ""]) { stage in
            let admin = stage.person(341)
            let line = try await stage.sees(admin, in: SampleGuild.botLog) { $0.content.contains("Guild allow-list") }
            #expect(line.content.hasSuffix("• gating=disabled"))
            try await stage.settles(admin, in: SampleGuild.hearth)
        }
    }

    @Test("runtime.34: a bot that was stopped resumes its session and answers once what was said meanwhile")
    func restart() async throws {
        try await Stage.play { stage in
            let member = stage.person(331)
            await stage.stopBot()
            #expect(stage.log.messages.contains("shutdown begin"))
            try await member.says("!clan WKAS", in: SampleGuild.hearth)
            try await stage.startBot()
            try await stage.sees(member, in: SampleGuild.hearth) { !$0.embeds.isEmpty }
            try await stage.settles(member, in: SampleGuild.hearth)
            let cards = await stage.botMessages(member, in: SampleGuild.hearth).filter { !$0.embeds.isEmpty }
            #expect(cards.count == 1)
            let identifies = stage.log.records.filter { record in
                record.fields.contains { $0.key == "route" && $0.value == .string("GET /gateway/bot") }
            }
            #expect(identifies.count == 1, "the second start resumes and asks for no new session")
        }
    }

    @Test("runtime.36: a command that names everyone pings nobody")
    func nobodyIsPinged() async throws {
        try await Stage.play { stage in
            let admin = stage.person(341)
            try await admin.says("!@everyone", in: SampleGuild.botLog)
            try await admin.says("!clan @everyone", in: SampleGuild.botLog)
            let answer = try await stage.sees(admin, in: SampleGuild.botLog) { $0.text.contains("Unknown clan tag") }
            #expect(!answer.mentionsEveryone)
            for message in await stage.botMessages(admin, in: SampleGuild.botLog) {
                #expect(!message.mentionsEveryone && message.mentionedUsers.isEmpty)
            }
        }
    }
}

extension FaultInjector {
    /// Lets no bot find the gateway until the rules are cleared.
    fileprivate func unreachable() { fail("GET", "/gateway/bot", times: 1000, with: .serverError(503)) }
}

extension Stage {
    /// Lets Discord be found again, and sees the bot at work.
    fileprivate func recovers() async throws {
        simulator.faults.clear()
        await waitUntilReady()
        try await settles(person(331), in: SampleGuild.hearth)
    }
}
