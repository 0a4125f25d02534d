import DiscordSimulator
import JSON
import Journal
import Service
import Testing

@testable import woadkeeper

@Suite("Placement: holding a seat behind a slash")
struct SlashReserveScenarios {
    /// Recruiter Runa in Aldermoor's ticket, once the commands are registered.
    private static func play(
        on scenery: Scenery? = nil, prepare: (Stage) async throws -> Void = { _ in },
        _ body: (ReservePlay) async throws -> Void
    ) async throws {
        try await ReservePlay.play(on: scenery, prepare: prepare) { play in
            try await play.stage.registers()
            try await body(play)
        }
    }

    @Test("one modal asks for what is missing, and one confirmation saves the hold as the typed command does")
    func holds() async throws {
        try await Self.play { play in
            let modal = try await play.asked(["clan": "WKLM"])
            #expect(modal.fields.map(\.customID) == ["recruit", "date", "reason"])
            #expect(modal.fields.map(\.isRequired) == [true, true, false])
            let question = try await play.fills(modal, ["recruit": play.ann, "date": "2026-03-20"])
            #expect(question.isEphemeral && question.mentionedUsers.isEmpty)
            #expect(question.content == "Reserve 1 spot in `WKLM` for <@\(play.ann)> until `2026-03-20`?")
            #expect(try play.ledger().last?[0] != "\(play.thread)", "nothing is written before the word")

            let end = try await play.presses("Confirm", on: question, sees: "Reserved 1 spot")
            #expect(end.content.contains("Holds of this clan now: **2** • effective open spots: **3**"))
            #expect(!end.isEphemeral && end.mentionedUsers.isEmpty)
            let row = try #require(try play.ledger().last)
            #expect(
                row == [
                    "\(SampleGuild.id(401))", play.ann, "\(SampleGuild.id(351))", "WKLM", "2026-03-20",
                    "2026-03-16T08:00:00+00:00", "active", "", "Aldermoor",
                ])
            #expect(try play.stage.seats("WKLM") == ["3", "2", "2 -> Eskil the Grey, Aldermoor"])
            try await play.isNamed("Res-W0601-aldermoor-WKLM")
            #expect(await play.logs { $0 == "[reserve] reservation created" })
            let done = try await play.stage.sees(play.person, question) { $0.buttons.isEmpty }
            #expect(done.content == "The seat is held; the ticket says so.")
            let seen = await play.stage.botMessages(play.stage.person(352), in: play.thread)
            #expect(!seen.contains { $0.content.contains("Reserve 1 spot in") }, "only the caller sees the question")
        }
    }

    @Test("options that say it all lead straight to the confirmation, and two presses hold one seat")
    func complete() async throws {
        try await Self.play { play in
            let question = try await play.asked(
                ["clan": "wklm", "recruit": .string(play.ann), "date": "2026-03-20"], sees: "Reserve 1 spot in `WKLM`")
            #expect(question.isEphemeral)
            // Where the first press was dealt with already, there is no button for the second one.
            for _ in 1...2 { _ = try? await play.person.clicks(label: "Confirm", on: question) }
            try await play.stage.sees(play.person, in: play.thread) { $0.content.contains("Reserved 1 spot") }
            try await play.stage.settles(play.person, in: play.thread)
            #expect(try play.ledger().count { $0.first == "\(play.thread)" } == 1)
        }
    }

    @Test("an option without the one before it is read as itself")
    func gap() async throws {
        try await Self.play { play in
            play.stage.looks()
            let modal = try await play.asked(["recruit": .string(play.ann)])
            #expect(modal.fields.map(\.customID) == ["clan", "date", "reason"])
            let question = try await play.fills(modal, ["clan": "#wklm", "date": "2026-03-20"])
            #expect(question.content.contains("`WKLM` for <@\(play.ann)>"))
        }
    }

    @Test("a change asks for recruit, date and reason, and what is left as it is stays")
    func change() async throws {
        try await Self.play { play in
            let modal = try await play.asked(["clan": "WKAS", "recruit": .string(play.ann)])
            let question = try await play.fills(modal, ["date": "2026-03-20", "reason": "a friend"])
            #expect(question.content.contains("Reason: a friend"))
            let change = try await play.modal(play.person.clicks(label: "Change", on: question))
            #expect(change.fields.map(\.customID) == ["recruit", "date", "reason"])
            #expect(change.fields.map(\.value).suffix(2) == ["2026-03-20", "a friend"])
            try await play.person.submits(change, ["date": "2026-03-15"])
            try await play.stage.sees(play.person, in: play.thread) { $0.content.contains("valid date") }
            let again = try await play.modal(play.person.clicks(label: "Change", on: question))
            try await play.person.submits(again, ["date": "2026-03-22"])
            let changed = try await play.stage.sees(play.person, question) { $0.content.contains("2026-03-22") }
            #expect(changed.content.contains("<@\(play.ann)>") && changed.content.contains("Reason: a friend"))
            try await play.presses("Confirm", on: changed, sees: "until `2026-03-22`")
            #expect(try play.ledger().last?[4] == "2026-03-22")
            #expect(try play.ledger().last?[7] == "a friend")
        }
    }

    @Test("a cancelled one writes nothing and cannot be confirmed afterwards")
    func cancel() async throws {
        try await Self.play { play in
            let before = try play.ledger()
            let modal = try await play.asked(["clan": "WKLM"])
            let question = try await play.fills(modal, ["recruit": play.ann, "date": "2026-03-20"])
            let other = play.stage.person(352)
            await #expect(throws: APIError.self, "only the recruiter who asked sees the buttons") {
                try await other.clicks(label: "Cancel", on: question)
            }
            try await play.person.clicks(label: "Cancel", on: question)
            let end = try await play.stage.sees(play.person, question) { $0.buttons.isEmpty }
            #expect(end.content == "The reservation was cancelled; nothing was changed.")
            #expect(try play.ledger() == before)
            #expect(await play.threadName() == "W0601-aldermoor")
        }
    }

    @Test("a question that was settled, or that the journal lost, says so when it is pressed")
    func lost() async throws {
        try await Self.play { play in
            let modal = try await play.asked(["clan": "WKLM"])
            let question = try await play.fills(modal, ["recruit": play.ann, "date": "2026-03-20"])
            let id = question.buttons.first?.customID?.split(separator: ":").last.flatMap { UInt64($0) }
            try await play.stage.journal.deletePanel(try #require(id))
            for label in ["Confirm", "Change", "Cancel"] {
                let asked = await play.stage.botMessages(play.person, in: play.thread).last ?? question
                try await play.person.clicks(label: label, on: question)
                let told = try await play.stage.sees(play.person, in: play.thread, after: asked) { message in
                    message.isEphemeral && message.content.contains("no longer open")
                }
                try await play.stage.settles(play.person, in: play.thread)
                #expect(told.buttons.isEmpty)
            }
            #expect(try play.ledger().allSatisfy { $0.first != "\(play.thread)" })
        }
    }

    @Test("a restart between the modal and the confirmation loses nothing")
    func restart() async throws {
        try await Self.play { play in
            let modal = try await play.asked(["clan": "WKAS"])
            await play.stage.stopBot()
            try await play.stage.startBot()
            let question = try await play.fills(
                modal, ["recruit": play.ann, "date": "2026-03-20", "reason": "a friend"])
            await play.stage.stopBot()
            try await play.stage.startBot()
            try await play.presses("Confirm", on: question, sees: "Reserved 1 spot in `WKAS`")
            #expect(try play.ledger().last?[7] == "a friend")
        }
    }

    @Test("without a free seat a reason is asked for before anything can be saved")
    func fullClan() async throws {
        try await Self.play { play in
            let modal = try await play.asked(["clan": "WKAS"])
            let demand = try await play.fills(modal, ["recruit": play.ann, "date": "2026-03-20"])
            #expect(demand.content.contains("**0** effective open spots"))
            #expect(demand.buttons.map(\.label) == ["Give a reason", "Change", "Cancel"])
            let reason = try await play.modal(play.person.clicks(label: "Give a reason", on: demand))
            try await play.person.submits(reason, ["reason": "lead frees a seat on Friday"])
            let question = try await play.stage.sees(play.person, demand) { $0.content.contains("Reason: lead") }
            try await play.presses("Confirm", on: question, sees: "Reserved 1 spot")
            #expect(try play.ledger().last?[7] == "lead frees a seat on Friday")
        }
    }

    @Test("the last seat that goes to somebody else before the confirmation makes it ask for a reason")
    func becameFull() async throws {
        try await Self.play { play in
            let modal = try await play.asked(["clan": "WKLM"])
            let question = try await play.fills(modal, ["recruit": play.ann, "date": "2026-03-20"])
            try play.stage.edit("recruitment/bot_info", "WKLM,22,5,", to: "WKLM,22,1,")
            try await play.person.clicks(label: "Confirm", on: question)
            let demand = try await play.stage.sees(play.person, question) { $0.content.contains("short reason") }
            #expect(demand.buttons.first?.label == "Give a reason")
            #expect(try play.ledger().allSatisfy { $0.first != "\(play.thread)" })
        }
    }

    @Test("a recruit who holds a seat gets no second one, whether it is there before the modal or comes after it")
    func duplicate() async throws {
        try await Self.play { play in
            let before = try play.ledger()
            let modal = try await play.asked(["clan": "WKLM"])
            let refusal = try await play.fills(modal, ["recruit": "\(SampleGuild.id(302))", "date": "2026-03-20"])
            #expect(refusal.isEphemeral && refusal.content.contains("holds a seat already"))
            #expect(refusal.content.contains("ticket W0602"))
            #expect(try play.ledger() == before)

            let questions = [
                try await play.fills(play.asked(["clan": "WKLM"]), ["recruit": play.ann, "date": "2026-03-20"]),
                try await play.fills(play.asked(["clan": "WKBR"]), ["recruit": play.ann, "date": "2026-03-20"]),
            ]
            try await play.presses("Confirm", on: questions[0], sees: "Reserved 1 spot in `WKLM`")
            try await play.person.clicks(label: "Confirm", on: questions[1])
            let late = try await play.stage.sees(play.person, questions[1]) { $0.buttons.isEmpty }
            #expect(late.content.contains("holds a seat already: `WKLM`"))
            #expect(try play.ledger().count { $0.first == "\(play.thread)" } == 1)
            #expect(await play.logs { $0.hasPrefix("⚠️ reservation_create_blocked") && $0.contains("Aldermoor") })
        }
    }

    @Test("members are refused, other channels are pointed to the ticket, and what is not understood is told at once")
    func refusals() async throws {
        try await Self.play { play in
            let member = play.stage.person(331)
            let refused = try await play.stage.answer(
                member, to: member.runs("reserve new", ["clan": "WKLM"], in: SampleGuild.hearth))
            #expect(refused.isEphemeral && refused.content.contains("Only Recruiters (or Admins)"))
            let control = SampleGuild.reservationsControl
            let elsewhere = try await play.stage.answer(
                play.person, to: play.person.runs("reserve new", ["clan": "WKLM"], in: control))
            #expect(elsewhere.isEphemeral && elsewhere.content.contains("ticket thread"))
            for (options, text) in [
                (["recruit": "Ann"], "recruit reference"), (["date": "2026-03-15"], "valid date"),
                (["clan": "??"], "don't know a clan"),
            ] as [([String: JSONValue], String)] {
                let told = try await play.asked(options, sees: text)
                #expect(told.isEphemeral)
            }
            let modal = try await play.asked(["clan": "NOSUCH"])
            let unknown = try await play.fills(modal, ["recruit": play.ann, "date": "2026-03-20"])
            #expect(unknown.isEphemeral && unknown.content.contains("don't know a clan with the tag `NOSUCH`"))
            try await play.says("!reserve WKLM", sees: "Who is the seat in")
            try await play.stage.settles(play.person, in: play.thread)
            try await play.asked(["clan": "WKLM"], sees: "reserving a seat here already")
        }
    }

    @Test("somebody who is not in the server is held a seat by id, and the question says so")
    func stranger() async throws {
        try await Self.play { play in
            let id = "955555555555555555"
            let question = try await play.asked(
                ["clan": "WKLM", "recruit": .string(id), "date": "2026-03-20"], sees: "Reserve 1 spot in")
            #expect(question.content.contains("<@\(id)> is not a member of this server"))
            try await play.presses("Confirm", on: question, sees: "Reserved 1 spot")
            let row = try #require(try play.ledger().last)
            #expect([row[1], row[8]] == [id, "<@\(id)>"])
        }
    }
}

extension ReservePlay {
    /// The recruit of the ticket.
    var ann: String { "\(SampleGuild.id(301))" }

    /// Uses `/reserve new`, and gets the modal.
    func asked(_ options: [String: JSONValue]) async throws -> SimulatedModal {
        try await modal(person.runs("reserve new", options, in: thread))
    }

    /// Uses `/reserve new`, and gets a message that contains a text.
    @discardableResult
    func asked(_ options: [String: JSONValue], sees text: String) async throws -> SimulatedMessage {
        let message = try await stage.answer(person, to: person.runs("reserve new", options, in: thread))
        #expect(message.content.contains(text), "\(message.content)")
        return message
    }

    /// The modal that answers what was used.
    func modal(_ interaction: SimulatedInteraction) async throws -> SimulatedModal {
        let answer = try await person.answer(to: interaction)
        let modal: SimulatedModal? = if case .modal(let modal) = answer { modal } else { nil }
        return try #require(modal, "\(answer)")
    }

    /// Fills in a modal, and gets the message that answers it.
    func fills(_ modal: SimulatedModal, _ inputs: [String: String]) async throws -> SimulatedMessage {
        try await stage.answer(person, to: person.submits(modal, inputs))
    }

    /// Presses a button, and waits for what the ticket reads then.
    @discardableResult
    func presses(
        _ label: String, on message: SimulatedMessage, sees text: String
    ) async throws -> SimulatedMessage {
        try await person.clicks(label: label, on: message)
        return try await stage.sees(person, in: thread) { $0.content.contains(text) && !$0.isEphemeral }
    }
}
