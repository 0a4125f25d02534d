import Discord
import Service
import Testing

@Suite("Snowflakes and ids")
struct IDTests {
    @Test("a snowflake tells when it was made")
    func timestamp() {
        let snowflake: Snowflake = 175_928_847_299_117_063
        #expect(snowflake.timestamp.milliseconds == 1_462_015_105_796)
    }

    @Test(
        "only decimal digits of 64 bits are an id",
        arguments: [
            ("0", 0 as UInt64?), ("18446744073709551615", .max), ("18446744073709551616", nil), ("", nil), ("+5", nil),
            ("-5", nil), (" 5", nil), ("0x5", nil), ("٣", nil),
        ])
    func text(text: String, number: UInt64?) {
        #expect(Snowflake(text)?.rawValue == number)
        #expect(MessageID(text)?.rawValue.rawValue == number)
    }

    @Test("the least id of an instant lies between those before and after it")
    func border() {
        let time = Timestamp(milliseconds: 1_700_000_000_123)
        let border = MessageID(at: time)
        #expect(border.timestamp == time)
        #expect(MessageID(rawValue: Snowflake(rawValue: border.rawValue.rawValue - 1)).timestamp < time)
        #expect(Snowflake(at: Timestamp(milliseconds: 0)) == 0)
    }

    @Test("ids sort from old to new by number, not by text")
    func order() {
        let ids: [UserID] = [1_000, 999, 10_000]
        #expect(ids.sorted() == [999, 1_000, 10_000])
    }
}

@Suite("Instants as Discord writes them")
struct TimestampTextTests {
    @Test(
        "an instant is read whatever its fraction and zone",
        arguments: [
            ("2015-01-01T00:00:00.000000+00:00", 1_420_070_400_000 as Int64),
            ("2026-03-14T15:09:26.535897+00:00", 1_773_500_966_535),
            ("2026-03-14T15:09:26+00:00", 1_773_500_966_000),
            ("2026-03-14T15:09:26.5Z", 1_773_500_966_500),
            ("2026-03-14T16:09:26+01:00", 1_773_500_966_000),
            ("2026-03-14T14:39:26-00:30", 1_773_500_966_000),
            ("2024-02-29T12:00:00Z", 1_709_208_000_000),
            ("2100-03-01T00:00:00Z", 4_107_542_400_000),
            ("1969-12-31T23:59:59.999Z", -1),
        ])
    func reads(text: String, milliseconds: Int64) {
        #expect(Timestamp(iso8601: text)?.milliseconds == milliseconds)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "2026-03-14", "2026-3-14T15:09:26Z", "2026-13-14T15:09:26Z", "2026-03-14T25:09:26Z",
            "2026-03-14T15:09:26.Z", "2026-03-14T15:09:26+0100", "2026-03-14T15:09:26Zx", "yesterday",
        ])
    func refuses(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test("what is written is read back")
    func roundTrip() {
        for milliseconds: Int64 in stride(from: -1_000_000_000_000, through: 4_200_000_000_000, by: 86_399_999_977) {
            let time = Timestamp(milliseconds: milliseconds)
            #expect(Timestamp(iso8601: time.iso8601) == time)
        }
    }
}

@Suite("Mentions")
struct MentionTests {
    @Test(
        "a mention says what it names",
        arguments: [
            ("<@17>", Mention.user(17) as Mention?), ("<@!17>", .user(17)), ("<@&17>", .role(17)),
            ("<#17>", .channel(17)), ("<:seat:17>", .emoji(PartialEmoji(id: 17, name: "seat"))),
            ("<a:seat:17>", .emoji(PartialEmoji(id: 17, name: "seat", isAnimated: true))),
            ("<@>", nil), ("<@x>", nil), ("@17", nil), ("<t:17:R>", nil), ("<b:seat:17>", nil), ("<@17> ", nil),
        ])
    func reads(text: String, mention: Mention?) {
        #expect(Mention(text) == mention)
    }

    @Test("every mention of a text is found, in order, past stray brackets")
    func all() {
        let text = "a < b <@1> hi <#2><@&3> <no> << <:x:4> <@5"
        #expect(
            Mention.all(in: text) == [.user(1), .channel(2), .role(3), .emoji(PartialEmoji(id: 4, name: "x"))])
    }

    @Test("escaped text shows as it was typed")
    func markdown() {
        #expect("**bold** <@1> [a](b)".escapingMarkdown == #"\*\*bold\*\* \<\@1\> \[a\]\(b\)"#)
        #expect("@everyone".escapingMentions == "@\u{200B}everyone")
        #expect("a```b".codeBlock() == "```\na`\u{200B}``b\n```")
        #expect("a`b".inlineCode == "`a'b`")
    }
}
