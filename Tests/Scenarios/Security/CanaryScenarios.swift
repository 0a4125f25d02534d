import DiscordSimulator
import HTTPClient
import JSON
import Operations
import Service
import Testing

@testable import woadkeeper

/// What nobody may get out of the bot, and whom nobody may call with it.
@Suite("Secrets, refusals and pings")
struct CanaryScenarios {
    /// Values that no secret of a real deployment has, so that each stands for itself wherever it turns up.
    private static let canaries = [
        "CONSOLE_TOKEN": "canary-console-0f1e2d", "EXTRA_API_TOKEN": "canary-token-3c4b5a",
        "SOME_CREDENTIAL": "canary-credential-697887",
        "GSPREAD_CREDENTIALS":
            #"{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\ncanaryprivatekey\n-----END PRIVATE KEY-----", "client_email": "a@b.example"}"#,
        "GOOGLE_SERVICE_ACCOUNT_JSON": "eyJjYW5hcnktbGVnYWN5LWtleSI6MX0",
    ]
    private static let secrets = [
        SampleGuild.botToken, "canary-console-0f1e2d", "canary-token-3c4b5a", "canary-credential-697887",
        "canaryprivatekey", "eyJjYW5hcnktbGVnYWN5LWtleSI6MX0",
    ]

    /// Commands of operators, each as it does most.
    private static let admins = ["!ops env", "!cfg", "!env", "!config", "!health", "!reload"]
    private static let staff = ["!ops health", "!ops config", "!ops checksheet --debug", "!ops reload"]

    @Test(
        "no secret appears in a message, a log line, a route or the check-up, whatever is asked",
        .timeLimit(.minutes(3)))
    func canaries() async throws {
        try await Stage.play(Self.canaries) { stage in
            let admin = stage.person(341)
            var questions =
                Self.admins + Self.staff + ["<@\(SampleGuild.bot)> help", "!clan WKAS", "!cfg DISCORD_TOKEN"]
            questions += Self.canaries.keys.map { "!cfg \($0)" }
            // What a person types by mistake comes back to nobody.
            questions += ["!cfg", "!ops reload", "!clan"].map { "\($0) \(SampleGuild.botToken)" }
            for question in questions { try await admin.says(question, in: SampleGuild.botLog) }
            try await stage.settles(admin, in: SampleGuild.botLog, within: .seconds(60))

            var texts: [String] = []
            for path in [
                "/", "/ready", "/health", "/healthz", "/metrics", "/keepalive", "/emoji-pad?u=\(Self.secrets[1])",
            ] {
                texts.append(try await stage.get(path).text)
            }
            for message in await stage.botMessages(admin, in: SampleGuild.botLog) { texts.append(message.text) }
            _ = try await stage.lines()
            texts.append(stage.output.text)
            let production = Production(environment: stage.environment.merging(Self.canaries) { $1 })
            let lines = await DoctorCommand.examine(production).map { production.redactor.line($0.line) }
            await production.http.shutdown()
            texts += lines
            #expect(texts.count > questions.count)
            for secret in Self.secrets {
                let leak = texts.first { $0.contains(secret) }
                #expect(leak == nil, "\(secret): \(leak?.prefix(300) ?? "")")
            }
        }
    }

    @Test("operators' commands refuse everybody else, in a word, and the log tells who tried")
    func refusals() async throws {
        try await Stage.play { stage in
            for (number, commands, sentence) in [
                (331, ["!ops env", "!cfg DISCORD_TOKEN"], "Admins only."),
                (
                    331, ["!ops health", "!ops config", "!ops checksheet", "!ops reload", "!ops reload --reboot"],
                    "Staff only."
                ),
                (342, ["!ops env", "!cfg", "!ops reload --reboot"], "Admins only."),
            ] {
                let person = stage.person(number)
                let channel = number == 342 ? SampleGuild.botLog : SampleGuild.hearth
                for command in commands {
                    let question = try await person.says(command, in: channel)
                    let answer = try await stage.sees(person, in: channel) { $0.reference?.messageID == question.id }
                    #expect(answer.content == sentence, "\(command)")
                    #expect(answer.embeds.isEmpty)
                }
            }
            let member = SampleGuild.id(331)
            let denials = stage.log.messages.filter { $0.hasPrefix("Denied ") && $0.contains(" user \(member) ") }
            for name in ["ops env", "cfg", "ops health", "ops config", "ops checksheet", "ops reload"] {
                #expect(denials.contains { $0.contains(" command '\(name)' ") }, "\(name)")
            }
        }
    }

    @Test("text out of a sheet pings nobody, wherever it is shown")
    func pings() async throws {
        let role = "<@&\(SampleGuild.id(101))>"
        let everyone = "@everyone @here \(role) <@\(SampleGuild.id(341))>"
        try await Stage.play(prepare: { stage in
            try stage.add("\(everyone),\(everyone)\r\n", to: "recruitment/FeatureToggles")
            try stage.add("EVIL_NOTE,\(everyone)\r\nEVIL_TAB,\(everyone)\r\n", to: "milestones/Config")
            try stage.add(
                "1,\(everyone),EVIL,1,1,\(everyone),\(everyone),\(everyone)\r\n", to: "recruitment/bot_info")
        }) { stage in
            let admin = stage.person(341)
            // The alert about the toggle quotes the sheet, and pings the admin role as it should, and nobody else.
            let alert = try await stage.sees(admin, in: SampleGuild.botLog) { $0.content.contains("invalid value") }
            #expect(!alert.mentionsEveryone)
            #expect(alert.mentionedRoles == [SampleGuild.id(101)])
            #expect(alert.mentionedUsers.isEmpty)
            for question in [
                "!clan EVIL", "!cfg EVIL_NOTE", "!cfg EVIL_TAB", "!cfg \(everyone)", "!ops checksheet --debug",
                "!ops env",
                "!ops config", "!ops reload", "!ops reload --\(everyone)",
            ] {
                try await admin.says(question, in: SampleGuild.botLog)
            }
            try await stage.settles(admin, in: SampleGuild.botLog, within: .seconds(60))
            let messages = await stage.botMessages(admin, in: SampleGuild.botLog)
            #expect(messages.contains { $0.text.contains("key=EVIL_NOTE") })
            for message in messages where message.id != alert.id {
                #expect(!message.mentionsEveryone && message.mentionedUsers.isEmpty, "\(message.text.prefix(200))")
                if !message.content.contains("Feature toggle misconfiguration") {
                    #expect(message.mentionedRoles.isEmpty, "\(message.text.prefix(200))")
                }
            }
        }
    }
}
