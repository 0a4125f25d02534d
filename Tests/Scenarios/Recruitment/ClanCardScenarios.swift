import HTTPClient
import JSON
import Service
import Testing

@testable import DiscordSimulator

@Suite("Recruitment: the clan card")
struct ClanCardScenarios {
    @Test("recruitment.16: a clan without a roster cell never appears")
    func unlisted() async throws {
        try await Stage.play { stage in
            let member = stage.person(331)
            try await member.says("!clan WKOC", in: SampleGuild.hearth)
            let answer = try await stage.sees(member, in: SampleGuild.hearth)
            #expect(answer.text.contains("Unknown clan tag `WKOC`."))
        }
    }

    @Test("recruitment.26: without a crest emoji a card has no thumbnail in strict mode")
    func crestless() async throws {
        try await Stage.play { stage in
            let member = stage.person(331)
            try await member.says("!clan WKCT", in: SampleGuild.hearth)
            let card = try await stage.sees(member, in: SampleGuild.hearth) { !$0.embeds.isEmpty }
            #expect(card.titles.first?.contains("Cobalt Titans | WKCT") == true)
            #expect(card.embeds.first?["thumbnail"] == nil)
            #expect(card.attachments.isEmpty)
        }
    }

    @Test("recruitment.29: a tag is looked up in its normal form, and an unknown one is named in red")
    func tags() async throws {
        try await Stage.play { stage in
            let member = stage.person(331)
            try await member.says("!clan wk-as!", in: SampleGuild.hearth)
            let card = try await stage.sees(member, in: SampleGuild.hearth) { !$0.attachments.isEmpty }
            #expect(card.titles.first?.hasPrefix("Ashen Sovereigns | WKAS") == true)
            #expect(card.attachments.map(\.filename) == ["wkas-badge.png"])
            try await member.says("!clan c1-ce!", in: SampleGuild.hearth)
            let unknown = try await stage.sees(member, in: SampleGuild.hearth) { $0.text.contains("C1CE") }
            #expect(unknown.embeds.first?["color"]?.int == 0xE74C3C)
            try await member.says("!clan x", in: SampleGuild.hearth)
            let short = try await stage.sees(member, in: SampleGuild.hearth, after: unknown)
            #expect(short.text.contains("Unknown clan tag `x`."))
        }
    }

    @Test("recruitment.30: a member flips a card and flips it back, and both reactions are taken away")
    func flip() async throws {
        try await Stage.play { stage in
            let member = stage.person(331)
            let card = try await Self.card(of: "WKAS", for: member, on: stage)
            try await member.reacts(with: "💡", to: card)
            let entry = try await stage.sees(member, card) { message in
                message.text.contains("Entry Criteria:") && !Self.isLit(message, by: member)
            }
            #expect(entry.attachments.map(\.filename) == ["wkas-badge.png"])
            #expect(entry.text.contains("React with 💡 for Clan Profile"))
            try await member.reacts(with: "💡", to: entry)
            try await stage.sees(member, card) { message in
                message.text.contains("Clan Lead") && !Self.isLit(message, by: member)
            }
        }
    }

    @Test("a burst of reactions costs one edit for each face that the card settles on, and all of them are taken away")
    func burst() async throws {
        try await Stage.play { stage in
            let people = [331, 332, 333, 334, 341].map(stage.person)
            let card = try await Self.card(of: "WKAS", for: people[0], on: stage)
            let edit = "/channels/{channel_id}/messages/{message_id}"
            let before = stage.simulator.requests.matching("PATCH", edit).count
            // The first one is under way while the others come.
            stage.simulator.faults.fail("GET", edit, with: .slow(.milliseconds(500)))
            for person in people { try await person.reacts(with: "💡", to: card) }
            try await stage.sees(people[0], card) { message in
                message.text.contains("Entry Criteria:") && people.allSatisfy { !Self.isLit(message, by: $0) }
            }
            #expect(stage.simulator.requests.matching("PATCH", edit).count == before + 1)
            stage.simulator.faults.fail("GET", edit, with: .slow(.milliseconds(500)))
            for person in people.prefix(4) { try await person.reacts(with: "💡", to: card) }
            try await stage.sees(people[0], card) { message in people.allSatisfy { !Self.isLit(message, by: $0) } }
            #expect(stage.simulator.requests.matching("PATCH", edit).count == before + 1, "four leave it as it is")
        }
    }

    @Test("a card that the bot may not react to is a card all the same, and the call is cleaned away")
    func unmarked() async throws {
        try await Stage.play { stage in
            let member = stage.person(331)
            stage.simulator.faults.fail(
                "PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me",
                with: .refused(.missingPermissions))
            let call = try await member.says("!clan WKAS", in: SampleGuild.hearth)
            try await stage.sees(member, in: SampleGuild.hearth) { !$0.embeds.isEmpty }
            _ = try await stage.simulator.eventually("the call to be gone") { state in
                state.message(call.id, in: call.channelID) == nil ? true : nil
            }
            try await stage.settles(member, in: SampleGuild.hearth)
            #expect(!stage.log.messages.contains { $0.hasPrefix("cmd error") })
        }
    }

    @Test("recruitment.31: a card flips after a restart")
    func flipAfterRestart() async throws {
        try await Stage.play { stage in
            let member = stage.person(331)
            let card = try await Self.card(of: "WKBR", for: member, on: stage)
            await stage.stopBot()
            try await stage.startBot()
            try await member.reacts(with: "💡", to: card)
            try await stage.sees(member, card) { $0.text.contains("Entry Criteria:") }
        }
    }

    @Test("a clan is found by its name, and its message is cleaned away once the card is there")
    func byName() async throws {
        try await Stage.play { stage in
            let member = stage.person(331)
            let call = try await member.says("!clan frost heralds", in: SampleGuild.hearth)
            let card = try await stage.sees(member, in: SampleGuild.hearth) { !$0.embeds.isEmpty }
            #expect(card.titles.first?.hasPrefix("Frost Heralds | WKFH") == true)
            _ = try await stage.simulator.eventually("the call to be gone") { state in
                state.message(call.id, in: call.channelID) == nil ? true : nil
            }
        }
    }

    @Test("recruitment.27: the image route refuses plain http and pads a crest")
    func emojiPad() async throws {
        try await Stage.play { stage in
            let refused = try await stage.get("/emoji-pad?u=http://cdn.discordapp.com/emojis/1.png")
            #expect(refused.status == 400)
            #expect(refused.text == "invalid source host")
            let source = "https%3A%2F%2Fcdn.discordapp.com%2Femojis%2F\(SampleGuild.id(702)).png"
            let padded = try await stage.get("/emoji-pad?u=\(source)&s=128&box=0.9")
            #expect(padded.status == 200)
            #expect(padded.headers["Content-Type"] == "image/png")
            #expect(padded.headers["Cache-Control"] == "public, max-age=86400")
            #expect(padded.body.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            try await stage.settles(stage.person(331), in: SampleGuild.hearth)
        }
    }

    private static func card(of tag: String, for member: Person, on stage: Stage) async throws -> SimulatedMessage {
        try await member.says("!clan \(tag)", in: SampleGuild.hearth)
        let card = try await stage.sees(member, in: SampleGuild.hearth) { !$0.embeds.isEmpty }
        return try await stage.sees(member, card) { $0.has("💡") }
    }

    private static func isLit(_ message: SimulatedMessage, by person: Person) -> Bool {
        message.reactions.contains { $0.emoji.name == "💡" && $0.users.contains(person.id) }
    }
}
