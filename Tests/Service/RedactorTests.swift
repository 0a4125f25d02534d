import Glibc
import Service
import Testing

@Suite("Redactor", .timeLimit(.minutes(1)))
struct RedactorTests {
    static let botToken = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"
    static let account =
        #"{"type": "service_account", "project_id": "p", "private_key": "-----BEGIN KEY-----\nAA\n-----END KEY-----\n"}"#

    /// Text with a secret between « and », which must be replaced by its mask, and by nothing else.
    static func parts(_ marked: String) -> (text: String, expected: String) {
        var text = ""
        var expected = ""
        var secret: String?
        for character in marked {
            switch character {
            case "«": secret = ""
            case "»":
                expected += Redactor.mask(secret)
                secret = nil
            default:
                text.append(character)
                if secret != nil { secret?.append(character) } else { expected.append(character) }
            }
        }
        return (text, expected)
    }

    static let certain = [
        "nothing to see: key=ONBOARDING_TAB, token: abc, 0f8fad5b-d9cb-469f-a165-70867728950e",
        "«-----BEGIN PRIVATE KEY-----\nMII-x\n-----END PRIVATE KEY-----» after",
        "«-----BEGIN A-----\n-----END -----\n-----END B-----»",
        "-----BEGIN A----- without an end",
        "-----BEGIN ----- no label -----END X-----",
        "see «https://discord.com/api/webhooks/123/abc-DEF_?x=1» now",
        "«HTTPS://Canary.DiscordApp.com/API/webhooks/1/x»",
        "https://discord.com/api/webhooks/x/abc https://example.com/api/webhooks/1/x",
        "Bot «\(botToken)».",
        "«ABCDEFGHIJKLMNOPQRSTUVWXYZ12.ABCDEFG.ABCDEFGHIJKLMNOPQRSTUVWXYZ1»",
        "x«BCDEFGHIJKLMNOPQRSTUVWXYZ123.ABCDEFG.ABCDEFGHIJKLMNOPQRSTUVWXYZ1»",
        "ABCDEFGHIJKLMNOPQRSTUV.ABCDEF.ABCDEFGHIJKLMNOPQRSTUVWXYZ1 too short",
        "ABCDEFGHIJKLMNOPQRSTUVWX.ABCDE.ABCDEFGHIJKLMNOPQRSTUVWXYZ1 ABCDEFGHIJKLMNOPQRSTUVWX.ABCDEF.ABC",
        "a.b.«ABCDEFGHIJKLMNOPQRSTUVWX.ABCDEF.ABCDEFGHIJKLMNOPQRSTUVWXYZ1».c",
        "«AIzaSyA1234567890abcdefghijklmnopqrstu_»v AIzaShort",
        "«ya29.a0AfH6SMBx1234567890-_» ya29.short",
        "«ya29.c.b0Aaekm1K1234567890abcdef».",
        "the «s3cr3t-value» twice «s3cr3t-value»s",
    ]

    @Test("text for logs loses what can only be a secret", arguments: certain)
    func line(marked: String) {
        let (text, expected) = Self.parts(marked)
        #expect(Redactor(secrets: ["s3cr3t-value", "", "abc"]).line(text) == expected)
    }

    static let likely = [
        #"{"Token": "«ab\"c»", "secret" : "«x»", "other": "y"}"#,
        #"{"token": 5}"#,
        "feature_key=«x» TOKEN : «abc»;rest, credential=«a b»".replacing("a b»", with: "a» b"),
        "key= ; monkey business",
        "id «0123456789abcdef0123456789abcdef» 01234567890123456789012345678901 abcdefghijklmnopqrstuvwxyzabcdefgh",
        "keys: nothing. secretkey=«v»",
        "missing config key: ONBOARDING_TAB, key=C1C_ROLE_ID; key=PORT • key: `CLANS_TAB`. feature_key=«clan_profile»",
        "key=«AKIA0123456789» token=«ONBOARDING_TAB» key=«CLANS-TAB» key=«_TAB» key=«CLANS_TABx»",
    ]

    @Test("replies to operators also lose what looks like a secret", arguments: likely)
    func reply(marked: String) {
        let (text, expected) = Self.parts(marked)
        #expect(Redactor().reply(text) == expected)
        #expect(Redactor().line(text) == text)
    }

    @Test("equal secrets look equal in a log and in a reply, and a mask is not masked again")
    func stable() {
        let redactor = Redactor()
        #expect(redactor.line(Self.botToken) == Redactor.mask(Self.botToken))
        #expect(redactor.reply("token=\(Self.botToken)") == "token=" + Redactor.mask(Self.botToken))
        #expect(redactor.reply(redactor.reply("token=abc")) == redactor.reply("token=abc"))
    }

    @Test("masks are *** and the first four hex digits of the SHA-1")
    func masks() {
        #expect(Redactor.mask("abc") == "***a999")
        #expect(Redactor.mask("") == "—")
        #expect(Redactor.mask(nil) == "—")
    }

    @Test("a service account becomes one mask, alone or inside other text")
    func serviceAccount() {
        let mask = Redactor.mask(Self.account)
        #expect(mask.hasPrefix("***sa-json:len=\(Self.account.count)-"))
        #expect(Redactor().line(" \n" + Self.account).hasPrefix("***sa-json:len="))
        #expect(Redactor().line("bad: \(Self.account) end") == "bad: \(mask) end")
        #expect(Redactor(secrets: [Self.account]).line("bad: \(Self.account) end") == "bad: \(mask) end")
        #expect(
            Redactor().line(#"{"a": {"type":"service_account","k":1}, "b": 2}"#).hasPrefix(#"{"a": ***sa-json:len="#))
        #expect(Redactor().line(#"{"type": "user_account"}"#) == #"{"type": "user_account"}"#)
        #expect(Redactor().line(#"{"type": "service_account""#) == #"{"type": "service_account""#)
    }

    @Test("structures are masked recursively")
    func structures() {
        let value: LogValue = ["a": ["token=abc", 1], "b": ["c": "x"]]
        #expect(Redactor().reply(value) == ["a": ["token=***a999", 1], "b": ["c": "x"]])
    }

    @Test("work stays linear on text made to be slow")
    func linear() {
        let attacks = [
            String(repeating: #"{"type":"service_account" "#, count: 2_500),
            String(repeating: "-----BEGIN A-----", count: 2_500),
            String(repeating: "ya29.", count: 5_000), String(repeating: "https://ptb.discord", count: 2_500),
            String(repeating: "AAAAAAAAAAAAAAAAAAAAAAAA.AAAAAA.", count: 1_250),
            String(repeating: "key= ", count: 5_000),
        ]
        let start = processorSeconds
        for attack in attacks { _ = Redactor().reply(attack) }
        #expect(processorSeconds - start < 20)
    }

    /// What this thread has computed so far; unlike a clock's, it does not grow with what else the machine does.
    private var processorSeconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec
    }

    @Test(
        "names of secrets are recognised",
        arguments: [
            ("DISCORD_TOKEN", true), ("token_url", true), ("MY_CREDENTIALS", true), ("X_SERVICE_ACCOUNT_JSON", true),
            ("A_SECRET", true), ("SECRET_SAUCE", false), ("PORT", false), ("SPECIAL", true),
        ])
    func names(name: String, isSecret: Bool) {
        #expect(Redactor.isSecretName(name, others: ["SPECIAL"]) == isSecret)
    }

    @Test("lists of ids show up to three")
    func ids() {
        #expect(Redactor.idList([]) == "—")
        #expect(Redactor.idList(["1", "2", "3"]) == "1, 2, 3")
        #expect(Redactor.idList(["1", "2", "3", "4"]) == "4 ids")
    }
}
