import Configuration
import Service
import Testing

@Suite("Registry", .timeLimit(.minutes(1)))
struct RegistryTests {
    func configuration(_ environment: [String: String]) -> (Registry, [String]) {
        let log = LogMemory()
        let logger = Logger("test", sink: log, time: CalendarTime())
        let service = ConfigurationService(
            environment: environment,
            services: .init(
                workbook: NoWorkbook(), calendar: CalendarTime(), transport: TransportTime(), logger: logger))
        return (service.registry, log.messages.filter { $0 != "config loaded" })
    }

    @Test(
        "numbers outside their bounds are clamped, unreadable ones replaced, and both are told",
        arguments: [
            ("PORT", "abc", "10000", "config: PORT='abc' invalid; using default 10000"),
            ("CLAN_TAGS_CACHE_TTL_SEC", "5", "60", "config: CLAN_TAGS_CACHE_TTL_SEC=5 < min 60; clamping"),
            ("EMOJI_PAD_SIZE", "9999", "512", "config: EMOJI_PAD_SIZE=9999 > max 512; clamping"),
            ("EMOJI_PAD_BOX", "7", "0.95", "config: EMOJI_PAD_BOX=7 > max 0.95; clamping"),
            ("GSHEETS_RETRY_ATTEMPTS", "0", "1", "config: GSHEETS_RETRY_ATTEMPTS=0 < min 1; clamping"),
            ("LOG_LEVEL", "loud", "INFO", "config: LOG_LEVEL='loud' invalid; using default INFO"),
            ("STRICT_EMOJI_PROXY", "maybe", "true", "config: STRICT_EMOJI_PROXY='maybe' invalid; using default true"),
            ("HELP_DIAGNOSTICS", "2", "false", "config: HELP_DIAGNOSTICS='2' invalid; using default false"),
            (
                "LEAGUES_REMINDER_MONDAY_UTC", "noon", "13:00",
                "config: LEAGUES_REMINDER_MONDAY_UTC='noon' invalid; using default 13:00"
            ),
            (
                "REPORT_DAILY_POST_TIME", "9", "09:30",
                "invalid REPORT_DAILY_POST_TIME '9'; falling back to 09:30"
            ),
            (
                "DISCORD_API_BASE_URL", "http://evil.example", "https://discord.com/api/v10",
                "config: DISCORD_API_BASE_URL='http://evil.example' invalid; using default https://discord.com/api/v10"
            ),
        ])
    func warned(key: String, text: String, value: String, warning: String) {
        let (registry, warnings) = configuration([key: text])
        #expect(registry.text(key) == value)
        #expect(warnings == [warning])
    }

    @Test(
        "texts are read by the rules of their type",
        arguments: [
            ("LOG_LEVEL", "debug", "DEBUG"), ("PORT", "  8080 ", "8080"), ("PORT", " ", "10000"),
            ("STRICT_EMOJI_PROXY", "OFF", "false"),
            ("WELCOME_CHANNEL_ID", "<#123>", "123"), ("ADMIN_ROLE_IDS", "<@&12>;34 and 12", "12, 34"),
            ("CLEANUP_THREAD_IDS", "9, abc, 4", "9, 4"), ("BOT_TAG", "Wo ad!", "woad"),
            ("COREOPS_ADMIN_BANG_ALLOWLIST", " Ping , refresh   ALL,ping", "ping,refresh all"),
            ("LEAGUES_REMINDER_MONDAY_UTC", "25", "23:00"), ("COREOPS_ENABLE_GENERIC_ALIASES", "y", "true"),
            ("ONB_CLEANUP_AFTER_SUMMARY", "7", "true"),
            ("DISCORD_API_BASE_URL", "http://127.0.0.1:9/api/v10/", "http://127.0.0.1:9/api/v10"),
        ])
    func parsed(key: String, text: String, value: String) {
        let (registry, warnings) = configuration([key: text])
        #expect(registry.text(key) == value)
        #expect(warnings.isEmpty)
    }

    @Test(
        "a text without any id leaves the setting unset, and is told",
        arguments: ["GUILD_IDS", "ADMIN_ROLE_IDS", "LOG_CHANNEL_ID", "MIRRALITH_CHANNEL_ID"])
    func unset(key: String) {
        let (registry, warnings) = configuration([key: "none"])
        #expect((registry.text(key) ?? "").isEmpty)
        #expect(warnings == ["config: \(key)='none' invalid; using default none"])
    }

    @Test("ids that are not whole ids are unset", arguments: ["x", "<#5>", "0", "-5"])
    func strictIDs(text: String) {
        #expect(configuration(["MIRRALITH_CHANNEL_ID": text]).0[\.channels.mirralith] == nil)
    }

    @Test("keys are found in any notation")
    func names() {
        #expect(KeyName.normalised("onboarding.sheet_id") == "ONBOARDING_SHEET_ID")
        #expect(KeyName.normalised("__a  b__") == "A_B")
        #expect(configuration([:]).0.text("bot name") == "Woadkeeper")
    }

    @Test(
        "the watchdog's thresholds follow the environment's name",
        arguments: [
            (["ENV_NAME": "Stage"], 60, 210, 210), (["ENV_NAME": "prod"], 360, 1110, 1110),
            (["ENV_NAME": "prod", "KEEPALIVE_INTERVAL_SEC": "120"], 120, 390, 390),
            (["WATCHDOG_CHECK_SEC": "0"], 5, 45, 45),
            (["WATCHDOG_CHECK_SEC": "100", "WATCHDOG_STALL_SEC": "50"], 100, 100, 100),
        ] as [([String: String], Int, Int, Int)])
    func watchdog(environment: [String: String], check: Int, stall: Int, grace: Int) {
        let registry = configuration(environment).0
        #expect(
            registry.watchdog
                == WatchdogThresholds(
                    interval: .seconds(check), stall: .seconds(stall), disconnectGrace: .seconds(grace)))
        #expect(registry.watchdog == registry.watchdog.clamped)
        let isOutOfBounds = environment.keys.contains { $0 != "ENV_NAME" }
        #expect(registry.watchdogWarnings.isEmpty == !isOutOfBounds)
    }

    @Test("secrets are masked and long lists shortened")
    func display() {
        let (registry, _) = configuration([
            "DISCORD_TOKEN": "hush", "CONSOLE_TOKEN": "quiet", "GUILD_IDS": "1 2 3 4", "CLAN_ROLE_IDS": "1 2 3 4",
        ])
        #expect(registry.displayed("DISCORD_TOKEN", mask: { "masked \($0.count)" }) == "masked 4")
        #expect(registry.displayed("GUILD_IDS", mask: { $0 }) == "4 ids")
        #expect(registry.displayed("CLAN_ROLE_IDS", mask: { $0 }) == "1, 2, 3, 4")
        #expect(registry.displayed("KEEPALIVE_URL", mask: { $0 }) == "—")
        #expect(Set(registry.secrets) == ["hush", "quiet"])
    }

    @Test("every variable is declared once, with a note")
    func catalogue() {
        let all = Settings.groups.flatMap(\.settings)
        #expect(Set(all.map(\.name)).count == all.count)
        #expect(all.count > 120)
        #expect(all.filter { $0.note.isEmpty || KeyName.normalised($0.name) != $0.name }.map(\.name) == [])
        #expect(all.filter { KeyName.isSecret($0.name) && !$0.isSecret }.map(\.name) == ["GOOGLE_TOKEN_URL"])
        #expect(!configuration(["GOOGLE_TOKEN_URL": "https://a.example"]).0.isSecret("GOOGLE_TOKEN_URL"))
    }

    @Test("what must be there is asked for in order")
    func required() throws {
        #expect(throws: EnvironmentError.missing("DISCORD_TOKEN")) {
            try RequiredEnvironment.check(["DISCORD_TOKEN": " "])
        }
        #expect(throws: EnvironmentError.missing("GSPREAD_CREDENTIALS")) {
            try RequiredEnvironment.check(["DISCORD_TOKEN": "t", "RECRUITMENT_SHEET_ID": "x"])
        }
        #expect(throws: EnvironmentError.missing("RECRUITMENT_SHEET_ID")) {
            try RequiredEnvironment.check(["DISCORD_TOKEN": "t", "GOOGLE_SERVICE_ACCOUNT_JSON": "eyJhIjoxfQ=="])
        }
        #expect(throws: EnvironmentError.malformedCredentials("GSPREAD_CREDENTIALS")) {
            try RequiredEnvironment.check(["DISCORD_TOKEN": "t", "GSPREAD_CREDENTIALS": "nonsense"])
        }
        let location = try RequiredEnvironment.check(["DISCORD_TOKEN": "t", "WORKBOOK": "local:a/b"])
        #expect(location == .local(path: "a/b"))
        #expect(
            EnvironmentError.missing("DISCORD_TOKEN").description
                == "Missing required environment variable: DISCORD_TOKEN")
    }

    @Test("a file of variables yields to the real environment")
    func file() {
        let file = EnvironmentFile(
            parsing:
                "# comment\nA=1\nexport B = two words # note\r\nC='raw $x \\n'\nD=\"a\\nb\"\nE=\nbad line\nF=\"x\ny\"\n"
        )
        #expect(file.variables == ["A": "1", "B": "two words", "C": "raw $x \\n", "D": "a\nb", "E": "", "F": "x\ny"])
        #expect(file.skippedLines == [7])
        #expect(file.merged(under: ["A": "real"])["A"] == "real")
    }
}
