import Bot
import DiscordSimulator
import HTTPClient
import JSON
import Operations
import Service
import SheetsSimulator
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
        try await Stage.play(Self.canaries, on: .folder) { stage in
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

    @Test(
        "no secret appears when Google refuses everything and quotes it, at the lowest level and behind a slash",
        .timeLimit(.minutes(3)))
    func quotedByGoogle() async throws {
        var settings = Self.canaries.merging(["LOG_LEVEL": "DEBUG", "GSHEETS_RETRY_ATTEMPTS": "1"]) { $1 }
        settings["GSPREAD_CREDENTIALS"] = nil
        let secrets = Self.secrets.filter { $0 != "canaryprivatekey" }
        let quotation = SheetsFault.refusal(400, saying: "Invalid value: \(secrets.joined(separator: " "))")
        let google = Scenery(usesGoogle: true)
        try await Stage.play(
            settings, on: google, prepare: { $0.sheets?.faults.fail("token", times: 3, with: quotation) }
        ) { stage in
            let admin = stage.person(341)
            var texts = [try await stage.startupSummary()]
            stage.sheets?.faults.clear()
            let reload = try await admin.says("!ops reload", in: SampleGuild.botLog)
            try await stage.sees(admin, in: SampleGuild.botLog, after: reload) {
                $0.content.hasPrefix("config reloaded · ")
            }
            try await stage.registers()
            stage.sheets?.faults.fail(times: 10_000, with: quotation)
            let questions = [
                "ops refresh all", "ops digest", "ops health", "ops config", "ops checksheet", "ops reload", "ops env",
                "next", "clan WKAS", "cfg CONSOLE_TOKEN",
            ]
            for question in questions + ["ops checksheet --debug", "ops refresh \(secrets[1])"] {
                try await admin.says("!\(question)", in: SampleGuild.botLog)
            }
            for (command, options) in [
                ("ops digest", [:]), ("ops health", [:]), ("ops config", [:]), ("ops env", [:]),
                ("cfg", ["key": .string("CONSOLE_TOKEN")]), ("help", ["command": .string(secrets[1])]),
            ] as [(String, [String: JSONValue])] {
                let interaction = try await admin.runs(command, options, in: SampleGuild.hearth)
                texts.append(try await stage.answer(admin, to: interaction).text)
            }
            try await stage.settles(admin, in: SampleGuild.botLog, within: .seconds(60))
            for path in ["/", "/ready", "/health", "/metrics"] { texts.append(try await stage.get(path).text) }
            texts += await stage.botMessages(admin, in: SampleGuild.botLog).map(\.text)
            _ = try await stage.lines()
            texts.append(stage.output.text)
            #expect(stage.log.messages.contains("sheets: request refused"), "Google's words are for the log")
            for secret in secrets {
                let leak = texts.first { $0.contains(secret) }
                #expect(leak == nil, "\(secret): \(leak?.prefix(300) ?? "")")
            }
            let quoting = texts.dropLast().first { $0.contains("Invalid value") }
            #expect(quoting == nil, "people read Google's words: \(quoting ?? "")")
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

    @Test("text out of the ledger and the statistics pings nobody, in a list, a reminder and a report")
    func pingsOfTables() async throws {
        let evil = "@everyone @here <@&\(SampleGuild.id(101))> <@\(SampleGuild.id(341))>"
        let (scenery, clock) = Scenery.clocked(at: Scenery.sampleMorning)
        let prepare: (Stage) throws -> Void = { stage in
            try stage.add(
                "\(SampleGuild.id(402)),\(evil),\(evil),WKBR,2026-03-16,2026-03-12T17:05:00+00:00,active,"
                    + "\(evil),\(evil)\r\n"
                    + "\(SampleGuild.id(402)),\(SampleGuild.id(302)),\(evil),WKBR,2026-03-16,2026-03-12T17:05:00+00:00,"
                    + "active,\(evil),\(evil)\r\n",
                to: "recruitment/Reservations")
            try stage.add(
                "\(evil),,,,,\r\n,\(evil),,9,9,9\r\n,,\(evil),9,9,9\r\n", to: "recruitment/Statistics")
        }
        try await Stage.play(on: scenery, prepare: prepare) { stage in
            _ = try await stage.startupSummary()
            let (admin, recruiter) = (stage.person(341), stage.person(351))
            try await recruiter.says("!reservations WKBR", in: SampleGuild.recruitmentInteract)
            let list = try await stage.sees(recruiter, in: SampleGuild.recruitmentInteract) {
                $0.content.hasPrefix("Active reservations for `WKBR`")
            }
            try await admin.says("!report recruiters", in: SampleGuild.botLog)
            let report = try await stage.sees(recruiter, in: SampleGuild.recruiterReports)
            await clock.advance(by: .seconds(4 * 3600))
            let reminder = try await stage.sees(recruiter, in: SampleGuild.recruiters) {
                $0.content.contains("Reservation ending today")
            }
            // Recruiters are told of a reminder and of a report on purpose, and nobody else is.
            let recruiters = SampleGuild.id(103)
            for message in [list, report, reminder] + (await stage.botMessages(admin, in: SampleGuild.botLog)) {
                #expect(!message.mentionsEveryone && message.mentionedUsers.isEmpty, "\(message.text.prefix(200))")
                #expect(Set(message.mentionedRoles).isSubset(of: [recruiters]), "\(message.text.prefix(200))")
            }
        }
    }
}
