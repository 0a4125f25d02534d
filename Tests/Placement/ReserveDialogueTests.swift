import Cluster
import Discord
import Testing

@testable import Placement

@Suite("What !reserve asks and takes")
struct ReserveDialogueTests {
    private static let today = CalendarDay(typed: "2026-03-16") ?? CalendarDay(daysSince1970: 0)
    private static let ann: UserID = 900_000_000_000_000_301
    private static let bo: UserID = 900_000_000_000_000_302

    private static func dialogue(isFull: Bool = false) throws -> ReserveDialogue {
        ReserveDialogue(label: "WKAS", tag: try #require(ClanTag("WKAS")), isFull: isFull)
    }

    /// A dialogue that asks for confirmation.
    private static func complete(isFull: Bool = false) throws -> ReserveDialogue {
        var dialogue = try dialogue(isFull: isFull)
        dialogue.accept(ann)
        _ = dialogue.answer("2026-03-20", on: today)
        if isFull { _ = dialogue.answer("a friend of the clan", on: today) }
        return dialogue
    }

    @Test(
        "a recruit is a mention anywhere, or an id and nothing else",
        arguments: [
            ("<@900000000000000301>", ann), ("<@!900000000000000301>", ann), ("for <@900000000000000301> please", ann),
            ("<@900000000000000301> not <@900000000000000302>", ann), (" 900000000000000301 ", ann),
            ("I'm 5", nil), ("12345", nil), ("it is 900000000000000301", nil), ("Ann", nil),
            ("<#900000000000000301>", nil),
            ("", nil),
        ] as [(String, UserID?)])
    func recruits(text: String, expected: UserID?) throws {
        var dialogue = try Self.dialogue()
        #expect(dialogue.answer(text, on: Self.today) == expected.map { .named($0) } ?? .asksAgain)
        #expect(dialogue.question == .recruit)
    }

    @Test(
        "a date is written in one way and not over",
        arguments: [
            ("2026-03-16", true), ("2026-03-17", true), (" 2999-01-01 ", true), ("2026-03-15", false),
            ("31.12.2026", false), ("2026-3-20", false), ("2026-02-30", false), ("tomorrow", false),
            ("2026-03-20 18:00", false),
        ])
    func dates(text: String, isTaken: Bool) throws {
        var dialogue = try Self.dialogue()
        dialogue.accept(Self.ann)
        #expect(dialogue.question == .date)
        #expect(dialogue.answer(text, on: Self.today) == (isTaken ? .asks : .asksAgain))
        #expect(dialogue.question == (isTaken ? .confirmation : .date))
    }

    @Test(
        "the confirmation takes its words in any case, and nothing else",
        arguments: [
            ("yes", .saves), ("Y", .saves), (" YES ", .saves), ("no", .cancelled), ("n", .cancelled),
            ("Cancel", .cancelled), ("change", .asks), ("C", .asks), ("ok", .asksAgain), ("yes please", .asksAgain),
        ] as [(String, ReserveDialogue.Reaction)])
    func confirmations(text: String, reaction: ReserveDialogue.Reaction) throws {
        var dialogue = try Self.complete()
        #expect(dialogue.answer(text, on: Self.today) == reaction)
    }

    @Test("a full clan wants a reason, which stays when recruit or date are changed")
    func reasons() throws {
        var dialogue = try Self.dialogue(isFull: true)
        dialogue.accept(Self.ann)
        #expect(dialogue.answer("2026-03-20", on: Self.today) == .asks)
        #expect(dialogue.question == .reason)
        #expect(dialogue.answer("  ", on: Self.today) == .asksAgain)
        #expect(dialogue.answer(" a friend ", on: Self.today) == .asks)
        #expect(dialogue.answer("change", on: Self.today) == .asks)
        #expect(dialogue.answer("neither", on: Self.today) == .asksAgain)
        #expect(dialogue.answer("the DATE", on: Self.today) == .asks)
        #expect(dialogue.question == .date)
        #expect(dialogue.answer("2026-03-21", on: Self.today) == .asks)
        #expect(dialogue.question == .confirmation)
        #expect((dialogue.reason, dialogue.until?.description) == ("a friend", "2026-03-21"))
        _ = dialogue.answer("c", on: Self.today)
        #expect(dialogue.answer("user", on: Self.today) == .asks)
        #expect(dialogue.question == .recruit && dialogue.isChanging)
        #expect(dialogue.answer("<@900000000000000302>", on: Self.today) == .named(Self.bo))
        dialogue.accept(Self.bo)
        #expect(dialogue.question == .confirmation && dialogue.recruit == Self.bo && dialogue.reason == "a friend")
    }

    @Test("somebody who is not there is held a seat only on a second word")
    func strangers() throws {
        for (text, reaction) in [
            ("yes", .vouched(Self.ann)), ("hm", .asksAgain), ("<@900000000000000302>", .named(Self.bo)), ("no", .asks),
            ("cancel", .cancelled),
        ] as [(String, ReserveDialogue.Reaction)] {
            var dialogue = try Self.dialogue()
            dialogue.doubt(Self.ann)
            #expect(dialogue.answer(text, on: Self.today) == reaction, "\(text)")
            #expect(dialogue.recruit == nil)
        }
    }

    @Test("what changed while people talked is asked for before anything is saved")
    func meanwhile() throws {
        var full = try Self.complete()
        full.becomeFull()
        #expect(full.question == .reason)
        var withReason = try Self.complete(isFull: true)
        withReason.becomeFull()
        #expect(withReason.question == .confirmation)
        var late = try Self.complete()
        late.becomeLate()
        #expect(late.question == .date)
    }

    @Test("every question has a prompt that says how to stop or what to type, and fits a message")
    func prompts() throws {
        var dialogues = [try Self.dialogue(), try Self.complete(), try Self.complete(isFull: true)]
        for open in [try Self.dialogue(isFull: true)] {
            var (stranger, change) = (open, try Self.complete())
            stranger.doubt(Self.ann)
            _ = change.answer("change", on: Self.today)
            dialogues += [stranger, change]
        }
        for dialogue in dialogues {
            for again in [false, true] {
                let text = ReserveView.prompt(dialogue, again: again)
                #expect(text.contains("`cancel`") || text.contains("`yes`") || text.contains("`user`"))
                #expect(text.utf16.count < 2000)
            }
        }
    }
}
