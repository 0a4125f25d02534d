import Bot
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

    /// The channels where an admin asks, each with a rate limit of its own for the answers.
    private static let channels = [
        SampleGuild.botLog, SampleGuild.hearth, SampleGuild.recruiters, SampleGuild.recruitmentInteract,
        SampleGuild.adminAudit, SampleGuild.recruiterReports, SampleGuild.announcements, SampleGuild.reservationAudit,
    ]

    /// Every command as it is typed, alone and with a secret behind it, which people paste by mistake.
    private static func questions(_ features: [any Feature]) -> [String] {
        let commands = features.flatMap(\.commands).filter { !$0.isGroup }
        let names = commands.map(\.name) + commands.compactMap(\.bareName)
        let typed = names.flatMap { ["!\($0)", "!\($0) \(SampleGuild.botToken)"] }
        return typed + canaries.keys.sorted().map { "!cfg \($0)" } + [
            "<@\(SampleGuild.bot)> help", "!clan WKAS", "!cfg DISCORD_TOKEN", "!ops checksheet --debug",
        ]
    }

    @Test(
        "no secret appears in a message, a log line, a route or the check-up, whatever is asked",
        .timeLimit(.minutes(3)))
    func canaries() async throws {
        try await Stage.play(Self.canaries) { stage in
            let admin = stage.person(341)
            let questions = Self.questions(try stage.features)
            for (number, question) in questions.enumerated() {
                try await admin.says(question, in: Self.channels[number % Self.channels.count])
            }
            for channel in Self.channels { try await stage.settles(admin, in: channel, within: .seconds(60)) }

            var texts: [String] = []
            for path in [
                "/", "/ready", "/health", "/healthz", "/metrics", "/keepalive", "/emoji-pad?u=\(Self.secrets[1])",
            ] {
                texts.append(try await stage.get(path).text)
            }
            for channel in Self.channels { texts += await stage.botMessages(admin, in: channel).map(\.text) }
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

    /// Whom a rule refuses, and in which words; nil where it takes everybody.
    private static func refusal(of rule: AccessRule) -> (sentence: String, takesStaff: Bool)? {
        switch rule {
        case .anyone, .server: nil
        case .staff: ("Staff only.", true)
        case .admin: ("Admins only.", false)
        case .recruiter(let sentence), .recruiterOrClanLead(let sentence): (sentence, true)
        }
    }

    @Test("every guarded command refuses everybody else, in a word, and the log tells who tried")
    func refusals() async throws {
        try await Stage.play { stage in
            let commands = try stage.features.flatMap(\.commands).compactMap { command in
                Self.refusal(of: command.access).map { (name: command.name, refusal: $0) }
            }
            #expect(commands.count >= 10)
            // A member asks for everything, a steward for what only admins may.
            try await Self.asks(stage, 331, commands.map { ($0.name, $0.refusal.sentence) })
            try await Self.asks(
                stage, 342, commands.filter { !$0.refusal.takesStaff }.map { ($0.name, $0.refusal.sentence) })
            try await Self.asks(stage, 342, [("ops reload --reboot", "Admins only.")])
        }
    }

    /// Lets a person ask for what they may not, and looks at the answers and at the log.
    private static func asks(_ stage: Stage, _ number: Int, _ commands: [(name: String, sentence: String)]) async throws
    {
        let person = stage.person(number)
        let channel = number == 342 ? SampleGuild.botLog : SampleGuild.hearth
        var asked: [(question: SimulatedMessage, command: (name: String, sentence: String))] = []
        for command in commands { asked.append((try await person.says("!\(command.name)", in: channel), command)) }
        for (question, command) in asked {
            let answer = try await stage.sees(person, in: channel, within: .seconds(60)) {
                $0.reference?.messageID == question.id
            }
            #expect(answer.content == command.sentence, "\(command.name)")
            #expect(answer.embeds.isEmpty)
        }
        let denials = stage.log.messages.filter {
            $0.hasPrefix("Denied ") && $0.contains(" user \(SampleGuild.id(number)) ")
        }
        for (name, _) in commands where !name.contains("--") {
            #expect(denials.contains { $0.contains(" command '\(name)' ") }, "\(name)")
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
