import DiscordSimulator
import Glibc
import JSON
import Service
import TestTools
import Testing

@testable import woadkeeper

/// Damage to the workbook: what was read before goes on being shown, nothing is written over what could not be read, and a
/// workbook that is whole again is taken up without anybody's help.
@Suite("Faults of the workbook", .timeLimit(.minutes(5)))
struct WorkbookFaultScenarios {
    /// What became of the roster's file.
    struct Damage: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// The bytes that stand there; nil where there are none to read.
        var bytes: @Sendable (String) -> [UInt8]?
    }

    private static let tab = "recruitment/bot_info"

    static let damages: [Damage] = [
        Damage(testDescription: "it cannot be read") { _ in nil },
        Damage(testDescription: "it is empty: an editor is about to write it") { _ in [] },
        Damage(testDescription: "it ends in the middle of its header") { whole in
            Array(whole.utf8.prefix(300))
        },
        Damage(testDescription: "it ends in the middle of a cell between quotation marks") { whole in
            whole.firstRange(of: "Ysolde").map { Array(whole[..<$0.upperBound].utf8) }
        },
        Damage(testDescription: "it holds bytes that are no text") { whole in
            Array(whole.utf8.prefix(3000)) + [0xFF, 0xC0, 0x80] + Array(whole.utf8.dropFirst(3000))
        },
    ]

    @Test(
        "a roster that was damaged is served as it was, left as it is, and read again once it is whole",
        arguments: damages)
    func damaged(damage: Damage) async throws {
        try await Stage.play { stage in
            _ = try await stage.startupSummary()
            let whole = try stage.text(Self.tab)
            let broken = damage.bytes(whole)
            try stage.damage(Self.tab, broken)
            let admin = stage.person(341)
            try await admin.says("!ops refresh clans", in: SampleGuild.botLog)
            let failure = try await stage.sees(admin, in: SampleGuild.botLog) { $0.titles == ["Refresh • clans"] }
            #expect(failure.text.contains("fail"), "\(failure.text)")
            let questions = Questions(stage)
            try await questions.ask("WKBR")
            try await questions.areAnsweredOnce()
            if let broken { #expect(try stage.bytes(Self.tab) == broken, "nobody wrote into it") }

            try stage.mend(Self.tab, whole.replacing("Briar Regents", with: "Briar Princes"))
            try await admin.says("!ops refresh clans", in: SampleGuild.botLog)
            let success = try await stage.sees(admin, in: SampleGuild.botLog, after: failure) {
                $0.titles == ["Refresh • clans"]
            }
            #expect(success.text.contains("| ok "), "\(success.text)")
            let member = stage.person(331)
            try await member.says("!clan WKBR", in: SampleGuild.shardsAndMercy)
            try await stage.sees(member, in: SampleGuild.shardsAndMercy) { $0.text.contains("Briar Princes") }
        }
    }

    @Test(
        "a bot that starts with a damaged roster says so, and reads it by itself once it is whole", arguments: damages)
    func damagedAtStart(damage: Damage) async throws {
        let (scenery, clock) = Scenery.clocked()
        try await Stage.play(on: scenery, startsBot: false) { stage in
            let whole = try stage.text(Self.tab)
            try stage.damage(Self.tab, damage.bytes(whole))
            try await stage.startBot()
            #expect(try await stage.startupSummary().contains("• clans fail ("))
            let member = stage.person(331)
            try await member.says("!clan WKBR", in: SampleGuild.hearth)
            try await stage.sees(member, in: SampleGuild.hearth) {
                $0.content == "Clan data is still warming up. Please try again in a moment."
            }
            try stage.mend(Self.tab, whole)
            await clock.advance(by: .seconds(300))
            try await eventually("a card") {
                try await member.says("!clan WKBR", in: SampleGuild.shardsAndMercy)
                try await stage.settles(member, in: SampleGuild.shardsAndMercy)
                return await stage.botMessages(member, in: SampleGuild.shardsAndMercy).contains {
                    $0.isCard(of: "WKBR")
                }
            }
        }
    }

    @Test("a number that is put right is put right in its own row, wherever people moved it meanwhile")
    func movedUnderneath() async throws {
        try await Stage.play { stage in
            _ = try await stage.startupSummary()
            let lines = try stage.text(Self.tab).split(separator: "\r\n", omittingEmptySubsequences: false)
            let first = try #require(lines.firstIndex { $0.contains(",WKAS,") })
            let second = try #require(lines.firstIndex { $0.contains(",WKCT,") })
            var moved = lines
            moved.swapAt(first, second)
            let wanted = moved.joined(separator: "\r\n")
            // The number of open seats that the bot keeps, as somebody typed over it.
            try #require(moved[first].hasSuffix(",1,0,0,"))
            moved[first] = "\(moved[first].dropLast(7)),9,0,0,"
            try stage.put(moved.joined(separator: "\r\n"), Self.tab)
            let admin = stage.person(341)
            try await admin.says("!ops refresh clans", in: SampleGuild.botLog)
            try await eventually("the number is right again, and nothing else has changed") {
                try stage.text(Self.tab) == wanted
            }
            let questions = Questions(stage)
            try await questions.ask("WKCT")
            try await questions.ask("WKAS")
            try await questions.areAnsweredOnce()
        }
    }
}

extension Stage {
    /// Puts bytes in place of a tab, or something that is no file.
    fileprivate func damage(_ tab: String, _ bytes: [UInt8]?) throws {
        guard let bytes else { return try spoil(tab) }
        try put(bytes, tab)
    }

    /// Puts a whole tab where a damaged one was.
    fileprivate func mend(_ tab: String, _ text: String) throws {
        try remove(tab)
        try put(text, tab)
    }
}
