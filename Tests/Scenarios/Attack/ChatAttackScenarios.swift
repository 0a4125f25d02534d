import DiscordSimulator
import JSON
import Service
import Testing

/// What people write and press with bad intentions.
@Suite("Attacks in chat", .timeLimit(.minutes(5)))
struct ChatAttackScenarios {
    private static let role = SampleGuild.id(101)

    /// Texts that break what is careless with them, each to be repeated until a message is full.
    private static let fillers = [
        "😀", "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "Z̵͇̭͗̕a̷̲̎l̶͚̈g̵͖̓ȯ̶̬", "﷽", "\u{202E}abc\u{2066}", "\u{0}\u{1B}[31m\u{7}", "```", "\n", "\"", "--a=",
        "9", "%00", "=IMPORTXML(", "'; DROP TABLE clans; -- ", "${jndi:ldap://127.0.0.1/a}", "<t:-999999999999:F>",
        "<:a:0>",
        "@everyone @here <@&\(role)> <@\(SampleGuild.admin)> ",
    ]

    private static let beginnings = [
        "", "!", "!clan ", "!ops ", "!ops refresh ", "!ops reload ", "!cfg ", "!help ", "!clanmatch ", "!clansearch ",
        "<@\(SampleGuild.bot)> ", "<@\(SampleGuild.bot)> help ",
    ]

    /// As many repetitions as one message holds.
    private static func full(_ beginning: String, _ filler: String) -> String {
        let room = 2000 - beginning.utf16.count
        return beginning + String(repeating: filler, count: max(1, room / filler.utf16.count))
    }

    @Test("whatever people write, nothing fails, nobody is pinged, and one message has one answer at most")
    func texts() async throws {
        try await Stage.play { stage in
            let channels = (0..<20).map { SampleGuild.id(251 + $0) }
            let people = [331, 341, 351].map { stage.person($0) }
            var asked: [WorldID: Int] = [:]
            var number = 0
            for filler in Self.fillers {
                for beginning in Self.beginnings {
                    let channel = channels[number % channels.count]
                    let person = people[number % people.count]
                    do throws(APIError) {
                        try await person.says(Self.full(beginning, filler), in: channel)
                        asked[channel, default: 0] += 1
                    } catch {
                        // Discord takes no message that shows nothing.
                        #expect(beginning.isEmpty, "\(filler): \(error)")
                    }
                    number += 1
                }
            }
            for channel in channels { try await stage.settles(people[1], in: channel, within: Questions.patience) }
            for channel in channels {
                let answers = await stage.botMessages(people[1], in: channel)
                #expect(answers.count <= asked[channel] ?? 0)
                for answer in answers {
                    #expect(!answer.mentionsEveryone && answer.mentionedRoles.isEmpty, "\(answer.text)")
                    // Whoever asks for a panel that is elsewhere is called there.
                    let calls = answer.content.contains("Your panel is in ") ? 1 : 0
                    #expect(answer.mentionedUsers.count == calls, "\(answer.text)")
                }
            }
            let errors = stage.log.records.filter { $0.level >= .error }
            #expect(errors.isEmpty, "\(errors.map(\.message))")
            try await stage.stillServes()
        }
    }

    @Test("what is no command has no answer", arguments: [331, 341])
    func unknownCommands(person: Int) async throws {
        try await Stage.play { stage in
            let person = stage.person(person)
            for text in [
                "!", "! ", "!!clan WKAS", "!claan WKAS", "!clanWKAS", "!unknown", "!opsx health", "!clan\u{301} WKAS",
                "！clan WKAS", "?clan WKAS", "/clan WKAS", "`!clan WKAS`", "> !clan WKAS", "clan WKAS",
                "!ops\u{0}health",
                "!😀", "!" + String(repeating: "x", count: 1999), "<@\(SampleGuild.bot)>", "<@\(SampleGuild.bot)> WKAS",
                "<@&\(SampleGuild.bot)> ping", "<@\(SampleGuild.bot)",
            ] {
                try await person.says(text, in: SampleGuild.hearth)
            }
            try await stage.settles(person, in: SampleGuild.hearth, within: Questions.patience)
            let answers = await stage.botMessages(person, in: SampleGuild.hearth)
            #expect(answers.isEmpty, "\(answers.map(\.text))")
            #expect(stage.log.records.allSatisfy { $0.level < .error })
        }
    }

    /// Custom ids as somebody might put them under a message of the bot's, if there were a way.
    private static let customIDs: [String] = {
        let endings = [
            "", ":", ":x", ":-1", ":0", ":99999999999999999999999", ":\(SampleGuild.member):\(SampleGuild.member)",
            "@0",
            "@99:1", "@-1", "@x", ":%", ":%zz", ":%00", ":😀", ":\u{301}",
        ]
        let names = ["mf_search", "mf_roster", "rp_search", "rp_reset", "rp_results_next"]
        let known = names.flatMap { name in endings.map { name + $0 } }
        return known + [
            ":", "@", "@1", "a", "😀", String(repeating: "x", count: 100), String(repeating: "😀", count: 50),
            String(repeating: ":", count: 100), "\u{0}", "mf_search\u{0}", "../mf_search", "MF_SEARCH", "mf_search ",
        ]
    }()

    @Test("whatever id a pressed button carries, the presser gets one answer that only they see")
    func presses() async throws {
        try await Stage.play { stage in
            let member = stage.person(332)
            let channel = SampleGuild.hearth
            for start in stride(from: 0, to: Self.customIDs.count, by: 25) {
                let ids = Array(Self.customIDs[start...].prefix(25))
                let rows = stride(from: 0, to: ids.count, by: 5).map { row in
                    let buttons = ids[row...].prefix(5).map { id -> JSONValue in
                        ["type": 2, "style": 1, "label": "x", "custom_id": .string(id)]
                    }
                    return ["type": 1, "components": .array(buttons)] as JSONValue
                }
                let message = try await stage.formerBotPosts(
                    ["content": "Press.", "components": .array(rows)], in: channel)
                for id in ids {
                    let press = try await member.clicks(customID: id, on: message)
                    _ = try await member.answer(to: press)
                }
            }
            try await stage.simulator.eventually(within: Questions.patience, "an answer to each press") { state in
                let answers = state.messages(in: channel).count { $0.isEphemeral }
                return answers >= Self.customIDs.count ? answers : nil
            }
            try await stage.settles(member, in: channel)
            let answers = await stage.botMessages(member, in: channel).filter { $0.isEphemeral }
            #expect(answers.count == Self.customIDs.count)
            #expect(answers.allSatisfy { $0.mentionedUsers.isEmpty && !$0.mentionsEveryone })
            let seen = await stage.botMessages(stage.person(341), in: channel)
            #expect(seen.allSatisfy { $0.content == "Press." }, "\(seen.map(\.text))")
            let errors = stage.log.records.filter { $0.level >= .error }
            #expect(errors.isEmpty, "\(errors.map(\.message))")
            try await stage.stillServes()
        }
    }
}
